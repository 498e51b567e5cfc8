"""Several repositories at the same time, each in a process of its own."""

import multiprocessing
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from multiprocessing.util import Finalize
from types import TracebackType
from typing import TypeVar

from audits.sandbox import Sandbox, SandboxError

J = TypeVar("J")
R = TypeVar("R")

_CLOSED_FIRST = 100


class Crew:
    """Processes that take one job after another, each with a sandbox of its own. A context manager.

    A sandbox has one child, since the other repositories keep the other processors busy. To be made before threads and
    connections to a database: the processes are forks.
    """

    def __init__(self, size: int, *, deadline: float) -> None:
        self._pool = ProcessPoolExecutor(
            size, multiprocessing.get_context("fork"), initializer=_settle, initargs=(deadline,)
        )

    def __enter__(self) -> "Crew":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(cancel_futures=True)

    def each(self, work: Callable[[Sandbox, J], R], jobs: Iterable[J]) -> Iterator[R]:
        """What `work` (a function of a module) gives for each job, in the order of the jobs.

        Raises what `work` raises, and SandboxError where one of the processes has ended.
        """
        try:
            yield from self._pool.map(partial(_done, work), jobs)
        except BrokenProcessPool as error:
            raise SandboxError("A process that audits repositories was ended. Start again.") from error


_sandbox: Sandbox | None = None


def _settle(deadline: float) -> None:
    global _sandbox
    # Ctrl-C reaches each process of a terminal: one that waits for work ends without a word.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    _sandbox = Sandbox(deadline=deadline, children=1)
    Finalize(None, _sandbox.close, exitpriority=_CLOSED_FIRST)


def _done(work: Callable[[Sandbox, J], R], job: J) -> R:
    global _sandbox
    if _sandbox is None:
        raise SandboxError("A process that audits repositories was stopped.")
    # In the middle of a job it is an exception, so that what was fetched is removed; then no other job is begun.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return work(_sandbox, job)
    except KeyboardInterrupt:
        _sandbox.close()
        _sandbox = None
        raise
    finally:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
