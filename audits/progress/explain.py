"""Why a number is another one than before: repositories against causes, with the findings behind each."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Min
from django.utils import timezone

from audits.lifecycle import Cause
from audits.models import HistoryPoint, Repository, Scan, ScanState
from audits.models.scan import READ_STATES

from .behind import Behind, of_events, of_openings, of_past
from .figures import present
from .ledger import ledger
from .narrow import course, histories, opened
from .numbers import window
from .scope import Scope
from .series import Runs, Step, totals
from .weekly import past_flows, told_by_history


@dataclass(frozen=True)
class Row:
    """One repository: calls by cause, above 0 where they came, and the calls themselves as far as they were kept.

    `failed` scans ended in the interval without reading it.
    """

    repository: Repository
    causes: dict[Cause, int]
    behind: dict[Cause, tuple[Behind, ...]] = field(default_factory=dict)
    failed: int = 0

    @property
    def net(self) -> int:
        return sum(self.causes.values())


@dataclass(frozen=True)
class Assumed:
    """What nobody read: of `repositories` nothing is known before some day after the one asked for, from `first` to
    `until`. Before it they count as empty, and what they held then stands among what came with a repository."""

    repositories: int
    first: date
    until: date


@dataclass(frozen=True)
class Explanation:
    """What is open (left or unknown) before `start` and at the end of `end`: opening + sum of rows + other == closing.

    `other` is what no event and no commit tells of, such as a path rule of before rules left events. `added`
    repositories were registered in these days; their calls came with the commits that brought them, on those days.
    """

    start: date
    end: date
    opening: int
    closing: int
    rows: tuple[Row, ...]
    other: int
    added: int = 0
    assumed: Assumed | None = None

    @property
    def net(self) -> int:
        return self.closing - self.opening

    @property
    def untold(self) -> bool:
        """Whether nothing is known of any call on any of the days, and that for want of reading."""
        begun = self.assumed is None or self.assumed.first <= self.end
        return not begun and not self.opening and not self.closing and not self.rows

    @property
    def causes(self) -> list[tuple[Cause, int]]:
        """The sums of the rows, causes without a call left out."""
        sums = Counter[Cause]()
        for row in self.rows:
            sums.update(row.causes)
        return [(cause, sums[cause]) for cause in Cause if any(cause in row.causes for row in self.rows)]

    def behind(self, cause: Cause, repository: int | None = None) -> list[Behind]:
        """The calls of one cause, of one repository or of all, oldest first."""
        rows = (row for row in self.rows if repository in (None, row.repository.pk))
        return sorted((call for row in rows for call in row.behind.get(cause, ())), key=lambda call: call.at)


def explain(scope: Scope, start: date, end: date) -> Explanation:
    """Both days are part of it. A fixed number of queries.

    Of one parameter or platform nothing is known from before the scans where no history kept what each call was.
    """
    since, until = _midnight(start), _midnight(end + timedelta(days=1))
    runs = histories(scope)
    lines = [line for line in ledger(scope, since) if not told_by_history(line, runs)]
    inside = [line for line in lines if line.entry.at < until]
    sums: dict[int, Counter[Cause]] = defaultdict(Counter)
    for line in inside:
        sums[line.repository][line.entry.cause] += line.entry.open
    for pk, at, cause, calls in past_flows(scope, runs):
        if since <= at < until:
            sums[pk][cause] += calls
    begun = begun_after(scope, runs, since)
    began = {pk: at for pk, (at, calls) in begun.items() if at < until and calls}
    for pk in began:
        sums[pk][Cause.ADDED] += begun[pk][1]
    opening, closing = _ends(scope, runs, since, until)
    behind = [*of_past(scope, runs, since, until), *of_events(inside), *of_openings(scope, runs, began)]
    rows = _rows(scope, sums, behind, since, until)
    other = closing - opening - sum(row.net for row in rows)
    added = scope.repositories.filter(pk__in=runs, created_at__gte=since, created_at__lt=until).count()
    unknown = assumed(begun | unscanned(scope, runs, since))
    return Explanation(start, end, opening, closing, rows, other, added, unknown)


def begun_after(scope: Scope, runs: Runs, since: datetime) -> dict[int, tuple[datetime, int]]:
    """By repository of which nothing is known before a moment after `since`: that moment, and the calls it held then.

    Its first point, or the first day of the trend, if that comes earlier. At most one query.
    """
    short = [run.pk for run in runs.values() if not run.complete]
    if not short:
        return {}
    rows = HistoryPoint.objects.filter(run__in=short, number=0, at__gte=since)
    found = {}
    columns = ("run__repository", "at", "parts", "apart", "remaining", "unknown")
    for pk, at, parts, whole, left, unknown in rows.values_list(*columns):
        calls = whole["remaining"] + whole["unknown"] if scope.apart and whole else left + unknown
        if scope.narrow:
            held = opened(scope, parts)
            calls = held.left + held.unknown
        if (known := min(at, known_since())) >= since:
            found[pk] = (known, calls)
    return found


def unscanned(scope: Scope, runs: Runs, since: datetime | None = None) -> dict[int, tuple[datetime, int]]:
    """The same for one parameter or platform, of which nothing is known before a repository's first scan where its
    history does not tell; one query."""
    if not scope.narrow:
        return {}
    read = Scan.objects.filter(state__in=READ_STATES, repository__in=scope.repositories.order_by().values("pk"))
    firsts = read.order_by().values("repository").annotate(first=Min("finished_at"))
    firsts = firsts.filter(first__gte=since) if since else firsts
    return {pk: (first, 0) for pk, first in firsts.values_list("repository", "first") if pk not in runs}


def known_since() -> datetime:
    """The first moment of the trend: of what a history that begins later opens with is said that it was there."""
    return _midnight(window())


def assumed(begun: dict[int, tuple[datetime, int]]) -> Assumed | None:
    """`begun_after` in short."""
    if not begun:
        return None
    days = [timezone.localdate(at) for at, _ in begun.values()]
    return Assumed(len(days), min(days), max(days))


def _ends(scope: Scope, runs: Runs, since: datetime, until: datetime) -> tuple[int, int]:
    first, last = totals(whole_course(scope, runs), [since, until])
    # Of today the rows themselves tell: the daily numbers follow a decision within minutes.
    last = present(scope) if until > timezone.now() else last
    return first.left + first.unknown, last.left + last.unknown


def whole_course(scope: Scope, runs: Runs) -> Iterator[Step]:
    """The curve of every repository of a scope, which claims nothing before `known_since`."""
    return course(scope, runs, known_since())


def _rows(
    scope: Scope, sums: dict[int, Counter[Cause]], calls: list[Behind], since: datetime, until: datetime
) -> tuple[Row, ...]:
    failed = dict(
        Scan.objects.filter(state=ScanState.FAILED, finished_at__gte=since, finished_at__lt=until)
        .filter(repository__in=scope.repositories.order_by().values("pk"))
        .order_by()
        .values("repository")
        .annotate(n=Count("pk"))
        .values_list("repository", "n")
    )
    found: dict[int, dict[Cause, list[Behind]]] = defaultdict(lambda: defaultdict(list))
    for call in calls:
        found[call.repository][call.cause].append(call)
    told = {pk: {cause: calls for cause, calls in by.items() if calls} for pk, by in sums.items()}
    ids = [pk for pk in {*told, *failed} if told.get(pk) or failed.get(pk)]
    rows = (
        Row(
            repository,
            told.get(pk, {}),
            {cause: tuple(some) for cause, some in found[pk].items() if cause in told.get(pk, {})},
            failed.get(pk, 0),
        )
        for pk, repository in Repository.objects.in_bulk(ids).items()
    )
    return tuple(sorted(rows, key=lambda row: (-sum(map(abs, row.causes.values())), row.repository.name)))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
