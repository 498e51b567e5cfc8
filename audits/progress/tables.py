"""Each chart and list as a table: its columns and its rows, for files that other programs read."""

from collections.abc import Callable
from datetime import UTC, date
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone

from audits.lifecycle import Cause
from audits.models import Dependency, Finding, Organisation, Repository

from . import breakdown, lists
from .attention import attention
from .behind import Behind
from .daytables import COVERED, NUMBERS, Table, numbers, numbers_on, survival, survival_on
from .explain import explain
from .figures import figures, present
from .heat import heat
from .hidden import Restricted
from .interval import OF_DAYS, day_of
from .narrow import drawn, histories
from .numbers import Summary, summary_of, window
from .scope import Scope
from .status import statuses, statuses_in
from .teams import TeamRow

LEFT = "left"
# What is restricted is known of today; a step goes from one day to another, and holds unknown calls too.
LEFT_TODAY = "calls left today"
# Names in files and in the API are a contract.
_TEAM_WORDS = {"done": "resolved", "complete": "complete_lately", "in_part": "in_part_lately"}
_SERIES = ("day", "week")
_LATER = (Cause.WAIVED, Cause.WAIVER_ENDED)


def _trend(scope: Scope) -> Table:
    columns = ("day", "left", "unknown", "migrated", "changed", "deleted", "waived")
    days = drawn(scope, present(scope), window(), histories(scope))
    return columns, [(day.day, *(getattr(day.numbers, name) for name in columns[1:])) for day in days]


def _weeks(scope: Scope) -> Table:
    # Whoever reads by position finds what came later at the end.
    old, new = [cause for cause in Cause if cause not in _LATER], _LATER
    rows = [
        (week.start, *(week.causes.get(c, 0) for c in old), week.net, *(week.causes.get(c, 0) for c in new))
        for week in figures(scope).weeks
    ]
    return ("week", *(cause.value for cause in old), "net", *(cause.value for cause in new)), rows


def _teams(scope: Scope) -> Table:
    first = ("left", "unknown", "done", "points", "completion")
    last = ("overdue", "oldest", "unowned", "change", "ever", "at_zero", "waived")
    found = summary_of(scope).teams
    led = lists.campaigns(row.team.pk for row in found if row.team)
    nobody = (None,) * len(lists.CAMPAIGN)
    rows = [
        (row.name, *_of(row, first), *_of(row.coverage, COVERED), *_of(row, last),
         *(led[row.team.pk] if row.team else nobody))
        for row in found
    ]  # fmt: skip
    return ("team", *(_TEAM_WORDS.get(name, name) for name in (*first, *COVERED, *last)), *lists.CAMPAIGN), rows


def _parameters(scope: Scope) -> Table:
    rows = breakdown.parameters(scope.findings(), apart=scope.apart)
    return ("parameter", "verdict", "left"), [(row.name, row.verdict, row.calls) for row in rows]


def _platforms(scope: Scope) -> Table:
    rows = breakdown.platforms(scope.findings(), apart=scope.apart)
    columns = ("platform", "left", "off_since", "days_overdue")
    return columns, [(row.platform, row.calls, row.off_since, row.days_overdue) for row in rows]


def _repositories(scope: Scope) -> Table:
    first = ("repository", "team", "status", "knowledge", "left", "unknown", "resolved", "unread", "read_at")
    columns = (*first, "waived", "dependency", "readiness")
    names = ("status", "knowledge", "left", "unknown_count", "done_count", "unread_count", "read_at", "waived_count")
    found = Prefetch("dependencies", Dependency.objects.worst_first())
    rows = statuses_in(scope).select_related("team").prefetch_related(found).order_by("name")
    return columns, [(row.name, row.team.name if row.team else None, *_of(row, names), *_worst(row)) for row in rows]


def _worst(row: Repository) -> tuple[str | None, str | None]:
    """The package that a migration waits for most, as it is asked for, and how ready that is; None without any."""
    first = next(iter(row.dependencies.all()), None)
    return (f"{first.package} {first.asked}", first.readiness) if first else (None, None)


def _heat(scope: Scope) -> Table:
    rows: list[Repository] = list(scope.repositories.order_by("name"))
    lines = heat(rows, timezone.localdate(), scope=scope)
    cells = [
        (line.repository.name, cell.day, cell.heat.value, cell.left, cell.waived)
        for line in lines
        for cell in line.cells
    ]
    return ("repository", "week_to", "state", "left", "waived"), cells


def _attention(scope: Scope) -> Table:
    rows = attention(statuses(scope.repositories.filter(archived_at=None)), Organisation.current())
    columns = ("repository", "why", "message", "read_at", "more")
    return columns, [(row.repository.name, row.why, row.message, row.since, row.more) for row in rows]


def with_restricted(table: Table, hidden: Restricted) -> Table:
    """The table with the calls left in repositories that its reader may not know of: one number, not broken down.

    A list gets a last row of it. Where nothing says how many calls are left, and in a series of days, where a row is no
    part of a whole, it has a column of its own, whose last row holds it. What it counts, where that is more than the
    rows, is said beside it.
    """
    columns, rows = table
    if not hidden:
        return table
    if columns == NUMBERS:
        said = [("restricted_counts", hidden.of)] if hidden.of else []
        return columns, [*rows, ("restricted", hidden.calls), *said]
    if LEFT in columns and columns[0] not in _SERIES:
        name = f"restricted, {hidden.of}" if hidden.of else "restricted"
        cells = (name if n == 0 else hidden.calls if word == LEFT else None for n, word in enumerate(columns))
        return columns, [*rows, tuple(cells)]
    *first, last = rows or [(None,) * len(columns)]
    more = (("restricted", hidden.calls), *([("restricted_counts", hidden.of)] if hidden.of else []))
    none = (None,) * len(more)
    return (*columns, *(name for name, _ in more)), [
        *((*row, *none) for row in first),
        (*last, *(value for _, value in more)),
    ]


TABLES: dict[str, Callable[[Scope], Table]] = {
    "aside": lists.aside,
    "attention": _attention,
    "dependencies": lists.dependencies,
    "files": lists.files,
    "heat": _heat,
    "marks": lists.marks,
    "matrix": lists.matrix,
    "numbers": numbers,
    "owners": lists.owners,
    "parameters": _parameters,
    "platforms": _platforms,
    "repositories": _repositories,
    "scans": lists.scans,
    "schedule": lists.schedule,
    "survival": survival,
    "teams": _teams,
    "trend": _trend,
    "unread": lists.unread,
    "weeks": _weeks,
}


_ON_DAYS: dict[str, Callable[[Scope, date], Table]] = dict(zip(OF_DAYS, (numbers_on, survival_on), strict=True))


def of_day(what: str, scope: Scope, day: str) -> Table:
    """One of TABLES; one of OF_DAYS at the end of `day`, a day as it is written, or now without one."""
    found = day_of(day) if what in OF_DAYS and day else None
    return _ON_DAYS[what](scope, found) if found else TABLES[what](scope)


def step(scope: Scope, start: date, end: date) -> Table:
    """An explanation as (repository, cause, calls)."""
    told = explain(scope, start, end)
    rows = [(row.repository.name, cause.value, calls) for row in told.rows for cause, calls in row.causes.items()]
    rows += [(row.repository.name, "scan_failed", 0) for row in told.rows if row.failed]
    if told.assumed:
        rows.append(("", f"not_known_before_{told.assumed.first}", 0))
    return ("repository", "cause", "calls"), [*rows, ("", "other", told.other)] if told.other else rows


def calls(scope: Scope, start: date, end: date) -> Table:
    """The calls behind the numbers of an explanation; of those that events tell of, where they are now."""
    told = explain(scope, start, end)
    behind = [(row.repository.name, call) for row in told.rows for some in row.behind.values() for call in some]
    findings = Finding.objects.in_bulk([call.finding for _, call in behind if call.finding])
    columns = ("repository", "cause", "calls", "at", "path", "line", "cell", "callee", "commit", "finding")
    return columns, [_call(name, call, findings.get(call.finding)) for name, call in behind]


def _call(name: str, call: Behind, now: Finding | None) -> tuple[Any, ...]:
    place = call if call.path or now is None else now
    where = (place.path, place.line, place.cell, place.callee, place.commit)
    return (name, call.cause.value, call.calls, call.at, *where, call.finding)


STEPS: dict[str, Callable[[Scope, date, date], Table]] = {"calls": calls, "step": step}


def summary_object(numbers: Summary) -> dict[str, Any]:
    """The overview's numbers as `progress --format json` writes them; the keys are a contract, more may follow."""
    return {
        "as_of": numbers.as_of.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "remaining": numbers.remaining,
        "chat_failures": numbers.chat_failures,
        "resolved": numbers.resolved,
        "resolved_before": numbers.history.before,
        "overdue": numbers.overdue,
        "unknown": numbers.unknown,
        "waived": numbers.waived,
        "known_broken": numbers.known_broken,
        "dismissed": numbers.dismissed,
        "ever_seen": numbers.ever_seen + numbers.history.before,
        "completion": list(numbers.completion) if numbers.completion else None,
        "days_overdue": numbers.days_overdue,
        "repositories": numbers.repositories,
        "repositories_at_zero": numbers.repositories_at_zero,
        "repositories_read": numbers.coverage.read_lately,
        "repositories_complete": numbers.coverage.complete,
        "repositories_in_part": numbers.coverage.in_part,
        "unread": numbers.unread,
        "statuses": numbers.statuses,
        "knowledge": numbers.knowledge,
        "teams": [_team_object(row) for row in numbers.teams],
        "parameters": [
            {"name": row.name, "verdict": row.verdict, "remaining": row.calls} for row in numbers.parameters
        ],
        "platforms": [
            {"platform": row.platform, "remaining": row.calls, "days_overdue": row.days_overdue}
            for row in numbers.platforms
        ],
        "trend": [
            {"day": day.day.isoformat(), "remaining": day.left, "waived": day.numbers.waived, "resolved": day.resolved}
            for day in numbers.trend
        ],
    }


def _team_object(row: TeamRow) -> dict[str, Any]:
    return {
        "team": row.team.name if row.team else None,
        "remaining": row.left,
        "waived": row.waived,
        "resolved": row.resolved,
        "resolved_before": row.before,
        "overdue": row.overdue,
    }


def _of(row: Any, names: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in names)
