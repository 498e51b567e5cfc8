"""Every number of a scope at the end of any day: of today as the other pages have it, of a past day worked out anew.

Calls come from the curve that the trend is drawn from, what needs them one by one from their events, coverage from the
scans that had ended by then.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from audits import query
from audits.engine.catalogue.platforms import PLATFORMS
from audits.engine.facts import Platform
from audits.models import Repository, Scan, ScanState
from audits.models.scan import READ_STATES

from .ages import at_percent, survival
from .breakdown import platforms
from .covered import Covered
from .explain import Assumed, assumed, begun_after, known_since, unscanned, whole_course
from .figures import Figures, figures, forecast, velocity
from .flows import seven_days
from .forecast import WINDOW, Forecast
from .interval import begins
from .narrow import histories
from .scope import Scope
from .series import Numbers, Runs, Step
from .singles import Single, singles
from .status import FRESH_FOR
from .weekly import weeks

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Due:
    """Calls left on a platform that had stopped to answer, `days` before; `calls` is None where nobody knows."""

    platform: str
    days: int
    calls: int | None


@dataclass(frozen=True)
class OnDay:
    """A scope at the end of `day`. `came` and `went` are of the seven days that end with it.

    What needs calls one by one is None where the calls left then are not all known so: some went before any scan;
    `survival`, of `lives` calls, where not all that are gone are.
    `unknown_before` is the day from which on anything is known, where that is later; `assumed` what is known of a part.
    """

    day: date
    numbers: Numbers
    came: int
    went: int
    velocity: float | None
    forecast: Forecast
    covered: Covered
    at_zero: int
    ever: int
    overdue: tuple[Due, ...]
    chats: int | None
    dismissed: int | None = None
    known_broken: int | None = None
    points: int | None = None
    half: int | None = None
    most: int | None = None
    at_least: bool = False
    survival: tuple[tuple[int, float], ...] | None = None
    lives: int = 0
    backslide: int | None = None
    unknown_before: date | None = None
    assumed: Assumed | None = field(default=None, compare=False)

    @property
    def known_ever(self) -> int:
        """What shares are a part of: every call seen until then that nobody dismissed."""
        found = self.numbers
        return found.left + found.unknown + found.waived + found.resolved

    @property
    def completion(self) -> tuple[int, int] | None:
        """As `figures.Counts` has it."""
        done, whole = self.numbers.resolved, self.known_ever
        return (done * 100 // whole, (done + self.numbers.unknown) * 100 // whole) if whole else None

    @property
    def migration(self) -> int | None:
        return self.numbers.migrated * 100 // self.known_ever if self.known_ever else None


def on(scope: Scope, day: date, due: date | None = None) -> OnDay:
    """The numbers of a day that is not to come; a fixed number of queries. `due` is a day that is asked for now."""
    return _today(scope, due) if day >= timezone.localdate() else _past(scope, day, due)


def _today(scope: Scope, due: date | None) -> OnDay:
    found, today = figures(scope, due), timezone.localdate()
    counts, ages, week = found.counts, found.ages, seven_days(scope, today)
    rows = platforms(scope.findings(), apart=scope.apart)
    return OnDay(
        day=today,
        numbers=_numbers_of(found),
        came=week.came,
        went=week.went,
        velocity=found.velocity,
        forecast=found.forecast,
        covered=found.coverage.covered,
        at_zero=found.coverage.at_zero,
        ever=found.coverage.ever,
        overdue=tuple(Due(row.name, row.days_overdue, row.calls) for row in rows if row.days_overdue),
        chats=found.coverage.chats,
        dismissed=counts.dismissed,
        known_broken=counts.known_broken,
        points=found.points,
        half=ages.half if ages else None,
        most=ages.most if ages else None,
        at_least=bool(ages and ages.at_least),
        survival=ages.survival if ages else (),
        lives=ages.lives if ages else 0,
        backslide=counts.backslide,
    )


def _numbers_of(found: Figures) -> Numbers:
    counts = found.counts
    return Numbers(
        counts.left, counts.unknown, counts.migrated_ever, counts.changed_ever, counts.deleted_ever, counts.waived
    )


def _past(scope: Scope, day: date, due: date | None) -> OnDay:
    end = begins(day + DAY)
    runs = histories(scope)
    found = list(whole_course(scope, runs))
    held = _held(found, end)
    numbers = sum((steps[-1] for steps in held.values()), Numbers())
    calls = list(singles(scope, end, runs, known_since()))
    scans = list(_scans(scope.repositories, end))
    past, week = weeks(scope, WINDOW, day), seven_days(scope, day)
    begun = _begun(scope, runs, found)
    return OnDay(
        day=day,
        numbers=Numbers(*(getattr(numbers, name) for name in _CALLS)),
        came=week.came,
        went=week.went,
        velocity=velocity(past),
        forecast=forecast(past, numbers.left + numbers.unknown + numbers.waived, day, due),
        covered=_covered(scope.repositories, scans, end),
        chats=sum(scan.chat_sites for scan in scans) if scans else None,
        unknown_before=timezone.localdate(begun) if begun and begun >= end else None,
        assumed=assumed(unscanned(scope, runs, end) | begun_after(scope, runs, end)),
        **_zero({pk: held[pk] for pk in _kept_ids(scope, end) if pk in held}, scans, calls),
        **_one_by_one(calls, numbers.left, day),
        **(_lived(calls) if all(run.parts_kept or not run.before(apart=scope.apart) for run in runs.values()) else {}),
    )


_CALLS = ("left", "unknown", "migrated", "changed", "deleted", "waived")


def _held(found: Iterable[Step], end: datetime) -> dict[int, list[Numbers]]:
    """By repository what it held at each of its steps until then."""
    held: dict[int, list[Numbers]] = defaultdict(list)
    for step in found:
        if step.at < end:
            held[step.repository].append(step.numbers)
    return held


def _scans(repositories: "QuerySet[Repository]", end: datetime) -> "QuerySet[Scan]":
    """Of each repository that was not archived then, the last scan that had read it; one query."""
    read = Scan.objects.filter(repository=OuterRef("pk"), state__in=READ_STATES, finished_at__lt=end).order_by("-pk")
    newest = _kept(repositories, end).order_by().annotate(newest=Subquery(read.values("pk")[:1])).values("newest")
    return Scan.objects.filter(pk__in=newest)


def _kept(repositories: "QuerySet[Repository]", end: datetime) -> "QuerySet[Repository]":
    return repositories.filter(Q(archived_at=None) | Q(archived_at__gte=end))


def _kept_ids(scope: Scope, end: datetime) -> Iterable[int]:
    return _kept(scope.repositories, end).order_by().values_list("pk", flat=True)


def _covered(repositories: "QuerySet[Repository]", scans: list[Scan], end: datetime) -> Covered:
    late = [scan for scan in scans if scan.finished_at and scan.finished_at >= end - FRESH_FOR]
    complete = sum(scan.state == ScanState.DONE for scan in late)
    unread = sum(scan.files_unread for scan in scans)
    whole = _kept(repositories, end).filter(created_at__lt=end).count()
    return Covered(whole, complete, len(late) - complete, unread)


def _begun(scope: Scope, runs: Runs, found: list[Step]) -> datetime | None:
    """Since when anything is known. One parameter's calls may come long after a repository's first scan."""
    begun = [step.at for step in found if not scope.narrow or step.repository in runs]
    return min([*begun, *(first for first, _ in unscanned(scope, runs).values())], default=None)


def _zero(held: dict[int, list[Numbers]], scans: list[Scan], calls: list[Single]) -> dict[str, Any]:
    """Repositories at verified zero then, of those that had had a call."""
    lost = Counter(call.repository for call in calls if call.lost)
    had = {pk for pk, steps in held.items() if any(one.left + one.unknown + one.waived + one.resolved for one in steps)}
    clean = {scan.repository_id for scan in scans if not scan.files_unread}
    last = {pk: held[pk][-1] for pk in had}
    zero = [
        pk
        for pk, one in last.items()
        if pk in clean and one.resolved and not one.left + one.unknown + one.waived and lost[pk] <= one.resolved
    ]
    return {"at_zero": len(zero), "ever": len(had)}


def _one_by_one(calls: list[Single], left: int, day: date) -> dict[str, Any]:
    then = [call for call in calls if call.left]
    dismissed = sum(call.dismissed for call in calls)
    broken = sum(call.waived and query.days_overdue(call.platform, day) is not None for call in calls)
    exact = len(then) == left
    by_platform = Counter(call.platform for call in then)
    overdue = tuple(
        Due(PLATFORMS[Platform(key)].name, days, count if exact else None)
        for key, count in by_platform.most_common()
        if (days := query.days_overdue(key, day))
    )
    told: dict[str, Any] = {"overdue": overdue, "dismissed": dismissed, "known_broken": broken}
    if not exact:
        return told
    ages = sorted(call.days for call in then)
    half, most = (at_percent(ages, percent) if ages else None for percent in (50, 90))
    return told | {
        "points": sum(call.points for call in then),
        "half": half,
        "most": most,
        "at_least": any(not call.dated for call in then),
        "backslide": sum(call.late for call in then),
    }


def _lived(calls: list[Single]) -> dict[str, Any]:
    """How long calls lived, of all that had been there by then, as `ages` has it of today."""
    lives = [call.life for call in calls if call.life]
    return {"survival": survival(lives) if lives else (), "lives": len(lives)}
