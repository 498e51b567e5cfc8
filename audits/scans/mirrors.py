"""The mirrors of this machine as a cache: room is made before a fetch fails for it, and a limit is kept.

Each machine of workers has mirrors of its own, so what keeps them small runs in the workers, not in one task of beat.
"""

import time

from django.conf import settings

from audits import gitstore

EVERY = 600.0
STAMP = "tidied"
SPARE = "spare"


def fetch(mirror: gitstore.Mirror, remote: gitstore.Remote, tip: gitstore.Tip, ancestor: str = "") -> None:
    """`Mirror.fetch`; where the disk is full the least recently used mirrors go first. Raises GitError.

    Meanwhile the git that reads is started.
    """
    mirror.start_reading()
    try:
        mirror.fetch(remote, tip, ancestor=ancestor)
    except gitstore.GitError as error:
        if error.kind != "disk_full" or not gitstore.make_room(settings.MIRROR_ROOT, mirror.room):
            raise
        mirror.fetch(remote, tip, ancestor=ancestor)


def tidy() -> int:
    """Keep this machine's mirrors below MIRROR_LIMIT, every ten minutes at most; returns how many were deleted."""
    stamp = settings.MIRROR_ROOT / STAMP
    try:
        if not settings.MIRROR_ROOT.is_dir() or (stamp.exists() and time.time() - stamp.stat().st_mtime < EVERY):
            return 0
        stamp.touch()
    except OSError:
        # A folder that takes no files is told by the scans that need it.
        return 0
    spare = gitstore.tidy(settings.MIRROR_ROOT / SPARE, 0)
    return spare + gitstore.tidy(settings.MIRROR_ROOT, settings.MIRROR_LIMIT)
