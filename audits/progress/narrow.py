"""The curve of a scope: of one parameter or platform from what histories kept of each call, and since then from events.

What a history tells of is a call by the parameters that it had in that commit; since the scans it is one by those that
it was last seen with. Where the two differ at the end of a history, the difference is told as of reading, until the
clock has had the history read anew, as it does after a scan that saw such an edit.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from heapq import merge
from operator import attrgetter, itemgetter
from typing import Any

from django.db.models import Count
from django.utils import timezone

from audits.lifecycle import EDITED, HELD, Cause, tallies
from audits.models import FindingEvent, HistoryPoint

from .ledger import STAND, changes_of, life_of
from .scope import Scope
from .series import OPENING, Day, Numbers, Runs, Step, current, gone, steps, trend

_AT = attrgetter("at")
_EDITS = {1: "added", -1: "code_changed"}


def histories(scope: Scope) -> Runs:
    """Those that tell of a scope: of one parameter or platform only those that kept what each call was; one query."""
    runs = current(scope.repositories)
    return {pk: run for pk, run in runs.items() if run.parts_kept and run.base_at} if scope.narrow else runs


def course(scope: Scope, runs: Runs, opening: datetime = OPENING) -> Iterator[Step]:
    """Every repository's curve in this scope, all in the order of time; see `series.steps` for `opening`."""
    if not scope.narrow:
        return steps(scope.repositories, runs, apart=scope.apart, opening=opening)
    return merge(_of_past(scope, runs, opening), _of_events(scope, runs), key=_AT)


def drawn(scope: Scope, now: Numbers, since: date, runs: Runs) -> tuple[Day, ...]:
    """The trend of a scope."""
    if not scope.narrow:
        return trend(scope.repositories, now, since, runs, apart=scope.apart)
    gone_then = sum((gone(ways) for ways in before(scope, runs).values()), Numbers())
    return trend(scope.repositories, now + gone_then, since, {}, found=course(scope, runs))


def before(scope: Scope, runs: Runs) -> dict[int, dict[str, int]]:
    """By repository the calls that were gone before any scan, by reason; at most one query."""
    if not scope.narrow:
        return {pk: run.before(apart=scope.apart) for pk, run in runs.items()}
    found: dict[int, dict[str, int]] = {pk: {} for pk in runs}
    rows = scope.gone_before().filter(run__in=[run.pk for run in runs.values()]).order_by()
    for pk, reason, calls in rows.values_list("run__repository", "reason").annotate(calls=Count("pk")):
        found[pk][reason] = calls
    return found


def side(told: dict[str, Any], *, apart: bool) -> list[Any]:
    """Of a point's column: of the product, or with tests and the like."""
    product: list[Any] = told.get("product", [])
    return told.get("whole", product) if apart else product


def moved(scope: Scope, told: dict[str, Any]) -> Iterator[tuple[str, int, dict[str, Any]]]:
    """Of a point's `moved`: a word by which calls of the scope came (above 0) or went, how many, and the place.

    One that was edited went from the calls with its old parameters, and came to those with its new ones; one that was
    there when a history begins did neither.
    """
    for row in side(told, apart=scope.apart):
        if row["word"] == HELD:
            continue
        was = scope.holds(*row["part"]) if "part" in row else True
        if row["word"] != EDITED:
            if was:
                yield row["word"], row["calls"], row
        elif calls := scope.holds(*row["now"]) - was:
            yield _EDITS[calls], calls, row


def held(scope: Scope, told: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Of a first point's `moved`: the calls of the scope that were there already."""
    rows = (row for row in side(told, apart=scope.apart) if row["word"] == HELD)
    return (row for row in rows if scope.holds(*row["part"]))


def flows(scope: Scope, runs: Runs) -> Iterator[tuple[int, datetime, str, int]]:
    """What histories saw come and go of one parameter or platform: (repository, when, word, calls), at each point."""
    rows = HistoryPoint.objects.filter(run__in=[run.pk for run in runs.values()]).order_by("run", "number")
    for pk, at, told in rows.values_list("run__repository", "at", "moved"):
        sums = Counter({"added": 0})
        for word, calls, _ in moved(scope, told):
            sums[word] += calls
        for word, calls in sums.items():
            yield pk, at, word, calls
    yield from _seams(scope, runs)


def _seams(scope: Scope, runs: Runs) -> Iterator[tuple[int, datetime, str, int]]:
    """By how many calls events say otherwise than a history at its end."""
    then, since = Counter[int](), Counter[int]()
    for step in _of_past(scope, runs, OPENING):
        then[step.repository] = step.numbers.left + step.numbers.unknown
    for step in _of_events(scope, runs):
        run = runs.get(step.repository)
        if run and run.base_at and step.at <= run.base_at:
            since[step.repository] = step.numbers.left + step.numbers.unknown
    for pk, run in runs.items():
        if run.base_at and since[pk] != then[pk]:
            yield pk, run.base_at, Cause.READING.value, since[pk] - then[pk]


def opened(scope: Scope, told: dict[str, Any]) -> Numbers:
    """By how much a point's `parts` change the numbers of a scope of one parameter or platform."""
    sums = Counter[str]()
    for platform, ways, column, calls in side(told, apart=scope.apart):
        if scope.holds(platform, ways):
            sums[column] += calls
    return Numbers(**sums)


def _of_past(scope: Scope, runs: Runs, opening: datetime) -> Iterator[Step]:
    rows = HistoryPoint.objects.filter(run__in=[run.pk for run in runs.values()]).order_by("run", "number")
    found, sums = [], defaultdict[int, Numbers](Numbers)
    for pk, at, number, unread, parts in rows.values_list("run__repository", "at", "number", "files_unread", "parts"):
        sums[pk] += opened(scope, parts)
        step = Step(at, pk, replace(sums[pk], unread=unread))
        if number == 0 and opening < at and not runs[pk].complete:
            found.append(replace(step, at=opening))
        found.append(step)
    return iter(sorted(found, key=_AT))


def _of_events(scope: Scope, runs: Runs) -> Iterator[Step]:
    """From where on no history tells; three queries."""
    shifts = list(_shifts(scope))
    sums = defaultdict[int, Numbers](Numbers)
    sums |= {pk: gone(ways) for pk, ways in before(scope, runs).items()}
    seams = [(run.base_at, pk, Numbers()) for pk, run in runs.items() if run.base_at]
    for at, repository, shift in sorted([*shifts, *seams], key=itemgetter(0)):
        sums[repository] += shift
        run = runs.get(repository)
        if run is None or run.base_at is None or at >= run.base_at:
            yield Step(at, repository, sums[repository])


def _shifts(scope: Scope) -> Iterable[tuple[datetime, int, Numbers]]:
    changes = changes_of(FindingEvent.objects.filter(finding__in=scope.calls().values("pk")))
    now = timezone.now()
    for pk, repository, until, *stand in scope.calls().values_list("pk", "repository", "waived_until", *STAND):
        life, last = life_of(stand, changes.get(pk, []), until, now), Numbers()
        for at, tally in tallies(life, apart=scope.apart):
            after = Numbers(*tally)
            yield at, repository, after - last
            last = after
