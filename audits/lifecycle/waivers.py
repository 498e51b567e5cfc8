"""Waivers end with the clock: the changes that no event tells of, worked out from the events that began them.

A waiver holds until the end of its last day. The call is left again from the midnight after it on, unless a person
decided anew before.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

from .axes import Disposition
from .ledger import Change, Life

_BEGINS = "until "
_DAY = "%d %b %Y"
_DISPOSITIONS = set(Disposition)


def waiver_words(until: date) -> str:
    """What the event of a waiver says of its last day: "until 5 Mar 2026"."""
    return f"{_BEGINS}{until.day} {until:%b %Y}"


def waiver_day(reason: str) -> date | None:
    """The inverse of `waiver_words`; None for other words, as in events that something else than a person wrote."""
    try:
        return datetime.strptime(reason.removeprefix(_BEGINS), _DAY).date()
    except ValueError:
        return None


def with_waiver_ends(life: Life, until: date | None, end_of: Callable[[date], datetime], now: datetime) -> Life:
    """The same life with the ends of its waivers among its changes; a waiver that ended has become open.

    `until` is the last day of the waiver that stands, if one does, `end_of` the first moment after a day. Of `changes`
    all that decided anything must be there.
    """
    found: list[Change] = []
    last: date | None = None
    over = False
    for change in life.changes:
        if change.after in _DISPOSITIONS:
            day = waiver_day(change.reason) if change.after == Disposition.WAIVED else None
            if change.before == change.after and day is None:
                continue
            if last and not over and end_of(last) <= change.at:
                found.append(_end(end_of(last)))
                over = True
            if over:
                change = replace(change, before=Disposition.OPEN)
            last, over = day, False
        found.append(change)
    disposition = life.disposition
    if disposition is Disposition.WAIVED and (last := until or last) and end_of(last) <= now:
        found.append(_end(end_of(last)))
        disposition = Disposition.OPEN
    found.sort(key=lambda change: change.at)
    return replace(life, changes=tuple(found), disposition=disposition)


def _end(at: datetime) -> Change:
    return Change(at, Disposition.WAIVED, Disposition.OPEN)
