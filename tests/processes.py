"""The processes of this machine, which may end while somebody looks at them."""

import os
from collections.abc import Iterator
from pathlib import Path


def folders() -> Iterator[Path]:
    """Each process's folder in /proc; reading in it raises OSError as soon as the process is gone.

    By names alone: `Path.glob` asks each path whether it exists and raises where that fails for another reason than
    its absence, as it does for a process that is ending.
    """
    for name in os.listdir("/proc"):
        if name.isdigit():
            yield Path("/proc", name)


def words(folder: Path) -> list[bytes]:
    """The command line of a process; [] of one that is gone."""
    try:
        return (folder / "cmdline").read_bytes().split(b"\0")
    except OSError:
        return []
