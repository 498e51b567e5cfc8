"""What came in and what went since a moment: the one place where commits and events are put together for it."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from audits.lifecycle import INFLOW, OUTFLOW, RESOLVED, Cause

from .interval import begins
from .ledger import ledger
from .narrow import histories
from .scope import Scope
from .weekly import past_flows, told_by_history


@dataclass(frozen=True)
class Changes:
    """`sums` are calls by cause and repository, above 0 where they came.

    What histories tell of stands at its commits' time: scans that read it since, long after it happened, found
    `brought` calls that had come before and `taken` that had gone; they are in no sum.
    """

    sums: dict[Cause, Counter[int]]
    brought: int
    taken: int


@dataclass(frozen=True)
class Flow:
    """Calls that `came` and `went`; of these, `opened` are no returns from a waiver, `resolved` went by a change of the
    code, not by a decision, and `ended` are what a goal asks for: all that went but the waived ones."""

    came: int
    went: int
    opened: int
    resolved: int
    ended: int


def changes(scope: Scope, since: datetime, until: datetime | None = None) -> Changes:
    """As the explanation of a step has it, up to now without `until`; five queries."""
    until = until or timezone.now()
    runs = histories(scope)
    sums: dict[Cause, Counter[int]] = defaultdict(Counter)
    read: Counter[bool] = Counter()
    for line in ledger(scope, since):
        if line.entry.at >= until:
            continue
        if told_by_history(line, runs):
            read[line.entry.open > 0] += abs(line.entry.open)
        else:
            sums[line.entry.cause][line.repository] += line.entry.open
    for pk, at, cause, calls in past_flows(scope, runs):
        if since <= at < until and calls:
            sums[cause][pk] += calls
            read[calls > 0] -= abs(calls)
    return Changes(dict(sums), brought=max(read[True], 0), taken=max(read[False], 0))


def seven_days(scope: Scope, last: date | None = None) -> Flow:
    """The days that end with `last`, or with today."""
    last = last or timezone.localdate()
    return flow(scope, last - timedelta(days=6), last)


def flow(scope: Scope, first: date, last: date) -> Flow:
    """Of these days, both among them. What a new repository brought along is not in it: nobody wrote that then."""
    found = changes(scope, begins(first), begins(last + timedelta(days=1))).sums
    opened = tuple(cause for cause in INFLOW if cause is not Cause.WAIVER_ENDED)
    ended = tuple(cause for cause in OUTFLOW if cause is not Cause.WAIVED)
    groups = (INFLOW, OUTFLOW, opened, RESOLVED, ended)
    return Flow(*(sum(abs(found[cause].total()) for cause in causes if cause in found) for causes in groups))
