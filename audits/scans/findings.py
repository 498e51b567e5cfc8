"""Findings brought up to date with what a scan saw: `lifecycle` decides, this writes rows and events.

Called inside the scan's last transaction. Only fields that differ are written, and people's never but by
compare-and-set (`decisions`): a scan and a person may work on one finding at the same moment.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any
from uuid import UUID

from django.db.models import Q

from audits import lifecycle, query
from audits.engine.facts import Usage
from audits.lifecycle import Gone, Presence
from audits.models import Finding, FindingEvent, FindingParameter, Hold

from . import decisions
from .columns import (
    SHOWN,
    WIDE_ROWS,
    all_known,
    fields,
    hashes,
    is_left_out,
    lighten,
    looked_for,
    parameters,
)
from .edits import edits
from .sights import Sight, with_what_differs
from .text import fit

_CHUNK = 500
# What every finding that is gone has in common.
_CLOSED: dict[str, Any] = {
    "presence": Presence.ABSENT, "hold": None, "held_reason": "", "hidden_in": None, "claim": ""
}  # fmt: skip


@dataclass(frozen=True)
class Changes:
    """What `record` did, for the scan's row: findings that came and that went by progress; `held` wait for a person.

    `quiet`: nothing was written but that the same findings were seen again.
    """

    came: Sequence[UUID]
    went: Sequence[UUID]
    held: int = 0
    quiet: bool = False

    def numbers(self) -> dict[str, int]:
        """The scan's columns: calls that stand in the totals, and apart from these what does not, in tests and so on.

        To be asked when every finding has its area.
        """
        new, resolved = _count(self.came, query.remaining()), _count(self.went, query.resolved())
        apart = len(self.came) + len(self.went) - new - resolved
        return {"opened_now": new, "resolved_now": resolved, "apart_now": apart, "held_now": self.held}


@dataclass(frozen=True)
class Moment:
    """Which scan writes, of which commit; `now` is the database's clock, `started` when the scan began to look."""

    repository_id: int
    scan_id: int
    commit: str
    now: datetime
    started: datetime | None = None


class Recorder:
    """One scan's writing; once a report."""

    def __init__(self, moment: Moment) -> None:
        self.moment = moment
        self.events: list[FindingEvent] = []
        self.stale_parameters: list[Finding] = []
        self.parameters: list[FindingParameter] = []
        self._quiet = True

    def record(self, sight: Sight, look: lifecycle.Look) -> Changes:
        """Apply the decisions of `lifecycle.reconcile` to the rows."""
        rows = {str(row.pk): row for row in self._candidates()}
        there = all_known(rows.values(), with_proof=bool(look.unread))
        usages, aside = sight.usages, [lifecycle.Seen.of(usage) for usage in sight.aside]
        plan = lifecycle.reconcile(there, [lifecycle.Seen.of(usage) for usage in usages], look, aside)
        for deed, pairs in ((self._see_again, plan.matched), (self._reopen, plan.reopened)):
            for row, index in with_what_differs([(rows[key], index) for key, index in pairs], sight.fingerprints):
                deed(row, index, sight)
        self._note_sight([rows[key].pk for key, _ in (*plan.matched, *plan.reopened)])
        moved = {index for _, index in plan.moved}
        ours = look.changed.value if look.changed is not lifecycle.Gone.CODE_CHANGED else ""
        reasons = [lifecycle.Gone.MOVED.value if index in moved else ours for index in plan.opened]
        opening = [(usages[index], sight.fingerprints[index]) for index in plan.opened]
        fresh = [self._open(*part) for part in _opening(opening, reasons)]
        opened = dict(zip(plan.opened, chain.from_iterable(fresh), strict=True))
        held = self._hold(lifecycle.drop(there, plan, look), rows)
        unknown = [rows[key] for key in plan.unknown if not is_left_out(rows[key])]
        gone = [(rows[key], reason) for key, reason in plan.resolved if key not in held]
        self._resolve(gone)
        for key, index in plan.moved:
            Finding.objects.filter(pk=rows[key].pk).update(moved_to=opened[index])
        self._hide([rows[key] for key in plan.hidden], sorted(look.hiding()))
        self._lose_sight(unknown, "lost_sight")
        for row, words in () if ours else edits(self.stale_parameters, self.parameters):
            self._event(row, "edited", reason=words)
        self._flush()
        came = [row.pk for row in opened.values()] + [rows[key].pk for key, _ in plan.reopened]
        went = [row.pk for row, reason in gone if reason in lifecycle.PROGRESS]
        return Changes(came, went, len(held), quiet=self._quiet and not self.events)

    def _candidates(self) -> Iterable[Finding]:
        since = self.moment.now - lifecycle.RETURNS_WITHIN
        recent = looked_for() | Q(resolved_at__gte=since)
        return Finding.objects.filter(recent, repository=self.moment.repository_id).defer(*query.WIDE).order_by()

    def _see_again(self, row: Finding, index: int, sight: Sight) -> None:
        usage = sight.usages[index]
        if row.presence == Presence.UNKNOWN:
            self._event(row, "seen", Presence.UNKNOWN, Presence.PRESENT)
        if row.path != usage.path:
            self._event(row, "moved", reason=f"{row.path} → {usage.path}")
        # Whether its path is excluded still is not for a sighting to say (`pathrules.settle`).
        there = {} if is_left_out(row) else {"presence": Presence.PRESENT}
        self._update(row, index, sight, {**there, "hold_id": None, "held_reason": "", "hidden_in": None})
        self._answer(row, usage)

    def _reopen(self, row: Finding, index: int, sight: Sight) -> None:
        """Only what was migrated can regress, and what somebody dismissed never had to be."""
        self._event(row, "reopened", Presence.ABSENT, Presence.PRESENT, reason=f"Was gone: {row.absent_reason}")
        back = {"presence": Presence.PRESENT, "absent_reason": "", "resolved_at": None, "moved_to_id": None}
        progress = row.absent_reason in lifecycle.PROGRESS and row.disposition != lifecycle.Disposition.DISMISSED
        regressed = row.regressed or progress
        self._update(row, index, sight, {**back, "regressed": regressed, "reopened_at": self.moment.now})
        self._answer(row, sight.usages[index])

    def _answer(self, row: Finding, usage: Usage) -> None:
        """What the sighting means for what people have said."""
        if decisions.contradict(row, self.moment.started):
            self._event(row, "contradicted")
        if row.disposition == lifecycle.Disposition.DISMISSED and decisions.doubt(row, usage, self.moment.commit):
            self._event(row, "re_review", "dismissed", "open", reason=row.dismissal)

    def _update(self, row: Finding, index: int, sight: Sight, values: dict[str, Any]) -> None:
        usage, told = sight.usages[index], sight.fingerprints[index]
        if not told or row.fingerprint != told:
            values = {**fields(usage), **values}
            if usage.path in sight.unpresented and hashes(row)[0] == values["call_hash"]:
                # The same call: what was shown of it still tells more than nothing.
                values["snippet"] = row.snippet
                values["detail"] |= {name: row.detail[name] for name in SHOWN if row.detail.get(name)}
        changed = {name: value for name, value in values.items() if getattr(row, name) != value}
        self._quiet = self._quiet and not changed
        changed |= {"fingerprint": told} if row.fingerprint != told else {}
        if not changed:
            return
        Finding.objects.filter(pk=row.pk).update(**changed)
        if "detail" in changed:
            self.stale_parameters.append(row)
            self.parameters += parameters(row, usage)

    def _note_sight(self, seen: Sequence[UUID]) -> None:
        moment = self.moment
        for part in _chunks(seen):
            Finding.objects.filter(pk__in=part).update(
                last_seen_at=moment.now, last_scan=moment.scan_id, commit=moment.commit
            )

    def _open(self, usages: Sequence[tuple[Usage, str]], reasons: Sequence[str]) -> list[Finding]:
        """`reasons` are words of Gone for those that nobody wrote: another rule, another branch, another place."""
        moment = self.moment
        rows = [
            Finding(
                repository_id=moment.repository_id,
                first_seen_at=moment.now,
                discovered_at=moment.now,
                first_scan_id=moment.scan_id,
                last_seen_at=moment.now,
                last_scan_id=moment.scan_id,
                commit=moment.commit,
                fingerprint=told,
                **fields(usage),
            )
            for usage, told in usages
        ]
        former = self._former(rows)
        for row in rows:
            row.previous_id = former.get((row.path, row.scope, row.call_hash))
        Finding.objects.bulk_create(rows, batch_size=_CHUNK)
        for row, (usage, _), reason in zip(rows, usages, reasons, strict=True):
            self._event(row, "opened", after=Presence.PRESENT, reason=reason)
            self.parameters += parameters(row, usage)
            lighten(row)
        return rows

    def _former(self, rows: Sequence[Finding]) -> Mapping[tuple[str, str, str], UUID]:
        """The newest incarnation of each call that has been gone for too long to be the same finding."""
        found: dict[tuple[str, str, str], UUID] = {}
        for part in _chunks(sorted({row.call_hash for row in rows})):
            gone = Finding.objects.filter(
                repository=self.moment.repository_id,
                presence=Presence.ABSENT,
                resolved_at__lt=self.moment.now - lifecycle.RETURNS_WITHIN,
                call_hash__in=part,
            ).exclude(absent_reason=Gone.PATH_EXCLUDED)
            gone = gone.order_by("resolved_at")
            for path, scope, call, pk in gone.values_list("path", "scope", "call_hash", "pk"):
                found[path, scope, call] = pk
        return found

    def _hold(self, drop: lifecycle.Drop, rows: Mapping[str, Finding]) -> frozenset[str]:
        """Keep a suspicious drop from counting until a person has judged it."""
        if not drop.suspicious:
            return frozenset()
        moment = self.moment
        hold = Hold.objects.create(
            repository_id=moment.repository_id,
            scan_id=moment.scan_id,
            at=moment.now,
            known=drop.known,
            gone=len(drop.gone),
            files=drop.files,
            touched=drop.touched,
        )
        for reason in lifecycle.PROGRESS:
            part = [rows[key] for key, why in drop.gone if why is reason]
            self._each(part, hold=hold, held_reason=reason.value)
            self._lose_sight(part, "held", reason.value)
        return frozenset(key for key, _ in drop.gone)

    def _resolve(self, gone: Sequence[tuple[Finding, Gone]]) -> None:
        for reason in Gone:
            rows = [row for row, why in gone if why is reason]
            self._each(rows, **_CLOSED, absent_reason=reason.value, resolved_at=self.moment.now)
            verb = "resolved" if reason in lifecycle.PROGRESS else "left_out"
            for row in rows:
                self._event(row, verb, row.presence, Presence.ABSENT, reason=reason.value)

    def _hide(self, rows: Sequence[Finding], paths: Sequence[str]) -> None:
        """They are gone only when what may hold them now was read, or is gone as well."""
        for row in rows:
            self._each([row], hidden_in=sorted({*paths, *(row.hidden_in or ())}))

    def _lose_sight(self, rows: Sequence[Finding], verb: str, reason: str = "") -> None:
        rows = [row for row in rows if row.presence != Presence.UNKNOWN or reason]
        self._each(rows, presence=Presence.UNKNOWN)
        for row in rows:
            self._event(row, verb, row.presence, Presence.UNKNOWN, reason)

    def _each(self, rows: Sequence[Finding], **values: Any) -> None:
        for part in _chunks([row.pk for row in rows]):
            self._quiet = False
            Finding.objects.filter(pk__in=part).update(**values)

    def _event(self, row: Finding, verb: str, before: str = "", after: str = "", reason: str = "") -> None:
        values = fit(FindingEvent, {"verb": verb, "before": before, "after": after, "reason": reason})
        self.events.append(FindingEvent(finding=row, at=self.moment.now, scan_id=self.moment.scan_id, **values))

    def _flush(self) -> None:
        for part in _chunks([row.pk for row in self.stale_parameters]):
            FindingParameter.objects.filter(finding__in=part).delete()
        FindingParameter.objects.bulk_create(self.parameters, batch_size=_CHUNK)
        FindingEvent.objects.bulk_create(self.events, batch_size=_CHUNK)


def _count(keys: Sequence[UUID], condition: Q) -> int:
    return sum(Finding.objects.filter(condition, pk__in=part).count() for part in _chunks(keys))


def _opening(
    usages: Sequence[tuple[Usage, str]], reasons: Sequence[str]
) -> Iterable[tuple[Sequence[tuple[Usage, str]], Sequence[str]]]:
    return zip(_chunks(usages, WIDE_ROWS), _chunks(reasons, WIDE_ROWS), strict=True)


def _chunks(items: Sequence[Any], size: int = _CHUNK) -> Iterable[Sequence[Any]]:
    return (items[start : start + size] for start in range(0, len(items), size))
