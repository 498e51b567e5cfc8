"""Which files of a commit hold a line that matches, as git's own grep tells: no blob crosses a pipe.

grep is told to take every file for text, runs no program for any (`--textconv` is off), and reads no attributes but
those of the store. It does not compare an object with its name, so it is asked only where every object came in a pack,
which git has checked; whatever it complains of is read one by one.
"""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from audits.gitstore.batch import ObjectReader
from audits.gitstore.errors import ERROR_TEXT_LIMIT, GitError
from audits.gitstore.paths import display_path

TIMEOUT = 300.0
_OUTPUT_LIMIT = 64 * 1024**2
_ENDINGS_LIMIT = 200
# In the place of an ending: every name without one.
WITHOUT_ENDING = ""
_WITHOUT = ":(exclude,glob)**/*.*"
_ENDING = re.compile(r"[\w+-]*\.?[\w+-]+", re.ASCII)
_UNREAD = re.compile(r"unable to read ([0-9a-f]{40,64})")
_COMPLAINT = re.compile(r"error: '.*': unable to read [0-9a-f]{40,64}")
_LOOSE = re.compile(r"[0-9a-f]{2}")


class Sifted(NamedTuple):
    """The paths that hold a match, and the ids of blobs that git could not read."""

    paths: frozenset[str]
    unread: frozenset[str]


def ending(path: str) -> str | None:
    """The end of a file's name by which grep is told to look at it; None: the name is too odd for that."""
    name = path[path.rfind("/") + 1 :]
    found = name[max(name.rfind("."), 0) :]
    return found if _ENDING.fullmatch(found) else None


def sifted(reader: ObjectReader, commit: str, patterns: Iterable[str], endings: Iterable[str]) -> Sifted | None:
    """What git finds in the files of a commit with these endings; None where only a reading tells.

    `patterns` are Perl-compatible expressions that are tried line by line, on bytes. WITHOUT_ENDING stands alone.
    """
    wanted = sorted(set(endings))
    globs = [f"*{row}" for row in wanted] if wanted != [WITHOUT_ENDING] else [_WITHOUT]
    if not globs or len(globs) > _ENDINGS_LIMIT or not _is_packed(reader.objects):
        return None
    told = [word for pattern in patterns for word in ("-e", pattern)]
    arguments = ["grep", "--no-textconv", "-l", "-z", "-a", "-P", *told, commit, "--", *globs]
    try:
        code, data, errors = reader.run(arguments, timeout=TIMEOUT, output_limit=_OUTPUT_LIMIT)
    except GitError:
        return None
    complaints = errors.splitlines()
    # Of a longer text the beginning is gone; a character has up to four bytes.
    understood = len(errors) * 4 < ERROR_TEXT_LIMIT and all(map(_COMPLAINT.fullmatch, complaints))
    if code not in (0, 1) or not understood:
        return None
    prefix = f"{commit}:".encode()
    rows = data.split(b"\0")[:-1]
    if not all(row.startswith(prefix) for row in rows):
        return None
    paths = frozenset(display_path(row[len(prefix) :]) for row in rows)
    return Sifted(paths, frozenset(_ids(complaints)))


def _ids(complaints: Sequence[str]) -> Iterable[str]:
    return (found for line in complaints for found in _UNREAD.findall(line))


def _is_packed(objects: Path) -> bool:
    """Does the store hold packs of its own alone?"""
    try:
        loose = any(_LOOSE.fullmatch(found.name) for found in objects.iterdir())
    except OSError:
        return False
    return not loose and not (objects / "info" / "alternates").exists()
