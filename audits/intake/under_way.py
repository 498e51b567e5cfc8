"""What a worker is doing with a repository when a person changes what it is, takes it out of the work, or deletes it.

Locked in the order in which a scan does, its own row first, then the repository's: of a person and a scan in its last
transaction one waits for the other, and the scan finds that its lease is gone.
"""

from collections.abc import Collection

from django.db.models import F
from django.db.models.functions import Now

from audits.models import HistoryRun, Repository, Scan, ScanState, User
from audits.models.scan import LIVE_STATES, OPEN_STATES


def stop(repository: Repository, user: User | None) -> None:
    """Inside a transaction: cancel what waits or runs."""
    _end(repository, OPEN_STATES, ScanState.CANCELLED, cancelled_by=user)
    runs = HistoryRun.objects.filter(repository=repository, state__in=OPEN_STATES)
    runs.update(state=ScanState.CANCELLED, finished_at=Now(), lease_until=None)
    _lock(repository)


def begin_anew(repository: Repository) -> bool:
    """Inside a transaction: what runs is of no use any more; a history goes back into the queue.

    Whether there was such a scan: then another one is to be asked for.
    """
    scans = _end(repository, LIVE_STATES, ScanState.SUPERSEDED)
    runs = HistoryRun.objects.filter(repository=repository, state__in=LIVE_STATES)
    runs.update(state=ScanState.QUEUED, lease_until=None, attempt=F("attempt") - 1)
    _lock(repository)
    return bool(scans)


def _end(repository: Repository, states: Collection[str], state: ScanState, **also: object) -> int:
    rows = Scan.objects.filter(repository=repository, state__in=states)
    return rows.update(state=state, finished_at=Now(), lease_until=None, not_before=None, **also)


def _lock(repository: Repository) -> None:
    Repository.objects.select_for_update().filter(pk=repository.pk).first()
