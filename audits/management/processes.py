"""Processes as their supervisor sees them. Standard library only: the supervisor stays in memory.

A process is one that was started, or a fork that was there before; each has a log and dies with its supervisor.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

TAIL = 12


class Died(Exception):
    """A process ended by itself; the text names it and shows its last lines."""


def die_with_parent(signum: int) -> Callable[[], None] | None:
    """For `preexec_fn`: on Linux the kernel ends the child when its supervisor is killed and can end nothing itself."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl

    def ask() -> None:
        prctl(1, signum)

    return ask


class Forked:
    """A child that was there before this program: as much of `Popen` as is needed here."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        if self.returncode is None:
            self._reap(os.WNOHANG)
        return self.returncode

    def wait(self) -> int:
        while self.returncode is None:
            self._reap(0)
        return self.returncode

    def send_signal(self, signum: int) -> None:
        os.kill(self.pid, signum)

    def _reap(self, options: int) -> None:
        pid, status = os.waitpid(self.pid, options)
        if pid:
            self.returncode = os.waitstatus_to_exitcode(status)


@dataclass
class Child:
    """One process in its own session: a Ctrl-C in the terminal reaches the supervisor only, which keeps the order."""

    name: str
    process: "subprocess.Popen[bytes] | Forked"
    log: Path

    def ask(self, signum: int) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signum)

    def sweep(self) -> None:
        """Ends what is left of the process and of those that it started in its session."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def last_words(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines()[-TAIL:]
        return "\n".join(f"    {line}" for line in lines)


def log_of(folder: str, name: str) -> Path:
    return Path(folder) / f"{name.replace(' ', '-')}.log"


def fresh(log: Path) -> Path:
    """Where the log is written anew; the last one is kept beside it."""
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists():
        log.replace(log.with_suffix(".log.1"))
    return log
