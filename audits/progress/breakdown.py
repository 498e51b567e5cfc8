"""The calls that are left, cut by parameter, by platform and by the reason why others are gone."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet

from audits import query
from audits.engine.catalogue.platforms import PLATFORMS
from audits.engine.facts import Platform
from audits.models import Finding, FindingParameter


@dataclass(frozen=True)
class ParameterRow:
    """A parameter that keeps calls from becoming Chat calls as they are. `by_team` maps a team's pk (None: no team) to
    its calls; `verdict` is the one that most of the calls got."""

    name: str
    verdict: str
    calls: int
    by_team: dict[int | None, int]


@dataclass(frozen=True)
class PlatformRow:
    """The calls left that one platform would have to answer; `days_overdue` is None where no end is known."""

    platform: str
    name: str
    calls: int
    off_since: date | None
    days_overdue: int | None


def parameters(findings: "QuerySet[Finding]", *, apart: bool = False) -> tuple[ParameterRow, ...]:
    """The parameters in the way of the calls left, most frequent first. A call counts once for each of its own."""
    rows = (
        FindingParameter.objects.filter(in_the_way=True, finding__in=findings.filter(query.remaining(apart=apart)))
        .values_list("name", "verdict", "finding__repository__team")
        .annotate(calls=Count("pk"))
        .order_by()
    )
    verdicts: dict[str, Counter[str]] = defaultdict(Counter)
    teams: dict[str, Counter[int | None]] = defaultdict(Counter)
    for name, verdict, team, calls in rows:
        verdicts[name][verdict] += calls
        teams[name][team] += calls
    found = (
        ParameterRow(name, verdicts[name].most_common(1)[0][0], by_team.total(), dict(by_team))
        for name, by_team in teams.items()
    )
    return tuple(sorted(found, key=lambda row: (-row.calls, row.name)))


def without_obstacle(findings: "QuerySet[Finding]", *, apart: bool = False) -> int:
    """Calls left that have no parameter in the way: only prompt and model need the Chat form."""
    blocked = FindingParameter.objects.filter(in_the_way=True).values("finding")
    return findings.filter(query.remaining(apart=apart)).exclude(pk__in=blocked).count()


def platforms(findings: "QuerySet[Finding]", *, apart: bool = False) -> tuple[PlatformRow, ...]:
    """The calls left by platform, most first."""
    counts = (
        findings.filter(query.remaining(apart=apart)).order_by().values_list("platform").annotate(calls=Count("pk"))
    )
    rows = (
        PlatformRow(key, PLATFORMS[key].name, calls, PLATFORMS[key].off_since, query.days_overdue(key))
        for key, calls in ((Platform(name), calls) for name, calls in counts)
    )
    return tuple(sorted(rows, key=lambda row: (-row.calls, row.name)))


def reasons(findings: "QuerySet[Finding]", *, apart: bool = False) -> dict[str, int]:
    """Why the resolved calls are gone: reason to number of calls."""
    counts = (
        findings.filter(query.resolved(apart=apart)).order_by().values_list("absent_reason").annotate(calls=Count("pk"))
    )
    return dict(counts)
