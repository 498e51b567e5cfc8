"""Commands whose database cannot be used: a sentence in place of a traceback, and nothing where a program reads."""

import os
import sqlite3
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import DataError, IntegrityError, OperationalError, ProgrammingError

from migrator_site.errors import of_database
from tests.ports import free_port
from tests.waiting import PATIENCE


def manage(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"], "REDIS_URL": "redis://127.0.0.1:1", **environment},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )


@pytest.mark.parametrize(
    ("command", "database", "what", "deed"),
    [
        (
            ["scan", "--all", "--format", "json"],
            "gone",
            "cannot be used: connection",
            "Start it, or correct its address",
        ),
        (["register", "https://github.com/acme/shop"], "nowhere", "unable to open", "correct its address"),
        (["findings", "--format", "json"], "empty", "no such table", "Run `manage.py migrate` first"),
        (["migrate"], "garbage", "not a database", "Put its backup back"),
    ],
)
def test_it_says_what_is_wrong_and_what_to_do(tmp_path, command, database, what, deed):
    places = {
        "gone": f"postgres://who:SECRETCANARY@127.0.0.1:{free_port()}/none",
        "nowhere": f"sqlite:///{tmp_path}/no/such/folder/here.sqlite3",
        "empty": f"sqlite:///{tmp_path}/empty.sqlite3",
        "garbage": f"sqlite:///{tmp_path}/garbage.sqlite3",
    }
    (tmp_path / "garbage.sqlite3").write_bytes(b"no database, whatever its name says" * 100)
    run = manage(*command, DATABASE_URL=places[database], DATA_DIR=str(tmp_path / "data"))
    assert (run.returncode, run.stdout) == (1, "")
    told = run.stderr.strip().splitlines()[-1]
    assert what in told
    assert deed in told
    assert "Traceback" not in run.stderr
    assert "SECRETCANARY" not in run.stderr


def test_who_asks_for_the_traceback_gets_it(tmp_path):
    run = manage("findings", "--traceback", DATABASE_URL=f"sqlite:///{tmp_path}/empty.sqlite3", DATA_DIR=str(tmp_path))
    assert run.returncode == 1
    assert "Traceback" in run.stderr


def caused(error, cause):
    error.__cause__ = cause
    return error


def of_sqlite(code, text):
    cause = sqlite3.OperationalError(text)
    cause.sqlite_errorcode = code
    return caused(OperationalError(text), cause)


@pytest.mark.parametrize(
    ("error", "deed"),
    [
        (ProgrammingError('relation "audits_scan" does not exist\nLINE 1: SELECT'), "manage.py migrate"),
        (ProgrammingError('column "held" of relation "audits_scan" does not exist'), "manage.py migrate"),
        (of_sqlite(sqlite3.SQLITE_ERROR, "table audits_scan has no column named held"), "manage.py migrate"),
        (of_sqlite(sqlite3.SQLITE_READONLY, "attempt to write a readonly database"), "Let this account write"),
        (of_sqlite(sqlite3.SQLITE_FULL, "database or disk is full"), "a disk with space"),
        (of_sqlite(sqlite3.SQLITE_BUSY, "database is locked"), "Another process writes"),
    ],
)
def test_each_fault_of_a_database_has_its_deed(error, deed):
    told = of_database(error)
    assert deed in told
    assert "LINE 1" not in told


@pytest.mark.parametrize("error", [IntegrityError("UNIQUE failed"), DataError("too long"), ProgrammingError("syntax")])
def test_a_fault_of_ours_is_none(error):
    assert of_database(error) == ""
