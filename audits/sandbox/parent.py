"""The parent of the child that reads hostile bytes: one request at a time, a wall deadline, every death explained."""

import json
import os
import select
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from audits.engine import ModuleFacts, codec
from audits.engine.facts import FileKind, Unread, UnreadReason, Usage
from audits.sandbox import limits
from audits.sandbox.child import REPLY_LIMIT

PROJECT = Path(__file__).resolve().parent.parent.parent
DATA_LIMIT = 64 * 1024**2
START_DEADLINE = 120.0
RECYCLE_FILES = 2_000
RECYCLE_BYTES = 1024**3

_SENTENCES = {
    UnreadReason.CRASHED: "The parser crashed on this file; it is most likely nested far too deeply.",
    UnreadReason.OUT_OF_MEMORY: "Reading this file takes more memory than a file is given.",
    UnreadReason.BUDGET: "Not tried: too many files of this scan brought the parser down before.",
}
_BY_SIGNAL = {
    signal.SIGABRT: UnreadReason.OUT_OF_MEMORY,
    signal.SIGXCPU: UnreadReason.TIMED_OUT,
}


class SandboxError(RuntimeError):
    """The child process cannot be started at all: a fault of the installation, not of a file."""


class _Died(Exception):
    """The child is gone, or no longer to be trusted."""

    def __init__(self, reason: UnreadReason, *, by_others: bool = False) -> None:
        self.reason = reason
        self.by_others = by_others


class Sandbox:
    """One long-lived child over pipes, started when first needed and again after each death. A context manager.

    `deadline` is a file's wall time in seconds, `memory` the child's address space in bytes; after `deaths` deaths
    all further files are Unread with the reason `budget`. Not for several threads. Raises SandboxError when no child
    starts.
    """

    def __init__(self, *, deadline: float = 20.0, memory: int = 2 * 1024**3, deaths: int = 20) -> None:
        self.spawns = 0
        self.deaths = 0
        self._deadline = deadline
        self._memory = memory
        self._allowed = deaths
        self._files = 0
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Sandbox":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def extract(self, kind: FileKind, data: bytes) -> ModuleFacts | Unread:
        """The facts of one file's bytes, or why there are none."""
        answer: ModuleFacts | Unread = self._ask({"work": "extract", "kind": kind}, data, ModuleFacts)
        return answer

    def present(self, kind: FileKind, data: bytes, usages: Sequence[Usage]) -> tuple[Usage, ...] | Unread:
        """The same usages with snippet, excerpt and replacement, or why the file could not be read."""
        head = {"work": "present", "kind": kind, "usages": codec.encode(tuple(usages))}
        answer: tuple[Usage, ...] | Unread = self._ask(head, data, tuple[Usage, ...])
        return answer

    def close(self) -> None:
        """End the child; harmless when there is none."""
        process, self._process = self._process, None
        if process is None:
            return
        self._files = 0
        with suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()

    def _ask(self, head: dict[str, Any], data: bytes, shape: Any) -> Any:
        """The answer, after a second try where somebody else killed the child: a machine short of memory, say."""
        try:
            return self._once(head, data, shape)
        except _Died as death:
            if not death.by_others:
                return Unread(death.reason, self._sentence(death.reason))
        try:
            return self._once(head, data, shape)
        except _Died as death:
            return Unread(death.reason, self._sentence(death.reason))

    def _once(self, head: dict[str, Any], data: bytes, shape: Any) -> Any:
        if self.deaths >= self._allowed:
            return Unread(UnreadReason.BUDGET, _SENTENCES[UnreadReason.BUDGET])
        if len(data) > DATA_LIMIT:
            return Unread(UnreadReason.TOO_LARGE, f"The file has {len(data) // 1024**2} MiB.")
        try:
            process = self._child()
            request = json.dumps({**head, "size": len(data)}).encode()
            until = time.monotonic() + self._deadline
            self._send(process, struct.pack(">I", len(request)) + request + data, until)
            reply = self._receive(process, until)
            return self._understand(reply, shape)
        except _Died:
            self.deaths += 1
            self.close()
            raise
        except BaseException:
            # An abort between request and reply must not leave the answer to the next question in the pipe.
            self.close()
            raise

    def _understand(self, reply: dict[str, Any], shape: Any) -> Any:
        self._files += 1
        try:
            result = (
                codec.decode(Unread, reply["unread"]) if "unread" in reply else codec.decode(shape, reply["result"])
            )
            resident = int(reply["rss"])
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise _Died(UnreadReason.CRASHED) from error
        if self._files >= RECYCLE_FILES or resident > RECYCLE_BYTES:
            self.close()
        return result

    def _child(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        try:
            return self._start()
        except _Died as death:
            if not death.by_others:
                raise self._no_child(death) from death
        try:
            return self._start()
        except _Died as death:
            raise self._no_child(death) from death

    def _start(self) -> subprocess.Popen[bytes]:
        self.close()
        arguments = [str(self._memory), str(self._deadline), str(os.getpid()), str(PROJECT)]
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-B", limits.__file__, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={},
            cwd="/",
            bufsize=0,
            start_new_session=True,
        )
        self.spawns += 1
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            os.set_blocking(_number(pipe), False)
        self._receive(self._process, time.monotonic() + START_DEADLINE)
        return self._process

    def _no_child(self, death: _Died) -> SandboxError:
        complaint = self._complaint(self._process) if self._process else ""
        self.close()
        return SandboxError(f"The process that reads files did not start ({death.reason}): {complaint}")

    def _complaint(self, process: subprocess.Popen[bytes]) -> str:
        text = (process.stderr.read() or b"" if process.stderr else b"").decode(errors="replace").strip()
        return text.rsplit("\n", 1)[-1] or f"exit {process.poll()}"

    def _send(self, process: subprocess.Popen[bytes], message: bytes, until: float) -> None:
        pipe, rest = _number(process.stdin), memoryview(message)
        while rest:
            self._wait(pipe, select.POLLOUT, until)
            try:
                rest = rest[os.write(pipe, rest[: 1 << 16]) :]
            except BlockingIOError:
                continue
            except OSError as error:
                raise self._explain(process) from error

    def _receive(self, process: subprocess.Popen[bytes], until: float) -> dict[str, Any]:
        (length,) = struct.unpack(">I", self._read(process, 4, until))
        if length > REPLY_LIMIT:
            raise _Died(UnreadReason.CRASHED)
        try:
            reply = json.loads(self._read(process, length, until))
        except (ValueError, RecursionError) as error:
            raise _Died(UnreadReason.CRASHED) from error
        if not isinstance(reply, dict):
            raise _Died(UnreadReason.CRASHED)
        return reply

    def _read(self, process: subprocess.Popen[bytes], size: int, until: float) -> bytes:
        pipe, parts, missing = _number(process.stdout), [], size
        while missing:
            self._wait(pipe, select.POLLIN, until)
            try:
                part = os.read(pipe, min(missing, 1 << 20))
            except BlockingIOError:
                continue
            if not part:
                raise self._explain(process)
            parts.append(part)
            missing -= len(part)
        return b"".join(parts)

    def _wait(self, pipe: int, event: int, until: float) -> None:
        poll = select.poll()
        poll.register(pipe, event)
        left = until - time.monotonic()
        if left <= 0 or not poll.poll(left * 1000):
            raise _Died(UnreadReason.TIMED_OUT)

    def _explain(self, process: subprocess.Popen[bytes]) -> _Died:
        """Why the pipe has ended: the signal tells."""
        try:
            code = process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            return _Died(UnreadReason.CRASHED)
        if code >= 0:
            return _Died(UnreadReason.CRASHED)
        # Neither the parser nor the limits that the child took on end it by SIGKILL, and we would know if we had.
        killed = -code == signal.SIGKILL
        return _Died(_BY_SIGNAL.get(signal.Signals(-code), UnreadReason.CRASHED), by_others=killed)

    def _sentence(self, reason: UnreadReason) -> str:
        if reason == UnreadReason.TIMED_OUT:
            return f"Reading this file took longer than {self._deadline:g} s."
        return _SENTENCES[reason]


def _number(pipe: Any) -> int:
    number: int = pipe.fileno()
    return number
