"""Why git could not do it: a kind for programs, a sentence for people, and nothing secret in either."""

import base64
import errno
import re
from collections.abc import Iterable
from urllib.parse import quote

ERROR_TEXT_LIMIT = 64 * 1024
TAIL_LIMIT = 300
MESSAGE_LIMIT = 500
# How git ends where its time is over: by `timeout`, or killed as it was deaf to that.
DEADLINE = (124, 137, -9)


class GitError(Exception):
    """A repository could not be reached or read. `message` says what happened and what to do about it."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message


_SENTENCES = {
    "auth_failed": "The server refused access: the repository is private or does not exist, or the token is wrong or "
    "expired. Check the address and the token.",
    "not_found": "There is no repository at this address. Check its spelling, or whether it was moved or deleted.",
    "moved": "The server sends visitors of this address elsewhere, which is never followed. Open it in a browser "
    "to see where it leads. A lead enters that address under Address and access, so that the findings stay.",
    "rate_limited": "The server asks for fewer requests, or has no time for them. The next scan tries again. A token "
    "usually raises the limit.",
    "network": "The server could not be reached or broke off. The next scan tries again. Check that it is up.",
    "host_unknown": "The host's name cannot be found. Check the address and this server's DNS.",
    "tls": "The server's certificate could not be verified. Its owner renews it; for an authority of your own an "
    "administrator names its file in INTERNAL_GIT_AUTHORITIES.",
    "host_key_unknown": "The server's SSH key is not known here, so nobody can say that it is the right server. An "
    "administrator adds its key under Settings, Credentials.",
    "host_key_changed": "The server showed another SSH key than the one that is known here: it was reinstalled, or "
    "somebody stands between. An administrator compares its key and corrects it under Settings, Credentials.",
    "timed_out": "The server was too slow and the attempt was ended. The next scan tries again.",
    "given_up": "Nobody waited for what git brings any more, so it was ended. Scan again.",
    "disk_full": "The disk that holds the mirrors is full. Free some space, then scan again.",
    "mirrors_unwritable": "The folder of the mirrors cannot be written on the worker's machine. An administrator makes "
    "MIRROR_ROOT a folder that the worker's account may write; then scan again.",
    "too_large": "The repository is larger than a scan may fetch. Earlier findings are kept. Have its owner take out "
    "what makes it so large, or name a smaller branch.",
    "missing_objects": "The repository lacks objects that it should have (a partial, shallow or damaged clone), so git "
    "cannot serve it. Complete it with git fetch --refetch, or audit it in place with manage.py audit.",
    "branch_not_found": "The branch does not exist in this repository. Choose another one.",
    "no_shallow": "The server gives no part of a history alone, and could not give the whole. Scan again; if it stays "
    "so, its administrator serves the repository with git http-backend or over SSH.",
    "git_missing": "The program git was not found on this machine. Install git 2.39.5 or newer.",
    "unreadable": "git could not read this repository. Check it with git fsck, or clone it again.",
}
# What a server says to a key over SSH, where there is no token.
_KEY_REFUSED = re.compile(r"permission denied \((?:publickey|[\w,-]*publickey)", re.IGNORECASE)
_KEY = (
    "The server refused the SSH key: it does not know the deploy key, or the key may not read this repository. Add its "
    "public half to the repository at the host, or store another key on its page, under Address and access."
)
_NO_KEY = (
    "The server lets nobody in without an SSH key, and none is set here for this repository or its host. A lead adds "
    "one on its page, under Address and access, or an admin for the whole host under Settings, Credentials. Until then "
    "git tries the keys of the account that runs it."
)
# The first rule that matches decides, so what names a cause stands before what only names a consequence.
_RULES = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        # Before what git adds to it: that the other end hung up.
        ("no_shallow", r"does not support (?:shallow|--shallow|--depth|--deepen)"),
        ("disk_full", r"no space left on device|disk quota exceeded"),
        ("mirrors_unwritable", r"read-only file system|insufficient permission for adding an object"),
        ("too_large", r"file too large|signal 25|out of memory|malloc failed|cannot allocate memory|mmap failed"),
        ("timed_out", r"operation too slow|operation timed out|connection timed out|timeout was reached"),
        ("host_unknown", r"could not resolve (?:host|hostname|proxy)|name or service not known"),
        ("host_key_changed", r"remote host identification has changed|host key for \S+ has changed"),
        ("host_key_unknown", r"host key verification failed|host key is known for"),
        # A connection that breaks off under TLS says nothing of the certificate.
        ("network", r"gnutls recv error|gnutls send error|non-properly terminated|ssl_(?:read|write|error_syscall)"),
        ("network", r"error in the (?:pull|push) function|unexpected eof while reading"),
        ("tls", r"certificate|ssl|gnutls"),
        ("rate_limited", r"returned error: (?:429|503)"),
        ("moved", r"returned error: 30\d"),
        ("auth_failed", r"could not read (?:username|password)|authentication failed|returned error: 40[13]"),
        ("auth_failed", r"permission denied \(|terminal prompts disabled"),
        ("branch_not_found", r"couldn't find remote ref"),
        ("missing_objects", r"did not send all necessary objects|not our ref|upload-pack: |bad object|is corrupt"),
        ("missing_objects", r"missing (?:blob|tree|commit|necessary)|unable to read|could not read [0-9a-f]{40}"),
        (
            "missing_objects",
            r"could not fetch [0-9a-f]{40}|unresolved deltas|remote unpack failed|lazy fetching disabled",
        ),
        ("not_found", r"returned error: 4(?:04|10)|' not found|does not appear to be a git repository|no such file"),
        ("network", r"returned error: 5\d\d|failed to connect|could ?n.t connect|connection (?:refused|reset|closed)"),
        ("network", r"early eof|rpc failed|unexpected disconnect|hung up|empty reply|recv failure|unable to access"),
    )
)
_FAULTS = dict.fromkeys((errno.ENOSPC, errno.EDQUOT), "disk_full") | dict.fromkeys(
    # EEXIST and ENOTDIR: a file stands where the folder, or one above it, should.
    (errno.EACCES, errno.EPERM, errno.EROFS, errno.EEXIST, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG),
    "mirrors_unwritable",
)
_FSCK = re.compile(r"(?:error|fatal): (?:object|in) .*?[0-9a-f]{40,64}: (?P<id>[a-zA-Z0-9]+)[: ]")


def explain(code: int, stderr: str, secrets: Iterable[str] = (), *, keyless: bool = False) -> GitError:
    """The GitError for a git process that ended with `code` and wrote `stderr` (English, as LC_ALL=C makes it).

    `keyless`: it was given no key for SSH."""
    if code in DEADLINE:
        return sentence("timed_out")
    if code in (126, 127):
        return sentence("git_missing")
    if found := _FSCK.search(stderr):
        return GitError(
            "refused_objects",
            f"The repository holds an object that git refuses as malformed ({found['id']}). "
            "Whoever owns it can find it with git fsck and rewrite it.",
        )
    for kind, pattern in _RULES:
        if pattern.search(stderr):
            by_key = kind == "auth_failed" and _KEY_REFUSED.search(stderr)
            return GitError(kind, _NO_KEY if keyless else _KEY) if by_key else sentence(kind)
    return sentence("unreadable", f" It said: “{redact(stderr, secrets)}”." if stderr.strip() else "")


def unwritable(error: OSError) -> GitError | None:
    """The GitError for a folder of mirrors that takes no files; None for a fault that says something else."""
    kind = _FAULTS.get(error.errno or 0)
    return sentence(kind) if kind else None


def sentence(kind: str, more: str = "") -> GitError:
    """The GitError of a kind with its own sentence, and `more` after it."""
    return GitError(kind, (_SENTENCES[kind] + more)[:MESSAGE_LIMIT])


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """The tail of a program's words without anything that may be a secret, on one line, control characters escaped."""
    for secret in secrets:
        for form in _spellings(secret):
            text = text.replace(form, "…")
    text = re.sub(r"://[^/\s@]*@", "://…@", text)
    text = re.sub(r"[?][^\s'\"]*", "?…", text)
    text = re.sub(r"[A-Za-z0-9_-]{20,}", "…", text)
    text = " ".join(text.split())
    text = "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in text)
    return text[-TAIL_LIMIT:]


def _spellings(secret: str) -> set[str]:
    encoded = base64.b64encode(secret.encode()).decode()
    forms = {secret, encoded, encoded.rstrip("="), quote(secret, safe="")}
    if " " in secret:  # a whole header: its last word is the credential
        forms |= _spellings(secret.rsplit(" ", 1)[-1])
    return {form for form in forms if len(form) >= 4}
