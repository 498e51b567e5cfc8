"""Mirrors that no repository needs any more, and those that a full disk can do without: any can be made again."""

import shutil
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from audits.gitstore.errors import GitError, sentence
from audits.gitstore.locks import is_read
from audits.gitstore.mirror import Mirror

HOUR = 3_600.0
IDLE = 14 * 24 * HOUR
# What was used a moment ago is likely to be used again: two scans of one repository, and its history.
SHIELD = 300.0


class _Found(Mirror):
    """A mirror on the disk; whose it was is not known. Entering it waits for nobody who holds its lock or reads it."""

    def __init__(self, path: Path) -> None:
        super().__init__(path.parent, "", patience=0)
        self.path = path

    def __enter__(self) -> Self:
        # Before it, since entering counts as a use. Whoever begins to read after this look is told by `whole`.
        if is_read(self.path):
            raise sentence("timed_out")
        super().__enter__()
        return self


def prune(root: Path, keys: Iterable[str]) -> int:
    """Delete the mirrors under `root` of none of `keys`; returns how many.

    One that another process holds or reads stays, and so do the empty lock files: somebody may be waiting for them.
    """
    needed = {Mirror(root, key).path for key in keys}
    deleted = 0
    for path in sorted(set(root.glob("*.git")) - needed):
        with suppress(GitError), _Found(path) as mirror:
            mirror.delete()
            deleted += 1
    return deleted


@dataclass(frozen=True, slots=True)
class Kept:
    """A mirror on the disk: its bytes, and when it was last used, in seconds since 1970."""

    path: Path
    size: int
    used: float


def kept(root: Path) -> list[Kept]:
    """The mirrors directly under `root`, the one that was used longest ago first."""
    found = []
    for path in root.glob("*.git"):
        with suppress(OSError):
            size = sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
            found.append(Kept(path, size, path.stat().st_mtime))
    return sorted(found, key=lambda row: row.used)


def tidy(root: Path, limit: int, *, idle: float = IDLE, shield: float = SHIELD) -> int:
    """Delete what a killed process left, mirrors unused for `idle` seconds, and the least recently used above `limit`.

    `limit` is in bytes for all mirrors under `root`. One that another process holds or reads stays, and so does one
    that was used in the last `shield` seconds. Returns how many went.
    """
    now = time.time()
    for left in root.glob("tmp-*"):
        with suppress(OSError):
            if left.stat().st_mtime < now - HOUR:
                shutil.rmtree(left, ignore_errors=True)
    rows = kept(root)
    above = sum(row.size for row in rows) - limit
    deleted = 0
    for row in rows:
        if (row.used < now - idle or above > 0) and row.used < now - shield and _gone(row.path):
            above -= row.size
            deleted += 1
    return deleted


def make_room(root: Path, needed: int, *, shield: float = SHIELD) -> bool:
    """Delete the least recently used mirrors until `needed` bytes of the disk are free; False where that fails."""
    for row in kept(root):
        if shutil.disk_usage(root).free >= needed:
            break
        if row.used < time.time() - shield:
            _gone(row.path)
    return shutil.disk_usage(root).free >= needed


def _gone(path: Path) -> bool:
    with suppress(GitError), _Found(path) as mirror:
        mirror.delete()
        return True
    return False
