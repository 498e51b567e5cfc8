"""Repositories against weeks: where calls stay, where they go, where nobody could look."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db.models import Count, Max, Min, Q
from django.utils import timezone

from audits import query
from audits.models import Repository, Scan, ScanState
from audits.models.scan import READ_STATES

from .narrow import course, histories
from .scope import Scope
from .series import Numbers, Runs, Step, current, steps
from .teams import marks

WEEKS = 26
STALE_AFTER = timedelta(days=7)
# By repository what it held at each moment; None before anything was known.
Past = dict[int, list[Numbers | None]]


class Heat(StrEnum):
    """One repository in one week."""

    UNKNOWN = "unknown"
    CLEAN = "clean"
    IMPROVING = "improving"
    DIRTY = "dirty"
    STALE = "stale"
    FAILING = "failing"


@dataclass(frozen=True)
class Cell:
    """`day` is the week's last one, `left` the calls at its end, None where nothing was known, `waived` those beside
    them."""

    day: date
    heat: Heat
    left: int | None
    waived: int = 0


@dataclass(frozen=True)
class Line:
    repository: Repository
    cells: tuple[Cell, ...]


def heat(
    repositories: Sequence[Repository], today: date, weeks: int = WEEKS, *, scope: Scope | None = None
) -> list[Line]:
    """One line a repository of the scope, oldest week first; five queries, whatever their number.

    The last week ends with what the findings say now: daily numbers follow a decision within minutes only.
    """
    ids = [row.pk for row in repositories]
    chosen = Repository.objects.filter(pk__in=ids)
    scope = replace(scope, repositories=chosen) if scope else Scope(chosen)
    moments = marks(today, weeks - 1)
    runs = current(chosen)
    past = _by_repository(steps(chosen, runs, apart=scope.apart), moments)
    if scope.narrow:
        told = histories(scope)
        past = _narrowed(past, _by_repository(course(scope, told), moments), scope, told, moments)
    now = _now(scope)
    for pk, found in past.items():
        if last := found[-1]:
            found[-1] = replace(last, **now.get(pk, {"left": 0, "unknown": 0, "waived": 0}))
    scans = _scans(ids, moments[0] - timedelta(weeks=1))
    return [Line(row, _cells(row.pk, past.get(row.pk, []), moments, scans[row.pk], runs)) for row in repositories]


def _by_repository(found: Iterable[Step], moments: Sequence[datetime]) -> Past:
    """What each repository held at each moment; None before anything was known."""
    rows: dict[int, list[Step]] = defaultdict(list)
    for step in found:
        rows[step.repository].append(step)
    return {pk: [_last(own, moment) for moment in moments] for pk, own in rows.items()}


def _narrowed(whole: Past, part: Past, scope: Scope, runs: Runs, moments: Sequence[datetime]) -> Past:
    """One parameter's or platform's calls, in files of which as many were unread as of all; since the scans, where no
    history tells of them."""
    read = Scan.objects.filter(repository__in=scope.repositories, state__in=READ_STATES).order_by()
    begun = read.values("repository").annotate(first=Min("finished_at"))
    firsts = dict(begun.values_list("repository", "first"))
    return {
        pk: [
            replace(own or Numbers(), unread=all_of_it.unread)
            if all_of_it and (pk in runs or firsts[pk] < moment)
            else None
            for own, all_of_it, moment in zip(part.get(pk, [None] * len(moments)), found, moments, strict=True)
        ]
        for pk, found in whole.items()
        if pk in firsts
    }


def _now(scope: Scope) -> dict[int, dict[str, int]]:
    counted = (
        scope.findings()
        .order_by()
        .values("repository")
        .annotate(
            left=Count("pk", filter=query.remaining(apart=scope.apart)),
            unknown=Count("pk", filter=query.unknown(apart=scope.apart)),
            waived=Count("pk", filter=query.waived(apart=scope.apart)),
        )
    )
    columns = ("repository", "left", "unknown", "waived")
    return {
        pk: {"left": left, "unknown": unknown, "waived": waived}
        for pk, left, unknown, waived in counted.values_list(*columns)
    }


def _last(own: Sequence[Step], moment: datetime) -> Numbers | None:
    return next((step.numbers for step in reversed(own) if step.at < moment), None)


def _scans(ids: list[int], since: datetime) -> dict[int, list[tuple[datetime, bool]]]:
    """(end, whether it read the repository) of each scan since then, oldest first; before them the last good one."""
    found: dict[int, list[tuple[datetime, bool]]] = defaultdict(list)
    scans = Scan.objects.filter(repository__in=ids).order_by()
    read = scans.filter(state__in=READ_STATES, finished_at__lt=since).values("repository")
    for pk, at in read.annotate(last=Max("finished_at")).values_list("repository", "last"):
        found[pk].append((at, True))
    ended = Q(state__in=READ_STATES) | Q(state=ScanState.FAILED)
    rows = scans.filter(ended, finished_at__gte=since).order_by("finished_at")
    for pk, state, at in rows.values_list("repository", "state", "finished_at"):
        if at is not None:
            found[pk].append((at, state in READ_STATES))
    return found


def _cells(
    pk: int,
    past: Sequence[Numbers | None],
    moments: Sequence[datetime],
    scans: Sequence[tuple[datetime, bool]],
    runs: Runs,
) -> tuple[Cell, ...]:
    cells, before = [], None
    for number, moment in enumerate(moments):
        numbers = past[number] if past else None
        day = timezone.localdate(moment - timedelta(seconds=1))
        left, waived = (numbers.left, numbers.waived) if numbers else (None, 0)
        cells.append(Cell(day, _heat(numbers, before, moment, scans), left, waived))
        before = numbers
    return tuple(cells)


def _heat(
    numbers: Numbers | None, before: Numbers | None, moment: datetime, scans: Sequence[tuple[datetime, bool]]
) -> Heat:
    until = min(moment, timezone.now())
    ended = [(at, read) for at, read in scans if at < moment]
    week = [read for at, read in ended if at >= moment - timedelta(weeks=1)]
    if week and not any(week):
        return Heat.FAILING
    if numbers is None:
        return Heat.UNKNOWN
    reads = [at for at, read in ended if read]
    if reads and reads[-1] < until - STALE_AFTER:
        return Heat.STALE
    # What a waiver lets wait is no cleaner by it.
    there = numbers.left + numbers.waived
    if not there:
        return Heat.UNKNOWN if numbers.unknown or numbers.unread else Heat.CLEAN
    return Heat.IMPROVING if before is not None and there < before.left + before.waived else Heat.DIRTY
