"""Asking for a repository's history: the row first, then the doorbell, on commit. At most one a repository is open."""

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now

from audits.models import HistoryRun, HistoryTrigger, Repository, ScanState, User
from audits.models.scan import OPEN_STATES
from audits.scans.doorbell import send

from .claims import behind_a_scan, live

HISTORY = "audits.tasks.history"


def request_history(
    repository: Repository, trigger: str = HistoryTrigger.PERSON, user: User | None = None
) -> HistoryRun:
    """The run that waits for `repository` or is at work: a new row, or the one that is open already.

    Raises IntegrityError when the repository has been deleted meanwhile.
    """
    try:
        with transaction.atomic():
            run = HistoryRun.objects.create(
                repository=repository, trigger=trigger, requested_by=user, queued_at=Now(), state=ScanState.QUEUED
            )
            transaction.on_commit(ring_next)
    except IntegrityError:
        open_run = open_runs().filter(repository=repository).first()
        if open_run is None:
            raise
        return open_run
    run.refresh_from_db()
    return run


def open_runs() -> "QuerySet[HistoryRun]":
    return HistoryRun.objects.filter(state__in=OPEN_STATES)


def ring_next() -> None:
    """Announce as many of the runs that wait as may be at work, those that a person asked for first."""
    free = settings.HISTORIES_AT_ONCE - live().count()
    waiting = open_runs().exclude(pk__in=live()).exclude(behind_a_scan())
    waiting = waiting.order_by(F("requested_by_id").desc(nulls_last=True), "queued_at", "pk")
    for run in waiting[: max(free, 0)]:
        if send(HISTORY, run.pk):
            HistoryRun.objects.filter(pk=run.pk).update(rung_at=Now())
