"""Every number of a scope, each by one function: page, list header, export, command line and mail read these."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from statistics import median

from django.db.models import Count, Max, OuterRef, Q, Subquery, Sum
from django.utils import timezone

from audits import query
from audits.engine.catalogue.platforms import OFF_SINCE
from audits.lifecycle import Gone
from audits.models import Organisation, Repository, Scan, SetAside, Team
from audits.models.scan import READ_STATES

from . import effort
from .ages import Ages, ages
from .covered import Covered, of_all
from .forecast import WINDOW, Forecast
from .forecast import Week as Net
from .forecast import forecast as resampled
from .narrow import before, histories
from .scope import Scope
from .series import Numbers, gone
from .status import at_zero, ever_had, statuses_in
from .weekly import Week, weeks

VELOCITY_WEEKS = 8


@dataclass(frozen=True)
class Counts:
    """Calls. left + unknown + waived + migrated + changed + deleted + before + dismissed == ever_seen; `known_broken`
    are part of `waived`. `before` had gone before the first scan, as histories tell, in `ways` by reason."""

    left: int
    unknown: int
    migrated: int
    changed: int
    deleted: int
    before: int
    dismissed: int
    ever_seen: int
    waived: int
    known_broken: int
    backslide: int
    ways: Mapping[str, int] = field(default_factory=dict)

    @property
    def migrated_ever(self) -> int:
        """Before the first scan and since; so are the next two."""
        return self.migrated + gone(self.ways).migrated

    @property
    def changed_ever(self) -> int:
        return self.changed + gone(self.ways).changed

    @property
    def deleted_ever(self) -> int:
        return self.deleted + gone(self.ways).deleted

    @property
    def resolved(self) -> int:
        return self.migrated + self.changed + self.deleted + self.before

    @property
    def known_ever(self) -> int:
        """What shares are a part of: every call ever seen that nobody dismissed."""
        return self.ever_seen - self.dismissed

    @property
    def completion(self) -> tuple[int, int] | None:
        """Whole percent, rounded down, as a range; None of nothing."""
        if not self.known_ever:
            return None
        return self.resolved * 100 // self.known_ever, (self.resolved + self.unknown) * 100 // self.known_ever

    @property
    def migration(self) -> int | None:
        """Whole percent of observed migrations."""
        return self.migrated_ever * 100 // self.known_ever if self.known_ever else None


def counts(scope: Scope, today: date | None = None) -> Counts:
    """All of Counts in at most three queries."""
    today = today or timezone.localdate()
    apart = scope.apart
    resolved = query.resolved(apart=apart)
    found = (
        scope.findings()
        .order_by()
        .aggregate(
            left=Count("pk", filter=query.remaining(apart=apart, today=today)),
            unknown=Count("pk", filter=query.unknown(apart=apart, today=today)),
            migrated=Count("pk", filter=resolved & Q(absent_reason=Gone.MIGRATED)),
            changed=Count("pk", filter=resolved & Q(absent_reason=Gone.CODE_CHANGED)),
            deleted=Count("pk", filter=resolved & Q(absent_reason__in=(Gone.CODE_DELETED, Gone.FILE_DELETED))),
            dismissed=Count("pk", filter=query.dismissed(apart=apart)),
            ever_seen=Count("pk", filter=query.ever_seen(apart=apart)),
            waived=Count("pk", filter=query.waived(apart=apart, today=today)),
            known_broken=Count("pk", filter=query.known_broken(today, apart=apart)),
            backslide=Count("pk", filter=query.remaining(apart=apart, today=today) & written_after_the_end()),
        )
    )
    ways = resolved_before(scope)
    before = sum(ways.values())
    return Counts(**found | {"ever_seen": found["ever_seen"] + before}, before=before, ways=ways)


def present(scope: Scope) -> Numbers:
    """The end of the scope's trend without what was gone before the first scan."""
    found = counts(scope)
    return Numbers(found.left, found.unknown, found.migrated, found.changed, found.deleted, found.waived)


def resolved_before(scope: Scope) -> dict[str, int]:
    """Calls that histories saw resolved and no scan ever saw, by reason."""
    found = Counter[str]()
    for ways in before(scope, histories(scope)).values():
        found.update(ways)
    return dict(found)


def written_after_the_end() -> Q:
    """Calls whose line, and whose first sight in commits or scans, is younger than the end of their platform.

    It is no matter whether the first scan or a later one saw them, and a line that was only formatted anew is old.
    """
    late = Q(pk__in=[])
    for platform, off_since in OFF_SINCE.items():
        midnight = timezone.make_aware(datetime(off_since.year, off_since.month, off_since.day))
        late |= Q(platform=platform.value, blame_at__gte=midnight, first_seen_at__gte=midnight)
    return late


@dataclass(frozen=True)
class Coverage:
    """How much of the scope, without what is archived, the numbers speak for. `at_zero` of `ever` that had a call;
    `aside` are uses that comments in their source set aside."""

    covered: Covered
    at_zero: int
    ever: int
    chats: int
    aside: int


def coverage(scope: Scope) -> Coverage:
    """Three queries."""
    found = Repository.objects.filter(pk__in=scope.repositories.order_by().values("pk"), archived_at=None)
    kept = replace(scope, repositories=found)
    sums = (
        statuses_in(kept)
        .order_by()
        .aggregate(**of_all(), at_zero=Count("pk", filter=at_zero()), ever=Count("pk", filter=ever_had()))
    )
    read = Covered(**{name: sums.pop(name) or 0 for name in of_all()})
    aside = SetAside.objects.filter(repository__in=found.order_by().values("pk")).count()
    return Coverage(read, sums["at_zero"], sums["ever"], chats=chats(scope), aside=aside)


def chats(scope: Scope) -> int:
    """Chat calls that the last scan of each repository saw."""
    newest = Scan.objects.filter(repository=OuterRef("pk"), state__in=READ_STATES).order_by("-pk")
    rows = (
        scope.repositories.filter(archived_at=None).order_by().annotate(sites=Subquery(newest.values("chat_sites")[:1]))
    )
    return rows.aggregate(sum=Sum("sites"))["sum"] or 0


def velocity(found: list[Week]) -> float | None:
    """Median of the net calls that went a week, waivers aside, over the last whole weeks; None without one."""
    last = found[-VELOCITY_WEEKS:]
    return float(median(week.went - week.came for week in last)) if last else None


def due_of(team: Team | None = None) -> date | None:
    """The day until which it is to be done: the team's own, else the organisation's."""
    return (team.due if team and team.due else None) or Organisation.current().due


def days_past(due: date, left: int, today: date | None = None) -> str:
    """ ", 56 days ago" of a day that has passed while calls are left, "" of any other."""
    days = ((today or timezone.localdate()) - due).days
    return f", {days:,} {'day' if days == 1 else 'days'} ago" if days > 0 and left else ""


@dataclass(frozen=True)
class Figures:
    """A scope on `today`."""

    as_of: datetime
    counts: Counts
    coverage: Coverage
    points: int
    ages: Ages | None
    weeks: tuple[Week, ...]
    forecast: Forecast

    @property
    def still(self) -> bool:
        """Whether nothing came or went in any of the weeks."""
        return bool(self.weeks) and not any(week.inflow or week.outflow for week in self.weeks)

    @property
    def velocity(self) -> float | None:
        return velocity(list(self.weeks))


def figures(scope: Scope, due: date | None = None, now: datetime | None = None) -> Figures:
    """Everything of a scope; a fixed number of queries."""
    now = now or timezone.now()
    today = timezone.localdate(now)
    found = weeks(scope, WINDOW, today)
    numbers = counts(scope, today)
    return Figures(
        as_of=now,
        counts=numbers,
        coverage=coverage(scope),
        points=effort.points(scope.findings().filter(query.remaining(apart=scope.apart, today=today))),
        ages=ages(scope, now),
        weeks=tuple(found),
        forecast=forecast(found, numbers.left + numbers.unknown + numbers.waived, today, due),
    )


def forecast(found: list[Week], left: int, today: date, due: date | None) -> Forecast:
    """From whole weeks; unknown calls may be there still, and waived ones come back, so both belong to `left`."""
    return resampled([Net(week.came, week.went) for week in found], left, today, due)


def last_change(scope: Scope) -> datetime | None:
    """When the newest result of the scope was read; None before the first."""
    newest: datetime | None = scope.repositories.aggregate(newest=Max("applied_at"))["newest"]
    return newest
