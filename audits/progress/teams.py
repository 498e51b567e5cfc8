"""The teams: what each has left, how far it is, its effort, and where it was in the last four weeks."""

from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Min, Q, QuerySet, Sum
from django.utils import timezone

from audits import query
from audits.models import Finding, Repository, Team

from .covered import Covered, covered
from .effort import with_points
from .narrow import course
from .scope import Scope
from .series import Numbers, Runs, Step

WEEKS = 4


@dataclass(frozen=True)
class TeamRow:
    """One team's repositories together; `team` is None for those that no team has. `ever` of them ever had a call.

    `points` is the effort that is left, `weeks` are the calls left four weeks ago and at the end of each week since.
    `added` are the calls that each repository brought along that was added in these weeks. Of the calls left, `overdue`
    have the state of that name, and CODEOWNERS gives `unowned` to nobody.
    """

    team: Team | None
    left: int
    unknown: int
    waived: int
    resolved: int
    ever: int
    at_zero: int
    coverage: Covered
    oldest: datetime | None = None
    points: int = 0
    weeks: tuple[int, ...] = ()
    before: int = 0
    added: tuple[int, ...] = ()
    overdue: int = 0
    unowned: int = 0

    @property
    def change(self) -> int:
        """Calls more (or fewer, below 0) than four weeks ago, without what repositories were added with."""
        return self.weeks[-1] - self.weeks[0] - sum(self.added) if self.weeks else 0

    @property
    def done(self) -> int:
        """Calls resolved since the first scan and before it."""
        return self.resolved + self.before

    @property
    def name(self) -> str:
        return self.team.name if self.team else "No team"

    @property
    def completion(self) -> int | None:
        return percent(self.done, self.left + self.unknown + self.waived + self.done)


def given(findings: "QuerySet[Finding]", team: Team, *, apart: bool = False) -> int:
    """Calls left in other repositories that CODEOWNERS gives to the team: a team is counted by its repositories."""
    rows = findings.filter(query.remaining(apart=apart), query.owned(team.slug, None))
    return rows.exclude(repository__in=Repository.objects.filter(team=team).values("pk")).count()


def percent(part: int, whole: int) -> int | None:
    """Whole percent, rounded down so that 100 means all; None of nothing."""
    return part * 100 // whole if whole else None


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


def of(row: Repository, name: str) -> Any:
    return getattr(row, name)


def total(rows: Sequence[Repository], name: str) -> int:
    return sum(of(row, name) for row in rows)


def at_zero(row: Repository) -> bool:
    """`status.at_zero()` for a row in hand."""
    unsure = sum(of(row, name) for name in ("left", "unknown_count", "waived_count", "unread_count"))
    done = of(row, "resolved_count") + of(row, "before_count")
    return bool(done) and unsure == 0 and of(row, "lost_count") <= done and of(row, "read_at") is not None


def ever_had(row: Repository) -> bool:
    """`status.ever_had()` for a row in hand."""
    return bool(of(row, "ever_count") or of(row, "before_count"))


def team_rows(rows: Sequence[Repository], scope: Scope, runs: Runs) -> tuple[TeamRow, ...]:
    """One a team that has a repository among `rows`, most calls left first; six queries."""
    left = _left(scope)
    groups: dict[int | None, list[Repository]] = {}
    for row in rows:
        groups.setdefault(row.team_id, []).append(row)
    points = points_by_team(scope)
    known = {row.pk: row.team_id for row in rows}
    known_steps = list(course(scope, runs))
    moments = marks(timezone.localdate())[:-1]
    past = left_by_group(known_steps, known, moments)
    # One parameter's calls may come first long after their repository did.
    older = {*runs, *(row.pk for row in rows if scope.narrow and row.created_at < moments[0])}
    added = added_by_group(known_steps, known, moments[0], older)
    made = (
        replace(
            _team(group),
            **left.get(key, {}),
            points=points.get(key, 0),
            weeks=(*past.get(key, ()), total(group, "left")),
            added=tuple(added.get(key, ())),
            before=total(group, "before_count"),
        )
        for key, group in groups.items()
    )
    return tuple(sorted(made, key=lambda row: (row.team is None, -row.left, row.name)))


def _team(rows: Sequence[Repository]) -> TeamRow:
    kept = [row for row in rows if row.archived_at is None]
    return TeamRow(
        team=rows[0].team,
        left=total(rows, "left"),
        unknown=total(rows, "unknown_count"),
        waived=total(rows, "waived_count"),
        resolved=total(rows, "resolved_count"),
        ever=sum(map(ever_had, kept)),
        at_zero=sum(map(at_zero, kept)),
        coverage=covered(kept),
    )


def _left(scope: Scope) -> dict[int | None, dict[str, Any]]:
    """Of the calls left by team: the oldest's first sight, how many are overdue, and how many nobody owns."""
    left = query.remaining(apart=scope.apart)
    rows = (
        query.with_state(scope.findings().filter(left))
        .order_by()
        .values("repository__team")
        .annotate(
            oldest=Min("first_seen_at"),
            overdue=Count("pk", filter=Q(state="overdue")),
            unowned=Count("pk", filter=Q(owners="")),
        )
    )
    found: dict[int | None, dict[str, Any]] = {}
    for row in rows:
        found[row["repository__team"]] = {name: value for name, value in row.items() if name != "repository__team"}
    return found
