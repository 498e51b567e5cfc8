"""The page of a request that broke: whose fault it was decides what its reader can do."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.defaults import server_error

# A database that restarts is back within so many seconds.
AGAIN = 30


def broken(request: HttpRequest) -> HttpResponse:
    """503 where the database is away or busy, which passes and is nobody's request; else 500. Asks no database."""
    if not isinstance(sys.exc_info()[1], (OperationalError, InterfaceError)):
        return server_error(request)
    return HttpResponse(render_to_string("503.html"), status=503, headers={"Retry-After": str(AGAIN)})
