"""What this machine has: which git, and how much of its disk the mirrors take."""

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from audits.gitstore.environment import environment
from audits.gitstore.process import run

# Older versions ignore some of the settings that keep a hostile repository from harming the worker.
MINIMUM_GIT = (2, 39, 5)
_VERSION = re.compile(rb"(\d+)\.(\d+)(?:\.(\d+))?")


def git_version() -> tuple[int, int, int] | None:
    """Like (2, 39, 5); None for an answer that names none. Raises GitError `git_missing`."""
    _, output, _ = run(["--version"], environment(), timeout=10)
    found = _VERSION.search(output)
    return (int(found[1]), int(found[2]), int(found[3] or 0)) if found else None


def cached(root: Path) -> tuple[int, int]:
    """How many mirrors there are under `root`, and their bytes; what vanishes meanwhile does not count."""
    return sum(1 for _ in root.glob("*.git")), sum(_sizes(root))


def _sizes(folder: Path) -> Iterator[int]:
    with suppress(FileNotFoundError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _sizes(Path(entry.path))
            else:
                with suppress(FileNotFoundError):
                    yield entry.stat(follow_symlinks=False).st_size
