"""Git by itself, asked and fetching as a scan has to, so that a scan's own part can be told apart from the host's."""

import os
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Taken:
    """Seconds of the wall's clock, and of the processors with all children."""

    name: str
    wall: float
    cpu: float


class Alone:
    """Shallow copies of repositories on this disk in a folder of their own, kept up to date by plain git."""

    def __init__(self, repositories: Iterable[Path], folder: Path) -> None:
        self._folder = folder
        folder.mkdir()
        clone = ["git", "clone", "-q", "--bare", "--depth=1", "--no-tags"]
        taken("clone", ([*clone, f"file://{path}", str(folder / path.name)] for path in repositories))

    def ask(self, repositories: Iterable[Path]) -> Taken:
        """One question for the tip of each."""
        asked = (["git", "ls-remote", "-q", f"file://{path}", "HEAD"] for path in repositories)
        return taken("ls-remote", asked)

    def fetch(self, repositories: Iterable[Path]) -> Taken:
        """What is new of each."""
        fetch = ("fetch", "-q", "--no-tags", "--no-auto-maintenance")
        places = ((f"--git-dir={self._folder / path.name}", f"file://{path}") for path in repositories)
        return taken("fetch", (["git", place, *fetch, url, "+HEAD:refs/heads/scan"] for place, url in places))


def taken(name: str, commands: Iterable[Sequence[str]], variables: Mapping[str, str] | None = None) -> Taken:
    """Run commands one after another; theirs alone is counted, whatever else this process has started."""
    began, cpu = time.perf_counter(), 0.0
    for command in commands:
        process = subprocess.Popen(command, env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"{command} failed.")
        cpu += used.ru_utime + used.ru_stime
    return Taken(name, time.perf_counter() - began, cpu)
