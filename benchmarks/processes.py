"""What a tree of processes uses: CPU, bytes that it reads, resident memory; from /proc, so on Linux only."""

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Used:
    """Seconds and bytes. `read` is what system calls read, from the disk, its cache or a pipe; `peak` the most that all
    processes had together, pages that they share counted in each; `largest` the most that a single one had."""

    wall: float
    cpu: float
    read: int
    peak: int
    largest: int
    said: str


class Tree:
    """A process and all below it."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._orphans: dict[int, tuple[float, int]] = {}

    @classmethod
    def of_worker(cls, logs: Path) -> "Tree":
        """The Celery worker that writes its log there."""
        for folder in Path("/proc").iterdir():
            try:
                words = (folder / "cmdline").read_bytes().split(b"\0")
                mine = b"worker" in words and (folder / "fd/1").readlink() == logs / "worker.log"
                if mine and int((folder / "stat").read_text().rpartition(")")[2].split()[1]) != 1:
                    parents = (folder / "stat").read_text().rpartition(")")[2].split()
                    if b"worker" not in Path(f"/proc/{parents[1]}/cmdline").read_bytes().split(b"\0"):
                        return cls(int(folder.name))
            except (OSError, ValueError):
                continue
        raise SystemExit(f"No worker writes to {logs}.")

    def measure(self, do: Callable[[], str]) -> Used:
        """Run `do`, which says what came of it, and watch."""
        peaks = [0, 0]
        done = threading.Event()
        thread = threading.Thread(target=self._watch, args=(peaks, done))
        cpu, read = self._totals()
        began = time.perf_counter()
        thread.start()
        try:
            said = do()
        finally:
            wall = time.perf_counter() - began
            done.set()
            thread.join()
        after_cpu, after_read = self._totals()
        return Used(wall, after_cpu - cpu, after_read - read, peaks[0], peaks[1], said)

    def _watch(self, peaks: list[int], done: threading.Event) -> None:
        while not done.wait(0.1):
            pids = list(self._pids())
            self._remember(pids)
            sizes = [_resident(pid) for pid in pids]
            peaks[0] = max(peaks[0], sum(sizes))
            peaks[1] = max([peaks[1], *sizes])

    def _totals(self) -> tuple[float, int]:
        """CPU seconds and bytes read, those of children that have ended included."""
        pids = list(self._pids())
        self._remember(pids)
        gone = [used for pid, used in self._orphans.items() if pid not in pids]
        rows = [*map(_used, pids), *gone]
        return sum(cpu for cpu, _ in rows), sum(read for _, read in rows)

    def _remember(self, pids: Iterable[int]) -> None:
        """What parsers are forked from is waited for by nobody when its worker's process is replaced."""
        for pid in pids:
            if _is_template(pid):
                self._orphans[pid] = max(self._orphans.get(pid, (0.0, 0)), _used(pid))

    def _pids(self) -> Iterator[int]:
        waiting = [self._pid]
        while waiting:
            pid = waiting.pop()
            yield pid
            try:
                for task in os.listdir(f"/proc/{pid}/task"):
                    waiting += map(int, Path(f"/proc/{pid}/task/{task}/children").read_text().split())
            except OSError:
                continue


def _used(pid: int) -> tuple[float, int]:
    """CPU seconds and bytes read of a process and of its children that it has waited for."""
    try:
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        io = dict(line.split(": ") for line in Path(f"/proc/{pid}/io").read_text().splitlines())
        return sum(map(int, words[11:15])) / TICKS, int(io["rchar"])
    except (OSError, ValueError, KeyError):
        return 0.0, 0


def _is_template(pid: int) -> bool:
    try:
        return b"audits.sandbox.forks" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
    except (OSError, IndexError):
        return 0
