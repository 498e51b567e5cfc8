"""One child process as its parent sees it: a request sent, an answer read, a wall deadline, every death explained."""

import json
import os
import select
import signal
import struct
import time
from typing import Any

from audits.engine.facts import UnreadReason
from audits.sandbox.protocol import REPLY_LIMIT
from audits.sandbox.template import Fork

START_DEADLINE = 30.0

_BY_SIGNAL = {
    signal.SIGABRT: UnreadReason.OUT_OF_MEMORY,
    signal.SIGXCPU: UnreadReason.TIMED_OUT,
}


class Died(Exception):
    """The child is gone, or no longer to be trusted; `by_others`: somebody else killed it."""

    def __init__(self, reason: UnreadReason, *, by_others: bool = False) -> None:
        self.reason = reason
        self.by_others = by_others


class Child:
    """A child that is starting; once it has said that it is ready it takes one request at a time.

    `until` is the moment at which it has had enough time for what it does now. `files` counts its answers.
    """

    def __init__(self, fork: Fork, deadline: float) -> None:
        self._fork = fork
        self.pid = fork.pid
        self.answers = fork.answers
        self.until = time.monotonic() + START_DEADLINE
        self.files = 0
        self._deadline = deadline

    @property
    def alive(self) -> bool:
        """Whether the process still holds its end of the pipe."""
        poll = select.poll()
        poll.register(self.answers, 0)
        return not poll.poll(0)

    def send(self, head: dict[str, Any], data: bytes) -> None:
        """Hand it one file. Raises Died."""
        self.until = time.monotonic() + self._deadline
        request = json.dumps({**head, "size": len(data)}).encode()
        pipe, rest = self._fork.requests, memoryview(struct.pack(">I", len(request)) + request + data)
        while rest:
            self._wait(pipe, select.POLLOUT)
            try:
                rest = rest[os.write(pipe, rest[: 1 << 16]) :]
            except BlockingIOError:
                continue
            except OSError as error:
                raise self._explain() from error

    def receive(self) -> bytes:
        """The body of its next answer. Raises Died, also when `until` passes."""
        (length,) = struct.unpack(">I", self._read(4))
        if length > REPLY_LIMIT:
            raise Died(UnreadReason.CRASHED)
        return self._read(length)

    def end(self) -> None:
        """Kill it with all that it started."""
        self._fork.end()

    def _read(self, size: int) -> bytes:
        parts, missing = [], size
        while missing:
            self._wait(self.answers, select.POLLIN)
            try:
                part = os.read(self.answers, min(missing, 1 << 20))
            except BlockingIOError:
                continue
            if not part:
                raise self._explain()
            parts.append(part)
            missing -= len(part)
        return b"".join(parts)

    def _wait(self, pipe: int, event: int) -> None:
        poll = select.poll()
        poll.register(pipe, event)
        # What is there already counts, however late: then it was we who were busy, with a database that waits, say.
        if not poll.poll(max(self.until - time.monotonic(), 0) * 1000):
            raise Died(UnreadReason.TIMED_OUT)

    def _explain(self) -> Died:
        """Why the pipe has ended: the signal tells."""
        code = self._fork.code(patience=5)
        if code is None:
            return Died(UnreadReason.CRASHED)
        if code >= 0:
            return Died(UnreadReason.CRASHED)
        # Neither the parser nor the limits that the child took on end it by SIGKILL, and we would know if we had.
        killed = -code == signal.SIGKILL
        return Died(_BY_SIGNAL.get(signal.Signals(-code), UnreadReason.CRASHED), by_others=killed)
