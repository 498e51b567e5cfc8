"""Which values a column has, one step of an index each: a DISTINCT reads an entry for every row."""

from django.db import connection, models

# The least value, then the least above each one before.
_SQL = """
WITH RECURSIVE found(value) AS (
    SELECT MIN({column}) FROM {table}{first}
    UNION ALL
    SELECT (SELECT MIN({column}) FROM {table} WHERE {column} > found.value{rest}) FROM found WHERE value IS NOT NULL
)
SELECT value FROM found WHERE value IS NOT NULL LIMIT %s
"""


def values_of(model: type[models.Model], column: str, limit: int, *, only: str = "") -> list[str]:
    """The first `limit` values in their order, of rows whose boolean column `only` is true; one query.

    Columns are named as the database names them; an index begins with `column`, for `only` one of such rows alone.
    """
    quoted = {name: connection.ops.quote_name(name) for name in (column, only) if name}
    sql = _SQL.format(
        table=connection.ops.quote_name(model._meta.db_table),
        column=quoted[column],
        first=f" WHERE {quoted[only]}" if only else "",
        rest=f" AND {quoted[only]}" if only else "",
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [limit])
        return [row[0] for row in cursor.fetchall()]
