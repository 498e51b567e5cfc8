"""An index that holds what a list shows and asks, so that a list of many rows reads no row but those of its page."""

from typing import Any

from django.db import connection, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Statement


class ListIndex(models.Index):
    """`fields` on SQLite; elsewhere without those of `long`.

    An entry of PostgreSQL's has 2,700 bytes at most, and a path alone may have more. It does not miss them: it keeps
    long values outside of its rows.
    """

    def __init__(self, *expressions: Any, long: tuple[str, ...] = (), **values: Any) -> None:
        super().__init__(*expressions, **values)
        self.long = tuple(long)

    def deconstruct(self) -> Any:
        path, expressions, values = super().deconstruct()
        return path, expressions, {**values, "long": self.long}

    def create_sql(
        self, model: type[models.Model], schema_editor: BaseDatabaseSchemaEditor, using: str = "", **values: Any
    ) -> Statement:
        if schema_editor.connection.vendor == "sqlite":
            return super().create_sql(model, schema_editor, using, **values)
        fields = [name for name in self.fields if name not in self.long]
        short = models.Index(fields=fields, name=self.name, condition=self.condition)
        return short.create_sql(model, schema_editor, using, **values)


def measure() -> None:
    """Looks how SQLite's indexes divide their rows, at most a thousand entries of each: by itself it never does, and
    guesses. PostgreSQL looks by itself."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA analysis_limit = 1000")
            cursor.execute("ANALYZE")
