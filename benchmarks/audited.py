"""Audits of repositories as the engine's benchmark runs them, and what they take."""

import os
import resource
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from audits import analysis, gitstore
from audits.analysis.store import RESULT
from audits.engine import FileKind
from audits.sandbox import Sandbox
from benchmarks.corpus import Repository


class Memory:
    """Facts in a dictionary."""

    def __init__(self) -> None:
        self.texts: dict[analysis.FactKey, str] = {}

    def get_many(self, keys: Sequence[analysis.FactKey]) -> dict[analysis.FactKey, str]:
        return {key: self.texts[key] for key in keys if key in self.texts}

    def put_many(self, facts: Mapping[analysis.FactKey, str]) -> None:
        self.texts.update(facts)


class Linking(Memory):
    """The same without the last results, so that a tree whose facts are known is linked and judged anew."""

    def put_many(self, facts: Mapping[analysis.FactKey, str]) -> None:
        super().put_many({key: text for key, text in facts.items() if key.kind != RESULT})


class Audited(NamedTuple):
    """One repository's numbers: processor seconds, and the peak memory of the two processes in MB."""

    uses: int
    parsed: int
    cpu: float
    parent: float
    child: float


Files = Callable[[Any], Any]
Stores = dict[str, Memory]
# What the processes of a crew find here when they are forked.
SHARED: dict[str, Any] = {}


def ready(sandbox: Sandbox, number: int) -> None:
    """A process of the crew and its child start; each waits here for the others."""
    sandbox.extract(FileKind.PYTHON, b"import cohere\n")
    SHARED["gate"].wait()


def audit(sandbox: Sandbox, row: Repository) -> Audited:
    """One repository, in a process of the crew."""
    before = spent(sandbox)
    store = SHARED["stores"].get(row.name) or Memory()
    with gitstore.open_local(row.folder, row.commit) as source:
        report = analysis.analyse(SHARED["files"](source), sandbox, store)
    parent = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Audited(len(report.usages), report.parsed, spent(sandbox) - before, parent, peak_of(sandbox))


def filled(rows: Sequence[Repository], files: Files) -> tuple[Stores, Stores]:
    """What an audit of each repository leaves: without the last results, and with them."""
    linking: Stores = {row.name: Linking() for row in rows}
    kept: Stores = {row.name: Memory() for row in rows}
    with Sandbox() as sandbox:
        for row in rows:
            with gitstore.open_local(row.folder, row.commit) as source:
                analysis.analyse(files(source), sandbox, kept[row.name])
            linking[row.name].put_many(kept[row.name].texts)
    return linking, kept


def peak_of(sandbox: Sandbox) -> float:
    """Peak resident MB of the largest child that runs now, 0 where the system does not tell."""
    texts = []
    for pid in sandbox.pids:
        with suppress(OSError):
            texts.append(Path(f"/proc/{pid}/status").read_text())
    rows = (line for text in texts for line in text.splitlines() if line.startswith("VmHWM"))
    return max((int(row.split()[1]) / 1024 for row in rows), default=0.0)


def spent(sandbox: Sandbox) -> float:
    """Processor seconds of this process, of all that it has ended, and of the children that still run."""
    ticks = 0
    for pid in sandbox.pids:
        with suppress(OSError):
            ticks += sum(map(int, Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]))
    return sum(os.times()[:4]) + ticks / os.sysconf("SC_CLK_TCK")
