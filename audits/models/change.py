"""That something changed which a count of findings depends on, told by the database itself, whoever writes.

A row's token is drawn anew with each change, in the transaction that makes it: whoever sees the same tokens sees the
same findings, and what was counted then is true. SQLite keeps one row. PostgreSQL adds one a statement, so that two
writers never wait for each other; `forget` throws the old ones away.
"""

from datetime import timedelta
from typing import Any

from django.apps import AppConfig
from django.db import connection, models
from django.db.models.functions import Now
from django.db.models.signals import post_migrate
from django.dispatch import receiver
from django.utils import timezone

TABLE = "audits_findingschange"
# Table: the columns that a condition on findings reads, where they are not all.
WATCHED = {
    "audits_finding": (),
    "audits_findingparameter": (),
    "audits_repository": ("team_id", "name"),
    "audits_team": ("restricted", "name", "slug"),
    "audits_user": ("username", "email"),
    "audits_user_teams": (),
}
_SQLITE = """
CREATE TRIGGER IF NOT EXISTS {table}_{verb}_tells AFTER {verb}{columns} ON {table} BEGIN
    UPDATE audits_findingschange SET token = random() / 1024;
    INSERT INTO audits_findingschange (token, at)
    SELECT random() / 1024, CURRENT_TIMESTAMP WHERE NOT EXISTS (SELECT 1 FROM audits_findingschange);
END
"""
_FUNCTION = """
CREATE OR REPLACE FUNCTION audits_tell_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO audits_findingschange (token, at) VALUES ((random() * 9007199254740991)::bigint, now());
    RETURN NULL;
END $$
"""
_POSTGRES = """
CREATE OR REPLACE TRIGGER {table}_{verb}_tells AFTER {verb}{columns} ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION audits_tell_change()
"""


class FindingsChange(models.Model):
    token = models.BigIntegerField()
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return str(self.token)


@receiver(post_migrate)
def watch(sender: AppConfig, **_: Any) -> None:
    """After each migration, since SQLite makes a table anew to change it, and its triggers go with the old one."""
    if sender.name != "audits":
        return
    postgres = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
        if not {TABLE, *WATCHED} <= there:
            return
        if postgres:
            cursor.execute(_FUNCTION)
        for table, columns in WATCHED.items():
            for verb in ("INSERT", "UPDATE", "DELETE"):
                named = f" OF {', '.join(columns)}" if columns and verb == "UPDATE" else ""
                cursor.execute((_POSTGRES if postgres else _SQLITE).format(table=table, verb=verb, columns=named))


def version() -> tuple[int, int]:
    """Another one after each change that is committed, or made in this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*), COALESCE(SUM(token), 0) FROM audits_findingschange")
        count, tokens = cursor.fetchone()
    return int(count), int(tokens)


def forget() -> None:
    """All but the newest of what is older than a day."""
    newest = FindingsChange.objects.order_by("-pk").first()
    if newest is not None:
        FindingsChange.objects.filter(at__lt=timezone.now() - timedelta(days=1)).exclude(pk=newest.pk).delete()
