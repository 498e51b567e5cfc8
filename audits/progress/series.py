"""The trend: what all scans together knew at the end of each day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from audits.models import Repository, Scan
from audits.models.scan import READ_STATES


@dataclass(frozen=True)
class Day:
    """The sums over all repositories of what their last scan up to that day left behind."""

    day: date
    left: int
    resolved: int


def trend(repositories: "QuerySet[Repository]", left: int, resolved: int) -> tuple[Day, ...]:
    """A Day for each day on which a sum changed, and one for today; empty before the first scan.

    The last one takes the current numbers `left` and `resolved`: people decide between scans, and the end of the chart
    must be the headline.
    """
    scans = (
        Scan.objects.filter(repository__in=repositories, state__in=READ_STATES, finished_at__isnull=False)
        .order_by("finished_at", "pk")
        .values_list("repository_id", "finished_at", "remaining", "resolved")
    )
    ends = ((pk, timezone.localdate(at), left_then, gone) for pk, at, left_then, gone in scans.iterator())
    days = {day.day: day for day in _fold(ends)}
    if not days:
        return ()
    days[timezone.localdate()] = Day(timezone.localdate(), left, resolved)
    return tuple(days.values())


def _fold(scans: Iterable[tuple[int, date, int, int]]) -> Iterable[Day]:
    """Running sums, one a scan; a repository's later scan replaces its earlier one."""
    last: dict[int, tuple[int, int]] = {}
    left = resolved = 0
    for pk, day, new_left, new_resolved in scans:
        old_left, old_resolved = last.get(pk, (0, 0))
        left, resolved = left + new_left - old_left, resolved + new_resolved - old_resolved
        last[pk] = (new_left, new_resolved)
        yield Day(day, left, resolved)
