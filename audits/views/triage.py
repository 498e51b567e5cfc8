"""What people do to one finding: decide, say "I fixed it", comment. Every answer leads back to its page."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from audits import query, scans, triage
from audits.access import Action, allowed, findings_visible_to, person
from audits.forms.triage import DECISIONS, CommentForm, DecisionForm
from audits.lifecycle import Move
from audits.models import Finding, ScanTrigger

from ._asked import number

DONE = {
    Move.PLAN: "The finding is planned.",
    Move.ASSIGN: "It was assigned.",
    Move.DISMISS: "The finding is dismissed.",
    Move.WAIVE: "The finding is waived until its day.",
    Move.REOPEN: "The finding is open again.",
    Move.CONFIRM: "The dismissal holds for the statement as it is now.",
    Move.CLAIM: "A scan was asked for; it says whether the call is gone.",
}


@require_POST
@allowed(Action.TRIAGE)
def decide(request: HttpRequest, pk: UUID, move: str) -> HttpResponse:
    """One of the moves of `lifecycle.STEPS`, against the version that the person saw."""
    if move not in DECISIONS:
        raise Http404
    row = get_object_or_404(findings_visible_to(request.user).select_related("repository"), pk=pk)
    form = DECISIONS[Move(move)](request.POST)
    if not form.is_valid():
        messages.error(request, _wrong(form))
        return _back(request, row)
    try:
        _carry_out(request, row, form, Move(move))
    except triage.Refused as refused:
        typed = request.POST.get("comment") or request.POST.get("plan", "")
        typed = typed[: triage.TEXT_LIMIT]
        messages.error(request, f"{refused} You had written: “{typed}”" if typed else str(refused))
    else:
        messages.success(request, DONE[Move(move)])
    return _back(request, row, was=query.state_of(row))


def _wrong(form: DecisionForm) -> str:
    """What is wrong, each with its field: the popover that had them is closed when this is read."""
    said = [(form.fields[name].label, error) for name, errors in form.errors.items() for error in errors]
    return " ".join(f"{label}: {error}" if label else str(error) for label, error in said)


def _carry_out(request: HttpRequest, row: Finding, form: DecisionForm, move: Move) -> None:
    user, version = person(request), request.POST.get("version", "")
    with transaction.atomic():
        if move is Move.CLAIM:
            # First, since it may wait for whoever holds the repository and then wants this finding.
            scans.request_scan(row.repository, ScanTrigger.PERSON, user)
        triage.decide(user, row.pk, form.decision(user), number(version, -1))


@require_POST
@allowed(Action.TRIAGE)
def comment(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = get_object_or_404(findings_visible_to(request.user), pk=pk)
    form = CommentForm(request.POST)
    try:
        made = triage.comment(person(request), row, form.data.get("text", ""))
    except triage.Refused as refused:
        messages.error(request, str(refused))
        return _back(request, row)
    return _back(request, row, f"#comment-{made.pk}")


@require_POST
@allowed(Action.TRIAGE)
def comment_delete(request: HttpRequest, pk: UUID, comment_pk: int) -> HttpResponse:
    """Take back one's own comment; an admin anybody's."""
    row = get_object_or_404(findings_visible_to(request.user), pk=pk)
    found = get_object_or_404(row.comments, pk=comment_pk)
    triage.delete_comment(person(request), found)
    messages.success(request, "The comment was deleted.")
    return _back(request, row)


def _back(request: HttpRequest, row: Finding, place: str = "", was: str = "") -> HttpResponse:
    """The finding's page within the list from which the person came, and at its place in it: where the order follows
    the state, it has that of the state that it `was` in."""
    carried = {name: request.POST[name] for name in ("q", "sort") if name in request.POST}
    if was and carried.get("sort", "").removeprefix("-") == "state":
        carried["was"] = request.POST.get("was", was)
    tail = f"?{urlencode(carried)}" if carried else ""
    return redirect(f"{row.get_absolute_url()}{tail}{place}")
