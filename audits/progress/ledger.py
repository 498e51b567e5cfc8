"""The entries of `lifecycle.ledger` for a scope, from the events of its findings."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, Min, OuterRef

from audits.areas import Area
from audits.lifecycle import Change, Disposition, Entry, Life, Presence, entries
from audits.models import FindingEvent, Scan
from audits.models.scan import READ_STATES

from .scope import Scope


@dataclass(frozen=True, slots=True)
class Line:
    """One entry, with whose it is."""

    entry: Entry
    finding: UUID
    repository: int


def ledger(scope: Scope, since: datetime) -> list[Line]:
    """What changed the calls left or unknown since then, oldest first; three queries.

    Calls that do not count now are among them as long as they did.
    """
    changes: dict[UUID, list[Change]] = defaultdict(list)
    rows = FindingEvent.objects.filter(at__gte=since, finding__in=scope.calls().values("pk")).exclude(after="")
    for pk, at, before, after, reason, scan in rows.order_by("at", "pk").values_list(
        "finding", "at", "before", "after", "reason", "scan"
    ):
        changes[pk].append(Change(at, before, after, reason, scan))
    if not changes:
        return []
    firsts = first_scans(scope)
    found = [
        Line(entry, pk, repository)
        for pk, repository, *state in scope.calls()
        .filter(Exists(FindingEvent.objects.filter(finding=OuterRef("pk"), at__gte=since)))
        .values_list("pk", "repository", "presence", "disposition", "origin", "area")
        for entry in entries(_life(state, changes.get(pk, ())), firsts, apart=scope.apart)
    ]
    return sorted(found, key=lambda line: line.entry.at)


def _life(state: list[str], changes: Iterable[Change]) -> Life:
    presence, disposition, origin, area = state
    return Life(Presence(presence), Disposition(disposition), tuple(changes), origin, Area(area))


def first_scans(scope: Scope) -> frozenset[int]:
    """The scan of each repository that was the first to read it."""
    read = Scan.objects.filter(state__in=READ_STATES, repository__in=scope.repositories.order_by().values("pk"))
    return frozenset(read.order_by().values("repository").annotate(first=Min("pk")).values_list("first", flat=True))
