"""When a repository is scanned again: each in its own slot of the interval, so that a thousand do not start together.

A slot is a hash of the repository's key, so it is the same after a restart, on every machine and in every worker. The
database holds only the next time; beat's own tables hold nothing but the ticks.
"""

import hashlib
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import DateTimeField
from django.db.models.functions import Now

from audits.models import Organisation, Repository, ScanTrigger
from audits.scans import request_scan

_EPOCH = datetime(2024, 1, 1, tzinfo=UTC)
QUEUED_A_TICK = 100


def slot(repository: Repository, every: timedelta | None = None) -> timedelta:
    """The repository's place in the interval: from 0 to less than `every`, in whole seconds."""
    seconds = int((every or Organisation.current().rescan_every).total_seconds())
    digest = hashlib.sha256(repository.key.encode("utf-8", "backslashreplace")).digest()
    return timedelta(seconds=int.from_bytes(digest[:8]) % seconds)


def next_run(repository: Repository, now: datetime, every: timedelta | None = None) -> datetime:
    """The first time after `now` that falls into the repository's slot."""
    every = every or Organisation.current().rescan_every
    offset = slot(repository, every)
    passed = (now - _EPOCH - offset) // every
    return _EPOCH + offset + (passed + 1) * every


def queue_due(limit: int = QUEUED_A_TICK) -> int:
    """Queue the repositories whose time has come by the database's clock, at most `limit`; returns how many.

    However many slots went by while nothing ran, each repository is caught up once. Two ticks at the same moment share
    the work: whoever moves the time on is the one who queues, and both happen or neither.
    """
    every = Organisation.current().rescan_every
    due = Repository.objects.filter(next_scan_at__lte=Now()).annotate(now=Now(output_field=DateTimeField()))
    queued = 0
    for repository in due.order_by("next_scan_at")[:limit]:
        with suppress(IntegrityError), transaction.atomic():
            # The error is the one of a repository that was deleted at this moment: the others are queued all the same.
            queued += _queue(repository, next_run(repository, repository.now, every))
    return queued


def _queue(repository: Repository, after: datetime) -> bool:
    """Inside a transaction; False when another clock was faster."""
    row = Repository.objects.filter(pk=repository.pk, next_scan_at=repository.next_scan_at)
    if not row.update(next_scan_at=after):
        return False
    request_scan(repository, ScanTrigger.SCHEDULE)
    return True


def reschedule(now: datetime) -> None:
    """Give every repository its next time, after the interval changed or rows came in by other means."""
    every = Organisation.current().rescan_every
    for repository in Repository.objects.only("pk", "key"):
        Repository.objects.filter(pk=repository.pk).update(next_scan_at=next_run(repository, now, every))
