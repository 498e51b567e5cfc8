"""What the objects themselves tell about two commits that lie close together, without another git.

Most scans see a few commits more than the last one, and a few files changed in them. Whatever is not that simple is
left to git: more than a few hundred commits, many folders, files that came and went and may be renamed. So is what
would fill the memory of a worker, whatever somebody has pushed: another git has limits, this has not.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from audits.gitstore.batch import ObjectReader
from audits.gitstore.errors import GitError, sentence
from audits.gitstore.source import DEPTH_LIMIT, PATH_BYTES_LIMIT
from audits.gitstore.tree import FOLDER, Row, rows_of

COMMITS, FOLDERS, ROWS = 300, 400, 20_000
# One commit, one folder's list, and all that is held at once.
COMMIT_BYTES, LIST_BYTES, LEVEL_BYTES = 64 * 1024, 1024**2, 4 * 1024**2
_MODULE = 0o160000
# Stands for what this does not tell.
_ODD = (b"", 0, "", "")
_Names = dict[bytes, tuple[int, str]]


class Changes(NamedTuple):
    """Raw paths of files, of those that `changed` and `went` with their former ids; never both `came` and `went`."""

    changed: tuple[tuple[bytes, str], ...]
    came: tuple[bytes, ...]
    went: tuple[tuple[bytes, str], ...]


def leads_to(reader: ObjectReader, commit: str, ancestor: str) -> bool:
    """Is `ancestor` among the nearest commits of the history of `commit`? False: only git can tell."""
    seen, level = {commit}, [commit]
    while level and len(seen) <= COMMITS:
        bodies = _bodies(reader, level, "commit", COMMIT_BYTES)
        if bodies is None:
            return False
        parents = {parent for body in bodies for parent in _parents(body or b"")}
        if ancestor in parents:
            return True
        level = sorted(parents - seen)
        seen |= parents
    return False


def begins(reader: ObjectReader, commits: list[str]) -> list[bool]:
    """Of each of these, whether a history begins with it: it is there and says itself that nothing came before."""
    bodies = _bodies(reader, commits, "commit", COMMIT_BYTES) or [None] * len(commits)
    return [body is not None and not any(_parents(body)) for body in bodies]


def between(reader: ObjectReader, old: str, new: str) -> Changes | None:
    """The files that differ between two commits; None where only git can tell, or tells more."""
    try:
        return _between(reader, old, new)
    except GitError:
        return None


def _between(reader: ObjectReader, old: str, new: str) -> Changes | None:
    roots = [_tree(body) for body in _bodies(reader, [old, new], "commit", COMMIT_BYTES) or ()]
    if not roots or not all(roots):
        return None
    rows: list[tuple[bytes, int, str, str]] = []
    level: list[tuple[bytes, str, str]] = [(b"", roots[0], roots[1])] if roots[0] != roots[1] else []
    folders = 0
    while level:
        folders += len(level)
        found = _found(reader, level, ROWS - len(rows)) if folders <= FOLDERS else [_ODD]
        files = [row for row in found if row[1] != FOLDER]
        if (
            not all(kind for _, kind, _, _ in files)
            or max((row[0].count(b"/") for row in found), default=0) > DEPTH_LIMIT
        ):
            return None
        rows += files
        level = [(name + b"/", left, right) for name, kind, left, right in found if kind == FOLDER]
    changes = Changes(
        tuple(sorted((name, left) for name, _, left, right in rows if left and right)),
        tuple(sorted(name for name, _, left, _ in rows if not left)),
        tuple(sorted((name, left) for name, _, left, right in rows if not right)),
    )
    return None if changes.came and changes.went else changes


def _found(reader: ObjectReader, level: list[tuple[bytes, str, str]], room: int) -> list[tuple[bytes, int, str, str]]:
    """The rows that differ in these folders, no more than there is room for. One list may serve many folders."""
    found: list[tuple[bytes, int, str, str]] = []
    for row in islice((row for folder in _load(reader, level) for row in _differing(*folder)), room + 1):
        if len(found) == room or len(row[0]) > PATH_BYTES_LIMIT:
            return [_ODD]
        found.append(row)
    return found


def _load(reader: ObjectReader, level: list[tuple[bytes, str, str]]) -> Iterator[tuple[bytes, _Names, _Names]]:
    """Both lists of each folder, "" for the one that is not there. Raises GitError."""
    wanted = sorted({oid for _, left, right in level for oid in (left, right) if oid})
    lists: dict[str, _Names] = {"": {}}
    bodies = _bodies(reader, wanted, "tree", LIST_BYTES)
    if bodies is None:
        raise sentence("too_large")
    for oid, body in zip(wanted, bodies, strict=True):
        if body is None:
            raise sentence("missing_objects")
        lists[oid] = _names(rows_of(body, len(oid) // 2))
    return ((prefix, lists[left], lists[right]) for prefix, left, right in level)


def _names(rows: Iterable[Row]) -> _Names:
    return {name: (what, oid) for what, name, oid in rows if what != _MODULE}


def _differing(prefix: bytes, before: _Names, now: _Names) -> Iterator[tuple[bytes, int, str, str]]:
    """(path, FOLDER or another kind, the old id, the new one); no kind: it became another kind of thing."""
    for name in before.keys() | now.keys():
        one, other = before.get(name), now.get(name)
        if one is None or other is None:
            what, oid = one or other or (0, "")
            yield prefix + name, what, oid if one else "", oid if other else ""
        elif one != other:
            yield prefix + name, one[0] if one[0] == other[0] else 0, one[1], other[1]


def _bodies(reader: ObjectReader, oids: list[str], kind: str, limit: int) -> list[bytes | None] | None:
    """The bytes of objects of this kind, None for one that is missing or another; nothing where they are too large."""
    sizes = [info[1] if info and info[0] == kind else None for info in reader.info(oids)]
    known = [size for size in sizes if size is not None]
    if max(known, default=0) > limit or sum(known) > LEVEL_BYTES:
        return None
    bodies = iter(reader.contents([oid for oid, size in zip(oids, sizes, strict=True) if size is not None]))
    return [None if size is None else next(bodies) for size in sizes]


def _tree(body: bytes | None) -> str:
    line, end, _ = (body or b"").partition(b"\n")
    return line[5:].decode("ascii", "replace") if end and line.startswith(b"tree ") else ""


def _parents(body: bytes) -> Iterator[str]:
    for line in body.partition(b"\n\n")[0].split(b"\n")[1:]:
        if not line.startswith(b"parent "):
            return
        yield line[7:].decode("ascii", "replace")
