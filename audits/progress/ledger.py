"""The entries of `lifecycle.ledger` for a scope, from the events of its findings."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Min, Q, QuerySet
from django.utils import timezone

from audits.areas import Area
from audits.lifecycle import Change, Disposition, Entry, Life, Presence, entries, with_waiver_ends
from audits.models import FindingEvent, Scan
from audits.models.scan import READ_STATES

from .scope import Scope

STAND = ("presence", "disposition", "origin", "area", "absent_reason")


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
    told = changes_since(scope, since)
    if not told:
        return []
    firsts, now = first_scans(scope), timezone.now()
    asked = FindingEvent.objects.filter(Q(at__gte=since) | Q(after=Disposition.WAIVED)).values("finding")
    found = [
        Line(entry, pk, repository)
        for pk, repository, until, *state in scope.calls()
        .filter(pk__in=asked)
        .values_list("pk", "repository", "waived_until", *STAND)
        for entry in entries(_since(life_of(state, told.get(pk, ()), until, now), since), firsts, apart=scope.apart)
    ]
    return sorted(found, key=lambda line: line.entry.at)


def changes_since(scope: Scope, since: datetime) -> dict[UUID, list[Change]]:
    """The changes of each call of a scope since then, and earlier ones as far as a waiver's end follows from them."""
    decided = Q(after__in=list(Disposition), finding__in=_ever_waived().values("finding"))
    return changes_of(FindingEvent.objects.filter(Q(at__gte=since) | decided, finding__in=scope.calls().values("pk")))


def changes_of(events: "QuerySet[FindingEvent]") -> dict[UUID, list[Change]]:
    """The changes of each finding, oldest first; one query."""
    found: dict[UUID, list[Change]] = defaultdict(list)
    rows = events.exclude(after="").order_by("at", "pk")
    for pk, at, before, after, reason, scan in rows.values_list("finding", "at", "before", "after", "reason", "scan"):
        found[pk].append(Change(at, before, after, reason, scan))
    return found


def life_of(stand: list[str], changes: Iterable[Change], until: date | None, now: datetime) -> Life:
    """Of the columns STAND and a waiver's last day, with the ends of waivers that the clock brought until `now`."""
    presence, disposition, origin, area, reason = stand
    life = Life(Presence(presence), Disposition(disposition), tuple(changes), origin, Area(area), reason)
    return with_waiver_ends(life, until, end_of, now)


def end_of(day: date) -> datetime:
    """The first moment after it."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def _since(life: Life, since: datetime) -> Life:
    return replace(life, changes=tuple(change for change in life.changes if change.at >= since))


def _ever_waived() -> "QuerySet[FindingEvent]":
    return FindingEvent.objects.filter(after=Disposition.WAIVED)


def first_scans(scope: Scope) -> frozenset[int]:
    """The scan of each repository that was the first to read it."""
    read = Scan.objects.filter(state__in=READ_STATES, repository__in=scope.repositories.order_by().values("pk"))
    return frozenset(read.order_by().values("repository").annotate(first=Min("pk")).values_list("first", flat=True))
