"""A person stops a scan. The row changes hands at once; the worker finds out at its next write, and writes nothing."""

from django.db import transaction
from django.db.models.functions import Now

from audits.models import Scan, ScanState, User
from audits.models.scan import OPEN_STATES

from . import doorbell


def cancel(scan: Scan, user: User | None = None) -> bool:
    """End a scan that waits or runs; False when it has ended already. What earlier scans found is kept.

    A scan that is in its last transaction at this moment ends as it would have: the database lets one of both through.
    """
    with transaction.atomic():
        cancelled = Scan.objects.filter(pk=scan.pk, state__in=OPEN_STATES).update(
            state=ScanState.CANCELLED, cancelled_by=user, finished_at=Now(), lease_until=None, not_before=None
        )
        if cancelled:
            transaction.on_commit(lambda: doorbell.ring_waiting(scan.repository_id))
    return bool(cancelled)
