"""Rings workers for rows that wait. The message carries an id, and may get lost: the reaper rings again."""

import logging
import time

from django.db.models import Q
from django.db.models.functions import Now
from kombu.exceptions import OperationalError

from audits.models import Scan, ScanState, ScanTrigger
from audits.models.scan import OPEN_STATES
from migrator_site.celery import app

logger = logging.getLogger(__name__)

# Once more at once, for a connection that went stale; without a broker a thousand rows are still queued in seconds.
_AGAIN = {"max_retries": 1, "interval_start": 0, "interval_step": 0}
_away = {"told": False, "until": 0.0}
# A broker that takes connections and answers none costs its time-out a message: after one nobody asks for a while.
_SLOW, _REST = 4.5, 10.0
SCHEDULED, WAITED_FOR = "audits.tasks.scan", "audits.tasks.scan_now"


def send(task: str, *ids: int) -> bool:
    """Put one message on the queue of `task`; False when the broker cannot be reached, or stood still just now."""
    began = time.monotonic()
    if began < _away["until"]:
        return False
    try:
        app.send_task(task, args=list(ids), retry_policy=_AGAIN)
    except OperationalError as error:
        # Of a thousand that wait one line is enough.
        say = logger.debug if _away["told"] else logger.warning
        say("The broker does not answer: what is asked for waits in the database until it does. %s", error)
        _away["told"] = True
        if time.monotonic() - began > _SLOW:
            _away["until"] = time.monotonic() + _REST
        return False
    _away["told"] = False
    return True


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
    waiting = Scan.objects.filter(ready(), repository=repository_id, state=ScanState.QUEUED).order_by()
    for pk, trigger in waiting.values_list("pk", "trigger"):
        ring(pk, trigger)
