"""Addresses of repositories: what may be registered, one key for all spellings, where names lead, links to code."""

from audits.hosts.address import DEFAULT_PORTS, Address, UrlRefused, branch_ok, parse_address
from audits.hosts.links import commit_page, permalink, place_of, tells_forge
from audits.hosts.names import HostUnknown, addresses, allowed, literal, resolve

__all__ = [
    "DEFAULT_PORTS",
    "Address",
    "HostUnknown",
    "UrlRefused",
    "addresses",
    "allowed",
    "branch_ok",
    "commit_page",
    "literal",
    "parse_address",
    "permalink",
    "place_of",
    "resolve",
    "tells_forge",
]
