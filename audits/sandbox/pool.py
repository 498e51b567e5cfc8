"""Files to children and back: a file a child at a time, answers in the order of the files."""

import os
import select
import struct
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from audits.engine.facts import Unread, UnreadReason
from audits.sandbox.process import Child, Died
from audits.sandbox.protocol import RESIDENT
from audits.sandbox.template import NoTemplate, template

DATA_LIMIT = 64 * 1024**2
RECYCLE_FILES = 2_000
RECYCLE_BYTES = 1024**3
CHILDREN = 4
# So many files must wait before another child is worth the start of a Python with the parser in it.
WORTH_A_START = 6
# How far the files that wait may run ahead of the oldest one that has no answer.
_AHEAD, _AHEAD_BYTES = 32, 32 * 1024**2

_SENTENCES = {
    UnreadReason.CRASHED: "The parser crashed on this file; it is most likely nested far too deeply.",
    UnreadReason.OUT_OF_MEMORY: "Reading this file takes more memory than a file is given.",
    UnreadReason.BUDGET: "Not tried: too many files of this scan brought the parser down before.",
}


class SandboxError(RuntimeError):
    """The child process cannot be started at all: a fault of the installation, not of a file."""


@dataclass(slots=True, eq=False)
class Job:
    """One file on its way: `read` turns a child's text into the answer, None where that is none."""

    key: Any
    head: dict[str, Any]
    data: bytes
    read: Callable[[str], Any]
    answer: Any = None
    text: str = ""
    sent: bool = False
    tries: int = 0


class Pool:
    """Children that start when there is work for them. See `Sandbox` for what the numbers mean."""

    def __init__(self, *, deadline: float, memory: int, deaths: int, children: int | None) -> None:
        self.spawns = 0
        self.deaths = 0
        self._deadline = deadline
        self._memory = memory
        self._allowed = deaths
        self._most = children or min(processors(), CHILDREN)
        self._failed_starts = 0
        self._idle: list[Child] = []
        # A child that starts has no job yet.
        self._busy: dict[Child, Job | None] = {}

    @property
    def pids(self) -> tuple[int, ...]:
        """The processes that run now."""
        return tuple(child.pid for child in (*self._idle, *self._busy))

    def close(self) -> None:
        """End the children; harmless when there are none."""
        for child in (*self._idle, *self._busy):
            child.end()
        self._idle.clear()
        self._busy.clear()

    def answers(self, jobs: Iterable[Job]) -> Iterator[Job]:
        """The jobs in their order, each with its answer. Raises SandboxError."""
        coming = iter(jobs)
        open_jobs: deque[Job] = deque()
        try:
            while self._take(coming, open_jobs):
                self._hand_out(open_jobs)
                first = open_jobs[0]
                self._listen(patient=first.answer is None)
                if first.answer is not None:
                    self._hand_out(open_jobs)
                    yield open_jobs.popleft()
        finally:
            # A job left behind must not leave its answer in the pipe for the next question.
            for child in [child for child, job in self._busy.items() if job in open_jobs]:
                self._drop(child)

    def _take(self, coming: Iterator[Job], open_jobs: deque[Job]) -> bool:
        """Fill up what waits; whether there is anything to do."""
        while len(open_jobs) < _AHEAD and sum(len(job.data) for job in open_jobs) < _AHEAD_BYTES:
            job = next(coming, None)
            if job is None:
                break
            open_jobs.append(job)
            if len(job.data) > DATA_LIMIT:
                job.answer = Unread(UnreadReason.TOO_LARGE, f"The file has {len(job.data) // 1024**2} MiB.")
        return bool(open_jobs)

    def _hand_out(self, open_jobs: Iterable[Job]) -> None:
        waiting = deque(job for job in open_jobs if job.answer is None and not job.sent)
        while waiting:
            if self.deaths >= self._allowed:
                waiting.popleft().answer = Unread(UnreadReason.BUDGET, _SENTENCES[UnreadReason.BUDGET])
            elif self._idle:
                child = self._idle.pop()
                if child.alive:
                    self._give(child, waiting.popleft())
                else:
                    child.end()
            elif not self._busy or self._is_worth_one_more(len(waiting)):
                self._start()
            else:
                return

    def _start(self) -> None:
        try:
            fork = template(self._memory).fork(self._deadline)
        except NoTemplate as error:
            self._failed_starts += 1
            if self._failed_starts > 1:
                raise SandboxError(f"The process that reads files did not start: {error}") from error
            return
        self._busy[Child(fork, self._deadline)] = None
        self.spawns += 1

    def _is_worth_one_more(self, waiting: int) -> bool:
        starting = None in self._busy.values()
        return len(self._busy) < self._most and waiting >= WORTH_A_START and not starting

    def _give(self, child: Child, job: Job) -> None:
        self._busy[child] = job
        job.sent = True
        try:
            child.send(job.head, job.data)
        except Died as death:
            self._bury(child, death)

    def _listen(self, *, patient: bool) -> None:
        """Take what children have answered; where `patient`, wait until one has or has had its time."""
        if not self._busy:
            return
        poll = select.poll()
        for child in self._busy:
            poll.register(child.answers, select.POLLIN)
        left = max(min(child.until for child in self._busy) - time.monotonic(), 0) if patient else 0
        ready = {number for number, _ in poll.poll(left * 1000)}
        now = time.monotonic()
        for child in list(self._busy):
            if child.answers in ready or child.until <= now:
                self._hear(child)

    def _hear(self, child: Child) -> None:
        job = self._busy[child]
        try:
            body = child.receive()
            if job is None:
                self._failed_starts = 0
                self._busy.pop(child)
                self._idle.append(child)
                return
            self._understand(child, job, body)
        except Died as death:
            self._bury(child, death)

    def _understand(self, child: Child, job: Job, body: bytes) -> None:
        answer = text = None
        with suppress(ValueError, struct.error, RecursionError):
            (resident,) = RESIDENT.unpack_from(body)
            text = body[RESIDENT.size :].decode()
            answer = job.read(text)
        if text is None or answer is None:
            raise Died(UnreadReason.CRASHED)
        job.answer, job.text = answer, text
        child.files += 1
        if child.files >= RECYCLE_FILES or resident > RECYCLE_BYTES:
            self._drop(child)
        else:
            self._busy.pop(child)
            self._idle.append(child)

    def _bury(self, child: Child, death: Died) -> None:
        """A child that died costs the file that it read; one that did not even start is no file's fault.

        There is a second try where somebody else killed the child: a machine short of memory, say.
        """
        job = self._busy[child]
        self._drop(child)
        if job is None:
            self._failed_starts += 1
            if not death.by_others or self._failed_starts > 1:
                raise SandboxError(f"The process that reads files did not start: {death.reason}") from death
            return
        self.deaths += 1
        job.tries += 1
        job.sent = not death.by_others or job.tries > 1
        if job.sent:
            job.answer = Unread(death.reason, self._sentence(death.reason))

    def _drop(self, child: Child) -> None:
        self._busy.pop(child)
        child.end()

    def _sentence(self, reason: UnreadReason) -> str:
        if reason == UnreadReason.TIMED_OUT:
            return f"Reading this file took longer than {self._deadline:g} s."
        return _SENTENCES[reason]


def processors() -> int:
    """How many processes this one may keep busy."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
