"""What a load balancer asks: well or not well, and nothing else."""

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from audits.access import Action, allowed


@require_safe
@never_cache
@login_not_required
@allowed(Action.PROBE)
def healthz(request: HttpRequest) -> HttpResponse:
    """200 when the database and the broker answer, else 503."""
    well = _database_answers() and _broker_answers()
    return HttpResponse("ok" if well else "unavailable", status=200 if well else 503, content_type="text/plain")


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _broker_answers() -> bool:
    client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()
