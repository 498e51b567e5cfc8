"""People's transitions of findings, one and many: rights, compare-and-set, events. The table is `lifecycle.STEPS`.

Whoever decides names the `version` that they saw. Of two people at once one wins; the other gets a sentence and the
finding as it is now. Scans write other columns; who decides about many and a scan of these write one after the other.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from audits import notify, query
from audits.access import Action, findings_visible_to, may, visible_to
from audits.lifecycle import FOLLOWING, STEPS, Claim, Dismissal, Disposition, Gone, Move, Presence, waiver_words
from audits.models import Comment, Finding, FindingEvent, Repository, User

LONGEST_WAIVER = timedelta(days=366)
TEXT_LIMIT = 4_000
_CHUNK = 500
_RIGHTS = {"triage": Action.TRIAGE, "dismiss": Action.DISMISS}
_CHANGED = (
    "What you selected, or its state, has changed since you looked: it is {} now. "
    "Nothing was done; look again and confirm."
)
_NOTHING = {"due": None, "waived_until": None, "dismissal": "", "comment": "", "decided_digest": "", "re_review": False}


class Refused(ValueError):
    """Not done, and nothing was written; the message is a sentence for the person who asked."""


@dataclass(frozen=True)
class Decision:
    """What a person wants: the columns that it sets and what its event tells. Made by the functions below."""

    move: Move
    values: dict[str, Any] = field(default_factory=dict)
    reason: str = ""
    comment: str = ""


def plan(owner: User, due: date | None) -> Decision:
    """`owner` migrates it by `due`. Raises Refused for a day that is over."""
    if due is not None and due < timezone.localdate():
        raise Refused("The due day is over; choose today or a later day.")
    told = f"{_name(owner)}, due {_day(due)}" if due else _name(owner)
    return Decision(Move.PLAN, {**_NOTHING, "assignee": owner, "due": due}, told)


def assign(person: User | None) -> Decision:
    """`person` looks after it; None: nobody does."""
    return Decision(Move.ASSIGN, {"assignee": person}, _name(person) if person else "nobody")


def dismiss(reason: str, comment: str = "") -> Decision:
    """It needs no migration, for a reason of `lifecycle.Dismissal`. Raises Refused for another one."""
    if reason not in {word.value for word in Dismissal}:
        raise Refused("Choose the reason of the dismissal.")
    values = {**_NOTHING, "dismissal": reason, "comment": _text(comment), "decided_digest": F("digest"), "claim": ""}
    return Decision(Move.DISMISS, values, reason, _text(comment))


def waive(until: date, plan: str) -> Decision:
    """It stays until the day `until`; `plan` says what happens then. Raises Refused for a day out of range, no plan."""
    today = timezone.localdate()
    if until < today or until > today + LONGEST_WAIVER:
        raise Refused("A waiver ends on a day between today and a year from now.")
    if not plan.strip():
        raise Refused("Say what is going to happen when the waiver ends.")
    values = {**_NOTHING, "waived_until": until, "comment": _text(plan)}
    return Decision(Move.WAIVE, values, waiver_words(until), _text(plan))


def reopen(comment: str = "") -> Decision:
    """The decision that stands is taken back."""
    return Decision(Move.REOPEN, dict(_NOTHING), comment=_text(comment))


def confirm() -> Decision:
    """A dismissal that waits for re-review holds for the statement as it is now."""
    return Decision(Move.CONFIRM, {"re_review": False, "decided_digest": F("digest")})


def claim(user: User) -> Decision:
    """ "I fixed it": the caller asks for a scan, which confirms it or says that it does not hold."""
    return Decision(Move.CLAIM, {"claim": Claim.WAITING, "claimed_by": user, "claimed_at": Now()})


def decide(user: User, pk: UUID, decision: Decision, version: int) -> Finding:
    """One finding. Raises Refused (somebody was faster; the step does not exist), PermissionDenied, DoesNotExist."""
    with transaction.atomic():
        found = findings_visible_to(user).filter(pk=pk)
        _check(user, decision, found)
        if _may_end(decision):
            # Of two people who dismiss a repository's last two calls at once, the second sees that none is left.
            Repository.locked(found.order_by().values("repository")).first()
        # Locked, since a scan that finds the call gone meanwhile leaves its version as it is.
        row = found.select_for_update(of=("self",)).get()
        if row.version != version:
            raise Refused(_too_late(user, row))
        if refusal := _refusal(row, decision):
            raise Refused(refusal)
        if not _write(user, [row], decision):
            raise Refused(_too_late(user, findings_visible_to(user).get(pk=pk)))
        notify.reached(_ended([row], decision))
    return findings_visible_to(user).get(pk=pk)


@dataclass(frozen=True)
class Outcome:
    """How many findings a decision changed, and how many it left alone because they take no such step."""

    changed: int
    skipped: int


def decide_all(user: User, findings: "QuerySet[Finding]", decision: Decision, seen: str | None = None) -> Outcome:
    """Many findings in one transaction: all that take the step, or none.

    `seen` is the digest of the `query.Glance` that the person confirmed; raises Refused where it is another one by now,
    PermissionDenied for too little right.
    """
    with transaction.atomic():
        _check(user, decision, findings)
        selected = list(findings.order_by().values_list("pk", "version", "presence", "disposition", "repository"))
        if seen is not None and query.digest_of(selected) != seen:
            raise Refused(_CHANGED.format(_findings(len(selected))))
        list(Repository.locked({row[4] for row in selected}).values_list("pk"))
        versions, taken, ended = {row[0]: row[1] for row in selected}, 0, set[int]()
        for part in _chunks(list(versions)):
            locked = (
                findings_visible_to(user)
                .filter(pk__in=part)
                .defer("detail", "snippet")
                .order_by("pk")
                .select_for_update(of=("self",))
            )
            rows = [row for row in locked if not _refusal(row, decision)]
            if any(row.version != versions[row.pk] for row in rows) or not _write(user, rows, decision):
                raise Refused("Somebody else changed one of these findings at the same moment. Nothing was changed.")
            taken += len(rows)
            ended |= _ended(rows, decision)
        notify.reached(ended)
    return Outcome(taken, len(versions) - taken)


def comment(user: User, finding: Finding, text: str) -> Comment:
    """Add a comment. Raises Refused for an empty or too long one, PermissionDenied."""
    if not may(user, Action.TRIAGE):
        raise PermissionDenied
    if not text.strip():
        raise Refused("A comment needs words.")
    if len(text) > TEXT_LIMIT:
        raise Refused(f"A comment has at most {TEXT_LIMIT:,} characters; this one has {len(text):,}.")
    return Comment.objects.create(finding=finding, author=user, at=timezone.now(), text=_text(text))


def delete_comment(user: User, comment: Comment) -> None:
    """Delete a comment. Raises PermissionDenied for somebody else's, unless an admin does it."""
    if not may(user, Action.TRIAGE) or not (comment.author_id == user.pk or may(user, Action.ADMINISTER)):
        raise PermissionDenied
    comment.delete()


def _check(user: User, decision: Decision, findings: "QuerySet[Finding]") -> None:
    if not may(user, _RIGHTS[STEPS[decision.move].right]):
        raise PermissionDenied
    person = decision.values.get("assignee")
    if person is None:
        return
    if not may(person, Action.TRIAGE):
        raise Refused(f"{_name(person)} may not work on findings; choose somebody who is an engineer at least.")
    # Work that somebody never sees is lost.
    there = findings.order_by().exclude(presence=Presence.ABSENT)
    if there.exclude(repository__in=visible_to(person).order_by()).exists():
        raise Refused(f"{_name(person)} may not see the repository, which belongs to a restricted team of others.")


def _refusal(row: Finding, decision: Decision) -> str:
    """Why the table has no such step from where this row is, "" where it has."""
    step = STEPS[decision.move]
    if row.absent_reason == Gone.PATH_EXCLUDED:
        return "A path rule excludes this use's path: while it stands there is nothing to decide."
    if row.presence == Presence.ABSENT:
        return "This use is gone; there is nothing left to decide."
    if decision.move is Move.CONFIRM and not row.re_review:
        return "This finding does not wait for a re-review."
    if decision.move is Move.REOPEN and row.re_review:
        return ""
    if Disposition(row.disposition) not in step.before:
        return f"This finding is {row.disposition}: open it again first, or leave it so."
    return ""


def _write(user: User, rows: list[Finding], decision: Decision) -> bool:
    """Compare and set, each row against the version in hand, with its event; False where one of them was lost."""
    step, now = STEPS[decision.move], timezone.now()
    values = {**decision.values, "version": F("version") + 1}
    if step.after is not None:
        values |= {"disposition": step.after.value, "decided_at": now, "decided_by": user}
    versions = defaultdict(list)
    for row in rows:
        versions[row.version].append(row.pk)
    won = sum(Finding.objects.filter(pk__in=keys, version=seen).update(**values) for seen, keys in versions.items())
    if won == len(rows):
        FindingEvent.objects.bulk_create(_event(user, row, decision, now) for row in rows)
    return won == len(rows)


def _may_end(decision: Decision) -> bool:
    """Whether a call is no work any more by it. One that is waived still is."""
    return STEPS[decision.move].after is Disposition.DISMISSED


def _ended(rows: Iterable[Finding], decision: Decision) -> set[int]:
    """The repositories in which it ended a call that stands in the totals."""
    return {row.repository_id for row in rows if query.is_counted(row)} if _may_end(decision) else set()


def _event(user: User, row: Finding, decision: Decision, now: datetime) -> FindingEvent:
    step = STEPS[decision.move]
    reason = decision.reason or (row.dismissal if decision.move is Move.CONFIRM else "")
    return FindingEvent(
        finding_id=row.pk,
        at=now,
        actor=user,
        verb=step.verb,
        before=row.disposition,
        after=step.after.value if step.after else row.disposition,
        reason=reason[:200],
        comment=decision.comment,
    )


def _too_late(user: User, row: Finding) -> str:
    last = row.events.filter(actor__isnull=False).exclude(verb__in=FOLLOWING).select_related("actor").first()
    if last is not None and last.actor == user:
        return f"You changed this finding from another page: it is {row.disposition} by now. Look again."
    who = _name(last.actor) if last and last.actor else "Somebody else"
    return f"{who} was faster: this finding is {row.disposition} by now. Your change was not made; look again."


def _findings(count: int) -> str:
    return f"{count:,} finding{'' if count == 1 else 's'}"


def _name(person: User) -> str:
    return person.get_full_name() or person.username


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def _text(text: str) -> str:
    return text.replace("\0", "").strip()[:TEXT_LIMIT]


def _chunks(keys: list[UUID]) -> Iterable[list[UUID]]:
    return (keys[start : start + _CHUNK] for start in range(0, len(keys), _CHUNK))
