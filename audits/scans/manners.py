"""What is owed to a host: few fetches at a time, and patience when it asks for it."""

from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import Case, QuerySet, When
from django.db.models.functions import Now

from audits import recurrence
from audits.models import Scan, ScanState, ScanTrigger

from . import doorbell

# 30 s, 1 min, 2, 4, 8: after a quarter of an hour the scan fails, and its schedule tries again another day.
MOST_DEFERRALS = 5
_LOCK = 4_711_042


def one_by_one(lock: int) -> None:
    """Inside a transaction: wait for the end of every other one that has asked for the same lock, any number.

    Two takes at once would not see each other's on PostgreSQL; SQLite has one writer at a time by itself.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock])


def has_room(scan_id: int, host: str) -> bool:
    """Inside the transaction that takes a scan: whether one more fetch from `host` may start now.

    Local repositories have no host and always have room.
    """
    if not host:
        return True
    one_by_one(_LOCK)
    fetching = Scan.objects.filter(state=ScanState.FETCHING, lease_until__gte=Now(), repository__host=host)
    return bool(fetching.exclude(pk=scan_id).count() < settings.FETCHES_A_HOST)


def ring_next(host: str) -> None:
    """Announce one scan that found no room at `host`, now that there is some; people's first."""
    if not host:
        return
    clock = Case(When(trigger=ScanTrigger.SCHEDULE, then=1), default=0)
    turned_away = Scan.objects.filter(doorbell.ready(), state=ScanState.QUEUED, rung_at=None, repository__host=host)
    for pk, trigger in turned_away.order_by(clock, "queued_at", "pk").values_list("pk", "trigger")[:1]:
        doorbell.ring(pk, trigger)


def put_off(row: "QuerySet[Scan]", scan_id: int, host: str) -> bool:
    """Give a scan back to the queue for later, since its host asks for fewer requests; False when it was so too often.

    `row` is the scan as its worker may write it. All that waits for the same host waits as long.
    """
    scan = row.filter(deferrals__lt=MOST_DEFERRALS).annotate(now=Now()).first()
    if scan is None:
        return False
    # Half to one and a half times as long, so that the scans of a host do not all return at once.
    wait = settings.HOST_BACK_OFF * 2**scan.deferrals
    jitter = recurrence.slot(f"{scan_id}:{scan.deferrals}", timedelta(seconds=1000)).total_seconds() / 1000 - 0.5
    until = scan.now + timedelta(seconds=wait * (1 + jitter))
    back = {"state": ScanState.QUEUED, "lease_until": None, "rung_at": None, "not_before": until}
    try:
        with transaction.atomic():
            # The attempt is no sign of a worker's death.
            if not row.update(deferrals=scan.deferrals + 1, attempt=scan.attempt - 1, **back):
                return True
    except IntegrityError:
        # A newer request of the same repository waits already: this one ends, and that one waits.
        Scan.objects.filter(repository=scan.repository_id, state=ScanState.QUEUED).update(not_before=until)
        return False
    if host:
        queued = Scan.objects.filter(doorbell.ready(), state=ScanState.QUEUED, repository__host=host)
        queued.update(not_before=until, rung_at=None)
    return True
