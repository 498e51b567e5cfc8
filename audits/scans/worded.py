"""Statements of every scan, put into words once: that takes Django longer than a database takes to answer."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Expression, QuerySet, UUIDField
from django.db.models.functions import Now
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

    def ask(self, *about: int | str) -> list[tuple[Any, ...]]:
        """All rows, for the row of this number, or those with this text."""
        given = {ANY_TEXT if isinstance(value, str) else ANY: value for value in about}
        with connection.cursor() as cursor:
            cursor.execute(self._sql, [given.get(value, value) for value in self._values])
            rows = cursor.fetchall()
        return [tuple(row) for row in self._compiler.apply_converters(rows, self._converters)]


class _Given(Expression):
    """Stands for what a column is to hold, which is told with each update."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]


class WordedUpdate:
    """The same of an update of row ANY by ANYBODY: columns `given` are told with each, `values` are always these."""

    def __init__(self, rows: "QuerySet[Any]", given: Iterable[str] = (), **values: Any) -> None:
        query: Any = rows.query.chain(UpdateQuery)
        query.add_update_values({**{name: _Given(name) for name in given}, **values})
        self._sql, self._values = query.get_compiler(connection=connection).as_sql()
        self._fields = {name: rows.model._meta.get_field(name) for name in given}
        self._anybody = _stored(ANYBODY)

    def write(self, number: int, owner: UUID = ANYBODY, told: Mapping[str, Any] | None = None) -> int:
        """How many rows were changed, of this number and for this worker; `told` has all that is `given`."""
        given = {ANY: number, self._anybody: _stored(owner)}
        values = [
            self._prepared(value.name, told or {}) if isinstance(value, _Given) else given.get(value, value)
            for value in self._values
        ]
        with connection.cursor() as cursor:
            cursor.execute(self._sql, values)
            return int(cursor.rowcount)

    def _prepared(self, name: str, told: Mapping[str, Any]) -> Any:
        return self._fields[name].get_db_prep_save(told[name], connection)


def parted(values: Mapping[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of the columns to be told with each update, and of those that take the database's time."""
    now = tuple(name for name, value in values.items() if isinstance(value, Now))
    return tuple(name for name in values if name not in now), now


def _stored(owner: UUID) -> Any:
    return UUIDField().get_db_prep_value(owner, connection)
