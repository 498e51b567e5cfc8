"""What a page shows of a finding, derived from the two axes and the dates. `query.state` says the same in SQL."""

from dataclasses import dataclass
from datetime import date

from .axes import PROGRESS, Disposition, Gone, Presence, State


@dataclass(frozen=True, slots=True)
class Facts:
    """What the state depends on.

    `counts`: a call of its own, no mention or read. `gone` is the reason of an absent one. `due` is the day of a plan,
    `until` the last day of a waiver, `off_since` the day from which the platform no longer answers. `claimed`: somebody
    said "I fixed it", and no scan has looked since.
    """

    presence: Presence
    disposition: Disposition
    counts: bool = True
    gone: Gone | None = None
    due: date | None = None
    until: date | None = None
    off_since: date | None = None
    claimed: bool = False


@dataclass(frozen=True, slots=True)
class Derived:
    """`known_broken`: waived, and the platform has stopped to answer. `lapsed`: a waiver whose last day is over."""

    state: State
    known_broken: bool = False
    lapsed: bool = False


def derive(facts: Facts, today: date) -> Derived:
    """The state on a day. What left the list goes first, then a dismissal, then what is gone, then a waiver, then what
    nobody could look at."""
    lapsed = facts.disposition is Disposition.WAIVED and (facts.until is None or facts.until < today)
    off = facts.off_since is not None and facts.off_since <= today
    state = _state(facts, today, lapsed=lapsed, off=off)
    return Derived(state, known_broken=off and state is State.WAIVED, lapsed=lapsed)


def _state(facts: Facts, today: date, *, lapsed: bool, off: bool) -> State:
    absent = facts.presence is Presence.ABSENT
    late = facts.disposition is Disposition.PLANNED and facts.due is not None and facts.due < today
    rows = (
        (not facts.counts or (absent and facts.gone not in PROGRESS), State.OUT_OF_SCOPE),
        # Before what is resolved: a call that needed no migration is nobody's progress when it goes.
        (facts.disposition is Disposition.DISMISSED, State.DISMISSED),
        (absent, State.RESOLVED),
        (facts.disposition is Disposition.WAIVED and not lapsed, State.WAIVED),
        (facts.presence is Presence.UNKNOWN, State.STALE),
        (facts.claimed, State.IN_PROGRESS),
        (facts.disposition is Disposition.PLANNED and not late, State.PLANNED),
        (off or late, State.OVERDUE),
    )
    return next((state for holds, state in rows if holds), State.OPEN)
