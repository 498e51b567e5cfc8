"""Does the host answer? Asked by a worker after registration and by *Test connection*, never by a web process."""

from typing import Any

from django.db.models.functions import Now

from audits import credentials, gitstore, hosts
from audits.models import Credential, Repository
from audits.models.repository import CheckState

from . import clock
from .addresses import address_of
from .reach import FAULTS, explain, remote_of
from .text import fit

CHECK, CHECK_CREDENTIAL = "audits.tasks.check_repository", "audits.tasks.check_credential"


def check(repository_id: int) -> None:
    """Ask the host of a repository for its branch and keep the answer; returns quietly when the repository is gone."""
    repository = Repository.objects.filter(pk=repository_id).first()
    if repository is not None:
        _keep(repository, _ask(repository))


def check_credential(credential_id: int) -> None:
    """Ask for a repository with this credential, and keep the answer at both; quiet when the credential is gone.

    A host's credential is tried on the first repository of that host that has none of its own.
    """
    credential = Credential.objects.select_related("repository").filter(pk=credential_id).first()
    if credential is None:
        return
    repository = credential.repository or _first_at(credential)
    if repository is None:
        answer = _answer(
            CheckState.FAILED,
            f"No repository of {credential.place} is registered for which it would be used. Register one, then test.",
        )
    else:
        answer = _ask(repository, credential)
        _keep(repository, answer)
        if credential.repository is None and answer["check_state"] == CheckState.ANSWERED:
            # The others of this host were refused for want of the same credential.
            clock.answered(Repository.objects.filter(host=repository.host, credential=None))
    Credential.objects.filter(pk=credential.pk).update(checked_at=Now(), **fit(Credential, answer))


def _first_at(credential: Credential) -> Repository | None:
    for repository in Repository.objects.filter(host=credential.place.partition(":")[0], credential=None):
        try:
            address = address_of(repository.url)
        except hosts.UrlRefused:
            continue
        if (address.place, credentials.KINDS.get(address.scheme)) == (credential.place, credential.kind):
            return repository
    return None


def _ask(repository: Repository, credential: Credential | None = None) -> dict[str, Any]:
    try:
        tip = gitstore.ls_remote(remote_of(repository, credential), repository.branch)
    except FAULTS as fault:
        return _answer(CheckState.FAILED, explain(fault)[1])
    return _answer(CheckState.ANSWERED, f"Branch {tip.branch} is at {tip.commit[:12]}.")


def _answer(state: CheckState, message: str) -> dict[str, Any]:
    return {"check_state": state.value, "check_message": message}


def _keep(repository: Repository, answer: dict[str, Any]) -> None:
    row = Repository.objects.filter(pk=repository.pk)
    row.update(checked_at=Now(), **fit(Repository, answer))
    if answer["check_state"] == CheckState.ANSWERED:
        clock.answered(row)
