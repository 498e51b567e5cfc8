"""Each chart and list as a table: its columns and its rows, for files that other programs read."""

from collections.abc import Callable
from datetime import UTC, date
from typing import Any

from django.utils import timezone

from audits.lifecycle import Cause
from audits.models import Repository

from . import breakdown
from .explain import explain
from .figures import counts, figures, present
from .heat import heat
from .numbers import Summary, summary_of
from .scope import Scope
from .series import trend
from .status import statuses

Table = tuple[tuple[str, ...], list[tuple[Any, ...]]]


def _trend(scope: Scope) -> Table:
    columns = ("day", "left", "unknown", "migrated", "changed", "deleted", "waived")
    days = trend(scope.repositories, present(scope), apart=scope.apart)
    return columns, [(day.day, *(getattr(day.numbers, name) for name in columns[1:])) for day in days]


def _weeks(scope: Scope) -> Table:
    columns = ("week", *(cause.value for cause in Cause), "net")
    found = figures(scope).weeks
    return columns, [(week.start, *(week.causes.get(cause, 0) for cause in Cause), week.net) for week in found]


def _teams(scope: Scope) -> Table:
    columns = ("team", "left", "unknown", "resolved", "points", "completion", "repositories", "read_lately", "unread")
    rows = summary_of(scope.repositories, apart=scope.apart).teams
    return columns, [(row.name, *_of(row, columns[1:])) for row in rows]


def _parameters(scope: Scope) -> Table:
    rows = breakdown.parameters(scope.findings(), apart=scope.apart)
    return ("parameter", "verdict", "left"), [(row.name, row.verdict, row.calls) for row in rows]


def _platforms(scope: Scope) -> Table:
    rows = breakdown.platforms(scope.findings(), apart=scope.apart)
    columns = ("platform", "left", "off_since", "days_overdue")
    return columns, [(row.platform, row.calls, row.off_since, row.days_overdue) for row in rows]


def _repositories(scope: Scope) -> Table:
    columns = ("repository", "team", "status", "knowledge", "left", "unknown", "resolved", "unread", "read_at")
    names = ("status", "knowledge", "left", "unknown_count", "resolved_count", "unread_count", "read_at")
    rows = statuses(scope.repositories, apart=scope.apart).select_related("team").order_by("name")
    return columns, [(row.name, row.team.name if row.team else None, *_of(row, names)) for row in rows]


def _heat(scope: Scope) -> Table:
    rows: list[Repository] = list(scope.repositories.order_by("name"))
    lines = heat(rows, timezone.localdate(), apart=scope.apart)
    cells = [(line.repository.name, cell.day, cell.heat.value, cell.left) for line in lines for cell in line.cells]
    return ("repository", "week_to", "state", "left"), cells


def _numbers(scope: Scope) -> Table:
    found, all_of_it = counts(scope), figures(scope)
    names = ("left", "unknown", "migrated", "changed", "deleted", "before", "dismissed", "waived", "known_broken")
    rows: list[tuple[Any, ...]] = [(name, getattr(found, name)) for name in (*names, "backslide", "ever_seen")]
    covered = all_of_it.coverage
    rows += [
        (name, getattr(covered, name))
        for name in ("repositories", "read", "unread", "at_zero", "ever", "chats", "aside")
    ]
    ages = all_of_it.ages
    rows += [("points", all_of_it.points), ("velocity", all_of_it.velocity)]
    rows += [("age_p50", ages.half if ages else None), ("age_p90", ages.most if ages else None)]
    told = all_of_it.forecast
    return ("number", "value"), [*rows, ("forecast", told.answer.value), ("p50", told.p50), ("p85", told.p85)]


def with_restricted(what: str, table: Table, restricted: int) -> Table:
    """The numbers with one of calls left in repositories that the reader may not know of; no list breaks them down."""
    columns, rows = table
    return (columns, [*rows, ("restricted", restricted)]) if what == "numbers" else table


TABLES: dict[str, Callable[[Scope], Table]] = {
    "heat": _heat,
    "numbers": _numbers,
    "parameters": _parameters,
    "platforms": _platforms,
    "repositories": _repositories,
    "teams": _teams,
    "trend": _trend,
    "weeks": _weeks,
}


def step(scope: Scope, start: date, end: date) -> Table:
    """An explanation as (repository, cause, calls)."""
    told = explain(scope, start, end)
    rows = [(row.repository.name, cause.value, calls) for row in told.rows for cause, calls in row.causes.items()]
    return ("repository", "cause", "calls"), [*rows, ("", "other", told.other)] if told.other else rows


def summary_object(numbers: Summary) -> dict[str, Any]:
    """The overview's numbers as `progress --format json` writes them; the keys are a contract, more may follow."""
    return {
        "as_of": numbers.as_of.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "remaining": numbers.remaining,
        "chat_failures": numbers.chat_failures,
        "resolved": numbers.resolved,
        "unknown": numbers.unknown,
        "dismissed": numbers.dismissed,
        "ever_seen": numbers.ever_seen,
        "completion": list(numbers.completion) if numbers.completion else None,
        "days_overdue": numbers.days_overdue,
        "repositories": numbers.repositories,
        "repositories_at_zero": numbers.repositories_at_zero,
        "repositories_read": numbers.read_lately,
        "unread": numbers.unread,
        "statuses": numbers.statuses,
        "knowledge": numbers.knowledge,
        "teams": [
            {"team": row.team.name if row.team else None, "remaining": row.left, "resolved": row.resolved}
            for row in numbers.teams
        ],
        "parameters": [
            {"name": row.name, "verdict": row.verdict, "remaining": row.calls} for row in numbers.parameters
        ],
        "platforms": [
            {"platform": row.platform, "remaining": row.calls, "days_overdue": row.days_overdue}
            for row in numbers.platforms
        ],
        "trend": [
            {"day": day.day.isoformat(), "remaining": day.left, "resolved": day.resolved} for day in numbers.trend
        ],
    }


def _of(row: Any, names: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in names)
