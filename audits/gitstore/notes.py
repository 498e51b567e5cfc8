"""One line of the caller's, kept beside a mirror's objects."""

import hashlib
from contextlib import suppress

from audits.gitstore.mirror import Mirror

NAME = "lastcall-note"


def note(mirror: Mirror, words: str) -> None:
    """Keep a line in the place of the one before: gone with the mirror, or when its history reaches elsewhere."""
    with suppress(OSError):
        (mirror.path / NAME).write_text(_line(mirror, words))


def noted(mirror: Mirror, words: str) -> bool:
    """Whether this line was kept, and the mirror's history reaches as far as it did then."""
    with suppress(OSError):
        return (mirror.path / NAME).read_text() == _line(mirror, words)
    return False


def _line(mirror: Mirror, words: str) -> str:
    return f"{words}\n{hashlib.sha256(' '.join(mirror.ends()).encode()).hexdigest()}"
