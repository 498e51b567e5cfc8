"""Mirrors that no repository needs any more."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from audits.gitstore.errors import GitError
from audits.gitstore.mirror import Mirror


class _Found(Mirror):
    """A mirror on the disk; whose it was is not known. Entering it does not wait for its lock."""

    def __init__(self, path: Path) -> None:
        super().__init__(path.parent, "", patience=0)
        self.path = path


def prune(root: Path, keys: Iterable[str]) -> int:
    """Delete the mirrors under `root` of none of `keys`; returns how many.

    One that another process holds stays, and so do the empty lock files: somebody may be waiting for them.
    """
    needed = {Mirror(root, key).path for key in keys}
    deleted = 0
    for path in sorted(set(root.glob("*.git")) - needed):
        with suppress(GitError), _Found(path) as mirror:
            mirror.delete()
            deleted += 1
    return deleted
