"""The lock of a mirror, and what a process that died under it left behind."""

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from audits.gitstore.errors import GitError

LOCK_PATIENCE = 30.0


def acquire(path: Path, patience: float) -> int:
    """The descriptor that holds the lock of a mirror. Raises GitError `timed_out` after `patience` seconds."""
    lock = os.open(path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    until = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                os.close(lock)
                raise GitError("timed_out", "Another scan is busy with this repository. Try again later.") from None
            time.sleep(0.1)
        else:
            return lock


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Say that a mirror's objects are read without its lock: those who look for one to delete leave it alone.

    Several may read at once. Raises OSError where the folder of the mirrors takes no files.
    """
    lock = os.open(_readers(path), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_SH)
        yield
    finally:
        os.close(lock)


def is_read(path: Path) -> bool:
    """Whether anybody reads this mirror without its lock."""
    try:
        lock = os.open(_readers(path), os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(lock)
    return False


def _readers(path: Path) -> Path:
    return path.with_suffix(".reading")


def remove_leftovers(path: Path) -> None:
    """What a killed fetch leaves blocks or fattens every later one; under our lock all of it is stale."""
    for pattern in (
        "*.lock",
        "refs/**/*.lock",
        "objects/pack/tmp_*",
        "objects/pack/.tmp-*",
        "objects/??/tmp_obj_*",
    ):
        for leftover in path.glob(pattern):
            with suppress(OSError):
                leftover.unlink()
    for folder in path.glob("objects/tmp_objdir-*"):
        shutil.rmtree(folder, ignore_errors=True)
