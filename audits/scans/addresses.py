"""What this installation's settings make of an address."""

from django.conf import settings

from audits import hosts


def address_of(text: str) -> hosts.Address:
    """Parse an address under this installation's rules. Raises hosts.UrlRefused with the sentence for its author."""
    return hosts.parse_address(
        text,
        allowed_hosts=[*settings.ALLOWED_GIT_HOSTS, *settings.INTERNAL_GIT_HOSTS],
        local_roots=settings.LOCAL_REPOSITORY_ROOTS,
        ssh=settings.GIT_SSH_ENABLED,
    )
