"""Brings back what was lost: messages that never arrived, and scans whose worker is gone."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Case, DurationField, Exists, Expression, ExpressionWrapper, F, OuterRef, Q, QuerySet, When
from django.db.models.functions import Coalesce, Now

from audits.models import Scan, ScanState, ScanTrigger
from audits.models.scan import LIVE_STATES

from . import clock, doorbell
from .claims import ATTEMPTS, database_now

RINGS_A_TICK = 200
# Whoever asks for a scan rings at once, unless the broker stands still: then nobody rings until it has had its rest.
UNSENT = timedelta(seconds=15)
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
            clock.ended_badly(scan.repository_id, scan.pk, "worker_lost")
            transaction.on_commit(lambda: doorbell.ring_waiting(scan.repository_id))


def _unheard() -> "QuerySet[Scan]":
    """Scans that nobody took although they were announced a while ago, those that a person waits for first.

    A scan behind a live one of its repository is rung for when that one ends. The wait doubles with every ring: behind
    a long queue the messages are not lost, and must not pile up.
    """
    live = Scan.objects.filter(repository=OuterRef("repository"), state__in=LIVE_STATES)
    waiting = Q(~Exists(live), doorbell.ready(), state=ScanState.QUEUED)
    lost = Q(state__in=LIVE_STATES, lease_until__lt=Now())
    scans = Scan.objects.filter(waiting | lost, attempt__lt=ATTEMPTS).annotate(
        free_since=Coalesce("lease_until", "not_before", "queued_at"),
        last=Case(When(rung_at__gt=F("free_since"), then="rung_at"), default="free_since"),
        waited=_between("free_since", "last"),
        silent=_between("last", database_now()),
    )
    freed = Q(lease_until__isnull=False) | Q(not_before__isnull=False)
    never_rung = freed & (Q(rung_at=None) | Q(rung_at__lt=F("free_since")))
    unsent = Q(~_host_is_busy(), rung_at=None, state=ScanState.QUEUED, silent__gte=UNSENT)
    long_ago = Q(silent__gte=timedelta(seconds=settings.SCAN_RING_AGAIN)) & Q(silent__gte=F("waited"))
    clock = Case(When(trigger=ScanTrigger.SCHEDULE, then=1), default=0)
    return scans.filter(never_rung | unsent | long_ago).order_by(clock, "queued_at", "pk")[:RINGS_A_TICK]


def _host_is_busy() -> Exists:
    """A scan that found no room at its host counts as not rung either, and is rung for when there is some."""
    host = Scan.objects.filter(repository__host=OuterRef("repository__host")).exclude(repository__host="")
    return Exists(host.filter(state=ScanState.FETCHING, lease_until__gte=Now()))


def _between(start: str, end: str | Expression) -> Expression:
    return ExpressionWrapper((F(end) if isinstance(end, str) else end) - F(start), output_field=DurationField())
