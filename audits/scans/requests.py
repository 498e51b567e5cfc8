"""Asking for a scan: the row first, then the doorbell, on commit. At most one scan of a repository waits."""

from functools import partial

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from audits.models import Repository, Scan, ScanState, ScanTrigger, User

from . import doorbell

_RACES = 5


def request_scan(repository: Repository, trigger: str = ScanTrigger.PERSON, user: User | None = None) -> Scan:
    """The scan that waits for `repository`: a new row, or the one that waits already.

    A person who joins a scheduled scan takes it over, so that it goes before the others. Works without a broker: the
    row stays queued and is announced later. Raises IntegrityError when the repository has been deleted meanwhile.
    """
    for _ in range(_RACES):
        if (waiting := _join(repository, trigger, user)) is not None:
            return waiting
        try:
            with transaction.atomic():
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


def _join(repository: Repository, trigger: str, user: User | None) -> Scan | None:
    waiting = Scan.objects.filter(repository=repository, state=ScanState.QUEUED).first()
    if waiting is None:
        return None
    promoted = waiting.trigger == ScanTrigger.SCHEDULE and trigger != ScanTrigger.SCHEDULE
    if promoted:
        # Of two people who ask at once the first takes it over; the other joins at the next turn.
        row = Scan.objects.filter(pk=waiting.pk, state=ScanState.QUEUED, trigger=ScanTrigger.SCHEDULE)
        if not row.update(trigger=trigger, requested_by=user):
            return None
        waiting.refresh_from_db()
    if promoted or waiting.rung_at is None:
        _ring_on_commit(waiting)
    return waiting


def _ring_on_commit(scan: Scan) -> None:
    transaction.on_commit(partial(doorbell.ring, scan.pk, scan.trigger))
