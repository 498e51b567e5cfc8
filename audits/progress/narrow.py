"""The curve of one parameter's or platform's calls: from their events, since no history and no daily number knows it.

It begins with the scans, and holds calls by the parameters that they were last seen with.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from operator import itemgetter
from uuid import UUID

from audits.areas import Area
from audits.lifecycle import Change, Disposition, Life, Presence, tallies
from audits.models import FindingEvent

from .scope import Scope
from .series import Numbers, Runs, Step, steps

_STAND = ("presence", "disposition", "origin", "area", "absent_reason")


def course(scope: Scope, runs: Runs) -> Iterator[Step]:
    """Every repository's curve in this scope, all in the order of time."""
    if scope.narrow:
        return _of_events(scope)
    return steps(scope.repositories, runs, apart=scope.apart)


def _of_events(scope: Scope) -> Iterator[Step]:
    """Two queries."""
    shifts: list[tuple[datetime, int, Numbers]] = []
    changes = _changes(scope)
    for pk, repository, presence, disposition, origin, area, reason in scope.calls().values_list(
        "pk", "repository", *_STAND
    ):
        own = changes.get(pk, [])
        life = Life(Presence(presence), Disposition(disposition), own, origin, Area(area), reason)
        before = Numbers()
        for at, tally in tallies(life, apart=scope.apart):
            after = Numbers(*tally)
            shifts.append((at, repository, after - before))
            before = after
    sums: dict[int, Numbers] = defaultdict(Numbers)
    for at, repository, shift in sorted(shifts, key=itemgetter(0)):
        sums[repository] += shift
        yield Step(at, repository, sums[repository])


def _changes(scope: Scope) -> dict[UUID, list[Change]]:
    found: dict[UUID, list[Change]] = defaultdict(list)
    rows = FindingEvent.objects.filter(finding__in=scope.calls().values("pk")).exclude(after="").order_by("at", "pk")
    for pk, at, before, after, reason, scan in rows.values_list("finding", "at", "before", "after", "reason", "scan"):
        found[pk].append(Change(at, before, after, reason, scan))
    return found
