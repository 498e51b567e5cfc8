"""What people have said about a finding, and what they may do now, for its page."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest

from audits import query
from audits.access import Action, may, person
from audits.forms.triage import DECISIONS, CommentForm, colleagues, offer
from audits.lifecycle import Blame, Disposition, Move, Presence
from audits.models import Finding, Role, User

# The order of the buttons, with their icon and words; those with a form open it.
BUTTONS = (
    (Move.CLAIM, "check", "I fixed it", False),
    (Move.PLAN, "calendar", "Plan", True),
    (Move.ASSIGN, "user-plus", "Assign", True),
    (Move.WAIVE, "eye-off", "Waive until…", True),
    (Move.DISMISS, "ban", "Dismiss…", True),
    (Move.REOPEN, "rotate-ccw", "Open again", False),
)
_TITLES = {
    Move.PLAN: "Plan the migration",
    Move.ASSIGN: "Assign the finding",
    Move.WAIVE: "Waive it until a day",
    Move.DISMISS: "Dismiss it",
}
HINTS = {
    Move.PLAN: "It stays in every total until a scan no longer sees the call.",
    Move.WAIVE: "It stands beside the calls left until its last day, a year from now at most; then it is left again.",
    Move.DISMISS: "It leaves the totals, and is never counted as progress. Where the statement changes, it comes back "
    "for another look.",
}


def context(request: HttpRequest, row: Finding) -> dict[str, Any]:
    """Decisions, actions and comments; one query for the comments, one for people where work can be given."""
    derived = query.derived(row)
    works = may(request.user, Action.TRIAGE)
    there = row.presence != Presence.ABSENT
    me = person(request)
    return {
        "derived": derived,
        "actions": list(_actions(row, me)) if works and there else [],
        "may_triage": works,
        "may_confirm": works and there and row.re_review,
        "comments": list(row.comments.select_related("author")),
        "comment_form": CommentForm() if works else None,
        "deletes_all": me.is_superuser or me.role == Role.ADMIN,
        "carried": {name: request.GET[name] for name in ("q", "sort", "was") if name in request.GET},
        "blamed": row.blame == Blame.KNOWN,
    }


def _actions(row: Finding, me: User) -> Iterator[dict[str, Any]]:
    """The moves that the table allows from here, each with its unbound form."""
    decided = row.disposition != Disposition.OPEN
    people = colleagues(Finding.objects.filter(pk=row.pk))
    for move, icon, word, has_form in BUTTONS:
        if move is Move.REOPEN and not decided:
            continue
        if row.disposition == Disposition.DISMISSED and move not in (Move.ASSIGN, Move.REOPEN):
            continue
        form = DECISIONS[move](prefix=None, initial=_initial(row, move, me)) if has_form else None
        if form is not None:
            offer(form, people)
            for name, field in form.fields.items():
                field.widget.attrs["id"] = f"{move}-{name}"
        yield {
            "move": move.value,
            "icon": icon,
            "word": word,
            "form": form,
            "title": _TITLES.get(move, word),
            "hint": HINTS.get(move, ""),
        }


def _initial(row: Finding, move: Move, me: User) -> dict[str, Any]:
    if move is Move.PLAN:
        return {"owner": row.assignee_id or me.pk, "due": row.due}
    if move is Move.ASSIGN:
        return {"person": row.assignee_id}
    if move is Move.WAIVE:
        found = {"until": row.waived_until, "plan": row.comment} if row.waived_until else {}
        return {key: value for key, value in found.items() if value}
    return {}
