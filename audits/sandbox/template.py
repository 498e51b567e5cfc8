"""The process from which the children are forked, as its parent sees it.

Loading the parser takes longer than reading most repositories, so one process loads it and reads nothing: each child is
a fork of it and lives within one scan, so that nothing of a repository meets the bytes of another one.
"""

import atexit
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

from audits.sandbox import limits
from audits.sandbox.protocol import ALIVE, ASKED, FORKED, STATUS

PROJECT = Path(__file__).resolve().parent.parent.parent
START_DEADLINE = 120.0
_PATIENCE = 10.0
# A machine that swaps answers late. Giving up on the template ends every child of the scan.
_ANSWER = 60.0


class NoTemplate(RuntimeError):
    """It did not start, or it has ended; the text says what it said last."""


class Fork:
    """A child that is a fork: its pipes and its end. `requests` and `answers` are descriptors of ours, not blocking."""

    def __init__(self, template: "Template", pid: int, requests: int, answers: int) -> None:
        self.pid = pid
        self.requests = requests
        self.answers = answers
        self._template = template

    def code(self, patience: float) -> int | None:
        """The exit code as `Popen` gives it, None while it runs after `patience` seconds.

        A child whose template is gone was killed by the system together with it.
        """
        until = time.monotonic() + patience
        while (code := self._template.code(self.pid)) is None and time.monotonic() < until:
            time.sleep(0.005)
        return code

    def end(self) -> None:
        """Kill it with all that it started; harmless when it has ended."""
        if self._template.code(self.pid) is None:
            for kill in (os.killpg, os.kill):  # it may not have its own group yet
                with suppress(OSError):
                    kill(self.pid, signal.SIGKILL)
            self.code(_PATIENCE)
        for number in (self.requests, self.answers):
            with suppress(OSError):
                os.close(number)


class Template:
    """The process that has loaded the parser. Raises NoTemplate when it does not start."""

    def __init__(self, memory: int) -> None:
        self._lock = threading.Lock()
        self._codes: dict[int, int] = {}
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", "-B", limits.__file__, str(memory), str(os.getpid()), str(PROJECT)],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env={},
                cwd="/",
                start_new_session=True,
            )
        self.pid = self._process.pid
        self._control.settimeout(START_DEADLINE)
        try:
            ready = self._control.recv(1)
        except OSError:
            ready = b""
        if not ready:
            raise NoTemplate(self._complaint())
        self._control.settimeout(_ANSWER)

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def fork(self, deadline: float) -> Fork:
        """A new child. Raises NoTemplate."""
        theirs_in, requests = os.pipe()
        answers, theirs_out = os.pipe()
        try:
            with self._lock:
                socket.send_fds(self._control, [ASKED.pack(0, deadline)], [theirs_in, theirs_out])
                (pid,) = FORKED.unpack(self._control.recv(FORKED.size, socket.MSG_WAITALL))
                # The system gives numbers out again: how the one before ended says nothing of this one.
                self._codes.pop(pid, None)
        except (OSError, struct.error) as error:
            os.close(requests)
            os.close(answers)
            raise NoTemplate(self._complaint()) from error
        finally:
            os.close(theirs_in)
            os.close(theirs_out)
        os.set_blocking(requests, False)
        os.set_blocking(answers, False)
        return Fork(self, pid, requests, answers)

    def code(self, pid: int) -> int | None:
        """The exit code of a child, None while it runs; it is told once, and kept here."""
        if pid in self._codes:
            return self._codes[pid]
        try:
            with self._lock:
                self._control.sendall(ASKED.pack(pid, 0))
                (status,) = STATUS.unpack(self._control.recv(STATUS.size, socket.MSG_WAITALL))
        except (OSError, struct.error):
            status = -signal.SIGKILL
            self.close()
        if status == ALIVE:
            return None
        self._codes[pid] = status
        return int(status)

    def close(self) -> None:
        """End it and all children that it has left."""
        with suppress(OSError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()
        self._control.close()
        if self._process.stderr is not None:
            self._process.stderr.close()

    def _complaint(self) -> str:
        """The last line that it wrote to its standard error; it is ended by it."""
        with suppress(OSError):
            os.killpg(self.pid, signal.SIGKILL)
        code, stream = self._process.wait(), self._process.stderr
        text = ""
        if stream is not None and not stream.closed and select.select([stream], [], [], 0)[0]:
            text = stream.read().decode(errors="replace").strip()
        self.close()
        return text.rsplit("\n", 1)[-1] or f"exit {code}"


# By process, since a fork of a worker must not speak for its parent, and by the memory that a child may take.
_templates: dict[tuple[int, int], Template] = {}


def template(memory: int) -> Template:
    """This process's template for children of so many bytes of address space. Raises NoTemplate."""
    key = (os.getpid(), memory)
    known = _templates.get(key)
    if known is None or not known.alive:
        if known is not None:
            known.close()
        known = _templates[key] = Template(memory)
    return known


@atexit.register
def close_all() -> None:
    """End this process's templates; those of the process that it is a fork of are not its own."""
    for pid, memory in list(_templates):
        if pid == os.getpid():
            _templates.pop((pid, memory)).close()
