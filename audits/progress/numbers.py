"""Everything the overview says, computed once: the page, `manage.py progress` and the tests read the same Summary."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Min, QuerySet
from django.utils import timezone

from audits import access, lifecycle, query
from audits.engine.catalogue.platforms import GUIDE_DATE, OFF_SINCE
from audits.engine.facts import Platform
from audits.models import Finding, Organisation, Repository, Scan, Team

from . import breakdown, series, teams
from .attention import Attention, attention
from .figures import present
from .scope import Scope
from .status import FRESH_FOR, KNOWLEDGE, STATUSES, is_first, statuses

RECENT_SCANS = 8


@dataclass(frozen=True)
class TeamRow:
    """One team's repositories together; `team` is None for those that no team has. `ever` of them ever had a call.

    `points` is the effort that is left, `weeks` are the calls left four weeks ago and at the end of each week since.
    `added` are the calls that each repository brought along that was added in these weeks.
    """

    team: Team | None
    left: int
    unknown: int
    resolved: int
    repositories: int
    ever: int
    at_zero: int
    read_lately: int
    unread: int
    oldest: datetime | None
    points: int = 0
    weeks: tuple[int, ...] = ()
    before: int = 0
    added: tuple[int, ...] = ()

    @property
    def change(self) -> int:
        """Calls more (or fewer, below 0) than four weeks ago, without what repositories were added with."""
        return self.weeks[-1] - self.weeks[0] - sum(self.added) if self.weeks else 0

    @property
    def name(self) -> str:
        return self.team.name if self.team else "No team"

    @property
    def completion(self) -> int | None:
        done = self.resolved + self.before
        return percent(done, self.left + self.unknown + done)


@dataclass(frozen=True)
class Summary:
    """The organisation today, as far as one person may see it. Counts are calls unless the name says otherwise.

    remaining + unknown + resolved + dismissed == ever_seen, and the calls of each breakdown add up to `remaining`.
    `restricted` calls are left in repositories that this person may not open; they are in no other number.
    """

    as_of: datetime
    remaining: int
    chat_failures: int
    unknown: int
    resolved: int
    dismissed: int
    ever_seen: int
    reasons: dict[str, int]
    repositories: int
    repositories_read: int
    repositories_at_zero: int
    repositories_ever: int
    statuses: dict[str, int]
    knowledge: dict[str, int]
    read_lately: int
    unread: int
    restricted: int
    teams: tuple[TeamRow, ...]
    parameters: tuple[breakdown.ParameterRow, ...]
    without_obstacle: int
    platforms: tuple[breakdown.PlatformRow, ...]
    trend: tuple[series.Day, ...]
    history: series.History
    recent_scans: tuple[Scan, ...]
    attention: tuple[Attention, ...]
    guide_date: date = GUIDE_DATE
    enforced: date = OFF_SINCE[Platform.COHERE]

    @property
    def days_overdue(self) -> int:
        """Days since Cohere stopped to answer."""
        return (timezone.localdate(self.as_of) - self.enforced).days

    @property
    def headline(self) -> str:
        """ "12 calls to Generate left"; with Chat calls among them that fail, "12 calls to migrate left"."""
        calls = "call" if self.remaining == 1 else "calls"
        return f"{self.remaining:,} {calls} to {'migrate' if self.chat_failures else 'Generate'} left"

    @property
    def code_changed(self) -> int:
        """Resolved calls whose file is still there."""
        return self.resolved - self.file_deleted

    @property
    def file_deleted(self) -> int:
        return self.reasons.get("file_deleted", 0)

    @property
    def counted(self) -> int:
        """What completion is a part of: every call ever seen, in a history too, that nobody dismissed."""
        return self.ever_seen - self.dismissed + self.history.before

    @property
    def completion(self) -> tuple[int, int] | None:
        """Resolved in percent of what was ever seen, as a range: none or all of the unknown ones may be gone."""
        done = self.resolved + self.history.before
        low, high = percent(done, self.counted), percent(done + self.unknown, self.counted)
        return None if low is None or high is None else (low, high)


def percent(part: int, whole: int) -> int | None:
    """Whole percent, rounded down so that 100 means all; None of nothing."""
    return part * 100 // whole if whole else None


def summary(user: access.Person | None, *, apart: bool = False) -> Summary:
    """The numbers of what `user` may see; None is the command line and sees all. A fixed number of queries."""
    if user is None:
        return summary_of(Repository.objects.all(), apart=apart)
    return summary_of(access.visible_to(user), restricted(user, apart=apart), apart=apart)


def restricted(user: access.Person, *, apart: bool = False) -> int:
    """Calls left in repositories that this person may not know of: a number that is not broken down; one query."""
    return access.findings_hidden_from(user).filter(query.remaining(apart=apart)).count()


def summary_of(visible: "QuerySet[Repository]", restricted: int = 0, *, apart: bool = False) -> Summary:
    """The numbers of some repositories; `restricted` calls are left in others that must not be told apart.

    Calls of the product; with `apart` those in tests, examples and the like too.
    """
    findings = Finding.objects.filter(repository__in=visible.order_by().values("pk"))
    rows, scope = _rows(visible, apart), Scope(visible, apart=apart)
    # What was done in archived ones stays done; what is known and what waits is said of the others.
    kept = [row for row in rows if row.archived_at is None]
    left, resolved = _total(rows, "left"), _total(rows, "resolved_count")
    runs = series.current(visible)
    others = _asked(findings, apart)
    return Summary(
        as_of=timezone.now(),
        remaining=left,
        chat_failures=others["chat_failures"],
        dismissed=others["dismissed"],
        unknown=_total(rows, "unknown_count"),
        resolved=resolved,
        ever_seen=_total(rows, "ever_count"),
        reasons=breakdown.reasons(findings, apart=apart),
        repositories=len(kept),
        repositories_read=sum(_get(row, "read_at") is not None for row in kept),
        repositories_at_zero=sum(map(_at_zero, kept)),
        repositories_ever=sum(_get(row, "ever_count") > 0 for row in kept),
        statuses=_counted(kept, "status", STATUSES),
        knowledge=_counted(kept, "knowledge", KNOWLEDGE),
        read_lately=sum(map(_read_lately, kept)),
        unread=_total(kept, "unread_count"),
        restricted=restricted,
        teams=_teams(rows, findings, scope, runs),
        parameters=breakdown.parameters(findings, apart=apart),
        without_obstacle=breakdown.without_obstacle(findings, apart=apart),
        platforms=breakdown.platforms(findings, apart=apart),
        trend=series.trend(visible, present(scope), _window(), runs, apart=apart),
        history=series.history(visible, runs, apart=apart),
        recent_scans=_recent(visible),
        attention=attention(kept, Organisation.current()),
    )


def _asked(findings: "QuerySet[Finding]", apart: bool) -> dict[str, int]:
    """What the rows of repositories do not hold: one query."""
    return findings.order_by().aggregate(
        dismissed=Count("pk", filter=query.dismissed(apart=apart)),
        chat_failures=Count("pk", filter=query.chat_failures(apart=apart)),
    )


def _recent(visible: "QuerySet[Repository]") -> tuple[Scan, ...]:
    scans = Scan.objects.filter(repository__in=visible.values("pk")).annotate(first=is_first())
    return tuple(scans.select_related("repository").order_by("-pk")[:RECENT_SCANS])


def _window() -> date:
    """The first day of the trend: as far back as the organisation's histories reach."""
    return timezone.localdate(timezone.now() - lifecycle.reach(Organisation.current().history_months))


def _rows(visible: "QuerySet[Repository]", apart: bool) -> list[Repository]:
    return list(statuses(visible, apart=apart).select_related("team").order_by("name"))


def _get(row: Repository, name: str) -> Any:
    return getattr(row, name)


def _total(rows: Sequence[Repository], name: str) -> int:
    return sum(_get(row, name) for row in rows)


def _at_zero(row: Repository) -> bool:
    """`status.at_zero()` for a row in hand."""
    ever, unsure = _get(row, "ever_count"), _get(row, "left") + _get(row, "unknown_count") + _get(row, "unread_count")
    return ever > 0 and unsure == 0 and _get(row, "read_at") is not None


def _read_lately(row: Repository) -> bool:
    read_at = _get(row, "read_at")
    return read_at is not None and read_at >= timezone.now() - FRESH_FOR


def _counted(rows: Sequence[Repository], name: str, words: dict[str, str]) -> dict[str, int]:
    counts = Counter(_get(row, name) for row in rows)
    return {word: counts[word] for word in words}


def _teams(
    rows: Sequence[Repository], findings: "QuerySet[Finding]", scope: Scope, runs: series.Runs
) -> tuple[TeamRow, ...]:
    oldest: dict[int | None, datetime] = dict(
        findings.filter(query.remaining(apart=scope.apart))
        .order_by()
        .values_list("repository__team")
        .annotate(oldest=Min("first_seen_at"))
        .values_list("repository__team", "oldest")
    )
    groups: dict[int | None, list[Repository]] = {}
    for row in rows:
        groups.setdefault(row.team_id, []).append(row)
    points = teams.points_by_team(scope)
    known = {row.pk: row.team_id for row in rows}
    steps = list(series.steps(scope.repositories, runs, apart=scope.apart))
    moments = teams.marks(timezone.localdate())[:-1]
    past = teams.left_by_group(steps, known, moments)
    added = teams.added_by_group(steps, known, moments[0], runs)
    made = (
        replace(
            _team(group, oldest.get(key)),
            points=points.get(key, 0),
            weeks=(*past.get(key, ()), _total(group, "left")),
            added=tuple(added.get(key, ())),
            before=sum(sum(runs[row.pk].before(apart=scope.apart).values()) for row in group if row.pk in runs),
        )
        for key, group in groups.items()
    )
    return tuple(sorted(made, key=lambda row: (row.team is None, -row.left, row.name)))


def _team(rows: Sequence[Repository], oldest: datetime | None) -> TeamRow:
    kept = [row for row in rows if row.archived_at is None]
    return TeamRow(
        team=rows[0].team,
        left=_total(rows, "left"),
        unknown=_total(rows, "unknown_count"),
        resolved=_total(rows, "resolved_count"),
        repositories=len(kept),
        ever=sum(_get(row, "ever_count") > 0 for row in kept),
        at_zero=sum(map(_at_zero, kept)),
        read_lately=sum(map(_read_lately, kept)),
        unread=_total(kept, "unread_count"),
        oldest=oldest,
    )
