"""What each team adds to its row beside the counts: its effort, and where it was in the last four weeks."""

from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from datetime import date, datetime, time, timedelta

from django.db.models import Sum
from django.utils import timezone

from audits import query

from .effort import with_points
from .scope import Scope
from .series import Numbers, Step

WEEKS = 4


def points_by_team(scope: Scope) -> dict[int | None, int]:
    """The effort that is left, by team (None: no team); one query."""
    left = with_points(scope.findings().filter(query.remaining(apart=scope.apart)).order_by())
    sums = left.values("repository__team").annotate(sum=Sum("points")).values_list("repository__team", "sum")
    return dict(sums)


def marks(today: date, weeks: int = WEEKS) -> list[datetime]:
    """The last moments of today and of the same weekday in the weeks before, oldest first."""
    ends = (today - timedelta(weeks=week) for week in range(weeks, -1, -1))
    return [timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min)) for day in ends]


def left_by_group(
    steps: Iterable[Step], groups: dict[int, int | None], moments: Sequence[datetime]
) -> dict[int | None, list[int]]:
    """Calls left in each group at each moment. `steps` in the order of time; `groups` are repositories to groups."""
    last: dict[int, Numbers] = {}
    rest = list(moments)
    found: dict[int | None, list[int]] = defaultdict(list)

    def close() -> None:
        sums: dict[int | None, int] = dict.fromkeys(groups.values(), 0)
        for pk, numbers in last.items():
            if pk in groups:
                sums[groups[pk]] += numbers.left
        for group, left in sums.items():
            found[group].append(left)
        rest.pop(0)

    for step in steps:
        while rest and step.at >= rest[0]:
            close()
        last[step.repository] = step.numbers
    while rest:
        close()
    return dict(found)


def added_by_group(
    steps: Iterable[Step], groups: dict[int, int | None], since: datetime, dated: Container[int]
) -> dict[int | None, list[int]]:
    """Of the repositories that were known from no moment before `since`, the calls that each was added with.

    Those in `dated` have a history, which says itself since when their calls are there.
    """
    seen: set[int] = set()
    found: dict[int | None, list[int]] = defaultdict(list)
    for step in steps:
        if step.repository in groups and step.repository not in seen:
            seen.add(step.repository)
            if step.at >= since and step.repository not in dated:
                found[groups[step.repository]].append(step.numbers.left)
    return dict(found)
