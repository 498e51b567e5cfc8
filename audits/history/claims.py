"""Who works on a history: claimed, leased and fenced as a scan is, and behind every scan that waits."""

import logging
import uuid
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, Now

from audits.engine import ENGINE_VERSION
from audits.models import HistoryRun, HistoryTrigger, Repository, Scan, ScanState, ScanTrigger
from audits.models.scan import LIVE_STATES, OPEN_STATES
from audits.scans import doorbell, request_scan
from audits.scans.claims import ATTEMPTS, Claim, LostLease, OutOfTime, database_now, from_now
from audits.scans.manners import one_by_one
from audits.scans.text import fit

PATIENCE = 3.0
_LOCK = 4_711_043
logger = logging.getLogger(__name__)
# How a scan ends that read nothing.
_IN_VAIN = (ScanState.FAILED, ScanState.CANCELLED)
_ASKED_BY = {HistoryTrigger.PERSON: ScanTrigger.PERSON, HistoryTrigger.COMMAND: ScanTrigger.COMMAND}


class MadeRoom(Exception):
    """The run is back in the queue: somebody waits for a scan and no worker is free, or a scan has to come first."""


class HistoryClaim(Claim):
    """A history that this process may work on; `scan_id` is the run's."""

    def row(self) -> "QuerySet[HistoryRun]":  # type: ignore[override]
        return HistoryRun.objects.filter(pk=self.scan_id, lease_owner=self.owner, state__in=LIVE_STATES)

    def write(self, **values: Any) -> None:
        """Change the run's row and extend the lease. Raises LostLease, having changed nothing."""
        if not self.row().update(lease_until=from_now(settings.SCAN_LEASE), **fit(HistoryRun, values)):
            raise LostLease(f"history {self.scan_id}")

    def on_time(self, done: int, total: int) -> None:
        """Called between files. Raises OutOfTime after SCAN_DEADLINE."""
        if self.seconds > settings.SCAN_DEADLINE:
            raise OutOfTime(
                f"Its commits could not be read within {settings.SCAN_DEADLINE // 60} minutes, {ATTEMPTS} times over. "
                "What was read is kept: ask for the history again to go on, or set a shorter one."
            )

    def make_room(self) -> None:
        """Called between commits. Raises MadeRoom, which costs no attempt; what was read need not be read again."""
        if people_wait() and self._back():
            raise MadeRoom

    def scan_first(self, repository: Repository) -> str:
        """Ask for the scan that a history has to follow, and let the run wait for its end. Raises MadeRoom, LostLease.

        Returns what became of such a scan that ended since the run first began and read nothing. Of one that did, the
        rules were others or have changed since: another is asked for.
        """
        run = self.row().select_related("requested_by").first()
        if run is None:
            raise LostLease(f"history {self.scan_id}")
        ended = repository.scans.filter(finished_at__gt=run.started_at, state__in=_IN_VAIN).first()
        if ended is not None:
            return ended.error_message or f"It is {ended.get_state_display().lower()}."
        trigger = _ASKED_BY.get(HistoryTrigger(run.trigger), ScanTrigger.SCHEDULE)
        with transaction.atomic():
            if not self._back():
                raise LostLease(f"history {self.scan_id}")
            request_scan(repository, trigger, run.requested_by)
        raise MadeRoom

    def _back(self) -> int:
        return self.row().update(state=ScanState.QUEUED, lease_until=None, attempt=F("attempt") - 1)

    def finish(self, state: ScanState, **values: Any) -> None:
        """The last write, inside the caller's transaction. Raises LostLease."""
        ended = {"state": state, "finished_at": Now(), "seconds": round(self.seconds, 3), **values}
        if not self.row().update(lease_until=None, **fit(HistoryRun, ended)):
            raise LostLease(f"history {self.scan_id}")
        self.ended = True
        why = f" ({kind})" if (kind := values.get("error_kind")) else ""
        transaction.on_commit(lambda: logger.info("The history is %s after %.1f s%s", state, self.seconds, why))


def take(run_id: int) -> HistoryClaim | None:
    """Claim a queued run, or one whose worker is gone; None when there is nothing to do now.

    None too while as many as the settings allow are at work, while a scan of the repository holds its mirror, and while
    it waits for one.
    """
    owner = uuid.uuid4()
    free = Q(state=ScanState.QUEUED) | Q(state__in=LIVE_STATES, lease_until__lt=Now())
    scanning = Scan.objects.filter(repository=OuterRef("repository"), state__in=LIVE_STATES)
    with transaction.atomic():
        one_by_one(_LOCK)
        if live().exclude(pk=run_id).count() >= settings.HISTORIES_AT_ONCE:
            return None
        taken = HistoryRun.objects.filter(
            free, ~Exists(scanning), ~behind_a_scan(), pk=run_id, attempt__lt=ATTEMPTS
        ).update(
            state=ScanState.FETCHING,
            lease_owner=owner,
            lease_until=from_now(settings.SCAN_LEASE),
            attempt=F("attempt") + 1,
            started_at=Coalesce("started_at", database_now()),
            points_done=0,
        )
    if not taken:
        return None
    repository_id = HistoryRun.objects.values_list("repository_id", flat=True).get(pk=run_id)
    return HistoryClaim(run_id, repository_id, "", owner)


def behind_a_scan() -> Exists:
    """For runs: a scan is open, and before its end nothing of the repository is read by the present engine."""
    scans = Scan.objects.filter(repository=OuterRef("repository"), state__in=OPEN_STATES)
    return Exists(scans.exclude(repository__applied_engine=ENGINE_VERSION))


def people_wait() -> bool:
    """Whether a person has waited for a scan longer than a free worker takes to begin it."""
    scanning = Scan.objects.filter(repository=OuterRef("repository"), state__in=LIVE_STATES)
    queued = Scan.objects.filter(doorbell.ready(), state=ScanState.QUEUED, queued_at__lt=from_now(-PATIENCE))
    return queued.exclude(Exists(scanning)).exclude(trigger=ScanTrigger.SCHEDULE).exists()


def live() -> "QuerySet[HistoryRun]":
    """The runs that a worker is at."""
    return HistoryRun.objects.filter(state__in=LIVE_STATES, lease_until__gte=Now())


def fail(claim: HistoryClaim, kind: str, message: str) -> None:
    """End a run with a sentence for its readers; the curve before it stays. Does nothing when it is somebody else's."""
    try:
        claim.finish(ScanState.FAILED, error_kind=kind, error_message=message or kind)
    except LostLease:
        return
