"""Does the host answer? Asked by a worker after registration and by *Test connection*, never by a web process.

A host may take its time, so two questions can be under way: the answer to an earlier address, credential or question
is dropped where a later one is there.
"""

from typing import Any

from django.db.models import Q, QuerySet

from audits import credentials, gitstore, hosts
from audits.models import Credential, Repository
from audits.models.repository import CheckState

from . import clock
from .addresses import address_of
from .claims import database_now
from .reach import FAULTS, explain, remote_of
from .text import fit

CHECK, CHECK_CREDENTIAL = "audits.tasks.check_repository", "audits.tasks.check_credential"


def check(repository_id: int) -> None:
    """Ask the host of a repository for its branch and keep the answer; returns quietly when the repository is gone."""
    repository = _asked(Repository.objects.filter(pk=repository_id))
    if repository is not None:
        _keep(repository, _ask(repository))


def check_credential(credential_id: int) -> None:
    """Ask for a repository with this credential, and keep the answer at both; quiet when the credential is gone.

    A host's credential is tried on the first repository of that host that has none of its own.
    """
    credential = _asked(Credential.objects.filter(pk=credential_id))
    if credential is None:
        return
    repository = _asked(Repository.objects.filter(pk=credential.repository_id or _first_at(credential)))
    if repository is None:
        answer = _answer(
            CheckState.FAILED,
            f"No repository of {credential.place} is registered for which it would be used. Register one, then test.",
        )
    else:
        answer = _ask(repository, credential)
        _keep(repository, answer)
    kept = _newest(credential, answer)
    if kept and credential.repository_id is None and answer["check_state"] == CheckState.ANSWERED:
        # The others of this host were refused for want of the same credential.
        clock.answered(Repository.objects.filter(host=repository.host, credential=None))


def _first_at(credential: Credential) -> int:
    """The key of that repository, 0 where there is none."""
    for repository in Repository.objects.filter(host=credential.place.partition(":")[0], credential=None):
        try:
            address = address_of(repository.url)
        except hosts.UrlRefused:
            continue
        if (address.place, credentials.KINDS.get(address.scheme)) == (credential.place, credential.kind):
            return repository.pk
    return 0


def _ask(repository: Repository, credential: Credential | None = None) -> dict[str, Any]:
    try:
        tip = gitstore.ls_remote(remote_of(repository, credential), repository.branch)
    except FAULTS as fault:
        return _answer(CheckState.FAILED, explain(fault)[1])
    return _answer(CheckState.ANSWERED, f"Branch {tip.branch} is at {tip.commit[:12]}.")


def _answer(state: CheckState, message: str) -> dict[str, Any]:
    return {"check_state": state.value, "check_message": message}


def _asked(rows: "QuerySet[Any]") -> Any:
    """The row, with the moment `began` at which it is asked for by the database's clock; None where there is none."""
    return rows.annotate(began=database_now()).first()


def _keep(repository: Any, answer: dict[str, Any]) -> None:
    if _newest(repository, answer) and answer["check_state"] == CheckState.ANSWERED:
        clock.answered(Repository.objects.filter(pk=repository.pk))


def _newest(row: Any, answer: dict[str, Any]) -> bool:
    """Keep an answer, unless the row was given another address or secret, or was asked again, since it was asked for.

    `checked_at` is when the question was put, so that of two answers the one to the later question stays.
    """
    earlier = Q(checked_at=None) | Q(checked_at__lte=row.began)
    rows = type(row)._default_manager.filter(earlier, pk=row.pk)
    return bool(rows.update(checked_at=row.began, **fit(type(row), answer)))
