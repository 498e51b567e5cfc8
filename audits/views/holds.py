"""A suspicious drop is judged: first the question, with what it is about and what either answer does."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from audits import query, scans, triage
from audits.access import Action, allowed, person, visible_to
from audits.forms.style import StyledForm
from audits.models import Finding, Hold, Repository

# So many files are named; the others are a number.
NAMED = 100
VERDICTS = ("accept", "reject")
_CHANGED = (
    "Since you looked a scan has seen some of them again: it is {} now. Nothing was done; look again and confirm."
)

NOTHING_LEFT = (
    "Since then scans have seen all of these findings again, or told what became of them: nothing is left to judge."
)


class JudgeForm(StyledForm):
    comment = forms.CharField(
        label="Why",
        max_length=triage.TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="It is kept with your name in the history of each of these findings.",
        error_messages={"required": "Say why you believe it."},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Action.JUDGE)
def judge(request: HttpRequest, pk: int, hold_pk: int) -> HttpResponse:
    """Accept or reject; `seen` is the number of findings that the person was asked about."""
    repository = get_object_or_404(visible_to(request.user), pk=pk)
    hold = get_object_or_404(repository.holds, pk=hold_pk)
    verdict = (request.POST or request.GET).get("verdict")
    if verdict not in VERDICTS:
        messages.error(request, "Accept the drop or reject it.")
        return redirect(repository)
    if hold.accepted is not None:
        messages.warning(request, scans.TOLD)
        return redirect(repository)
    accept = verdict == "accept"
    form = JudgeForm(request.POST if "seen" in request.POST else None)
    form.fields["comment"].required = accept
    rows = Finding.objects.filter(hold=hold).order_by()
    if not rows.exists():
        messages.warning(request, NOTHING_LEFT)
        return redirect(repository)
    if not form.is_bound or not form.is_valid():
        return _question(request, hold, form, rows, accept=accept)
    if request.POST["seen"] != str(count := rows.count()):
        return _question(request, hold, form, rows, accept=accept, refused=_CHANGED.format(_findings(count)))
    _judge(request, hold, form.cleaned_data["comment"], accept=accept)
    return redirect(repository)


def _judge(request: HttpRequest, hold: Hold, comment: str, *, accept: bool) -> None:
    try:
        count = scans.judge(person(request), hold, accept=accept, comment=comment)
    except scans.Judged as judged:
        messages.warning(request, str(judged))
        return
    one = count == 1
    told = f"count{'s' if one else ''} as gone" if accept else f"stay{'s' if one else ''} until their files change"
    messages.success(request, f"The drop was {'accepted' if accept else 'rejected'}: {_findings(count)} {told}.")


def _question(
    request: HttpRequest, hold: Hold, form: JudgeForm, rows: "QuerySet[Finding]", *, accept: bool, refused: str = ""
) -> HttpResponse:
    files = list(rows.values("path", "held_reason").annotate(calls=Count("pk")).order_by("path", "held_reason"))
    count = sum(file["calls"] for file in files)
    repository: Repository = hold.repository
    context: dict[str, Any] = {
        "section": "repositories",
        "repository": repository,
        "hold": hold,
        "form": form,
        "accept": accept,
        "refused": refused,
        "count": count,
        "counted": rows.filter(query.unknown() | query.waived()).count(),
        "files": files[:NAMED],
        "more": max(0, len(files) - NAMED),
        "holds_query": f"state:stale {query.Term('repo', repository.name)}",
    }
    return render(request, "audits/confirm_hold.html", context)


def _findings(count: int) -> str:
    return f"{count:,} finding{'' if count == 1 else 's'}"
