"""Brings back what was lost: messages that never arrived, and scans whose worker is gone."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now

from audits.models import Repository, Scan, ScanState, ScanTrigger
from audits.models.scan import LIVE_STATES

from . import doorbell
from .claims import ATTEMPTS, database_now

RINGS_A_TICK = 200
WORKER_LOST = (
    f"The worker was lost {ATTEMPTS} times while it scanned this repository, so it was not tried again. "
    "The worker's log and the machine's memory at that time tell more; after that, scan again."
)


def reap() -> int:
    """Fail scans that lost their worker too often, ring again for the rest; returns how many it rang for."""
    for scan in Scan.objects.filter(_dead(), attempt__gte=ATTEMPTS):
        _give_up(scan)
    rung = 0
    for scan in _unheard():
        if not doorbell.ring(scan.pk, scan.trigger):
            break
        rung += 1
    return rung


def _dead() -> Q:
    """Live without a lease, or queued with no attempt left."""
    return Q(state__in=LIVE_STATES, lease_until__lt=Now()) | Q(state=ScanState.QUEUED, attempt__gte=ATTEMPTS)


def _give_up(scan: Scan) -> None:
    """By compare-and-set on the owner: a worker that has just come back to life keeps its scan."""
    with transaction.atomic():
        row = Scan.objects.filter(_dead(), pk=scan.pk, lease_owner=scan.lease_owner)
        if row.update(
            state=ScanState.FAILED,
            error_kind="worker_lost",
            error_message=WORKER_LOST,
            finished_at=Now(),
            lease_until=None,
        ):
            Repository.objects.filter(pk=scan.repository_id).update(last_scan=scan.pk, failures=F("failures") + 1)
            transaction.on_commit(lambda: doorbell.ring_waiting(scan.repository_id))


def _unheard() -> Sequence[Scan]:
    """Scans that nobody took although they were announced a while ago, those that a person waits for first.

    A scan behind a live one of its repository is rung for when that one ends.
    """
    live = Scan.objects.filter(repository=OuterRef("repository"), state__in=LIVE_STATES)
    waiting = Q(~Exists(live), state=ScanState.QUEUED)
    lost = Q(state__in=LIVE_STATES, lease_until__lt=Now())
    scans = Scan.objects.filter(waiting | lost, attempt__lt=ATTEMPTS).annotate(now=database_now())
    unheard = [scan for scan in scans.order_by("queued_at")[: 5 * RINGS_A_TICK] if _is_unheard(scan, scan.now)]
    return sorted(unheard, key=lambda scan: scan.trigger == ScanTrigger.SCHEDULE)[:RINGS_A_TICK]


def _is_unheard(scan: Scan, now: datetime) -> bool:
    """The wait doubles with every ring: behind a long queue the messages are not lost, and must not pile up."""
    free_since = scan.lease_until or scan.queued_at
    if scan.lease_until and (scan.rung_at is None or scan.rung_at < scan.lease_until):
        return True
    last = max(scan.rung_at or free_since, free_since)
    return now - last >= max(timedelta(seconds=settings.SCAN_RING_AGAIN), last - free_since)
