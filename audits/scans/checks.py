"""Does the host answer? Asked by a worker after registration, never by a web process."""

from django.db.models.functions import Now

from audits import gitstore
from audits.models import Repository
from audits.models.repository import CheckState

from .reach import FAULTS, explain, remote_of
from .text import fit


def check(repository_id: int) -> None:
    """Ask the host of a repository for its branch and keep the answer; returns quietly when the repository is gone."""
    repository = Repository.objects.filter(pk=repository_id).first()
    if repository is None:
        return
    try:
        tip = gitstore.ls_remote(remote_of(repository), repository.branch)
    except FAULTS as fault:
        state, (_, message) = CheckState.FAILED, explain(fault)
    else:
        state, message = CheckState.ANSWERED, f"Branch {tip.branch} is at {tip.commit[:12]}."
    values = fit(Repository, {"check_state": state.value, "check_message": message})
    Repository.objects.filter(pk=repository.pk).update(checked_at=Now(), **values)
