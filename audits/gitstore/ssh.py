"""How git calls ssh: nobody's configuration, one key, one host that must prove who it is, nothing forwarded."""

import os
import re
import shlex
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from audits.gitstore.errors import sentence

# Memory before disks: what is written there is gone with the machine's power.
_PLACES = (Path("/dev/shm"),)  # noqa: S108 - a private folder is made in it
_PREFIX = "lastcall-ssh-"
_LEFT_AFTER = 3_600


@contextmanager
def command(pin: str, private_key: str, host_keys: Sequence[str], known_hosts: str) -> Iterator[str]:
    """GIT_SSH_COMMAND for one call of git; the key lies in a private folder only as long as the block runs.

    Arguments as in `Remote`. Raises GitError `unreadable` for a path that a shell could misread.
    """
    with _folder() as folder:
        options = ["BatchMode=yes", "StrictHostKeyChecking=yes", "IdentitiesOnly=yes", "IdentityAgent=none"]
        options += ["PreferredAuthentications=publickey", "ProxyCommand=none", "PermitLocalCommand=no"]
        options += ["ClearAllForwardings=yes", "ConnectTimeout=15", "ServerAliveInterval=15", "ServerAliveCountMax=3"]
        if host_keys:
            name = _name(pin)
            known_hosts = _write(folder, "known_hosts", "".join(f"{name} {key}\n" for key in host_keys))
            options.append("GlobalKnownHostsFile=/dev/null")
        options += [f"UserKnownHostsFile={known_hosts}", *_pinned(pin)]
        key = ["-i", _write(folder, "key", private_key)] if private_key else []
        if not all(re.fullmatch(r"[A-Za-z0-9._/+-]*", path) for path in (known_hosts, *key)):
            raise sentence("unreadable", " The ssh key files must have plain names.")
        # git hands this text to a shell.
        yield " ".join(["ssh -F /dev/null", *(f"-o {shlex.quote(option)}" for option in options), *key])


def _pinned(pin: str) -> list[str]:
    """Options that connect to a checked address and still compare the key of the host by its name."""
    if not pin:
        return []
    addresses = pin.split(":", 2)[2]
    return [f"HostName={addresses.split(',')[0].strip('[]')}", f"HostKeyAlias={_name(pin)}", "CheckHostIP=no"]


def _name(pin: str) -> str:
    """The host as a file of known hosts names it; every host where nothing is pinned, since only one is asked."""
    if not pin:
        return "*"
    host, port, _ = pin.split(":", 2)
    return host if port == "22" else f"[{host}]:{port}"


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder of this account alone, in memory where the machine has such a place, gone after the block."""
    parent = next((place for place in _PLACES if os.access(place, os.W_OK)), Path(tempfile.gettempdir()))
    _sweep(parent)
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _sweep(parent: Path) -> None:
    """Remove what processes that were killed left behind; no call of git lasts this long."""
    for left in parent.glob(f"{_PREFIX}*"):
        with suppress(OSError):
            status = left.stat()
            if status.st_uid == os.geteuid() and time.time() - status.st_mtime > _LEFT_AFTER:
                shutil.rmtree(left, ignore_errors=True)


def _write(folder: Path, name: str, text: str) -> str:
    path = folder / name
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    return str(path)
