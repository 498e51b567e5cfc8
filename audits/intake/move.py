"""A repository that lives somewhere else now keeps its findings; a credential never follows it to another host."""

from functools import partial

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from audits import credentials, hosts
from audits.models import AuditEvent, AuditVerb, Credential, Repository, User
from audits.models.repository import CheckState
from audits.scans import CHECK, address_of, request_scan, send

from . import under_way
from .register import Refused, already


def move(repository: Repository, text: str, user: User) -> bool:
    """Give a repository another address and have a worker ask there; True when its own credential was removed.

    That happens when the host, the port or the scheme is another one. A scan that reads the former address meanwhile
    writes nothing, and another one is asked for. Raises Refused, having stored nothing.
    """
    try:
        address = address_of(text)
    except hosts.UrlRefused as refusal:
        raise Refused("url", str(refusal)) from refusal
    known = Repository.objects.filter(key=address.key).exclude(pk=repository.pk).first()
    if known is not None:
        raise already(known, user, f"This is the address of {known.name}, which is registered already.")
    try:
        with transaction.atomic():
            reading = under_way.begin_anew(repository)
            cleared = _clear(repository, address, user)
            Repository.objects.filter(pk=repository.pk).update(
                url=address.url,
                key=address.key,
                host=address.host,
                is_local=address.local,
                settled=False,
                check_state=CheckState.WAITING,
                check_message="",
                checked_at=Now(),
            )
            told = f"{repository.url} → {address.url}"
            AuditEvent.record(user, AuditVerb.REPOSITORY_CHANGED, repository.name, told)
            transaction.on_commit(partial(send, CHECK, repository.pk))
            if reading:
                request_scan(repository, user=user)
    except IntegrityError as error:
        raise Refused("url", "Somebody else has registered this address a moment ago.") from error
    repository.refresh_from_db()
    return cleared


def _clear(repository: Repository, address: hosts.Address, user: User) -> bool:
    own = Credential.objects.filter(repository=repository).first()
    if own is None or (own.place, own.kind) == (address.place, credentials.KINDS.get(address.scheme)):
        return False
    credentials.remove(own, user, "The repository has an address on another host now")
    return True
