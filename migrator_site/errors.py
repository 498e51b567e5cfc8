"""The page of a request that broke: whose fault it was decides what its reader can do."""

import re
import sqlite3
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.defaults import server_error

# A database that restarts is back within so many seconds.
AGAIN = 30
_SQLITE_UNFIT = frozenset((sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT))
_SQLITE_UNWRITABLE = frozenset((sqlite3.SQLITE_READONLY, sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY_DIRECTORY))
_IS_BEHIND = re.compile(
    r"no such (?:table|column)|has no column named|(?:relation|column) \S+ (?:of relation \S+ )?does not exist"
)
_SQLITE_BUSY = frozenset((sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED))
_SQLITE = _SQLITE_BUSY | {sqlite3.SQLITE_CANTOPEN}
# PostgreSQL: ended by an administrator or a crash, not yet started, no connection left. Connections are class 08.
_POSTGRES = frozenset(("57P01", "57P02", "57P03", "53300"))


def is_away(error: BaseException | None) -> bool:
    """Whether the database cannot be reached or is busy, so that the same works later; any other fault is no such one.

    Django has one class for both, so what the driver said decides.
    """
    if not isinstance(error, (OperationalError, InterfaceError)):
        return False
    cause = error.__cause__
    code = getattr(cause, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF in _SQLITE
    state = getattr(cause, "sqlstate", None)
    if state:
        return state.startswith("08") or state in _POSTGRES
    # psycopg gives no state where it was not the server that spoke: no connection, or one that is lost.
    return type(cause).__module__.partition(".")[0] == "psycopg"


def of_database(error: BaseException) -> str:
    """A sentence for whoever called a command: what is wrong with the database and what to do; "" for other faults."""
    said = str(error).strip().partition("\n")[0].rstrip(".:")
    code = getattr(error.__cause__, "sqlite_errorcode", None)
    if code is not None and code & 0xFF in _SQLITE_BUSY:
        return f"The database is busy: {said}. Another process writes to it: try again in a minute."
    if is_away(error):
        return f"The database cannot be used: {said}. Start it, or correct its address, then try again."
    if code in _SQLITE_UNFIT:
        return f"The database cannot be used: {said}. Put its backup back, or correct its address."
    if code in _SQLITE_UNWRITABLE:
        return f"The database cannot be written: {said}. Let this account write its folder, on a disk with space."
    if _IS_BEHIND.search(said):
        return f"The database is not of this version: {said}. Run `manage.py migrate` first."
    return ""


def broken(request: HttpRequest) -> HttpResponse:
    """503 where the database is away or busy, which passes and is nobody's request; else 500. Asks no database."""
    if not is_away(sys.exc_info()[1]):
        return server_error(request)
    return HttpResponse(render_to_string("503.html"), status=503, headers={"Retry-After": str(AGAIN)})
