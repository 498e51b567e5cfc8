"""What stands beside one finding in a list, and how many before it, however long the list is and wherever it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from audits.models import Finding

from .apply import direction, ordered
from .remembered import remembered
from .state import state_of


@dataclass(frozen=True, slots=True)
class Beside:
    """`before`: how many of the list stand before it. It may be outside of the list: it has a place in its order."""

    previous: UUID | None
    next: UUID | None
    before: int
    inside: bool


def beside(found: "QuerySet[Finding]", sort: str, row: Finding, state: str = "") -> Beside:
    """Of `row`, as if it were in `state`, where one is named: it keeps its place, whatever became of it just now."""
    columns, falls = direction(sort)
    values = [(state or state_of(row)) if column == "state" else _value(row, column) for column in columns]
    others = found.exclude(pk=row.pk)
    parts = {further: others.filter(_beyond(columns, values, further=further)) for further in (True, False)}
    before, after = parts[falls], parts[not falls]
    return Beside(
        previous=ordered(before, sort).reverse().values_list("pk", flat=True).first(),
        next=ordered(after, sort).values_list("pk", flat=True).first(),
        before=remembered("before", before.order_by().count, before.order_by()),
        inside=found.order_by().filter(pk=row.pk).exists(),
    )


def _value(row: Finding, column: str) -> Any:
    return reduce(getattr, column.split("__"), row)


def _beyond(columns: Sequence[str], values: Sequence[Any], *, further: bool) -> Q:
    """Rows with greater values than these, or with less: the first column that differs decides, as in an order."""
    found = Q(pk__in=[])
    for column, value in reversed(list(zip(columns, values, strict=True))):
        equal = Q(**{f"{column}__isnull": True}) if value is None else Q(**{column: value})
        found = _one(column, value, further=further) | equal & found
    # Nothing new, but said so that a database begins inside of the index.
    return Q(**{f"{columns[0]}__{'gte' if further else 'lte'}": values[0]}) & found


def _one(column: str, value: Any, *, further: bool) -> Q:
    """One column, with nothing (of a cell) where the database puts it: before all or behind all."""
    last = connection.features.nulls_order_largest
    if value is None:
        return Q(pk__in=[]) if last is further else Q(**{f"{column}__isnull": False})
    beyond = Q(**{f"{column}__{'gt' if further else 'lt'}": value})
    return beyond | Q(**{f"{column}__isnull": True}) if column == "cell" and last is further else beyond
