"""The trend: what was left at the end of each day, from sampled commits of the past and from every scan since.

A repository's curve is its history (`HistoryPoint`, by commit time, all under one engine) and, after the scan that the
history's last point equals, its scans (by scan time). What the history saw resolved and no scan ever did stays in the
curve to its end: `before` in `History`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from heapq import merge

from django.db.models import QuerySet
from django.utils import timezone

from audits.models import HistoryPoint, HistoryRun, Repository, Scan
from audits.models.scan import OPEN_STATES, READ_STATES

Runs = dict[int, HistoryRun]
OPENING = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Day:
    """The sums over all repositories of what was known of each at the end of that day."""

    day: date
    left: int
    resolved: int


@dataclass(frozen=True)
class Step:
    """What one repository held from a moment on: calls left, and calls resolved and still gone, ever."""

    at: datetime
    repository: int
    left: int
    resolved: int


@dataclass(frozen=True)
class History:
    """What the trend rests on. `before` are calls that were gone before any scan could see them.

    `repositories` have a history, `reading` wait for one or are read at this moment, and the history of `rewritten` of
    them does not hold commits that were scanned earlier. `scanned_since` is the day of the first scan.
    """

    before: int
    repositories: int
    reading: int
    rewritten: int
    scanned_since: date | None


def current(repositories: "QuerySet[Repository]") -> Runs:
    """The run of each repository, by its id, that holds its history; one query."""
    rows = HistoryRun.objects.filter(is_current=True, repository__in=repositories.order_by().values("pk"))
    return {row.repository_id: row for row in rows}


def trend(
    repositories: "QuerySet[Repository]",
    left: int,
    resolved: int,
    since: date | None = None,
    runs: Runs | None = None,
) -> tuple[Day, ...]:
    """A Day for each day on which a sum changed, and one for today; empty before the first scan.

    The last one takes the current numbers `left` and `resolved` and adds the history's `before`: people decide between
    scans, and the end of the chart must be the headline. With `since` the days before it are one, that day.
    """
    runs = current(repositories) if runs is None else runs
    days: dict[date, Day] = {}
    for found in _fold(steps(repositories, runs)):
        if found.at == OPENING:
            continue
        day = max(timezone.localdate(found.at), since) if since else timezone.localdate(found.at)
        days[day] = Day(day, found.left, found.resolved)
    if not days:
        return ()
    days[timezone.localdate()] = Day(
        timezone.localdate(), left, resolved + sum(run.resolved_before for run in runs.values())
    )
    return tuple(_changes(days.values()))


def steps(repositories: "QuerySet[Repository]", runs: Runs | None = None) -> Iterator[Step]:
    """Every repository's curve, all in the order of time; two queries, or one more without `runs`.

    A history that does not reach the branch's first commit begins with a step at OPENING: what it opens with was there
    before, and nobody knows since when.
    """
    runs = current(repositories) if runs is None else runs
    return merge(_points(runs), _scans(repositories, runs), key=_moment)


def history(repositories: "QuerySet[Repository]", runs: Runs) -> History:
    """How much of the trend is history; two queries."""
    first = (
        Scan.objects.filter(repository__in=repositories, state__in=READ_STATES, finished_at__isnull=False)
        .order_by("finished_at")
        .values_list("finished_at", flat=True)
        .first()
    )
    return History(
        before=sum(run.resolved_before for run in runs.values()),
        repositories=len(runs),
        reading=HistoryRun.objects.filter(repository__in=repositories, state__in=OPEN_STATES).count(),
        rewritten=sum(run.rewritten for run in runs.values()),
        scanned_since=timezone.localdate(first) if first else None,
    )


def _moment(step: Step) -> datetime:
    return step.at


def _points(runs: Runs) -> Iterator[Step]:
    rows = HistoryPoint.objects.filter(run__in=[run.pk for run in runs.values()]).order_by("at", "run", "number")
    found = [
        (Step(at, pk, left, resolved), number)
        for pk, at, left, resolved, number in rows.values_list(
            "run__repository", "at", "remaining", "resolved", "number"
        )
    ]
    for step, number in found:
        if number == 0 and not runs[step.repository].complete:
            yield replace(step, at=OPENING)
    yield from (step for step, _ in found)


def _scans(repositories: "QuerySet[Repository]", runs: Runs) -> Iterator[Step]:
    rows = (
        Scan.objects.filter(repository__in=repositories, state__in=READ_STATES)
        .order_by("finished_at", "pk")
        .values_list("repository_id", "finished_at", "remaining", "resolved")
    )
    for pk, at, left, resolved in rows.iterator():
        run = runs.get(pk)
        if at is None:
            continue
        if run is None:
            yield Step(at, pk, left, resolved)
        elif run.base_at is None or at > run.base_at:
            yield Step(at, pk, left, resolved + run.resolved_before)


def _fold(steps: Iterable[Step]) -> Iterator[Step]:
    """Running sums over all repositories, one a step; a repository's later step replaces its earlier one."""
    last: dict[int, tuple[int, int]] = {}
    left = resolved = 0
    for step in steps:
        old_left, old_resolved = last.get(step.repository, (0, 0))
        left, resolved = left + step.left - old_left, resolved + step.resolved - old_resolved
        last[step.repository] = (step.left, step.resolved)
        yield replace(step, left=left, resolved=resolved)


def _changes(days: Iterable[Day]) -> Iterator[Day]:
    """Without the days that say what the day before said, the last one excepted."""
    rows = list(days)
    for before, row in zip([None, *rows], rows, strict=False):
        if before is None or row is rows[-1] or (before.left, before.resolved) != (row.left, row.resolved):
            yield row
