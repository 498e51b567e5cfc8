"""The child: reads one request after another from a pipe and answers each in JSON.

Request: 4 bytes length, JSON head `{"work": "extract"|"present"|"owners", "kind": FileKind, "size": int, "usages":
[...], "paths": [...]}`, then `size` raw bytes. Reply: 4 bytes length, 8 bytes resident memory, one of the texts of
`engine.stored` or, of owners, their object. The first reply
is `{}`: ready. Numbers are big-endian. The end of the input ends the process.
"""

import ctypes
import json
import math
import os
import resource
import signal
import struct
import sys
from pathlib import Path
from typing import Any

from audits import owners
from audits.engine import codec
from audits.engine.collector import seldom_collecting
from audits.engine.facts import FileKind, Unread, UnreadReason, Usage
from audits.engine.steps import extract, present
from audits.engine.stored import shown_to_text, to_text
from audits.sandbox.protocol import REPLY_LIMIT, RESIDENT

MESSAGE_LIMIT = 300
RECURSION_LIMIT = 10_000
CPU_GRACE = 10

_PR_SET_PDEATHSIG = 1
_CLONE_NEWNET = 0x40000000
_CLONE_NEWUSER = 0x10000000
_DENIED = (
    *("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.system", "pty."),
    *("os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate", "os.chmod"),
)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def serve(deadline: float, incoming: int, outgoing: int) -> None:
    """Answer until the input ends. `deadline` is a file's wall time in seconds, the others are descriptors of pipes."""
    with os.fdopen(incoming, "rb") as requests, os.fdopen(outgoing, "wb") as replies, seldom_collecting():
        harden()
        _answer(replies, b"{}")
        while head := _read_head(requests):
            data = requests.read(head["size"])
            _allow_cpu(deadline)
            _answer(replies, _reply(head, data))


def die_with(parent: int) -> None:
    """End this process when its parent ends, even inside a native parser that reads no signal and no pipe."""
    libc = ctypes.CDLL(None)
    if hasattr(libc, "prctl"):
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        raise SystemExit(0)


def harden() -> None:
    """Cut the network where the host allows it, and refuse sockets, programs and writing to Python code."""
    libc = ctypes.CDLL(None)
    if hasattr(libc, "unshare") and libc.unshare(_CLONE_NEWNET) != 0:
        libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
    sys.setrecursionlimit(RECURSION_LIMIT)
    sys.addaudithook(_refuse)


def _refuse(event: str, args: tuple[Any, ...]) -> None:
    writes = event == "open" and isinstance(args[2], int) and args[2] & _WRITING
    if writes or event.startswith(_DENIED):
        raise PermissionError(f"{event} is not for the process that reads repositories")


def redirect_standard_streams() -> None:
    # What a parser prints must not reach the pipe of the answers, nor fill one that nobody reads.
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)
    os.close(null)


def _read_head(requests: Any) -> dict[str, Any] | None:
    prefix = requests.read(4)
    if len(prefix) < 4:
        return None
    head: dict[str, Any] = json.loads(requests.read(struct.unpack(">I", prefix)[0]))
    return head


def _answer(replies: Any, body: bytes) -> None:
    replies.write(struct.pack(">I", len(body)) + body)
    replies.flush()


def _allow_cpu(deadline: float) -> None:
    # The parent's clock ends a slow file first; this ends a child whose parent is stopped or gone.
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = math.ceil(used.ru_utime + used.ru_stime + deadline) + CPU_GRACE
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    if hard == resource.RLIM_INFINITY or limit < hard:
        resource.setrlimit(resource.RLIMIT_CPU, (limit, hard))


def _reply(head: dict[str, Any], data: bytes) -> bytes:
    try:
        body = _with_memory(_work(head, data))
    except MemoryError:
        return _unread(UnreadReason.OUT_OF_MEMORY, "Reading this file takes more memory than a file is given.")
    # Whatever else a parser raises on hostile input costs this file, never the process: hence the widest catch.
    except BaseException as error:  # noqa: BLE001
        return _unread(UnreadReason.UNPARSABLE, f"{type(error).__name__}: {_cut(error)}")
    if len(body) > REPLY_LIMIT:
        return _unread(
            UnreadReason.TOO_LARGE, f"What it holds takes more than {REPLY_LIMIT // 1024**2} MiB to describe."
        )
    return body


def _work(head: dict[str, Any], data: bytes) -> str:
    if head["work"] == "owners":
        return json.dumps(owners.owned(data, head["paths"]))
    kind = FileKind(head["kind"])
    if head["work"] == "extract":
        return to_text(extract(kind, data))
    usages = tuple(codec.decode(Usage, usage) for usage in head["usages"])
    return shown_to_text(present(kind, data, usages))


def _unread(reason: UnreadReason, detail: str) -> bytes:
    return _with_memory(to_text(Unread(reason, detail)))


def _with_memory(text: str) -> bytes:
    return RESIDENT.pack(_resident()) + text.encode()


def _cut(error: BaseException) -> str:
    try:
        text = " ".join(str(error).split())
    except BaseException:  # noqa: BLE001  (an error's own text may be what fails)
        return "no message"
    return text if len(text) <= MESSAGE_LIMIT else text[:MESSAGE_LIMIT] + "…"


def _resident() -> int:
    """Resident bytes of this process, 0 where the system does not tell."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
    except (OSError, IndexError, ValueError):
        return 0
