"""Asking for a scan: the row first, then the doorbell, on commit. At most one scan of a repository waits."""

from functools import partial

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from audits.models import Repository, Scan, ScanState, ScanTrigger, User

from . import doorbell

_RACES = 5


def request_scan(repository: Repository, trigger: str = ScanTrigger.PERSON, user: User | None = None) -> Scan:
    """The scan that waits for `repository`: a new row, or the one that waits already.

    A request of a person supersedes a scan that the schedule has queued: the row keeps who asked for which, the new one
    goes before the others, and one waits as before. Works without a broker: the
    row stays queued and is announced later. Raises IntegrityError when the repository has been deleted meanwhile.
    """
    for _ in range(_RACES):
        if (waiting := _join(repository, trigger)) is not None:
            return waiting
        try:
            with transaction.atomic():
                if trigger != ScanTrigger.SCHEDULE:
                    _supersede(repository)
                scan = Scan.objects.create(repository=repository, trigger=trigger, requested_by=user, queued_at=Now())
                _ring_on_commit(scan)
        except IntegrityError:
            # Either somebody else asked at this moment, and the next turn joins them, or the repository is gone.
            if not Repository.objects.filter(pk=repository.pk).exists():
                raise
            continue
        scan.refresh_from_db()
        return scan
    raise IntegrityError(f"{repository} is asked for so often that no scan of it could be queued")


def _join(repository: Repository, trigger: str) -> Scan | None:
    waiting = Scan.objects.filter(repository=repository, state=ScanState.QUEUED).first()
    if waiting is None or (waiting.trigger == ScanTrigger.SCHEDULE and trigger != ScanTrigger.SCHEDULE):
        return None
    if waiting.rung_at is None and waiting.not_before is None:
        _ring_on_commit(waiting)
    return waiting


def _supersede(repository: Repository) -> None:
    """The schedule's scan, should it still wait: of two people who ask at once the other one joins the first."""
    scheduled = Scan.objects.filter(repository=repository, state=ScanState.QUEUED, trigger=ScanTrigger.SCHEDULE)
    scheduled.update(state=ScanState.SUPERSEDED, finished_at=Now(), not_before=None)


def _ring_on_commit(scan: Scan) -> None:
    transaction.on_commit(partial(doorbell.ring, scan.pk, scan.trigger))
