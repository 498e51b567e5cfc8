"""What happened to us on the days of a chart: repositories that were added, engines that read by new rules."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Min, QuerySet
from django.utils import timezone

from audits.models import Repository, Scan
from audits.models.scan import READ_STATES

ADDED, ENGINE = "added", "engine"
_NAMED = 3


@dataclass(frozen=True)
class Happened:
    """`kind` is ADDED or ENGINE; `what` is a short sentence."""

    day: date
    kind: str
    what: str


def happened(repositories: "QuerySet[Repository]") -> list[Happened]:
    """Oldest first; two queries. The first engine of all changed nothing and is left out."""
    return sorted((*_added(repositories), *_engines(repositories)), key=lambda row: (row.day, row.kind))


def _added(repositories: "QuerySet[Repository]") -> list[Happened]:
    days: dict[date, list[str]] = defaultdict(list)
    for name, at in repositories.order_by("created_at", "name").values_list("name", "created_at"):
        days[timezone.localdate(at)].append(name)
    return [Happened(day, ADDED, _told(names)) for day, names in days.items()]


def _told(names: list[str]) -> str:
    if len(names) <= _NAMED:
        return f"Added {', '.join(names)}"
    return f"Added {len(names):,} repositories"


def _engines(repositories: "QuerySet[Repository]") -> list[Happened]:
    read = Scan.objects.filter(
        repository__in=repositories.order_by().values("pk"), state__in=READ_STATES, finished_at__isnull=False
    ).exclude(engine="")
    rows = read.order_by().values("engine").annotate(first=Min("finished_at")).order_by("first")
    firsts = list(rows.values_list("engine", "first"))[1:]
    return [Happened(timezone.localdate(at), ENGINE, f"Engine {engine.partition('+')[0]}") for engine, at in firsts]
