"""What changed the number of calls that are left, one entry a change, from events, which are never edited.

Every number about time is a sum of these: opening + sum of the entries = closing, for any set of findings and any
interval. A chart, a weekly flow and the explanation of a step read the same entries.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from audits.areas import Area

from .axes import PROGRESS, Disposition, Gone, Origin, Presence


class Cause(StrEnum):
    """Why the number changed. The first five came, the next five went, of the rest each may do both."""

    INTRODUCED = "introduced"
    DISCOVERED = "discovered"
    REGRESSED = "regressed"
    WAIVER_ENDED = "waiver_ended"
    ADDED = "repository_added"
    MIGRATED = "migrated"
    CHANGED = "changed"
    DELETED = "deleted"
    DISMISSED = "dismissed"
    WAIVED = "waived"
    RULES = "rules"
    LEFT_OUT = "left_out"
    PATHS = "path_rules"
    READING = "reading"
    DECISION = "decision"


INFLOW = (Cause.INTRODUCED, Cause.DISCOVERED, Cause.REGRESSED, Cause.WAIVER_ENDED)
OUTFLOW = (Cause.MIGRATED, Cause.CHANGED, Cause.DELETED, Cause.DISMISSED, Cause.WAIVED)
# Of what went, what is progress of the code.
RESOLVED = (Cause.MIGRATED, Cause.CHANGED, Cause.DELETED)
_GONE = {
    Gone.MIGRATED: Cause.MIGRATED,
    Gone.CODE_CHANGED: Cause.CHANGED,
    Gone.CODE_DELETED: Cause.DELETED,
    Gone.FILE_DELETED: Cause.DELETED,
    Gone.RULE_CHANGED: Cause.RULES,
    Gone.PATH_EXCLUDED: Cause.PATHS,
}
# In which column of a curve what is gone stands; what went for a reason of ours is in none.
WAYS = {reason.value: _GONE[reason].value for reason in PROGRESS}
# How the event of a return names why it had been gone.
WAS_GONE = "Was gone: "
# What a person decided so is neither left nor unknown.
ASIDE = (Disposition.DISMISSED, Disposition.WAIVED)
# One word stands on one axis only, so an event needs no column for its axis.
_PRESENCES, _DISPOSITIONS, _AREAS = set(Presence), set(Disposition), set(Area)


@dataclass(frozen=True, slots=True)
class Change:
    """One event of a finding as far as it moves an axis. `scan` is the scan that noticed, `reason` a word of Gone."""

    at: datetime
    before: str
    after: str
    reason: str = ""
    scan: int | None = None


@dataclass(frozen=True, slots=True)
class Life:
    """One finding: where it stands now, gone for `reason`, and its changes, oldest first."""

    presence: Presence
    disposition: Disposition
    changes: Sequence[Change]
    origin: str = ""
    area: Area = Area.PRODUCT
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """At `at` the number of calls left changed by `left`, +1 or -1, of unknown ones by `unknown`; either may be 0.

    `open`, their sum, is what flows count: a use that is lost from sight has not gone, and READING adds up to 0 in it.
    """

    at: datetime
    cause: Cause
    left: int
    unknown: int = 0

    @property
    def open(self) -> int:
        return self.left + self.unknown


class Tally(NamedTuple):
    """One finding in the columns of a curve, each 0 or 1; a waived one is neither left nor unknown."""

    left: int = 0
    unknown: int = 0
    migrated: int = 0
    changed: int = 0
    deleted: int = 0
    waived: int = 0


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a finding stands, or stood, on all axes; `presence` is None before the first sighting."""

    presence: Presence | None
    disposition: Disposition
    area: Area

    def in_scope(self, *, apart: bool) -> bool:
        return self.area is Area.PRODUCT or (apart and self.area is not Area.EXCLUDED)

    def counts(self, presence: Presence, *, apart: bool) -> int:
        return int(self.in_scope(apart=apart) and self.presence is presence and self.disposition not in ASIDE)


def entries(life: Life, first_scans: frozenset[int] = frozenset(), *, apart: bool = False) -> list[Entry]:
    """The entries of one finding, oldest first. What a repository's first scan finds was there all along: ADDED.

    Calls of the product; with `apart` those in tests and the like too.
    """
    stand = Stand(life.presence, life.disposition, life.area)
    found = []
    for change in reversed(life.changes):
        earlier = _earlier(change, stand)
        if earlier is None:
            continue
        left, unknown = (
            stand.counts(presence, apart=apart) - earlier.counts(presence, apart=apart)
            for presence in (Presence.PRESENT, Presence.UNKNOWN)
        )
        if left or unknown:
            found.append(Entry(change.at, _cause(change, life, first_scans), left, unknown))
        stand = earlier
    found.reverse()
    return found


def tallies(life: Life, *, apart: bool = False) -> list[tuple[datetime, Tally]]:
    """What one finding counts as from each of its changes on, oldest first; before them it was nothing."""
    stand = Stand(life.presence, life.disposition, life.area)
    stands = []
    for change in reversed(life.changes):
        if (earlier := _earlier(change, stand)) is not None:
            stands.append((change, stand))
            stand = earlier
    found, reason = [], ""
    for number, (change, after) in enumerate(reversed(stands), 1):
        reason = change.reason if change.after == Presence.ABSENT else reason
        found.append((change.at, _tally(after, life.reason if number == len(stands) else reason, apart=apart)))
    return found


def standing(life: Life, moment: datetime) -> Stand:
    """Where one finding stood just before `moment`; of its changes those since then must be there."""
    stand = Stand(life.presence, life.disposition, life.area)
    for change in reversed(life.changes):
        if change.at < moment:
            break
        stand = _earlier(change, stand) or stand
    return stand


def _tally(stand: Stand, reason: str, *, apart: bool) -> Tally:
    """As the queries of the present count it: a dismissed call is in no column, there or gone."""
    if stand.presence is Presence.ABSENT:
        if stand.disposition is Disposition.DISMISSED:
            return Tally()
        way = WAYS.get(reason)
        return Tally(**{way: 1}) if way and stand.in_scope(apart=apart) else Tally()
    left, unknown = (stand.counts(presence, apart=apart) for presence in (Presence.PRESENT, Presence.UNKNOWN))
    waived = stand.presence is not None and stand.disposition is Disposition.WAIVED and stand.in_scope(apart=apart)
    return Tally(left, unknown, waived=int(waived))


def _earlier(change: Change, stand: Stand) -> Stand | None:
    """Where it stood before; None for a change of no axis. Nothing is before the first sighting."""
    if change.after in _PRESENCES:
        return replace(stand, presence=Presence(change.before) if change.before in _PRESENCES else None)
    if change.before == change.after:
        return None
    if change.after in _DISPOSITIONS and change.before in _DISPOSITIONS:
        return replace(stand, disposition=Disposition(change.before))
    if change.after in _AREAS and change.before in _AREAS:
        return replace(stand, area=Area(change.before))
    return None


def _cause(change: Change, life: Life, first_scans: frozenset[int]) -> Cause:
    if change.after in _DISPOSITIONS:
        return _decided(change)
    if change.after in _AREAS:
        return Cause.PATHS
    if change.after == Presence.ABSENT:
        return _GONE.get(Gone(change.reason), Cause.LEFT_OUT) if change.reason in set(Gone) else Cause.LEFT_OUT
    if change.before == Presence.ABSENT:
        return _returned(change.reason)
    if change.before in _PRESENCES:
        return Cause.READING
    if change.scan in first_scans:
        return Cause.ADDED
    if change.reason in set(Gone):
        return _GONE.get(Gone(change.reason), Cause.LEFT_OUT)
    return Cause.INTRODUCED if life.origin == Origin.INTRODUCED else Cause.DISCOVERED


def _decided(change: Change) -> Cause:
    if change.after in ASIDE:
        return Cause.DISMISSED if change.after == Disposition.DISMISSED else Cause.WAIVED
    return Cause.WAIVER_ENDED if change.before == Disposition.WAIVED else Cause.DECISION


def _returned(reason: str) -> Cause:
    """What went for a reason of ours comes back for the same; only what was migrated can regress."""
    word = reason.removeprefix(WAS_GONE)
    if word in set(Gone) and Gone(word) not in PROGRESS:
        return _GONE.get(Gone(word), Cause.LEFT_OUT)
    return Cause.REGRESSED
