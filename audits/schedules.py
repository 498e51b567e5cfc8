"""The clock: which repositories are due, and what a changed rule makes of their next times.

The database holds only the next time of each repository, and its own clock is the one that counts; beat's own tables
hold nothing but the ticks. The rules and slots are `recurrence`'s, what an end of a scan changes is `scans.clock`'s.
"""

from contextlib import suppress
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import DateTimeField, QuerySet
from django.db.models.functions import Now

from audits.models import Organisation, Repository, Scan, ScanTrigger, User
from audits.models.scan import OPEN_STATES
from audits.scans import InForce, in_force, next_run, request_scan, resume

QUEUED_A_TICK = 100


def queue_due(limit: int = QUEUED_A_TICK) -> int:
    """Queue the repositories whose time has come by the database's clock, at most `limit`; returns how many.

    However many slots went by while nothing ran, each repository is caught up once. Two ticks at the same moment share
    the work: whoever moves the time on is the one who queues, and both happen or neither. Nothing while all schedules
    are paused, and no more than SCHEDULED_IN_FLIGHT are open at a time.
    """
    organisation = Organisation.current()
    if organisation.paused_at:
        return 0
    flying = Scan.objects.filter(trigger=ScanTrigger.SCHEDULE, state__in=OPEN_STATES).count()
    room = max(min(limit, settings.SCHEDULED_IN_FLIGHT - flying), 0)
    due = Repository.objects.filter(next_scan_at__lte=Now()).select_related("team")
    queued = 0
    for repository in due.annotate(now=Now(output_field=DateTimeField())).order_by("next_scan_at", "pk")[:room]:
        with suppress(IntegrityError), transaction.atomic():
            # The error is the one of a repository that was deleted at this moment: the others are queued all the same.
            queued += _queue(repository, next_run(repository, repository.now, organisation))
    return queued


def _queue(repository: Repository, after: datetime) -> bool:
    """Inside a transaction; False when another clock was faster.

    By the order of times, not by this very time: SQLite's own clock writes it with fewer digits than Django does.
    """
    row = Repository.objects.filter(pk=repository.pk, next_scan_at__lte=Now())
    if not row.update(next_scan_at=after):
        return False
    request_scan(repository, ScanTrigger.SCHEDULE)
    return True


def reschedule(now: datetime, repositories: "QuerySet[Repository] | None" = None) -> None:
    """Give all of them, or some, their next time, after a rule changed or rows came in by other means.

    Paused ones stay paused, archived ones archived.
    """
    organisation = Organisation.current()
    some = Repository.objects.all() if repositories is None else repositories
    columns = ("key", "schedule", "time_zone", "failures", "team__schedule", "team__time_zone")
    rows = some.filter(paused_at=None, archived_at=None).select_related("team").only(*columns)
    for repository in rows:
        # One that a failing scan pauses at this moment keeps its pause.
        row = Repository.objects.filter(pk=repository.pk, paused_at=None, archived_at=None)
        row.update(next_scan_at=next_run(repository, now, organisation))


def pause_all(user: User) -> None:
    """No schedule asks for scans any more; people still may. Keeps who paused first."""
    Organisation.objects.get_or_create(pk=1)
    Organisation.objects.filter(pk=1, paused_at=None).update(paused_at=Now(), paused_by=user)


def resume_all() -> None:
    """What was missed meanwhile is due at once and caught up once, no more than SCHEDULED_IN_FLIGHT at a time."""
    Organisation.objects.filter(pk=1).update(paused_at=None, paused_by=None)


__all__ = ["InForce", "in_force", "next_run", "pause_all", "queue_due", "reschedule", "resume", "resume_all"]
