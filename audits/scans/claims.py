"""Who works on a scan: one conditional UPDATE takes it, and every later write names the owner it believes in.

Leases run on the database's clock, so that no worker's own clock matters. A worker that was stopped past its lease
finds that its row belongs to another one: LostLease, and nothing of its work is written. The row counts the attempts: a
scan that takes its worker down with it is tried three times, whatever the broker delivers.
"""

import logging
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache, lru_cache
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import DateTimeField, DurationField, Expression, ExpressionWrapper, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Now

from audits.models import Repository, Scan, ScanState
from audits.models.scan import LIVE_STATES

from . import clock, doorbell, manners
from .text import fit
from .worded import ANY, ANYBODY, Worded, WordedUpdate, parted

logger = logging.getLogger(__name__)

ATTEMPTS = 3
PROGRESS_EVERY = 0.5


class LostLease(Exception):
    """Another worker, or the reaper, has taken this scan over, or a person has cancelled it."""


class OutOfTime(Exception):
    """The scan has used up its time; the message is for the person who reads the row."""


def from_now(seconds: float) -> Expression:
    """The database's clock plus `seconds`."""
    later = Now() + Value(timedelta(seconds=seconds), output_field=DurationField())
    return ExpressionWrapper(later, output_field=DateTimeField())


def database_now() -> Expression:
    return Now(output_field=DateTimeField())


def silent() -> Q:
    """For scans: that of a worker which has missed two of its beats, so it is lost, stopped or without a database."""
    return Q(state__in=LIVE_STATES, lease_until__lt=from_now(settings.SCAN_LEASE / 2))


@dataclass
class Claim:
    """A scan that this process may work on, until its lease ends.

    `ended`: its last write is done. Then the row is nobody's, and what is still asked of git is wanted all the same.
    """

    scan_id: int
    repository_id: int
    host: str
    owner: uuid.UUID
    started: float = field(default_factory=time.monotonic)
    ended: bool = False
    _reported: float = 0.0

    @property
    def seconds(self) -> float:
        """Since the claim, by a clock that nobody can set."""
        return time.monotonic() - self.started

    def row(self) -> "QuerySet[Scan]":
        return _held_by(self.scan_id, self.owner)

    def write(self, **values: Any) -> None:
        """Change the scan's row and extend the lease. Raises LostLease, having changed nothing."""
        self._write(settings.SCAN_LEASE, values)

    def progress(self, done: int, total: int) -> None:
        """Tell how many of the files are read: at most every half second, and at the end.

        Raises LostLease, and OutOfTime after SCAN_DEADLINE.
        """
        if self.seconds > settings.SCAN_DEADLINE:
            minutes = settings.SCAN_DEADLINE // 60
            raise OutOfTime(
                f"After {minutes} minutes {done} of {total} files were read. "
                "What was read need not be read again: start another scan to go on."
            )
        now = time.monotonic()
        if done < total and now - self._reported < PROGRESS_EVERY:
            return
        self._reported = now
        self.write(files_done=done, files_total=total)

    def end(self, state: ScanState, values: Mapping[str, Any]) -> None:
        """The last write of a scan, inside the caller's transaction. Raises LostLease."""
        values = {"state": state, "finished_at": Now(), "seconds": round(self.seconds, 3), **values}
        self._write(None, values)
        self.ended = True
        why = f" ({kind})" if (kind := values.get("error_kind")) else ""
        transaction.on_commit(lambda: logger.info("The scan is %s after %.1f s%s", state, self.seconds, why))
        transaction.on_commit(self.ring_others)

    def _write(self, lease: float | None, values: Mapping[str, Any]) -> None:
        values = fit(Scan, values)
        if not _writing(lease, *parted(values)).write(self.scan_id, self.owner, values):
            raise LostLease(f"scan {self.scan_id}")

    def fetched(self, **values: Any) -> None:
        """The host is done with: others may fetch from it. Raises LostLease."""
        self.write(state=ScanState.SCANNING, fetched_at=Now(), **values)
        self._reported = time.monotonic()
        manners.ring_next(self.host)

    def ring_others(self) -> None:
        """Announce what waited for this scan: another one of its repository, and one of its host."""
        doorbell.ring_waiting(self.repository_id)
        manners.ring_next(self.host)


def take(scan_id: int) -> Claim | None:
    """Claim a queued scan, or one whose worker is gone; None when there is nothing to do.

    None too while another scan of the same repository runs, or as many as may fetch from its host: an end of these
    rings for the one that waits. A scan of an archived repository is cancelled.
    """
    owner = uuid.uuid4()
    known = _asked_for().ask(scan_id)
    if not known:
        return None
    repository_id, host, archived = known[0]
    if archived:
        left = Q(state=ScanState.QUEUED) | Q(state__in=LIVE_STATES, lease_until__lt=Now())
        Scan.objects.filter(left, pk=scan_id).update(state=ScanState.CANCELLED, finished_at=Now(), lease_until=None)
        return None
    try:
        with transaction.atomic():
            if not manners.has_room(scan_id, host):
                Scan.objects.filter(_waiting(), pk=scan_id).update(rung_at=None)
                return None
            taken = _taking(settings.SCAN_LEASE).write(scan_id, owner)
    except IntegrityError:
        return None
    return Claim(scan_id, repository_id, host, owner) if taken else None


def _waiting() -> Q:
    return Q(doorbell.ready(), state=ScanState.QUEUED)


def _held_by(scan_id: int, owner: uuid.UUID) -> "QuerySet[Scan]":
    return Scan.objects.filter(pk=scan_id, lease_owner=owner, state__in=LIVE_STATES)


@lru_cache(maxsize=1)
def _taking(lease: float) -> WordedUpdate:
    """The claim: of a scan that waits, or whose worker is gone, and that has not been tried too often."""
    free = _waiting() | Q(state__in=LIVE_STATES, lease_until__lt=Now())
    kept = Repository.objects.filter(archived_at=None)
    return WordedUpdate(
        Scan.objects.filter(free, pk=ANY, attempt__lt=ATTEMPTS, repository__in=kept),
        state=ScanState.FETCHING,
        lease_owner=ANYBODY,
        lease_until=from_now(lease),
        attempt=F("attempt") + 1,
        started_at=Coalesce("started_at", database_now()),
        not_before=None,
        files_done=0,
        files_total=0,
    )


@lru_cache(maxsize=50)
def _writing(lease: float | None, told: tuple[str, ...], now: tuple[str, ...]) -> WordedUpdate:
    """What a worker says of the scan that it holds for `lease` seconds more, with None for the last time."""
    until = None if lease is None else from_now(lease)
    return WordedUpdate(_held_by(ANY, ANYBODY), told, lease_until=until, **dict.fromkeys(now, Now()))


@cache
def _asked_for() -> Worded:
    """The repository that a scan is of, its host, and whether it is archived."""
    columns = ("repository_id", "repository__host", "repository__archived_at")
    return Worded(Scan.objects.filter(pk=ANY).order_by().values_list(*columns))


def fail(claim: Claim, kind: str, message: str) -> None:
    """End a scan with a sentence for its readers. Findings, and what the repository is known to be, stay as they are.

    Quietly does nothing when the scan belongs to somebody else by now.
    """
    try:
        with transaction.atomic():
            claim.end(ScanState.FAILED, {"error_kind": kind, "error_message": message or kind})
            clock.ended_badly(claim.repository_id, claim.scan_id, kind)
    except LostLease:
        return


def put_off(claim: Claim) -> bool:
    """Give the scan back to the queue for later, since the host asks for patience; False when it did so too often."""
    return manners.put_off(claim.row(), claim.scan_id, claim.host)


def give_back(claim: Claim) -> None:
    """Let the lease end now: the reaper rings for another worker."""
    claim.row().update(lease_until=from_now(-1))


def let_go(rows: "QuerySet[Any]") -> None:
    """Scans or histories whose worker is told to end at once: another one goes on now, and no attempt has failed."""
    mine = rows.filter(state__in=LIVE_STATES, attempt__gt=0)
    mine.update(attempt=F("attempt") - 1, lease_owner=uuid.uuid4(), lease_until=from_now(-1))
