"""That something changed which a count of findings depends on, told by the database itself, whoever writes.

A row's token is drawn anew with each change, in the transaction that makes it: whoever sees the same tokens sees the
same findings, and what was counted then is true. What happens to findings is told of their repository, all else of
EVERY one. SQLite keeps a row for each. PostgreSQL adds rows with each statement, so that two writers never wait for
each other; `forget` throws the old ones away.
"""

from datetime import timedelta
from typing import Any

from django.apps import AppConfig
from django.db import connection, models
from django.db.models.functions import Now
from django.db.models.signals import post_migrate, pre_migrate
from django.dispatch import receiver
from django.utils import timezone

TABLE = "audits_findingschange"
# In the place of a repository.
EVERY = 0
# Table: whose repository a row of it tells of, in SQL of that row, and the columns that a condition on findings reads
# where they are not all.
_PARAMETERS = "COALESCE((SELECT repository_id FROM audits_finding WHERE id = {row}.finding_id), 0)"
WATCHED: dict[str, tuple[str, tuple[str, ...]]] = {
    "audits_finding": ("{row}.repository_id", ()),
    "audits_findingparameter": (_PARAMETERS, ()),
    "audits_repository": ("0", ("team_id", "name")),
    "audits_team": ("0", ("restricted", "name", "slug")),
    "audits_user": ("0", ("username", "email")),
    "audits_user_teams": ("0", ()),
}
_SQLITE = """
CREATE TRIGGER {table}_{verb}_tells AFTER {verb}{columns} ON {table} BEGIN
    UPDATE audits_findingschange SET token = random() / 1024 WHERE repository = {of};
    INSERT INTO audits_findingschange (repository, token, at) SELECT {of}, random() / 1024, CURRENT_TIMESTAMP
    WHERE NOT EXISTS (SELECT 1 FROM audits_findingschange WHERE repository = {of});
END
"""
_FUNCTION = """
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO audits_findingschange (repository, token, at)
    SELECT found.repository, (random() * 9007199254740991)::bigint, now()
    FROM (SELECT DISTINCT {of} AS repository FROM {rows}) AS found;
    RETURN NULL;
END $$
"""
# A trigger with columns is given no rows.
_POSTGRES = """
CREATE OR REPLACE TRIGGER {table}_{verb}_tells AFTER {verb}{columns} ON {table}{given}
FOR EACH STATEMENT EXECUTE FUNCTION {name}()
"""


class FindingsChange(models.Model):
    repository = models.BigIntegerField(db_default=EVERY, db_index=True)
    token = models.BigIntegerField()
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return str(self.token)


@receiver(pre_migrate)
def unwatch(sender: AppConfig, **_: Any) -> None:
    """SQLite makes a table anew to change it, which fails while triggers of others speak of it: `watch` follows."""
    if sender.name != "audits" or connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'audits%_tells'")
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {name}")


@receiver(post_migrate)
def watch(sender: AppConfig, **_: Any) -> None:
    """After each migration: before it there may be no table to watch, and `unwatch` has taken what there was."""
    if sender.name != "audits":
        return
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
        if not {TABLE, *WATCHED} <= there:
            return
        for table, (of, columns) in WATCHED.items():
            for verb in ("INSERT", "UPDATE", "DELETE"):
                named = f" OF {', '.join(columns)}" if columns and verb == "UPDATE" else ""
                for statement in _statements(table, verb, of, named):
                    cursor.execute(statement)


def _statements(table: str, verb: str, of: str, columns: str) -> tuple[str, ...]:
    row = "OLD" if verb == "DELETE" else "NEW"
    if connection.vendor == "sqlite":
        made = _SQLITE.format(table=table, verb=verb, columns=columns, of=of.format(row=row))
        return f"DROP TRIGGER IF EXISTS {table}_{verb}_tells", made
    local = of != "0"
    name = f"{table}_tells" if local else "audits_tell_change"
    function = _FUNCTION.format(
        name=name, of=of.format(row="changed"), rows="changed" if local else "(SELECT 0) AS one"
    )
    given = f"\nREFERENCING {row} TABLE AS changed" if local else ""
    return function, _POSTGRES.format(table=table, verb=verb, columns=columns, given=given, name=name)


def versions() -> dict[int, tuple[int, int]]:
    """By repository, and of EVERY one: others after each change that is committed, or made in this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT repository, COUNT(*), COALESCE(SUM(token), 0) FROM audits_findingschange GROUP BY 1")
        return {int(of): (int(count), int(tokens)) for of, count, tokens in cursor.fetchall()}


def forget() -> None:
    """All but the newest of each repository of what is older than a day."""
    rows = FindingsChange.objects.order_by().values_list("repository")
    newest = [pk for _, pk in rows.annotate(newest=models.Max("pk"))]
    FindingsChange.objects.filter(at__lt=timezone.now() - timedelta(days=1)).exclude(pk__in=newest).delete()
