"""The trend: what was known at the end of each day, from sampled commits of the past and from every day since.

A repository's curve is its history (`HistoryPoint`, by commit time, all under one engine) and, after the scan that the
history's last point equals, its daily numbers (`Snapshot`, by scan time). What the history saw resolved and no scan
ever did stays in the curve to its end: `before` in `History`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime
from heapq import merge

from django.db.models import QuerySet
from django.utils import timezone

from audits.lifecycle import Gone
from audits.models import HistoryPoint, HistoryRun, Repository, Scan, Snapshot
from audits.models.scan import OPEN_STATES, READ_STATES

Runs = dict[int, HistoryRun]
OPENING = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Numbers:
    """Calls at one moment. `waived` are neither left nor unknown; `migrated`, `changed` and `deleted` are gone for
    good; `unread` are files."""

    left: int = 0
    unknown: int = 0
    migrated: int = 0
    changed: int = 0
    deleted: int = 0
    waived: int = 0
    unread: int = 0

    @property
    def resolved(self) -> int:
        return self.migrated + self.changed + self.deleted

    def __add__(self, other: "Numbers") -> "Numbers":
        return Numbers(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))

    def __sub__(self, other: "Numbers") -> "Numbers":
        return Numbers(*(getattr(self, f.name) - getattr(other, f.name) for f in fields(self)))


def gone(ways: Mapping[str, int], *, left: int = 0, unknown: int = 0) -> Numbers:
    """Numbers from a history's reasons."""
    deleted = ways.get(Gone.CODE_DELETED, 0) + ways.get(Gone.FILE_DELETED, 0)
    return Numbers(left, unknown, ways.get(Gone.MIGRATED, 0), ways.get(Gone.CODE_CHANGED, 0), deleted)


@dataclass(frozen=True)
class Day:
    """The sums over all repositories of what was known of each at the end of that day."""

    day: date
    numbers: Numbers

    @property
    def left(self) -> int:
        return self.numbers.left

    @property
    def resolved(self) -> int:
        return self.numbers.resolved


@dataclass(frozen=True)
class Step:
    """What one repository held from a moment on; what is resolved was so at any time and is still gone."""

    at: datetime
    repository: int
    numbers: Numbers


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
    now: Numbers,
    since: date | None = None,
    runs: Runs | None = None,
    *,
    apart: bool = False,
    found: Iterable[Step] | None = None,
) -> tuple[Day, ...]:
    """A Day for each day on which a sum changed, and one for today; empty before the first scan.

    The last one takes the current numbers `now` and adds the history's `before`: people decide between scans, and the
    end of the chart must be the headline. With `since` the days before it are one, that day. `found` are the steps,
    where they are not those of all calls.
    """
    if runs is None:
        # Whoever brings steps of their own counts nothing that only histories know.
        runs = current(repositories) if found is None else {}
    days: dict[date, Day] = {}
    for step in _fold(steps(repositories, runs, apart=apart) if found is None else found):
        if step.at == OPENING:
            continue
        day = max(timezone.localdate(step.at), since) if since else timezone.localdate(step.at)
        days[day] = Day(day, step.numbers)
    if not days:
        return ()
    total = sum((_before(run, apart=apart) for run in runs.values()), now)
    days[timezone.localdate()] = Day(timezone.localdate(), total)
    return tuple(_changes(days.values()))


def steps(
    repositories: "QuerySet[Repository]", runs: Runs | None = None, *, apart: bool = False, opening: datetime = OPENING
) -> Iterator[Step]:
    """Every repository's curve, all in the order of time; two queries, or one more without `runs`.

    With `apart` calls in tests and the like count too, from where on somebody counted them.

    A history that does not reach the branch's first commit and begins after `opening` has a step there: what it begins
    with was there before, and nobody knows since when. Before `opening` nothing is claimed of it.
    """
    runs = current(repositories) if runs is None else runs
    return merge(_points(runs, opening, apart=apart), _kept(repositories, runs, apart=apart), key=_moment)


def totals(found: Iterable[Step], moments: Sequence[datetime]) -> list[Numbers]:
    """The sums over all repositories just before each moment; `moments` ascend."""
    rest, sums, total = list(moments), [], Numbers()
    for step in _fold(found):
        while rest and step.at >= rest[0]:
            sums.append(total)
            rest.pop(0)
        total = step.numbers
    return [*sums, *(total for _ in rest)]


def history(repositories: "QuerySet[Repository]", runs: Runs, before: Mapping[int, Mapping[str, int]]) -> History:
    """How much of the trend is history, by the calls that were gone `before` any scan; two queries."""
    first = (
        Scan.objects.filter(repository__in=repositories, state__in=READ_STATES, finished_at__isnull=False)
        .order_by("finished_at")
        .values_list("finished_at", flat=True)
        .first()
    )
    return History(
        before=sum(sum(ways.values()) for ways in before.values()),
        repositories=len(runs),
        reading=HistoryRun.objects.filter(repository__in=repositories, state__in=OPEN_STATES).count(),
        rewritten=sum(run.rewritten for run in runs.values()),
        scanned_since=timezone.localdate(first) if first else None,
    )


def _moment(step: Step) -> datetime:
    return step.at


def _before(run: HistoryRun, *, apart: bool) -> Numbers:
    return gone(run.before(apart=apart))


def _points(runs: Runs, opening: datetime, *, apart: bool) -> Iterator[Step]:
    rows = HistoryPoint.objects.filter(run__in=[run.pk for run in runs.values()]).order_by("at", "run", "number")
    columns = ("run__repository", "at", "number", "files_unread", "apart", "remaining", "unknown", "waived", "ways")
    found = []
    for pk, at, number, unread, whole, *product in rows.values_list(*columns):
        left, unknown, waived, ways = (whole.get(name, 0) for name in columns[-4:]) if apart and whole else product
        numbers = replace(gone(ways, left=left, unknown=unknown), waived=waived, unread=unread)
        found.append((Step(at, pk, numbers), number))
    began = [
        replace(step, at=opening)
        for step, number in found
        if number == 0 and opening < step.at and not runs[step.repository].complete
    ]
    yield from merge(began, (step for step, _ in found), key=_moment)


def _kept(repositories: "QuerySet[Repository]", runs: Runs, *, apart: bool) -> Iterator[Step]:
    rows = Snapshot.objects.filter(repository__in=repositories.order_by().values("pk")).order_by("at", "pk")
    names = ("remaining", "unknown", "migrated", "changed", "deleted", "waived")
    for pk, at, unread, whole, more, *product in rows.values_list(
        "repository", "at", "unread", "whole", "apart", *names
    ).iterator():
        counts = product
        if apart:
            counts = [whole[name] for name in names] if whole else [product[0] + more, *product[1:]]
        numbers, run = replace(Numbers(*counts), unread=unread), runs.get(pk)
        if run is None:
            yield Step(at, pk, numbers)
        elif run.base_at is None or at > run.base_at:
            yield Step(at, pk, numbers + _before(run, apart=apart))


def _fold(steps: Iterable[Step]) -> Iterator[Step]:
    """Running sums over all repositories, one a step; a repository's later step replaces its earlier one."""
    last: dict[int, Numbers] = {}
    total = Numbers()
    for step in steps:
        total = total + step.numbers - last.get(step.repository, Numbers())
        last[step.repository] = step.numbers
        yield replace(step, numbers=total)


def _changes(days: Iterable[Day]) -> Iterator[Day]:
    """Without the days that say what the day before said, the last one excepted."""
    rows = list(days)
    for before, row in zip([None, *rows], rows, strict=False):
        if before is None or row is rows[-1] or replace(before.numbers, unread=0) != replace(row.numbers, unread=0):
            yield row
