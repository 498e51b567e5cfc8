"""Inflow and outflow a week: of the past from sampled commits, since the scans from events."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from audits.lifecycle import INFLOW, OUTFLOW, Cause, Gone
from audits.models import HistoryPoint, Scan
from audits.models.scan import READ_STATES

from .ledger import Line, ledger
from .narrow import flows, histories
from .scope import Scope
from .series import Runs

WEEK = timedelta(weeks=1)
_WAIVERS = (Cause.WAIVED, Cause.WAIVER_ENDED)
_GONE = {
    Gone.MIGRATED: Cause.MIGRATED,
    Gone.CODE_CHANGED: Cause.CHANGED,
    Gone.CODE_DELETED: Cause.DELETED,
    Gone.FILE_DELETED: Cause.DELETED,
    Gone.RULE_CHANGED: Cause.RULES,
    **{cause.value: cause for cause in (Cause.DISMISSED, Cause.DECISION, *_WAIVERS, Cause.READING)},
    "added": Cause.INTRODUCED,
    "returned": Cause.REGRESSED,
}


@dataclass(frozen=True)
class Week:
    """A whole week from Monday `start`; `causes` are calls by cause, positive whether they came or went."""

    start: date
    causes: dict[Cause, int] = field(default_factory=dict)

    @property
    def end(self) -> date:
        """Its Sunday."""
        return self.start + timedelta(days=6)

    @property
    def inflow(self) -> int:
        return sum(self.causes.get(cause, 0) for cause in INFLOW)

    @property
    def outflow(self) -> int:
        return sum(self.causes.get(cause, 0) for cause in OUTFLOW)

    @property
    def came(self) -> int:
        """Inflow without calls whose waiver ended: these were there all the time."""
        return self.inflow - self.causes.get(Cause.WAIVER_ENDED, 0)

    @property
    def went(self) -> int:
        """Outflow without waived calls, which come back by themselves: no pace, and nothing that a goal asks for."""
        return self.outflow - self.causes.get(Cause.WAIVED, 0)

    @property
    def net(self) -> int:
        """By how much what is open changed by people's work; negative is progress."""
        return self.inflow - self.outflow


def weeks(scope: Scope, count: int, today: date | None = None) -> list[Week]:
    """The last `count` whole weeks, oldest first; none where the repositories have been known for no whole week."""
    today = today or timezone.localdate()
    end = monday(today)
    start = end - count * WEEK
    sums: dict[date, Counter[Cause]] = {start + number * WEEK: Counter() for number in range(count)}
    runs = histories(scope)
    begins = _past(scope, runs, sums)
    for line in since_history(ledger(scope, _midnight(start)), runs):
        _add(sums, line.entry.at, line.entry.cause, line.entry.open)
    begins += _scanned_since(scope)
    known = [week for week in sums if begins and week >= monday(min(begins))]
    return [Week(week, {cause: abs(n) for cause, n in sums[week].items() if n}) for week in known]


def monday(day: date) -> date:
    """The Monday of that day's week."""
    return day - timedelta(days=day.weekday())


def since_history(lines: Iterable[Line], runs: Runs) -> Iterator[Line]:
    """The lines that no history tells of already, without what was there all along when a repository was added."""
    return (line for line in lines if line.entry.cause is not Cause.ADDED and not told_by_history(line, runs))


def told_by_history(line: Line, runs: Runs) -> bool:
    """Whether a history tells of it: it holds what scans saw, and people decided, up to its `base_at`.

    What was there when a repository was added is told by its history too, with the commits that brought it.
    """
    run = runs.get(line.repository)
    return run is not None and run.base_at is not None and line.entry.at <= run.base_at


def cause_of(word: str) -> Cause:
    """Of a word by which a history says that a call came or went."""
    return _GONE.get(word, Cause.LEFT_OUT)


def past_flows(scope: Scope, runs: Runs) -> Iterator[tuple[int, datetime, Cause, int]]:
    """What histories saw come (above 0) and go: (repository, commit's time, cause, calls); one query, and five more of
    one parameter or platform."""
    if scope.narrow:
        yield from ((pk, at, cause_of(word), calls) for pk, at, word, calls in flows(scope, runs))
        return
    rows = HistoryPoint.objects.filter(run__in=[run.pk for run in runs.values()]).order_by("run", "number")
    columns = ("run__repository", "at", "apart", "added", "returned", "gone")
    for pk, at, whole, *product in rows.values_list(*columns):
        added, returned, gone = (whole[name] for name in columns[-3:]) if scope.apart and whole else product
        yield pk, at, Cause.INTRODUCED, added
        yield pk, at, Cause.REGRESSED, returned
        for reason, calls in gone.items():
            yield pk, at, cause_of(reason), -calls


def _past(scope: Scope, runs: Runs, sums: dict[date, Counter[Cause]]) -> list[date]:
    """Add what histories saw come and go, and return the days on which they begin."""
    begins: dict[int, date] = {}
    for pk, at, cause, calls in past_flows(scope, runs):
        begins.setdefault(pk, timezone.localdate(at))
        _add(sums, at, cause, calls)
    return list(begins.values())


def _scanned_since(scope: Scope) -> list[date]:
    read = Scan.objects.filter(state__in=READ_STATES, repository__in=scope.repositories.order_by().values("pk"))
    first = read.order_by("finished_at").values_list("finished_at", flat=True).first()
    return [timezone.localdate(first)] if first else []


def _add(sums: dict[date, Counter[Cause]], at: datetime, cause: Cause, calls: int) -> None:
    week = monday(timezone.localdate(at))
    if week in sums:
        sums[week][cause] += calls


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
