"""How repositories go: the rows at once, their mirrors by a worker."""

from dataclasses import dataclass
from functools import partial

from django.db import transaction

from audits.lifecycle import FOLLOWING
from audits.models import AuditEvent, AuditVerb, Comment, FindingEvent, Repository, User
from audits.scans import send

from . import under_way

PRUNE = "audits.tasks.prune"


@dataclass(frozen=True)
class Lost:
    """What goes with a repository: rows that no list, total or curve shows any more."""

    findings: int
    decisions: int
    comments: int
    scans: int


def lost_with(repository: Repository) -> Lost:
    """Four counts, for whoever is asked whether they mean it."""
    decided = FindingEvent.objects.filter(finding__repository=repository, actor__isnull=False).exclude(
        verb__in=FOLLOWING
    )
    return Lost(
        findings=repository.findings.count(),
        decisions=decided.count(),
        comments=Comment.objects.filter(finding__repository=repository).count(),
        scans=repository.scans.count(),
    )


def remove(repository: Repository, user: User | None) -> None:
    """Delete a repository with its findings and scans; on commit a worker is told to delete its mirror."""
    with transaction.atomic():
        # A scan in its last transaction would add to what is deleted, or each would wait for the other.
        under_way.stop(repository, user)
        AuditEvent.record(user, AuditVerb.REPOSITORY_DELETED, repository.name, repository.url)
        repository.delete()
        transaction.on_commit(partial(send, PRUNE))
