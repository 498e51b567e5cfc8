"""From a host's name to addresses that a fetch may connect to; the checked ones are pinned, so that none is swapped."""

import ipaddress
import socket

from audits.hosts.address import UrlRefused

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
# Where clouds tell a machine its own credentials. Some of these pass for private, one for public.
_METADATA = frozenset(
    ipaddress.ip_address(text)
    for text in ("169.254.169.254", "fd00:ec2::254", "fd20:ce::254", "100.100.100.200", "168.63.129.16")
)

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


class HostUnknown(OSError):
    """The name does not resolve (now); `str()` is a sentence for a person."""


def resolve(host: str, port: int, *, internal: bool) -> str:
    """Look the host up and return curl's pin "HOST:PORT:ADDRESS[,ADDRESS…]". Raises as `addresses` does."""
    texts = addresses(host, port, internal=internal)
    return f"{host}:{port}:" + ",".join(f"[{text}]" if ":" in text else text for text in texts)


def addresses(host: str, port: int, *, internal: bool) -> tuple[str, ...]:
    """Look the host up and return the numeric addresses, at least one, that may be connected to.

    Every address must be one of the public internet, unless an administrator has marked the host `internal`; addresses
    of the link itself and of cloud metadata never pass. Raises UrlRefused for such an address, HostUnknown without any.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    except (OSError, UnicodeError) as error:
        raise HostUnknown(f"The name {host} cannot be found; check its spelling and this server's DNS.") from error
    texts = list(dict.fromkeys(str(place[0]) for _, _, _, _, place in found))
    for text in texts:
        if not allowed(text, internal=internal):
            raise UrlRefused(
                f"{host} leads to {text}, an address that is not on the public internet. "
                "If it is yours, an administrator can add the host to those marked internal (INTERNAL_GIT_HOSTS, "
                "for webhooks INTERNAL_HOOK_HOSTS)."
            )
    if not texts:
        raise HostUnknown(f"The name {host} has no address.")
    return tuple(texts)


def literal(host: str) -> str | None:
    """The numeric address as which a host is written, in any of its forms, or this machine's; None for a name.

    Looks nothing up.
    """
    if host.rstrip(".").rpartition(".")[2].lower() == "localhost":
        return "127.0.0.1"
    try:
        return str(ipaddress.ip_address(host.split("%")[0]))
    except ValueError:
        pass
    try:
        # As a C library reads it: 127.1, 2130706433, 0x7f.1.
        return socket.inet_ntoa(socket.inet_aton(host))
    except (OSError, UnicodeError):
        return None


def allowed(text: str, *, internal: bool = False) -> bool:
    """Whether a fetch may connect to this numeric address."""
    try:
        address = _unwrap(ipaddress.ip_address(text.split("%")[0]))
    except ValueError:
        return False
    if address in _METADATA or address.is_link_local or address.is_multicast or address.is_unspecified:
        return False
    if internal:
        return True
    site_local = isinstance(address, ipaddress.IPv6Address) and address.is_site_local
    return address.is_global and not address.is_reserved and not site_local


def _unwrap(address: IPAddress) -> IPAddress:
    """The IPv4 address inside a v4-mapped, 6to4 or NAT64 one: that is where the packets go."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        return inner or address
    return address
