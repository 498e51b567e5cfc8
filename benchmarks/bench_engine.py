"""The engine's speed and memory beside git grep, ast-grep and semgrep: one run, the same commits, the same files.

The others use every processor there is, so the audit does as `manage.py audit` with several repositories does, and as a
worker: as many repositories at a time as there are processors (`--jobs 1`: one after another).

Reads bare repositories in place. The tools come from PyPI into an environment of their own; what cannot be installed is
said and left out. Nothing of the repositories is run.
"""

import argparse
import multiprocessing
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from audits import gitstore
from audits.analysis import analyse
from audits.analysis.crew import Crew
from audits.engine import FileKind, file_kind
from audits.engine.filekinds import PINNING
from audits.sandbox import Sandbox, processors
from benchmarks import peers
from benchmarks.audited import SHARED, Files, Stores, audit, filled, ready
from benchmarks.corpus import CORPUS, PythonOnly, Repository, git, repositories

GATE = r"cohere|command-(nightly|light|xlarge|medium)|spacy\.Command|GenerateTextDetails"
# Code that used Cohere, in any language, imports or names a class or an address of its.
USERS = r"(import|from|require|use|using)[^a-zA-Z]+cohere|api\.cohere|cohere[_-](aws|ai|go|java)|[^a-zA-Z]Cohere[^a-z]"
_CODE = ".py .js .mjs .cjs .ts .mts .tsx .go .java .c .cc .cpp .h .rs .rb .php .cs .html"
CODE = tuple(_CODE.split())
USING = ("*.ipynb", "*.pyi", "*.kt", *(f"*{ending}" for ending in CODE if ending != ".html"))
Timed = tuple[float, float, str]
DEADLINE = 20.0


@dataclass
class Group:
    """Repositories that are measured together, and their files on disk for the tools that need them there."""

    name: str
    members: list[Repository] = field(default_factory=list)
    folder: Path = Path()
    files: int = 0
    size: int = 0
    lines: int = 0
    globs: set[str] = field(default_factory=set)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mirrors", type=Path, required=True, help="folder of bare repositories")
    parser.add_argument("--corpus", type=Path, default=CORPUS, help="folder of the labels")
    parser.add_argument("--tools", type=Path, default=Path.home() / ".cache/lastcall/bench-tools", help="environment")
    parser.add_argument(
        "--repeat", type=int, default=3, help="runs of each measurement; the fastest counts (semgrep runs once)"
    )
    parser.add_argument("--jobs", type=int, default=processors(), help="repositories at a time")
    parser.add_argument("--others", action="store_true", help="also those who use Cohere, but not Generate")
    parser.add_argument("--only", default="", help="repositories whose name contains this")
    options = parser.parse_args()
    if not options.mirrors.is_dir():
        parser.error("--mirrors must name a folder of bare repositories")
    rows = [row for row in repositories(options.mirrors, options.corpus) if options.only in row.name]
    tools = peers.installed(options.tools)
    print(
        f"{datetime.now(UTC):%d %B %Y, %H:%M} UTC, {machine()}, load {os.getloadavg()[0]:.1f}, "
        f"best of {options.repeat}, {options.jobs} repositories at a time"
    )
    with tempfile.TemporaryDirectory() as scratch:
        groups = grouped(rows, Path(scratch), others=options.others)
        bench = Bench(tools, options.repeat, options.jobs)
        bench.startups(Path(scratch))
        for group in groups:
            bench.measure(group)
    print(
        f"\npeak memory: a parent {bench.parent:.0f} MB, a child {bench.child:.0f} MB; {options.jobs} of each at a time"
    )
    return 0


class Bench:
    """Times a group with every tool."""

    def __init__(self, tools: Path | None, repeat: int, jobs: int) -> None:
        self._tools = tools
        self._repeat = repeat
        self._jobs = jobs
        self._scratch = Path()
        self.parent = 0.0
        self.child = 0.0

    def startups(self, scratch: Path) -> None:
        """What each costs before it has read a file."""
        empty = scratch / "empty"
        empty.mkdir()
        (empty / "a.py").write_text("x = 1\n")
        began = time.perf_counter()
        with Sandbox() as sandbox:
            sandbox.extract(FileKind.PYTHON, b"import cohere\n")
        rows = [f"child process {time.perf_counter() - began:.2f} s"]
        self._scratch = scratch
        started = {**self._searches(empty), **self._searches(empty, every_kind=True)}
        self._started = {name: seconds for name, (seconds, *_) in started.items()}
        rows += [f"{name} {seconds:.2f} s" for name, seconds in self._started.items()]
        print("start-up: " + ", ".join(rows))

    def measure(self, group: Group) -> None:
        """Print the group's rows."""
        print(
            f"\n{group.name}: {len(group.members)} repositories, {group.files} files, {group.size / 1e6:.1f} MB, "
            f"{group.lines} lines of .py"
        )
        if not group.files:
            return
        found: dict[str, Timed] = {
            "git grep": self._best(lambda: self._grep(group, sorted(group.globs))),
            **self._audits(group, "audit", _all_kinds),
            "git grep, .py": self._best(lambda: self._grep(group, ["*.py", "*.pyi"])),
            **self._audits(group, "audit, .py", PythonOnly),
            **self._searches(group.folder),
            **self._searches(group.folder, every_kind=True),
        }
        for name, (seconds, cpu, said) in found.items():
            start = self._started.get(name, 0.0)
            apart = f" ({max(seconds - start, 0):.2f} s without its start-up)" if start else ""
            print(f"  {name:<24}{seconds:8.2f} s {cpu:8.2f} CPU s   {said}{apart}")

    def _audits(self, group: Group, name: str, files: Files) -> dict[str, Timed]:
        linking, kept = filled(group.members, files)
        return {
            f"{name}, cold": self._audited(group, files, {}),
            f"{name}, facts known": self._audited(group, files, linking),
            f"{name}, unchanged": self._audited(group, files, kept),
        }

    def _best(self, run: Callable[[], str], *, once: bool = False) -> Timed:
        times: list[Timed] = []
        for _ in range(1 if once else self._repeat):
            began, before = time.perf_counter(), sum(os.times()[:4])
            said = run()
            times.append((time.perf_counter() - began, sum(os.times()[:4]) - before, said))
        return min(times)

    def _audited(self, group: Group, files: Files, stores: Stores) -> Timed:
        """The fastest of several audits of a group, each by processes that have started and loaded the parser."""
        times: list[Timed] = []
        for _ in range(self._repeat):
            gate = multiprocessing.get_context("fork").Barrier(self._jobs)
            SHARED.update(gate=gate, stores=stores, files=files)
            with Crew(self._jobs, deadline=DEADLINE) as crew:
                list(crew.each(ready, range(self._jobs)))
                began, before = time.perf_counter(), time.process_time()
                rows = list(crew.each(audit, group.members))
                seconds, own = time.perf_counter() - began, time.process_time() - before
            said = f"{sum(row.uses for row in rows)} uses, {sum(row.parsed for row in rows)} files parsed"
            times.append((seconds, own + sum(row.cpu for row in rows), said))
            self.parent = max(self.parent, *(row.parent for row in rows))
            self.child = max(self.child, *(row.child for row in rows))
        return min(times)

    def _grep(self, group: Group, globs: Sequence[str]) -> str:
        found = [git(row.folder, "grep", "-l", "-i", "-E", GATE, row.commit, "--", *globs) for row in group.members]
        return f"{sum(text.count(chr(10)) for text in found)} files name the API"

    def _searches(self, folder: Path, *, every_kind: bool = False) -> dict[str, Timed]:
        if self._tools is None:
            return {}
        found = {}
        for name, command in peers.commands(folder, self._scratch, every_kind=every_kind).items():
            program = self._tools / "bin" / command[0]
            if program.exists():
                run = partial(peers.said_by, [str(program), *command[1:]])
                label = f"{name}, all kinds" if every_kind else f"{name}, .py"
                found[label] = self._best(run, once=name == "semgrep")
        return found


def _all_kinds(source: Any) -> Any:
    return source


def grouped(rows: Iterable[Repository], scratch: Path, *, others: bool) -> list[Group]:
    """Repositories that never used Cohere, those of them that are mostly Python, other users, and the labelled ones.

    The first have neither code that names Cohere's nor, in any kind of file, a use that an audit finds.
    """
    never, python = Group("never used Cohere"), Group("never used Cohere, mostly Python")
    other, dense = Group("use Cohere, but not Generate"), Group("dense: labelled users of Generate")
    for row in rows:
        used = row.labelled or git(row.folder, "grep", "-l", "-E", USERS, row.commit, "--", *USING)
        members = [dense] if row.labelled else [other] if used or uses(row) else [never]
        if members == [never] and mostly_python(row):
            members.append(python)
        for group in members:
            group.members.append(row)
    groups = [never, python, dense, *([other] if others else [])]
    for number, group in enumerate(groups):
        group.folder = scratch / str(number)
        for row in group.members:
            _export(row, group)
    return groups


def uses(row: Repository) -> int:
    """How many uses of any kind an audit finds, in settings and documents too."""
    with gitstore.open_local(row.folder, row.commit) as source, Sandbox(deadline=DEADLINE) as sandbox:
        return len(analyse(source, sandbox).usages)


def mostly_python(row: Repository) -> bool:
    """Is more than half of the code, by bytes of files with a known language's ending, Python?"""
    sizes = {True: 0, False: 0}
    for line in git(row.folder, "ls-tree", "-r", "-l", row.commit).splitlines():
        words, _, path = line.partition("\t")
        size = words.split()[-1]
        if path.endswith(CODE) and size.isdigit():
            sizes[path.endswith(".py")] += int(size)
    return sizes[True] > sizes[False]


def _export(row: Repository, group: Group) -> None:
    """Write the candidate files of one repository below the group's folder; missing objects are left out for all."""
    with gitstore.open_local(row.folder, row.commit) as source:
        wanted = [entry for entry in source.entries() if file_kind(entry.label) not in (None, *PINNING)]
        for entry, data in source.read(wanted):
            # What git grep is to look at: every ending that the audit reads, so at least the same files.
            group.globs.add("*" + (Path(entry.path).suffix or "/" + Path(entry.path).name))
            if data is None:
                continue
            path = group.folder / row.name.replace("/", "+") / row.commit[:8] / entry.path.replace('"', "_")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            group.files, group.size = group.files + 1, group.size + len(data)
            group.lines += data.count(b"\n") if entry.path.endswith((".py", ".pyi")) else 0


def machine() -> str:
    """Processor count, memory and Python of this machine."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    system = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, {system}"


if __name__ == "__main__":
    sys.exit(main())
