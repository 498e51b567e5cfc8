"""The lock of a mirror, and what a process that died under it left behind."""

import fcntl
import os
import shutil
import time
from contextlib import suppress
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
