"""Where a repository has moved to, as its old address says; never followed, only told to a person.

git names no target, so it is asked once more and made to show the headers of the answer, with its own pin, proxy and
authorities as before. It hides credentials in them by itself.
"""

import re
from collections.abc import Mapping
from urllib.parse import urljoin, urlsplit

from audits.gitstore.errors import GitError, sentence
from audits.gitstore.process import run

_SHOW_HEADERS = {"GIT_TRACE_CURL": "1", "GIT_TRACE_CURL_NO_DATA": "1", "GIT_TRACE_REDACT": "1"}
_LOCATION = re.compile(r"<= Recv header: location:\s*(\S+)", re.IGNORECASE)
_DISCOVERY = re.compile(r"/info/refs$")
_PLAIN = re.compile(r"[!-~]{1,300}")


def moved(address: str, env: Mapping[str, str], *, timeout: float = 20) -> GitError:
    """The error for an address that leads elsewhere, with the target where it is on the same host.

    Another host is not named: the sentence would lend its name to whoever the server sends people to.
    """
    try:
        _, _, errors = run(["ls-remote", "-q", "--end-of-options", address], {**env, **_SHOW_HEADERS}, timeout=timeout)
    except GitError:
        return sentence("moved")
    found = _LOCATION.search(errors)
    target = same_host(address, found[1]) if found else ""
    if not target:
        return sentence("moved")
    return GitError(
        "moved",
        f"The server says that this repository is at {target} now, which is never followed. A lead enters that address "
        "under Address and access, so that the findings stay.",
    )


def same_host(address: str, location: str) -> str:
    """The repository's address behind a Location header; "" for one elsewhere, or one that is not to be shown."""
    try:
        here, there = urlsplit(address), urlsplit(urljoin(f"{address.rstrip('/')}/info/refs", location))
        same = (there.scheme, there.hostname, there.port) == (here.scheme, here.hostname, here.port)
    except ValueError:
        return ""
    path = _DISCOVERY.sub("", there.path)
    if not same or there.username or there.password or path.rstrip("/") == here.path.rstrip("/"):
        return ""
    target = f"{there.scheme}://{here.netloc}{path}"
    return target if _PLAIN.fullmatch(target) else ""
