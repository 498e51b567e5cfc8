"""The curve of one parameter's or platform's calls: from their events, since no history and no daily number knows it.

It begins with the scans, and holds calls by the parameters that they were last seen with.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from operator import itemgetter

from django.utils import timezone

from audits.lifecycle import tallies
from audits.models import FindingEvent

from .ledger import STAND, changes_of, life_of
from .scope import Scope
from .series import Numbers, Runs, Step, steps


def course(scope: Scope, runs: Runs) -> Iterator[Step]:
    """Every repository's curve in this scope, all in the order of time."""
    if scope.narrow:
        return _of_events(scope)
    return steps(scope.repositories, runs, apart=scope.apart)


def _of_events(scope: Scope) -> Iterator[Step]:
    """Two queries."""
    shifts: list[tuple[datetime, int, Numbers]] = []
    changes = changes_of(FindingEvent.objects.filter(finding__in=scope.calls().values("pk")))
    now = timezone.now()
    for pk, repository, until, *stand in scope.calls().values_list("pk", "repository", "waived_until", *STAND):
        life = life_of(stand, changes.get(pk, []), until, now)
        before = Numbers()
        for at, tally in tallies(life, apart=scope.apart):
            after = Numbers(*tally)
            shifts.append((at, repository, after - before))
            before = after
    sums: dict[int, Numbers] = defaultdict(Numbers)
    for at, repository, shift in sorted(shifts, key=itemgetter(0)):
        sums[repository] += shift
        yield Step(at, repository, sums[repository])
