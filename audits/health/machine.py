"""Each worker tells of its own machine: nobody else sees its disk, its mirrors and its git."""

import shutil
import socket
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db.models.functions import Now

from audits import gitstore
from audits.models import Machine

EVERY = 60.0
FORGOTTEN = timedelta(days=7)
# This process's last report, by a clock that nobody can set.
_last = {"report": float("-inf")}


def report() -> bool:
    """Write this machine's row, at most once a minute a process; True when it was written."""
    now = time.monotonic()
    if now - _last["report"] < EVERY:
        return False
    _last["report"] = now
    root = Path(settings.MIRROR_ROOT)
    count, size = gitstore.cached(root)
    disk = shutil.disk_usage(_there(root))
    values = {
        "seen_at": Now(),
        "git": git_version(),
        "disk_free": disk.free,
        "disk_total": disk.total,
        "mirrors": count,
        "mirrors_bytes": size,
        "mirrors_limit": settings.MIRROR_LIMIT,
    }
    Machine.objects.update_or_create(name=socket.gethostname()[:120], defaults=values)
    Machine.objects.filter(seen_at__lt=Now() - FORGOTTEN).delete()
    return True


def git_version() -> str:
    """Like 2.39.5; "" where there is no git."""
    with suppress(gitstore.GitError):
        return ".".join(map(str, gitstore.git_version() or ()))
    return ""


def _there(path: Path) -> Path:
    """The folder, or the nearest one above it that exists."""
    return next(folder for folder in (path, *path.parents) if folder.exists())
