"""Rings workers for rows that wait. The message carries an id, and may get lost: the reaper rings again."""

import logging
import time
from functools import cache

from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Now
from kombu.exceptions import OperationalError
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as NotConnected
from redis.retry import Retry

from audits.models import Scan, ScanState, ScanTrigger
from audits.models.scan import OPEN_STATES
from migrator_site.celery import app

from .worded import ANY, Worded

logger = logging.getLogger(__name__)

# Once more at once, for a connection that went stale; without a broker a thousand rows are still queued in seconds.
_AGAIN = {"max_retries": 1, "interval_start": 0, "interval_step": 0}
_away = {"told": False, "until": 0.0}
# A broker that takes connections and answers none costs whoever asks so many seconds; then nobody asks for a while.
PATIENCE, _REST = 2.0, 10.0
SCHEDULED, WAITED_FOR = "audits.tasks.scan", "audits.tasks.scan_now"


def send(task: str, *ids: int) -> bool:
    """Put one message on the queue of `task`; False when the broker cannot be reached, or stood still just now."""
    began = time.monotonic()
    if began < _away["until"]:
        return False
    try:
        put(task, list(ids))
    except (OperationalError, RedisError) as error:
        # Of a thousand that wait one line is enough.
        say = logger.debug if _away["told"] else logger.warning
        say("The broker does not answer: what is asked for waits in the database until it does. %s", error)
        _away["told"] = True
        if time.monotonic() - began > PATIENCE / 2:
            _away["until"] = time.monotonic() + _REST
        return False
    _away["told"] = False
    return True


def put(task: str, args: list[int]) -> None:
    """Put one message on its queue. Raises OperationalError or RedisError."""
    # Asked first: Celery waits for its own time-out several times over before it gives up.
    _line().ping()
    app.send_task(task, args=args, retry_policy=_AGAIN)


@cache
def _line() -> Redis:
    """A connection of this process to the broker, made anew where it went stale; never waited for longer than once."""
    return Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=PATIENCE,
        socket_connect_timeout=PATIENCE,
        retry=Retry(NoBackoff(), 1, supported_errors=(NotConnected,)),
    )


def ring(scan_id: int, trigger: str) -> bool:
    """Announce a scan that a worker should take; those that a person waits for have a queue of their own."""
    if not send(SCHEDULED if trigger == ScanTrigger.SCHEDULE else WAITED_FOR, scan_id):
        return False
    Scan.objects.filter(pk=scan_id, state__in=OPEN_STATES).update(rung_at=Now())
    return True


def ready() -> Q:
    """For scans: not one that waits for its host."""
    return Q(not_before=None) | Q(not_before__lte=Now())


def ring_waiting(repository_id: int) -> None:
    """Announce the scan that had to wait until another one of its repository ended."""
    for pk, trigger in _waiting().ask(repository_id):
        ring(pk, trigger)


@cache
def _waiting() -> Worded:
    rows = Scan.objects.filter(ready(), repository=ANY, state=ScanState.QUEUED).order_by()
    return Worded(rows.values_list("pk", "trigger"))
