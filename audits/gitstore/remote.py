"""Another machine's repository, or one on this disk served as if it were: its tip, and how to address it safely."""

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from audits.gitstore import ssh
from audits.gitstore.environment import environment
from audits.gitstore.errors import GitError, explain
from audits.gitstore.moved import moved
from audits.gitstore.process import run

LISTED_BRANCHES = 6
BRANCH_LIMIT = 200
_URL = re.compile(r"(?:https|ssh)://[!-~]+", re.ASCII)
_OID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
# What a server calls its branch is its own text: nothing of it may read as a refspec.
_BRANCH = re.compile(r"(?!-)[^\x00-\x20\x7f~^:?*\[\\]{1,500}")


@dataclass(frozen=True, slots=True)
class Remote:
    """Where to fetch from. `url` has passed the grammar of addresses, or is a checked absolute path where `local`.

    `pin` is "HOST:PORT:ADDRESS", the only addresses that git may connect to; `header` a whole HTTP header with the
    credential, sent to this host alone, and `hidden` what else of the credential no message may repeat; `authorities`
    a file with the certificate authorities of an internal host. For ssh `private_key` is a key's text, without which
    those of the worker's account are tried, and `host_keys` are lines "TYPE KEY" of which the host must prove one;
    without them the file `known_hosts` says who it is. `proxy` is the only proxy; `patience` the seconds a connection
    may stand still.
    """

    url: str
    local: bool = False
    pin: str = ""
    header: str = field(default="", repr=False)
    hidden: tuple[str, ...] = field(default=(), repr=False)
    authorities: str = ""
    known_hosts: str = "/etc/ssh/ssh_known_hosts"
    host_keys: tuple[str, ...] = ()
    private_key: str = field(default="", repr=False)
    proxy: str = ""
    patience: int = 30

    @property
    def address(self) -> str:
        """What git is given. Raises GitError `url_not_allowed` for anything but https, ssh and local paths."""
        if self.local and self.url.startswith("/") and self.url.isprintable():
            return "file://" + quote(os.fsencode(self.url))
        if not self.local and _URL.fullmatch(self.url):
            return self.url
        raise GitError(
            "url_not_allowed",
            "This address may not be scanned. Edit the repository and enter one that starts with https://.",
        )

    @property
    def secrets(self) -> tuple[str, ...]:
        return (*((self.header,) if self.header else ()), *self.hidden)


@dataclass(frozen=True, slots=True)
class Tip:
    """What a branch points at. `branch` is "" where HEAD names a commit and no branch."""

    commit: str
    branch: str
    object_format: str


@contextmanager
def variables(remote: Remote) -> Iterator[dict[str, str]]:
    """The environment to speak with a remote. Raises GitError `url_not_allowed`."""
    address = remote.address
    if remote.local:
        with _trusting(Path(remote.url)) as global_config:
            yield environment([("protocol.file.allow", "always")], global_config=global_config)
        return
    scheme = address.split(":", 1)[0]
    config = [
        (f"protocol.{scheme}.allow", "always"),
        ("http.proxy", remote.proxy),
        ("http.lowSpeedTime", str(remote.patience)),
        ("http.curloptResolve", ""),
    ]
    if remote.pin:
        config.append(("http.curloptResolve", remote.pin))
    if remote.authorities:
        config.append(("http.sslCAInfo", remote.authorities))
    if remote.header:
        config.append((f"http.{'/'.join(address.split('/')[:3])}/.extraHeader", remote.header))
    if scheme != "ssh":
        yield environment(config)
        return
    with ssh.command(remote.pin, remote.private_key, remote.host_keys, remote.known_hosts) as command:
        yield environment(config, {"GIT_SSH_COMMAND": command})


def ls_remote(remote: Remote, branch: str = "", *, timeout: float = 60) -> Tip:
    """The tip of a branch, or of the one that HEAD names. Raises GitError.

    A repository without any commit, and a web page in place of a repository, are `no_commits`: nothing is known then.
    """
    wanted = f"refs/heads/{branch}" if branch else "HEAD"
    refs, names = _list(remote, ["--symref"], [wanted], timeout)
    if wanted in refs:
        oid, name = refs[wanted], branch or names.get("HEAD", "")
        if len(name) > BRANCH_LIMIT:
            raise GitError(
                "branch_not_found",
                f"The repository's own branch has a name of more than {BRANCH_LIMIT} characters. Name another branch.",
            )
        return Tip(oid, name, _format(oid))
    others, _ = _list(remote, ["--heads"], [], timeout)
    branches = [name.removeprefix("refs/heads/") for name in others]
    if branches and branch:
        raise GitError("branch_not_found", f"There is no branch {branch}. {listed(branches)}")
    if branches:
        raise GitError("no_commits", f"The repository's own branch has no commit yet. {listed(branches)}")
    if remote.local:
        raise GitError("no_commits", "The repository has no commit yet. Make a first commit, then scan it.")
    raise GitError(
        "no_commits",
        "The server named no commit: the repository is empty, or the address shows a web page (a login page, say) "
        "and no repository. Push a first commit or check the address.",
    )


def find_ref(remote: Remote, ref: str, *, timeout: float = 60) -> Tip:
    """The commit of a branch, a tag or a whole commit id; the branch HEAD names for "". Raises GitError."""
    if _OID.fullmatch(ref):
        # Whether the server has it and gives it out, only fetching tells.
        return Tip(ref, "", _format(ref))
    if ref and not (_BRANCH.fullmatch(ref) and ".." not in ref):
        raise GitError("branch_not_found", "This is no name of a branch or tag. Check its spelling.")
    if ref:
        refs, _ = _list(remote, [], [f"refs/heads/{ref}", f"refs/tags/{ref}", f"refs/tags/{ref}^{{}}"], timeout)
        for name in (f"refs/tags/{ref}^{{}}", f"refs/tags/{ref}"):
            if name in refs and f"refs/heads/{ref}" not in refs:
                return Tip(refs[name], "", _format(refs[name]))
    return ls_remote(remote, ref, timeout=timeout)


def _format(oid: str) -> str:
    return "sha256" if len(oid) == 64 else "sha1"


def listed(branches: list[str]) -> str:
    """ "Branches: a, b." with a bounded number of printable names."""
    shown = [name for name in branches if name.isprintable() and len(name) <= 100][:LISTED_BRANCHES]
    more = ", …" if len(branches) > len(shown) else ""
    return f"Choose one of its branches: {', '.join(shown)}{more}."


def _list(
    remote: Remote, options: list[str], patterns: list[str], timeout: float
) -> tuple[dict[str, str], dict[str, str]]:
    """Refs by name, and the branch that HEAD names."""
    with variables(remote) as env:
        arguments = ["ls-remote", "-q", *options, "--end-of-options", remote.address, *patterns]
        code, output, errors = run(arguments, env, timeout=timeout)
        if code:
            error = explain(code, errors, remote.secrets, keyless=not remote.private_key)
            raise moved(remote.address, env) if error.kind == "moved" else error
    refs, names = {}, {}
    for line in output.decode("utf-8", "surrogateescape").split("\n"):
        value, _, name = line.partition("\t")
        if value.startswith("ref: refs/heads/") and _BRANCH.fullmatch(value[16:]) and ".." not in value:
            names[name] = value[16:]
        elif _OID.fullmatch(value):
            refs[name] = value
    return refs, names


@contextmanager
def _trusting(path: Path) -> Iterator[str]:
    """A global configuration under which git serves this repository, though another user may own it.

    Between fetching and serving git drops what was said in the environment, so it must be a file.
    """
    places = [place for place in (path, path / ".git") if place.exists()]
    if all(place.stat().st_uid == os.geteuid() for place in places):
        yield os.devnull
        return
    with tempfile.NamedTemporaryFile("w", prefix="lastcall-", suffix=".gitconfig", errors="surrogateescape") as file:
        for place in places:
            escaped = str(place).replace("\\", "\\\\").replace('"', '\\"')
            file.write(f'[safe]\n\tdirectory = "{escaped}"\n')
        file.flush()
        yield file.name
