"""How repositories go: the rows at once, their mirrors by a worker."""

from functools import partial

from django.db import transaction

from audits.models import AuditEvent, AuditVerb, Repository, User
from audits.scans import send

PRUNE = "audits.tasks.prune"


def remove(repository: Repository, user: User | None) -> None:
    """Delete a repository with its findings and scans; on commit a worker is told to delete its mirror."""
    with transaction.atomic():
        AuditEvent.record(user, AuditVerb.REPOSITORY_DELETED, repository.name, repository.url)
        repository.delete()
        transaction.on_commit(partial(send, PRUNE))
