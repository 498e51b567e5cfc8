"""An organisation through a real worker: cold, unchanged, after 1 % of the files changed, and its histories.

Copies bare repositories of a folder, registers the copies by path in an installation of its own (data below a scratch
folder), and scans them with `manage.py up`. Beside it: `git clone --mirror` with ast-grep over checkouts of the same,
and `git ls-remote`. Some are scanned over https from a server on loopback too: asking a folder of the same machine
costs git next to nothing. Nothing of the repositories is run.
"""

import argparse
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.alone import Alone, Taken, taken
from benchmarks.bench_engine import machine
from benchmarks.corpus import PROJECT
from benchmarks.peers import installed
from benchmarks.processes import Tree, Used
from tests.gitserver import GitServer, make_keys

SIZES = (20_000, 60_000_000)
SEED = 1


@dataclass(frozen=True)
class Source:
    """A copy that is scanned; `files` are all its regular files at HEAD, `python` counts those that hold Python."""

    name: str
    path: Path
    files: tuple[str, ...]
    python: int


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mirrors", type=Path, required=True, help="folder of bare repositories")
    parser.add_argument("--count", type=int, default=44, help="repositories of the organisation")
    parser.add_argument("--workers", default="1,2,4", help="scans at the same time, one run each")
    parser.add_argument("--histories", default="2", help="of these runs, those that read the histories too")
    parser.add_argument("--https", type=int, default=12, help="of the repositories, so many over https too")
    parser.add_argument("--port", type=int, default=8179)
    parser.add_argument("--tools", type=Path, default=Path.home() / ".cache/lastcall/bench-tools", help="environment")
    options = parser.parse_args()
    if not options.mirrors.is_dir():
        parser.error("--mirrors must name a folder of bare repositories")
    with tempfile.TemporaryDirectory(prefix="lc-bench-", dir="/tmp") as scratch:
        sources = copied(options.mirrors, Path(scratch) / "org", options.count)
        total, python = sum(len(row.files) for row in sources), sum(row.python for row in sources)
        print(f"{datetime.now(UTC):%d %B %Y, %H:%M} UTC, {machine()}, load {os.getloadavg()[0]:.1f}")
        size = size_of(Path(scratch) / "org") / 1e6
        print(f"{len(sources)} repositories, {total} files, {python} of them Python, {size:.0f} MB")
        beside(sources, Path(scratch), installed(options.tools))
        for workers in map(int, options.workers.split(",")):
            run(sources, Path(scratch), workers, options.port, str(workers) in options.histories.split(","))
        over_https(sources[: options.https], Path(scratch), options.port)
    return 0


def copied(mirrors: Path, folder: Path, count: int) -> list[Source]:
    """Copies of the first `count` repositories that hold Python and every object, neither tiny nor huge, by name."""
    folder.mkdir()
    found: list[Source] = []
    for head in sorted(mirrors.glob("*/*/HEAD")):
        size = size_of(head.parent)
        rows = git(head.parent, "ls-tree", "-r", "HEAD").splitlines()
        files = tuple(row.split("\t", 1)[1] for row in rows if row.startswith("100") and '\t"' not in row)
        python = sum(path.endswith(".py") for path in files)
        if not SIZES[0] < size < SIZES[1] or not python:
            continue
        name = head.parent.parent.name
        git(folder, "clone", "-q", "--bare", f"file://{head.parent}", f"{name}.git")
        if not (folder / f"{name}.git").is_dir():
            continue  # it lacks objects, so git can give it to nobody
        found.append(Source(name, folder / f"{name}.git", files, python))
        if len(found) == count:
            break
    return found


def beside(sources: Iterable[Source], scratch: Path, tools: Path | None) -> None:
    """What other tools need for the same."""
    rows: list[tuple[str, Callable[[], object]]] = [
        ("git ls-remote", lambda: [git(scratch, "ls-remote", "-q", f"file://{row.path}", "HEAD") for row in sources]),
        ("git clone --mirror", lambda: _mirrored(sources, scratch / "clones")),
        ("checkouts of these", lambda: _checked_out(scratch / "clones", scratch / "trees")),
    ]
    if tools is not None:
        command = [str(tools / "bin" / "ast-grep"), "run", "-l", "py", "-p", "$X.generate($$$)", str(scratch / "trees")]
        rows.append(("ast-grep over them", lambda: subprocess.run(command, capture_output=True)))
    for name, do in rows:
        began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        do()
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        print(f"  {name:<34}{time.perf_counter() - began:8.2f} s wall {cpu:8.2f} s CPU")
    for folder in ("clones", "trees"):
        shutil.rmtree(scratch / folder, ignore_errors=True)


def _mirrored(sources: Iterable[Source], folder: Path) -> None:
    folder.mkdir()
    for row in sources:
        git(folder, "clone", "-q", "--mirror", f"file://{row.path}", row.path.name)


def _checked_out(clones: Path, folder: Path) -> None:
    for clone in sorted(clones.iterdir()):
        (folder / clone.name).mkdir(parents=True)
        git(folder, f"--git-dir={clone}", f"--work-tree={folder / clone.name}", "checkout", "-q", "-f", "HEAD")


def run(sources: list[Source], scratch: Path, workers: int, port: int, histories: bool) -> None:
    """One installation with so many scans at the same time."""
    print(f"\n{workers} at the same time")
    for row in sources:
        git(row.path, "update-ref", "HEAD", git(row.path, "rev-parse", "refs/bench/start").strip() or "HEAD")
        git(row.path, "update-ref", "refs/bench/start", "HEAD")
    with tempfile.TemporaryDirectory(prefix="lc-bench-data-", dir="/tmp") as name:
        data = Path(name)
        paths = [row.path for row in sources]
        alone = Alone(paths, data / "alone")
        rows = [(row.name, str(row.path)) for row in sources]
        with product(data, scratch, workers, port) as environment, driver(environment, rows) as ask:
            tree = Tree.of_worker(data / "logs")
            cold = tree.measure(lambda: ask("scan"))
            print_row("cold", cold)
            unchanged = tree.measure(lambda: ask("scan"))
            print_row("unchanged", unchanged)
            asked = alone.ask(paths)
            print(f"    git alone: ls-remote {asked.wall:.2f} s wall {asked.cpu:.2f} s CPU")
            files, changed = change(sources)
            after = tree.measure(lambda: ask("scan"))
            print_row(f"1 % changed ({files} files, {len(changed)} repositories)", after)
            print_apart(after, cold, alone.ask(paths), alone.fetch(row.path for row in changed))
            if histories:
                print_row("histories, 24 points", tree.measure(lambda: ask("histories")))


def print_apart(used: Used, cold: Used, *git: Taken) -> None:
    """What git needs for the same by itself, what is left without it, and a twentieth of a cold scan with it."""
    told = ", ".join(f"{row.name} {row.wall:.2f} s wall {row.cpu:.2f} s CPU" for row in git)
    wall, cpu = sum(row.wall for row in git), sum(row.cpu for row in git)
    left = f"{max(used.wall - wall, 0) / cold.wall:.1%} of cold by the wall, {(used.cpu - cpu) / cold.cpu:.1%} by CPU"
    print(f"    git alone, one after another: {told}; the rest {left}")
    print(f"    5 % of cold, and git: {cold.wall / 20 + wall:.2f} s wall {cold.cpu / 20 + cpu:.2f} s CPU", flush=True)


def over_https(sources: list[Source], scratch: Path, port: int) -> None:
    """The same scans of an unchanged tip, and the same question by git alone, over TLS."""
    keys = scratch / "keys"
    keys.mkdir()
    with GitServer(scratch / "org", make_keys(keys)) as server, tempfile.TemporaryDirectory(dir="/tmp") as name:
        print(f"\n{len(sources)} of them over https, 2 at the same time")
        trusted = {**os.environ, "GIT_SSL_CAINFO": str(server.authority)}
        urls = [f"https://{server.place}/{row.path.name}" for row in sources]
        told = taken("ls-remote", (["git", "ls-remote", "-q", url, "HEAD"] for url in urls), trusted)
        print(f"  {'git ls-remote':<34}{told.wall:8.2f} s wall {told.cpu:8.2f} s CPU")
        hosts = {"INTERNAL_GIT_HOSTS": server.place, "INTERNAL_GIT_AUTHORITIES": str(server.authority)}
        rows = [(row.name, url) for row, url in zip(sources, urls, strict=True)]
        with product(Path(name), scratch, 2, port, hosts) as environment, driver(environment, rows) as ask:
            tree = Tree.of_worker(Path(name) / "logs")
            print_row("cold", tree.measure(lambda: ask("scan")))
            print_row("unchanged", tree.measure(lambda: ask("scan")))


@contextmanager
def driver(environment: Mapping[str, str], rows: Iterable[tuple[str, str]]) -> Iterator[Callable[[str], str]]:
    """Asks for scans in the name of the installation; what is asked returns when all have ended."""
    command = [sys.executable, str(PROJECT / "benchmarks/organisation.py")]
    process = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin
    assert process.stdout

    def ask(line: str) -> str:
        print(line, file=process.stdin, flush=True)
        answer = process.stdout.readline().strip()
        if not answer:
            raise SystemExit(f"Nobody answers to {line[:40]}.")
        return answer

    try:
        ask(json.dumps(list(rows)))
        yield ask
    finally:
        process.stdin.close()
        process.wait()


def print_row(name: str, used: Used) -> None:
    print(
        f"  {name:<34}{used.wall:8.2f} s wall {used.cpu:8.2f} s CPU {used.read / 1e6:9.1f} MB read "
        f"{used.peak / 1e6:6.0f} MB together, {used.largest / 1e6:.0f} MB the largest; {used.said}",
        flush=True,
    )


def change(sources: Iterable[Source]) -> tuple[int, list[Source]]:
    """Commit a line more in 1 % of all files of the organisation, of whatever kind, chosen by a fixed seed; tells how
    many files, and in which repositories."""
    every = [(row, path) for row in sources for path in row.files]
    chosen = random.Random(SEED).sample(every, max(len(every) // 100, 1))
    changed = []
    for row in sources:
        paths = [path for source, path in chosen if source is row]
        if paths:
            _commit(row.path, paths)
            changed.append(row)
    return len(chosen), changed


def _commit(repository: Path, paths: Iterable[str]) -> None:
    index = {**os.environ, "GIT_INDEX_FILE": str(repository / "bench-index")}
    git(repository, "read-tree", "HEAD", env=index)
    for path in paths:
        text = subprocess.run(["git", "-C", repository, "show", f"HEAD:{path}"], capture_output=True).stdout
        write = ["git", "-C", repository, "hash-object", "-w", "--stdin"]
        blob = subprocess.run(write, input=text + b"\n# changed\n", capture_output=True).stdout.decode().strip()
        git(repository, "update-index", "--cacheinfo", f"100644,{blob},{path}", env=index)
    tree = git(repository, "write-tree", env=index).strip()
    who = {f"GIT_{role}_{what}": "bench@example.com" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    commit = git(repository, "commit-tree", tree, "-p", "HEAD", "-m", "Change", env={**os.environ, **who}).strip()
    git(repository, "update-ref", "HEAD", commit)


@contextmanager
def product(
    data: Path, roots: Path, workers: int, port: int, settings: Mapping[str, str] | None = None
) -> Iterator[dict[str, str]]:
    """The whole product on its own data; gives the environment in which another process finds it."""
    environment = {
        **os.environ,
        "DATA_DIR": str(data),
        "LOCAL_REPOSITORY_ROOTS": str(roots),
        "HISTORIES_AT_ONCE": str(workers),
        "DJANGO_SETTINGS_MODULE": "migrator_site.settings",
        **(settings or {}),
    }
    command = [sys.executable, "manage.py", "up", "--port", str(port), "--workers", str(workers)]
    with (data / "up.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=log, stderr=log)
    try:
        until = time.monotonic() + 600
        while "Password:" not in (data / "up.log").read_text():
            if process.poll() is not None or time.monotonic() > until:
                raise SystemExit((data / "up.log").read_text())
            time.sleep(0.2)
        yield environment
    finally:
        process.terminate()
        process.wait()


def size_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def git(folder: Path, *arguments: str, env: dict[str, str] | None = None) -> str:
    """What git says; empty where it fails."""
    command = ["git", "-C", str(folder), *arguments]
    return subprocess.run(command, capture_output=True, text=True, errors="replace", env=env).stdout


if __name__ == "__main__":
    sys.exit(main())
