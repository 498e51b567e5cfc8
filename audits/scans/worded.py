"""Questions that every scan asks, put into words once: that takes Django longer than a database takes to answer."""

from typing import Any

from django.db import connection
from django.db.models import QuerySet

# Stands for the number that is asked about, in the place of one that no row has.
ANY = -1


class Worded:
    """The SQL of a query about row ANY, kept to be asked about others.

    Rows come as the database gives them: numbers and texts are what Django makes of them, times may be text.
    """

    def __init__(self, rows: "QuerySet[Any, Any]") -> None:
        self._sql, self._values = rows.query.sql_with_params()

    def ask(self, number: int) -> list[tuple[Any, ...]]:
        """All rows, for the row of this number."""
        with connection.cursor() as cursor:
            cursor.execute(self._sql, [number if value == ANY else value for value in self._values])
            return list(cursor.fetchall())
