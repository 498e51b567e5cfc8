"""The engine's speed and memory beside git grep, ast-grep and semgrep: one process, the same commits, the same files.

Reads bare repositories in place. The tools come from PyPI into an environment of their own; what cannot be installed is
said and left out. Nothing of the repositories is run.
"""

import argparse
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from audits import analysis, gitstore
from audits.analysis.store import RESULT
from audits.engine import FileKind, file_kind
from audits.engine.filekinds import PINNING
from audits.sandbox import Sandbox
from benchmarks.corpus import CORPUS, PythonOnly, Repository, git, repositories

PATTERN = "$X.generate(...)"
GATE = r"cohere|command-(nightly|light|xlarge|medium)|spacy\.Command|GenerateTextDetails"
# Code that used Cohere, in any language, imports or names a class or an address of its.
USERS = r"(import|from|require|use|using)[^a-zA-Z]+cohere|api\.cohere|cohere[_-](aws|ai|go|java)|[^a-zA-Z]Cohere[^a-z]"
CODE = (".py", ".js", ".ts", ".tsx", ".go", ".java", ".c", ".cc", ".cpp", ".h", ".rs", ".rb", ".php", ".cs", ".html")
USING = ("*.ipynb", "*.pyi", "*.kt", *(f"*{ending}" for ending in CODE if ending != ".html"))
QUIET = ("--metrics=off", "--disable-version-check", "--no-git-ignore", "-q", "--max-target-bytes=0")
Timed = tuple[float, float, str]


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
    parser.add_argument("--others", action="store_true", help="also those who use Cohere, but not Generate")
    parser.add_argument("--only", default="", help="repositories whose name contains this")
    options = parser.parse_args()
    if not options.mirrors.is_dir():
        parser.error("--mirrors must name a folder of bare repositories")
    rows = [row for row in repositories(options.mirrors, options.corpus) if options.only in row.name]
    tools = installed(options.tools)
    print(
        f"{datetime.now(UTC):%d %B %Y, %H:%M} UTC, {machine()}, load {os.getloadavg()[0]:.1f}, best of {options.repeat}"
    )
    with tempfile.TemporaryDirectory() as scratch, Sandbox() as sandbox:
        groups = grouped(rows, Path(scratch), others=options.others)
        bench = Bench(sandbox, tools, options.repeat)
        bench.startups(Path(scratch))
        for group in groups:
            bench.measure(group)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\npeak memory: parent {peak:.0f} MB, child {bench.child:.0f} MB")
    return 0


class Bench:
    """Times a group with every tool."""

    def __init__(self, sandbox: Sandbox, tools: Path | None, repeat: int) -> None:
        self._sandbox = sandbox
        self._tools = tools
        self._repeat = repeat
        self.child = 0.0

    def startups(self, scratch: Path) -> None:
        """What each costs before it has read a file; the audit's child is started here, once for all."""
        empty = scratch / "empty"
        empty.mkdir()
        (empty / "a.py").write_text("x = 1\n")
        began = time.perf_counter()
        self._sandbox.extract(FileKind.PYTHON, b"import cohere\n")
        rows = [f"child process {time.perf_counter() - began:.2f} s"]
        self._started = {name: seconds for name, (seconds, *_) in self._searches(empty).items()}
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
        }
        for name, (seconds, cpu, said) in found.items():
            start = self._started.get(name, 0.0)
            apart = f" ({max(seconds - start, 0):.2f} s without its start-up)" if start else ""
            print(f"  {name:<24}{seconds:8.2f} s {cpu:8.2f} CPU s   {said}{apart}")

    def _audits(self, group: Group, name: str, files: Callable[[Any], Any]) -> dict[str, Timed]:
        linking, kept = Linking(), Memory()
        return {
            f"{name}, cold": self._best(lambda: self._audit(group, Memory, files)),
            f"{name}, facts known": self._best(lambda: self._audit(group, lambda: linking, files), warm=True),
            f"{name}, unchanged": self._best(lambda: self._audit(group, lambda: kept, files), warm=True),
        }

    def _best(self, run: Callable[[], str], *, warm: bool = False, once: bool = False) -> Timed:
        if warm:
            run()
        times: list[Timed] = []
        for _ in range(1 if once else self._repeat):
            began, before = time.perf_counter(), spent(self._sandbox)
            said = run()
            times.append((time.perf_counter() - began, spent(self._sandbox) - before, said))
        return min(times)

    def _grep(self, group: Group, globs: Sequence[str]) -> str:
        found = [git(row.folder, "grep", "-l", "-i", "-E", GATE, row.commit, "--", *globs) for row in group.members]
        return f"{sum(text.count(chr(10)) for text in found)} files name the API"

    def _audit(self, group: Group, store: Callable[[], Memory], files: Callable[[Any], Any]) -> str:
        uses = parsed = 0
        for row in group.members:
            with gitstore.open_local(row.folder, row.commit) as source:
                report = analysis.analyse(files(source), self._sandbox, store())
            uses, parsed = uses + len(report.usages), parsed + report.parsed
            self.child = max(self.child, peak_of(self._sandbox))
        return f"{uses} uses, {parsed} files parsed"

    def _searches(self, folder: Path) -> dict[str, Timed]:
        if self._tools is None:
            return {}
        commands = {
            "ast-grep": ["ast-grep", "run", "-l", "py", "-p", "$X.generate($$$)", str(folder)],
            "semgrep": ["semgrep", "scan", *QUIET, "-l", "python", "-e", PATTERN, str(folder)],
        }
        found = {}
        for name, command in commands.items():
            program = self._tools / "bin" / command[0]
            if program.exists():
                run = partial(said_by, [str(program), *command[1:]])
                found[name] = self._best(run, once=name == "semgrep")
        return found


def _all_kinds(source: Any) -> Any:
    return source


def said_by(command: Sequence[str]) -> str:
    """Run a search; how many lines it printed."""
    path = f"{Path(command[0]).parent}:{os.environ.get('PATH', '')}"
    done = subprocess.run(command, capture_output=True, env={**os.environ, "PATH": path})
    return f"{done.stdout.count(bytes([10]))} lines printed" + (f", exit {done.returncode}" if done.returncode else "")


def grouped(rows: Iterable[Repository], scratch: Path, *, others: bool) -> list[Group]:
    """Repositories that never used Cohere, those of them that are mostly Python, other users, and the labelled ones."""
    never, python = Group("never used Cohere"), Group("never used Cohere, mostly Python")
    other, dense = Group("use Cohere, but not Generate"), Group("dense: labelled users of Generate")
    for row in rows:
        used = row.labelled or git(row.folder, "grep", "-l", "-E", USERS, row.commit, "--", *USING)
        members = [dense] if row.labelled else [other] if used else [never]
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


def installed(folder: Path) -> Path | None:
    """The tools' own environment, made when it is not there; None, and why, where that fails."""
    if not (folder / "bin" / "semgrep").exists():
        print(f"Installing ast-grep and semgrep into {folder} ...", file=sys.stderr)
        try:
            venv.create(folder, with_pip=True)
            command = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "ast-grep-cli", "semgrep"]
            subprocess.run(command, check=True, capture_output=True, text=True)
        except (OSError, subprocess.CalledProcessError) as error:
            said = getattr(error, "stderr", "") or str(error)
            print(f"ast-grep and semgrep are left out: {said.strip().splitlines()[-1]}")
            return None
    return folder


def machine() -> str:
    """Processor count, memory and Python of this machine."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    system = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, {system}"


if __name__ == "__main__":
    sys.exit(main())
