"""A repository that nobody works on any more: kept as it is, scanned no more, and out of every total."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from audits import pathrules
from audits.lifecycle import OF_REPOSITORY, Gone, Presence
from audits.models import AuditEvent, AuditVerb, Finding, FindingEvent, Repository, User
from audits.progress import snapshots
from audits.scans import next_run, request_scan

from . import under_way

_CHUNK = 500


def archive(repository: Repository, user: User | None, *, removed: bool = False) -> int:
    """Take a repository out of the work; returns how many findings left with it, 0 where it is archived already.

    `removed`: it is gone from its host, and what is known of it is kept.

    Its open findings are absent, for this reason: they are out of scope, and no progress. What was migrated before
    stays migrated. A scan that runs is cancelled and writes nothing.
    """
    now = timezone.now()
    with transaction.atomic():
        under_way.stop(repository, user)
        row = Repository.objects.filter(pk=repository.pk, archived_at=None)
        if not row.update(archived_at=Now(), removed=removed, next_scan_at=None):
            return 0
        left = _close(repository, now, Repository(removed=removed).left_as, user)
        why = "removed; " if removed else ""
        told = f"{why}{left} open findings left with it"
        AuditEvent.record(user, AuditVerb.REPOSITORY_ARCHIVED, repository.name, told)
        snapshots.take(Repository.objects.filter(pk=repository.pk))
    return left


def _close(repository: Repository, now: datetime, reason: Gone, user: User | None) -> int:
    rows = Finding.objects.filter(repository=repository).exclude(presence=Presence.ABSENT)
    closed = {"absent_reason": reason, "resolved_at": now, "hold": None, "held_reason": ""}
    return _turn(rows, "left_out", Presence.ABSENT, reason, {**closed, "claim": ""}, user)


def _turn(
    rows: "QuerySet[Finding]", verb: str, after: Presence, reason: Gone, values: dict[str, Any], user: User | None
) -> int:
    """Give findings another presence, with an event each; how many."""
    now = timezone.now()
    found = list(rows.order_by().values_list("pk", "presence"))
    for start in range(0, len(found), _CHUNK):
        part = found[start : start + _CHUNK]
        Finding.objects.filter(pk__in=[pk for pk, _ in part]).update(presence=after, **values)
        FindingEvent.objects.bulk_create(
            FindingEvent(finding_id=pk, at=now, actor=user, verb=verb, before=before, after=after, reason=reason)
            for pk, before in part
        )
    return len(found)


def unarchive(repository: Repository, user: User | None) -> bool:
    """Work on it again; False where it is not archived.

    What it held is unknown until the scan that is asked for has looked: neither left nor done.
    """
    with transaction.atomic():
        # Not settled: a scan of the same commit must read it once more, since its findings are to return.
        row = Repository.objects.filter(pk=repository.pk).exclude(archived_at=None)
        if not row.update(archived_at=None, removed=False, settled=False):
            return False
        there = {"absent_reason": "", "resolved_at": None}
        for reason in OF_REPOSITORY:
            rows = Finding.objects.filter(repository=repository, absent_reason=reason)
            _turn(rows, "taken_back", Presence.UNKNOWN, reason, there, user)
        # A rule of now may exclude what was open then.
        pathrules.settle([repository.pk], user=user)
        snapshots.take(Repository.objects.filter(pk=repository.pk))
        found = Repository.objects.select_related("team").get(pk=repository.pk)
        if found.paused_at is None:
            Repository.objects.filter(pk=found.pk).update(next_scan_at=next_run(found, timezone.now()))
        AuditEvent.record(user, AuditVerb.REPOSITORY_UNARCHIVED, repository.name)
        request_scan(found, user=user)
    return True
