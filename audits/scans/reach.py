"""From the stored address to what git may be given: checked again at the moment of use, resolved and pinned.

The row is not trusted: a form's check is no use against a row written by other means, or a list of hosts changed since.
"""

from django.conf import settings

from audits import credentials, gitstore, hosts
from audits.models import Credential, Repository

from .addresses import address_of

# Of the repository or its host, never ours: each ends as a sentence for the person who registered it.
FAULTS = (gitstore.GitError, hosts.UrlRefused, hosts.HostUnknown)


def remote_of(repository: Repository, credential: Credential | None = None) -> gitstore.Remote:
    """Resolves the host's name, so it may take seconds. Without `credential` the chosen one is used. Raises one of
    FAULTS."""
    address = address_of(repository.url)
    if address.local:
        return gitstore.Remote(url=address.url, local=True)
    port = address.port or hosts.DEFAULT_PORTS[address.scheme]
    internal = not {address.host, f"{address.host}:{port}"}.isdisjoint(settings.INTERNAL_GIT_HOSTS)
    if credential is None or (credential.place, credential.kind) != (address.place, credentials.KINDS[address.scheme]):
        credential = credentials.chosen(repository.pk, address.place, address.scheme)
    access = credentials.unlock(credential)
    return gitstore.Remote(
        url=address.url,
        pin=hosts.resolve(address.host, port, internal=internal),
        header=access.header,
        hidden=access.hidden,
        private_key=access.private_key,
        host_keys=credentials.host_keys(address.place) if address.scheme == "ssh" else (),
        authorities=settings.INTERNAL_GIT_AUTHORITIES if internal else "",
    )


def explain(fault: Exception) -> tuple[str, str]:
    """One of FAULTS as (kind, sentence) for the row that shows it."""
    if isinstance(fault, gitstore.GitError):
        return fault.kind, fault.message
    return ("url_not_allowed" if isinstance(fault, hosts.UrlRefused) else "host_unknown"), str(fault)
