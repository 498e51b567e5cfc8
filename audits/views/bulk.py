"""One decision about many findings: those that were ticked, or all that the filter shows.

The question names the count and carries a digest of what is meant: an answer to another selection does nothing.
"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from audits import query, triage
from audits.access import Action, allowed, findings_visible_to, person
from audits.forms.triage import DECISIONS, GIVES_WORK, DecisionForm, colleagues, offer
from audits.lifecycle import Move
from audits.models import Finding

from ._bulk import MOVES
from ._decided import HINTS
from .findings import address

# More than a page holds come as a filter, never as a list of keys.
MOST = 200
EXAMPLES = 5
NOTHING = "Nothing was selected: tick the findings that you mean, then choose what to do."
NOTHING_LEFT = "What you selected is no longer there, so nothing was done."


@require_POST
@allowed(Action.TRIAGE)
def bulk(request: HttpRequest) -> HttpResponse:
    """First the question with the count and the move's fields; with `seen`, the answer to it, in one transaction."""
    word = request.POST.get("move", "")
    if word not in {move.value for move in MOVES}:
        raise Http404
    move, back = Move(word), address(request.POST.get("q", ""), request.POST.get("sort", ""))
    chosen = _chosen(request)
    asking = "seen" not in request.POST
    if not asking and not chosen.exists():
        messages.error(request, _nothing_left(request))
        return redirect(back)
    # Who plans means themselves, unless they say otherwise: the first name of a menu is nobody's choice.
    form = DECISIONS[move](None if asking else request.POST, initial={"owner": person(request).pk})
    if asking or not form.is_valid():
        return _question(request, move, form, chosen)
    try:
        decision = form.decision(person(request))
        outcome = triage.decide_all(person(request), chosen, decision, seen=request.POST["seen"])
    except triage.Refused as refused:
        return _question(request, move, form, chosen, str(refused))
    _say(request, outcome, MOVES[move][-1])
    return redirect(back)


def _nothing_left(request: HttpRequest) -> str:
    """With what the person had written, which the page behind it has no field for."""
    typed = (request.POST.get("comment") or request.POST.get("plan", ""))[: triage.TEXT_LIMIT]
    return f"{NOTHING_LEFT} You had written: “{typed}”" if typed else NOTHING_LEFT


def _chosen(request: HttpRequest) -> "QuerySet[Finding]":
    """What is meant, of what this person may see; keys that are none are nobody's."""
    visible = findings_visible_to(request.user)
    if request.POST.get("all"):
        return query.apply(visible, query.parse(request.POST.get("q", "")), person(request))
    return visible.filter(pk__in=[key for text in request.POST.getlist("f")[:MOST] if (key := _key(text))])


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _say(request: HttpRequest, outcome: triage.Outcome, done: str) -> None:
    changed, skipped = outcome.changed, outcome.skipped
    if changed:
        messages.success(request, f"{changed:,} finding{' is' if changed == 1 else 's are'} {done} now.")
    if skipped:
        left = f"{skipped:,} of them {'was' if skipped == 1 else 'were'} left as before"
        messages.warning(request, f"{left}: what is gone, or decided otherwise, has no such step.")


def _question(
    request: HttpRequest, move: Move, form: DecisionForm, chosen: "QuerySet[Finding]", refused: str = ""
) -> HttpResponse:
    """Count and digest are of now: after a refusal too, so that the next answer confirms what is there."""
    # Asked again after each slip in the form; the answer is held against the rows themselves.
    selection = query.glance(chosen, query.takes(move))
    count = selection.count
    if not count:
        messages.error(request, _nothing_left(request) if form.is_bound else NOTHING)
        return redirect(address(request.POST.get("q", ""), request.POST.get("sort", "")))
    if move in GIVES_WORK:
        offer(form, colleagues(chosen))
    icon, _, verb, _ = MOVES[move]
    carried = [(name, request.POST[name]) for name in ("q", "sort", "all", "move") if request.POST.get(name)]
    if not request.POST.get("all"):
        carried += [("f", str(key)) for key in chosen.order_by().values_list("pk", flat=True)]
    context: dict[str, Any] = {
        "section": "findings",
        "form": form,
        "refused": refused,
        "verb": verb,
        "icon": icon,
        "hint": HINTS.get(move, ""),
        "count": count,
        "taking": selection.taking,
        "left": count - selection.taking,
        "seen": selection.digest,
        "rest": max(0, count - EXAMPLES),
        "rows": query.rows_of(query.keys(query.with_state(chosen), request.POST.get("sort", ""))[:EXAMPLES]),
        "repositories": selection.repositories,
        "carried": carried,
        "back": address(request.POST.get("q", ""), request.POST.get("sort", "")),
        "text": request.POST.get("q", "") if request.POST.get("all") else "",
    }
    return render(request, "audits/bulk.html", context)
