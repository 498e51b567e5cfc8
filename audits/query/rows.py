"""Pages of many findings: first their keys, which an index holds, then the rows of the page alone.

A row is wide (proof, excerpt, replacement), and a database that sorts or counts rows reads all of them.
"""

from collections.abc import Iterator, Sequence
from typing import overload
from uuid import UUID

from django.db.models import QuerySet

from audits.models import Finding

from .apply import ordered, with_state
from .remembered import remembered

CHUNK = 500
WIDE = ("detail", "snippet")


def keys(found: "QuerySet[Finding]", sort: str) -> "QuerySet[Finding, UUID]":
    """The keys in the order of `sort`, to be cut to a page."""
    return ordered(found, sort).values_list("pk", flat=True)


def rows_of(found: "Sequence[UUID] | QuerySet[Finding, UUID]", *, wide: bool = False) -> list[Finding]:
    """The findings with these keys, in their order, with `state`; without the columns of WIDE unless asked for.

    One query beside that of the keys. What was deleted since is left out.
    """
    place = {key: at for at, key in enumerate(found)}
    rows = with_state(Finding.objects.filter(pk__in=place)).select_related("repository__team", "assignee").order_by()
    return sorted(rows if wide else rows.defer(*WIDE), key=lambda row: place[row.pk])


def in_chunks(found: "QuerySet[Finding]", sort: str) -> Iterator[Finding]:
    """All of them, whole, with one query for the keys, one for the first of them and one for each CHUNK rows.

    The first come without waiting until all are in order; what came between two queries stands behind them.
    """
    first = list(keys(found, sort)[:CHUNK])
    yield from rows_of(first, wide=True)
    if len(first) < CHUNK:
        return
    there = set(first)
    rest = [key for key in keys(found, sort) if key not in there]
    for start in range(0, len(rest), CHUNK):
        yield from rows_of(rest[start : start + CHUNK], wide=True)


class Listed(Sequence[Finding]):
    """A list for a Paginator, of which somebody has counted the length; a part of it costs two queries, and one that
    tells whether its keys, which are remembered, still stand in that order."""

    def __init__(self, found: "QuerySet[Finding]", sort: str, count: int) -> None:
        self._keys, self._count = keys(found, sort), count

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, part: int) -> Finding: ...
    @overload
    def __getitem__(self, part: slice) -> list[Finding]: ...
    def __getitem__(self, part: int | slice) -> Finding | list[Finding]:
        if not isinstance(part, slice):
            return self[part : part + 1][0]
        start, stop, _ = part.indices(self._count)
        if start <= self._count // 2:
            return rows_of(_remembered(self._keys[start:stop]))
        # From the end, where it is nearer: what is skipped has to be walked over.
        end = self._keys.reverse()[self._count - stop : self._count - start]
        return rows_of(_remembered(end)[::-1])


def _remembered(part: "QuerySet[Finding, UUID]") -> list[UUID]:
    return remembered("keys", lambda: list(part), part)
