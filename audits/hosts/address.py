"""The grammar of addresses: an allow list of shapes, as git reads far more into a text than any URL parser does."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from audits.hosts.local import LocalRefused, find_repository

LENGTH_LIMIT = 500
EXAMPLE = "https://github.com/org/repo"
DEFAULT_PORTS = {"https": 443, "ssh": 22}
# Hosts whose repositories are known to be owner/name, in any case of letters.
TWO_SEGMENTS = frozenset({"github.com", "bitbucket.org"})
KNOWN_FORGES = TWO_SEGMENTS | {"gitlab.com"}

_HOST = r"(?P<host>[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*)"
_PORT = r"(?::(?P<port>[0-9]{1,5}))?"
_USER = r"(?P<user>[A-Za-z0-9][A-Za-z0-9._-]{0,63})"
_PATH = r"(?P<path>[A-Za-z0-9._~+-]+(?:/[A-Za-z0-9._~+-]+){0,9})/?"
_HTTPS = re.compile(rf"https://{_HOST}{_PORT}/{_PATH}", re.IGNORECASE | re.ASCII)
_SSH = re.compile(rf"ssh://(?:{_USER}@)?{_HOST}{_PORT}/{_PATH}", re.IGNORECASE | re.ASCII)
_SCP = re.compile(rf"{_USER}@{_HOST}:(?!/){_PATH}", re.ASCII)
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)", re.ASCII)
_BRANCH = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,199}", re.ASCII)


class UrlRefused(ValueError):
    """The text is no address that may be used; `str()` is the sentence for the field: what is wrong, what to do."""


@dataclass(frozen=True, slots=True)
class Address:
    """A checked address. `url` is as typed (scp forms as ssh://), for git; `key` is equal for all spellings of one
    repository; `port` is None for the scheme's own; `path` has no leading slash, except that of a local repository;
    `name` is a guess at what a person calls it."""

    url: str
    key: str
    host: str
    port: int | None
    scheme: str
    path: str
    local: bool
    name: str

    @property
    def place(self) -> str:
        """host, or host:port where the port is not the scheme's own: what a credential belongs to."""
        return self.host if self.port is None else f"{self.host}:{self.port}"


def parse_address(text: str, *, allowed_hosts: Sequence[str], local_roots: Sequence[Path], ssh: bool) -> Address:
    """Check what a person typed. Raises UrlRefused.

    `allowed_hosts` holds host names (single labels and IP addresses only if they stand there) or host:port;
    `local_roots` are the folders below which a path may be registered; `ssh` says whether ssh addresses are enabled.
    """
    text = text.strip(" \t\r\n")
    _check_characters(text)
    if text.startswith("/"):
        return _local(text, local_roots)
    match = _HTTPS.fullmatch(text) or _SSH.fullmatch(text) or _SCP.fullmatch(text)
    if match is None:
        raise UrlRefused(_explain(text))
    scheme = "https" if match.re is _HTTPS else "ssh"
    host, path = match["host"].lower(), match["path"]
    port = _port(match.groupdict().get("port"), scheme)
    _check_host(host, port, allowed_hosts)
    _check_path(host, path)
    if scheme == "ssh" and not ssh:
        raise UrlRefused(f"Addresses over ssh are not enabled here; write https://{host}/{path} instead.")
    user = f"{match['user']}@" if scheme == "ssh" and match["user"] else ""
    place = host if port is None else f"{host}:{port}"
    plain = _without_suffix(path)
    key = plain.lower() if host in KNOWN_FORGES else plain
    return Address(
        url=f"{scheme}://{user}{place}/{path}",
        key=f"{place}/{key}",
        host=host,
        port=port,
        scheme=scheme,
        path=path,
        local=False,
        name=plain.rsplit("/", 1)[-1],
    )


def branch_ok(name: str) -> bool:
    """Whether a branch name typed by a person may be handed to git."""
    banned = ("..", "//", "@{", "/.", "./")
    parts = name.split("/")
    return (
        _BRANCH.fullmatch(name) is not None
        and not any(piece in name for piece in banned)
        and not name.endswith(("/", "."))
        and not any(part.lower().endswith(".lock") for part in parts)
    )


def _check_characters(text: str) -> None:
    if not text:
        raise UrlRefused(f"Write the address of a git repository, for example {EXAMPLE}.")
    if len(text) > LENGTH_LIMIT:
        raise UrlRefused(f"The address has {len(text)} characters; {LENGTH_LIMIT} is the most.")
    if text.startswith("/"):
        return
    for character in text:
        if not character.isascii():
            raise UrlRefused(
                f"The address holds {character!a}, a character outside plain ASCII, as look-alike sites use it. "
                "Type the address by hand."
            )
        if not character.isprintable() or character == " ":
            raise UrlRefused(f"The address holds {character!r}, which no address has. Copy it again without it.")


def _explain(text: str) -> str:
    """The sentence for a text that fits no allowed form; it never repeats what may be a password."""
    scheme, colon, rest = text.partition("://")
    authority = rest.split("/", 1)[0]
    if colon and scheme.lower() == "http":
        return "Addresses over http:// are not encrypted and not allowed; write https:// instead."
    if colon and scheme.lower() == "file":
        return "Write a local repository as a plain path that starts with /, without file://."
    if colon and scheme.lower() not in DEFAULT_PORTS:
        return f"Addresses must start with https://; write one like {EXAMPLE}."
    if colon and scheme.lower() == "https" and "@" in authority:
        return "Leave user name, password and token out of the address; they would be shown to everybody."
    if any(mark in text for mark in "?#"):
        return "Leave out everything from the first ? or # on: that part belongs to a web page, not to a repository."
    if "\\" in text or "%" in text:
        return f"The address holds a backslash or a percent sign, which none needs; write one like {EXAMPLE}."
    if text.startswith(("./", "../", "~")):
        return "Write the whole path of a local repository, from the / at its start."
    return f"This is not the address of a repository that can be scanned; write one like {EXAMPLE}."


def _port(text: str | None, scheme: str) -> int | None:
    if text is None or int(text) == DEFAULT_PORTS[scheme]:
        return None
    if not 1 <= int(text) <= 65_535:
        raise UrlRefused(f"There is no port {text}; ports go from 1 to 65535.")
    return int(text)


def _check_host(host: str, port: int | None, allowed: Sequence[str]) -> None:
    listed = {entry.strip().lower() for entry in allowed}
    if host in listed or f"{host}:{port}" in listed:
        return
    labels = host.split(".")
    if len(labels) < 2 or not labels[-1][:1].isalpha() or not all(_LABEL.fullmatch(label) for label in labels):
        raise UrlRefused(f"“{host}” is not the full name of a host on the internet; write one like {EXAMPLE}.")
    if any(label.startswith("xn--") for label in labels):
        raise UrlRefused(f"“{host}” stands for a name with letters outside ASCII, as look-alike sites use them.")
    names = ", ".join(sorted(listed)) or "none"
    raise UrlRefused(
        f"Repositories on {host} may not be scanned. Allowed hosts: {names}. "
        "An administrator can add one in ALLOWED_GIT_HOSTS."
    )


def _check_path(host: str, path: str) -> None:
    segments = path.split("/")
    for segment in segments:
        if segment.lower() in (".", "..", ".git") or segment.startswith("-"):
            raise UrlRefused(f"“{segment}” cannot be part of a repository's address; write one like {EXAMPLE}.")
    if host in KNOWN_FORGES and len(segments) < 2:
        raise UrlRefused(f"On {host} an address names the owner and the repository: https://{host}/owner/name.")
    if host in TWO_SEGMENTS and len(segments) > 2:
        raise UrlRefused(f"This is a page inside a repository; its address is https://{host}/{'/'.join(segments[:2])}.")


def _without_suffix(path: str) -> str:
    return path[: -len(".git")] if path.lower().endswith(".git") and not path.endswith("/.git") else path


def _local(text: str, roots: Sequence[Path]) -> Address:
    try:
        path = find_repository(text, roots)
    except LocalRefused as refusal:
        raise UrlRefused(str(refusal)) from refusal
    name = path.name if path.name.lower() not in ("repo", "repo.git", "git") else path.parent.name
    return Address(
        url=str(path),
        key=f"file://{path}",
        host="",
        port=None,
        scheme="file",
        path=str(path),
        local=True,
        name=_without_suffix(name),
    )
