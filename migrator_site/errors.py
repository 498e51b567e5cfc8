"""The page of a request that broke: whose fault it was decides what its reader can do."""

import sqlite3
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.defaults import server_error

# A database that restarts is back within so many seconds.
AGAIN = 30
_SQLITE = frozenset((sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_CANTOPEN))
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


def broken(request: HttpRequest) -> HttpResponse:
    """503 where the database is away or busy, which passes and is nobody's request; else 500. Asks no database."""
    if not is_away(sys.exc_info()[1]):
        return server_error(request)
    return HttpResponse(render_to_string("503.html"), status=503, headers={"Retry-After": str(AGAIN)})
