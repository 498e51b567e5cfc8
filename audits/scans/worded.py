"""Statements of every scan, put into words once: that takes Django longer than a database takes to answer."""

from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet, UUIDField
from django.db.models.sql import UpdateQuery

# Stand for the number or the text that is asked about and for a worker, in the place of ones that no row has.
ANY = -1
ANY_TEXT = "any"
ANYBODY = UUID(int=0)


class Worded:
    """The SQL of a query about row ANY, or rows with ANY_TEXT, kept to be asked about others.

    `rows` is a `values_list`; its rows come as it would give them.
    """

    def __init__(self, rows: "QuerySet[Any, Any]") -> None:
        self._compiler = rows.query.get_compiler(connection=connection)
        self._sql, self._values = self._compiler.as_sql()
        columns = [column for column, *_ in self._compiler.select[: self._compiler.col_count]]
        self._converters = self._compiler.get_converters(columns)

    def ask(self, about: int | str) -> list[tuple[Any, ...]]:
        """All rows, for the row of this number, or those with this text."""
        stand_in = ANY_TEXT if isinstance(about, str) else ANY
        with connection.cursor() as cursor:
            cursor.execute(self._sql, [about if value == stand_in else value for value in self._values])
            rows = cursor.fetchall()
        return [tuple(row) for row in self._compiler.apply_converters(rows, self._converters)]


class WordedUpdate:
    """The same of an update of row ANY by ANYBODY."""

    def __init__(self, rows: "QuerySet[Any]", **values: Any) -> None:
        query: Any = rows.query.chain(UpdateQuery)
        query.add_update_values(values)
        self._sql, self._values = query.get_compiler(connection=connection).as_sql()
        self._anybody = _stored(ANYBODY)

    def write(self, number: int, owner: UUID) -> int:
        """How many rows were changed, of this number and for this worker."""
        given = {ANY: number, self._anybody: _stored(owner)}
        with connection.cursor() as cursor:
            cursor.execute(self._sql, [given.get(value, value) for value in self._values])
            return int(cursor.rowcount)


def _stored(owner: UUID) -> Any:
    return UUIDField().get_db_prep_value(owner, connection)
