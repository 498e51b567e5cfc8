"""Which commits of a branch stand for its past, and when they were made. Commit dates are what their authors typed."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

# The twelve whole weeks that a forecast draws from, and the present one: each has changes of its own to tell.
WEEKS = 13
# The months that these reach back.
_BY_WEEK = 3
MONTH = timedelta(days=30.4375)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Dated:
    """A commit and the moment that it is believed to be from."""

    commit: str
    at: datetime


def dated(rows: Sequence[tuple[str, int]], now: datetime) -> list[Dated]:
    """Commits, oldest first, with times that never decrease, none before 1970 or after `now`.

    `rows` are (commit, seconds since 1970 as the commit claims) in first-parent order, newest first. That order is a
    fact and the times are claims: the longest run of commits whose claims agree with the order is believed, and every
    other commit takes the time of the believed one before it. One commit from 2099 or from 1970 moves no other.
    """
    limit = int((now - _EPOCH).total_seconds())
    claims = [(commit, seconds if 0 < seconds <= limit else None) for commit, seconds in reversed(rows)]
    believed = set(_ascending([seconds for _, seconds in claims]))
    first = min((claims[place][1] or 0 for place in believed), default=limit)
    last, found = first, []
    for place, (commit, seconds) in enumerate(claims):
        if place in believed and seconds is not None:
            last = seconds
        found.append(Dated(commit, _EPOCH + timedelta(seconds=last)))
    return found


def _ascending(values: Sequence[int | None]) -> list[int]:
    """Places of a longest non-decreasing subsequence, None left out; patience sorting, O(n log n)."""
    tops: list[int] = []
    places: list[int] = []
    before: dict[int, int] = {}
    for place, value in enumerate(values):
        if value is None:
            continue
        pile = bisect_right(tops, value)
        if pile:
            before[place] = places[pile - 1]
        tops[pile:], places[pile:] = (
            ([value], [place]) if pile == len(tops) else ([value, *tops[pile + 1 :]], [place, *places[pile + 1 :]])
        )
    chain = places[-1:]
    while chain and chain[-1] in before:
        chain.append(before[chain[-1]])
    return chain


def reach(months: int) -> timedelta:
    """How far before the newest commit the oldest point lies."""
    return max(months * MONTH, timedelta(weeks=WEEKS))


def points(months: int) -> int:
    """How many commits are sampled at most."""
    return 1 + WEEKS + max(months - _BY_WEEK, 0)


def sample(commits: Sequence[Dated], months: int) -> list[Dated]:
    """The commits to read, oldest first and each once, the newest among them.

    From the newest commit back: the state of each week for three months, then of each month up to `months`. A commit
    stands for every moment until the next one, so a quiet branch gives few.
    """
    if not commits:
        return []
    times = [row.at for row in commits]
    back = [timedelta(weeks=week) for week in range(WEEKS + 1)]
    back += [month * MONTH for month in range(_BY_WEEK + 1, months + 1)]
    places = {max(bisect_right(times, times[-1] - step) - 1, 0) for step in back} | {len(commits) - 1}
    return [commits[place] for place in sorted(places)]
