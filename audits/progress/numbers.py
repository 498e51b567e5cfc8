"""Everything the overview says, computed once: the page, `manage.py progress` and the tests read the same Summary."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, QuerySet
from django.utils import timezone

from audits import access, lifecycle, query
from audits.engine.catalogue.platforms import GUIDE_DATE, OFF_SINCE
from audits.engine.facts import Platform
from audits.models import Finding, Organisation, Repository, Scan

from . import breakdown, series, teams
from .attention import Attention, attention
from .covered import Covered, covered
from .figures import present
from .hidden import NOTHING, Restricted, restricted
from .narrow import before, drawn, histories
from .scope import Scope
from .status import KNOWLEDGE, STATUSES, is_first, lost_by, statuses_in
from .teams import TeamRow, percent

RECENT_SCANS = 8


@dataclass(frozen=True)
class Summary:
    """The organisation today, as far as one person may see it. Counts are calls unless the name says otherwise.

    remaining + unknown + waived + resolved + dismissed == ever_seen, and the calls of each breakdown add up to
    `remaining`. Both sides are of scans alone; `ever_seen` in JSON has `resolved_before` (`history.before`) in it, and
    the sum there too. `known_broken` are part of `waived`.
    `restricted` calls are left in repositories that this person may not open; they are in no other number.
    """

    as_of: datetime
    remaining: int
    chat_failures: int
    unknown: int
    waived: int
    known_broken: int
    resolved: int
    dismissed: int
    ever_seen: int
    reasons: dict[str, int]
    repositories_read: int
    repositories_at_zero: int
    repositories_ever: int
    statuses: dict[str, int]
    knowledge: dict[str, int]
    coverage: Covered
    restricted: Restricted
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
    def repositories(self) -> int:
        """Without the archived ones."""
        return self.coverage.repositories

    @property
    def unread(self) -> int:
        """Files."""
        return self.coverage.unread

    @property
    def days_overdue(self) -> int:
        """Days since Cohere stopped to answer."""
        return (timezone.localdate(self.as_of) - self.enforced).days

    @property
    def overdue(self) -> int:
        """Calls in the state of that name."""
        return sum(row.overdue for row in self.teams)

    @property
    def unowned(self) -> int:
        """Calls left that CODEOWNERS gives to nobody."""
        return sum(row.unowned for row in self.teams)

    @property
    def headline(self) -> str:
        """ "12 calls to Generate left"; with Chat calls among them that fail, "12 calls to migrate left".

        Of repositories that nobody has read yet 0 is no number: "No repository read yet".
        """
        if self.repositories and not self.repositories_read and not self.remaining:
            return "No repository read yet"
        calls = "call" if self.remaining == 1 else "calls"
        return f"{self.remaining:,} {calls} to {'migrate' if self.chat_failures else 'Generate'} left"

    @property
    def waiting(self) -> str:
        """ "+ 3 waived, 2 of them known broken after their platform's end"; "" without one."""
        if not self.waived:
            return ""
        broken = "known broken" if self.known_broken == self.waived else f"{self.known_broken:,} of them known broken"
        return f"+ {self.waived:,} waived{f', {broken} after the platform’s end' if self.known_broken else ''}"

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


def summary(user: access.Person | None, *, apart: bool = False) -> Summary:
    """The numbers of what `user` may see; None is the command line and sees all. A fixed number of queries."""
    scope = Scope.of(user, apart=apart)
    return summary_of(scope, restricted(user, scope) if user else NOTHING)


def summary_of(scope: Scope, hidden: Restricted = NOTHING) -> Summary:
    """The numbers of a scope, with what is hidden from its reader beside them."""
    visible, apart = scope.repositories, scope.apart
    findings = scope.named().filter(repository__in=visible.order_by().values("pk"))
    rows = list(statuses_in(scope).select_related("team").order_by("name"))
    # What was done in archived ones stays done; what is known and what waits is said of the others.
    kept = [row for row in rows if row.archived_at is None]
    left, resolved = teams.total(rows, "left"), teams.total(rows, "resolved_count")
    runs = histories(scope)
    others = _asked(findings, apart)
    return Summary(
        as_of=timezone.now(),
        remaining=left,
        chat_failures=others["chat_failures"],
        dismissed=others["dismissed"],
        unknown=teams.total(rows, "unknown_count"),
        waived=teams.total(rows, "waived_count"),
        known_broken=others["known_broken"],
        resolved=resolved,
        ever_seen=teams.total(rows, "ever_count"),
        reasons=breakdown.reasons(findings, apart=apart),
        repositories_read=sum(teams.of(row, "read_at") is not None for row in kept),
        repositories_at_zero=sum(map(teams.at_zero, kept)),
        repositories_ever=sum(map(teams.ever_had, kept)),
        statuses=_counted(kept, "status", STATUSES),
        knowledge=_counted(kept, "knowledge", KNOWLEDGE),
        coverage=covered(kept),
        restricted=hidden,
        teams=teams.team_rows(rows, scope, runs),
        parameters=breakdown.parameters(findings, apart=apart),
        without_obstacle=breakdown.without_obstacle(findings, apart=apart),
        platforms=breakdown.platforms(findings, apart=apart),
        trend=drawn(scope, present(scope), window(), runs),
        history=series.history(visible, runs, before(scope, runs)),
        recent_scans=_recent(visible),
        attention=attention(kept, Organisation.current()),
    )


def _asked(findings: "QuerySet[Finding]", apart: bool) -> dict[str, int]:
    """What the rows of repositories do not hold: one query."""
    return findings.order_by().aggregate(
        dismissed=Count("pk", filter=query.dismissed(apart=apart)),
        chat_failures=Count("pk", filter=query.chat_failures(apart=apart)),
        known_broken=Count("pk", filter=query.known_broken(apart=apart)),
    )


def _recent(visible: "QuerySet[Repository]") -> tuple[Scan, ...]:
    scans = Scan.objects.filter(repository__in=visible.values("pk")).annotate(first=is_first(), lost=lost_by())
    return tuple(scans.select_related("repository").order_by("-pk")[:RECENT_SCANS])


def window() -> date:
    """The first day of the trend: as far back as the organisation's histories reach."""
    return timezone.localdate(timezone.now() - lifecycle.reach(Organisation.current().history_months))


def _counted(rows: Sequence[Repository], name: str, words: dict[str, str]) -> dict[str, int]:
    counts = Counter(teams.of(row, name) for row in rows)
    return {word: counts[word] for word in words}
