"""The list of findings where it is asked for what comments in the source set aside: `is:suppressed`."""

from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet

from audits import forges, query
from audits.access import set_aside_visible_to
from audits.hosts import permalink
from audits.models import SetAside, User

COLUMNS = ("repository", "team", "path", "line", "cell", "kind", "callee", "reason")


def found(user: User, asked: query.Query) -> "QuerySet[SetAside]":
    return query.apply_aside(set_aside_visible_to(user), asked)


def page(user: User, asked: query.Query, number: str | None, size: int) -> dict[str, Any]:
    """What stands in the place of the findings' page and counts."""
    shown = Paginator(found(user, asked), size).get_page(number)
    kinds = forges.of({row.repository for row in shown})
    return {"page": shown, "aside": [(row, _href(row, kinds.get(row.repository_id, ""))) for row in shown]}


def _href(row: SetAside, forge: str) -> str | None:
    of, (first, last) = row.repository, (row.line, row.line) if row.cell is None else (0, 0)
    return permalink(of.url, of.applied_commit, row.path, first, last, forge)


def exported(rows: "QuerySet[SetAside]") -> Iterator[tuple[Any, ...]]:
    """The cells of COLUMNS, a row a use."""
    for row in rows.iterator(chunk_size=500):
        team = row.repository.team
        place = (row.path, row.line, row.cell)
        yield (row.repository.name, team.name if team else None, *place, row.kind, row.callee, row.reason)
