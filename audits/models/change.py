"""That something changed which a count of findings depends on, told by the database itself, whoever writes.

A row's token is drawn anew with each change, in the transaction that makes it: whoever sees the same tokens sees the
same findings, and what was counted then is true. What happens to findings is told of their repository, all else of
EVERY one. SQLite keeps a row for each. PostgreSQL adds rows with each statement, so that two writers never wait for
each other, and the first statement of a transaction takes away those that no other writer holds.
"""

import secrets
from typing import Any

from django.apps import AppConfig
from django.db import connection, models, transaction
from django.db.models.functions import Now
from django.db.models.signals import post_migrate, pre_migrate
from django.dispatch import receiver

TABLE = "audits_findingschange"
# In the place of a repository.
EVERY = 0
# The function of releases that told every change of EVERY one.
_FORMER = "audits_tell_change"
# What a scan or a look at the history writes of a finding which no filter, order or count reads.
UNREAD = (
    *("detail", "snippet", "end_line", "fingerprint", "call_hash", "shape_hash", "hash_version", "digest", "hidden_in"),
    *("blame", "blame_commit", "blame_name", "blame_mail", "blame_at"),
    *("commit", "discovered_at", "first_scan_id", "last_seen_at", "last_scan_id"),
)
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
CREATE TRIGGER {table}_{verb}_tells AFTER {verb}{columns} ON {table}{differs} BEGIN
    UPDATE audits_findingschange SET token = random() / 1024 WHERE repository IN ({every});
    INSERT INTO audits_findingschange (repository, token, at) SELECT {of}, random() / 1024, CURRENT_TIMESTAMP
    WHERE NOT EXISTS (SELECT 1 FROM audits_findingschange WHERE repository = {of});
END
"""
# `now()` is when the transaction began: what it told itself stays, for it may be read in it.
_FUNCTION = """
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE told bigint; BEGIN
    FOR told IN SELECT DISTINCT repository FROM ({rows}) AS found LOOP
        IF NOT EXISTS (SELECT FROM audits_findingschange WHERE repository = told AND at = now()) THEN
            DELETE FROM audits_findingschange WHERE id IN
                (SELECT id FROM audits_findingschange WHERE repository = told FOR UPDATE SKIP LOCKED);
        END IF;
        INSERT INTO audits_findingschange (repository, token, at)
        VALUES (told, (random() * 9007199254740991)::bigint, now());
    END LOOP;
    RETURN NULL;
END $$
"""
_TOLD = "SELECT {of} AS repository FROM changed{differ}"
_POSTGRES = """
CREATE OR REPLACE TRIGGER {table}_{verb}_tells AFTER {verb} ON {table}
REFERENCING {given} FOR EACH STATEMENT EXECUTE FUNCTION {name}()
"""


class FindingsChange(models.Model):
    repository = models.BigIntegerField(db_default=EVERY)
    token = models.BigIntegerField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["repository", "at"], name="change_of_repository")]

    def __str__(self) -> str:
        return str(self.token)


@receiver(pre_migrate)
def unwatch(sender: AppConfig, plan: Any = None, **_: Any) -> None:
    """Before a migration: `watch` follows.

    SQLite makes a table anew to change it, which fails while triggers of others speak of it. PostgreSQL changes it, and
    then fails at whatever a migration writes: the functions speak of columns, or of a table, that are gone.
    """
    if sender.name != "audits" or plan == []:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for name in (_FORMER, *(f"{table}{verb}_tells" for table in WATCHED for verb in ("", "_update"))):
                cursor.execute(f"DROP FUNCTION IF EXISTS {name}() CASCADE")
            return
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
        if not {TABLE, *WATCHED} <= there or "repository" not in _columns(cursor, TABLE):
            return
        for table, (of, columns) in WATCHED.items():
            read = columns or _read(cursor, table)
            for verb in ("INSERT", "UPDATE", "DELETE"):
                for statement in (_sqlite if connection.vendor == "sqlite" else _postgres)(table, verb, of, read):
                    cursor.execute(statement)
    # Nobody told what was written since `unwatch`, and a process that counted before may still be there.
    FindingsChange.objects.filter(repository=EVERY).delete()
    FindingsChange.objects.create(repository=EVERY, token=secrets.randbelow(2**53))


def _columns(cursor: Any, table: str) -> list[str]:
    return [column.name for column in connection.introspection.get_table_description(cursor, table)]


def _read(cursor: Any, table: str) -> tuple[str, ...]:
    """The columns that a condition may read: a new one is watched until somebody says that none does."""
    return tuple(name for name in _columns(cursor, table) if table != "audits_finding" or name not in UNREAD)


def _all(row: str, columns: tuple[str, ...]) -> str:
    return ", ".join(f'{row}"{column}"' for column in columns)


def _sqlite(table: str, verb: str, of: str, read: tuple[str, ...]) -> tuple[str, ...]:
    rows, named, differs = {"INSERT": ("NEW",), "UPDATE": ("NEW", "OLD"), "DELETE": ("OLD",)}[verb], "", ""
    if verb == "UPDATE":
        named = f" OF {_all('', read)}"
        differs = f" WHEN ({_all('OLD.', read)}) IS NOT ({_all('NEW.', read)})"
    every = ", ".join(of.format(row=row) for row in rows)
    made = _SQLITE.format(
        table=table, verb=verb, columns=named, differs=differs, of=of.format(row=rows[0]), every=every
    )
    return f"DROP TRIGGER IF EXISTS {table}_{verb}_tells", made


def _postgres(table: str, verb: str, of: str, read: tuple[str, ...]) -> tuple[str, ...]:
    """A statement's trigger has no condition: its function looks for rows that differ. No key of a row changes."""
    name, rows, differ = f"{table}_tells", ["changed"], ""
    given = "OLD TABLE AS changed" if verb == "DELETE" else "NEW TABLE AS changed"
    if verb == "UPDATE":
        name, rows, given = f"{table}_update_tells", ["changed", "was"], f"OLD TABLE AS was {given}"
        differ = f" JOIN was USING (id) WHERE ({_all('was.', read)}) IS DISTINCT FROM ({_all('changed.', read)})"
    told = " UNION ".join(_TOLD.format(of=of.format(row=row), differ=differ) for row in rows)
    trigger = _POSTGRES.format(table=table, verb=verb, given=given, name=name)
    return _FUNCTION.format(name=name, rows=told), trigger


def versions() -> dict[int, tuple[int, int]]:
    """By repository, and of EVERY one: others after each change that is committed, or made in this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT repository, COUNT(*), COALESCE(SUM(token), 0) FROM audits_findingschange GROUP BY 1")
        return {int(of): (int(count), int(tokens)) for of, count, tokens in cursor.fetchall()}


def forget() -> None:
    """One row for each repository, as far as nobody is writing: what a transaction told with many statements.

    The one that is left is new, as with each change: tokens that somebody saw before mean what they meant.
    """
    rows = FindingsChange.objects.order_by().values("repository")
    many = [row["repository"] for row in rows.annotate(n=models.Count("pk")).filter(n__gt=1)]
    with transaction.atomic():
        held = FindingsChange.objects.select_for_update(skip_locked=True).filter(repository__in=many)
        found = dict(held.values_list("pk", "repository"))
        FindingsChange.objects.filter(pk__in=found).delete()
        told = sorted(set(found.values()))
        FindingsChange.objects.bulk_create(FindingsChange(repository=of, token=secrets.randbelow(2**53)) for of in told)
