"""How repositories go: the rows at once, their mirrors by a worker."""

from functools import partial

from django.db import transaction

from audits.models import Repository
from audits.scans import send

PRUNE = "audits.tasks.prune"


def remove(repository: Repository) -> None:
    """Delete a repository with its findings and scans; on commit a worker is told to delete its mirror."""
    with transaction.atomic():
        repository.delete()
        transaction.on_commit(partial(send, PRUNE))
