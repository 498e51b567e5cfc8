"""The files of a commit: trees walked by ourselves, because git's own listing of a hostile tree never ends."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from types import TracebackType

from audits.gitstore.batch import ObjectReader
from audits.gitstore.errors import GitError, sentence
from audits.gitstore.listing import Budget, listed
from audits.gitstore.paths import display_path
from audits.gitstore.sieve import WITHOUT_ENDING, ending, sifted
from audits.gitstore.source import (
    BLOB_LIMIT,
    DEPTH_LIMIT,
    PATH_BYTES_LIMIT,
    PATHS_LIMIT,
    TREE_BYTES_LIMIT,
    TREES_LIMIT,
    Entry,
)

FILE, FOLDER, _TYPE = 0o100000, 0o040000, 0o170000
_READ_AHEAD = 256
_BATCH_BYTES = 4 * 1024**2
_FOLDERS_AHEAD = 200
# Up to so many folders are walked sooner than another git has started.
_FEW_FOLDERS = 60
# Up to so many names without an ending are named to a search.
_FEW_NAMES = 40

Row = tuple[int, bytes, str]
_OID = re.compile(rb"[0-9a-f]{40}|[0-9a-f]{64}")


class TreeSource:
    """The files of one commit, read from an object store. See `Source`; a `shared` reader is somebody else's to close.

    `trees` are folders' lists that were read for another commit of the same store; it is left with those of this one.
    """

    def __init__(
        self,
        name: str,
        commit: str | None,
        reader: ObjectReader,
        trees: dict[str, tuple[Row, ...]] | None = None,
        *,
        shared: bool = False,
    ) -> None:
        self.name = name
        self.commit = commit
        self.object_format = reader.object_format
        self._reader = reader
        self._trees = trees
        self._shared = shared

    def is_commit(self) -> bool:
        """Is the commit there, and no other object of that name?"""
        if self.commit is None:
            return False
        info = self._reader.info([self.commit])[0]
        return info is not None and info[0] == "commit"

    def entries(self) -> Sequence[Entry]:
        if self.commit is None:
            return ()
        walk = Walk(self._reader, self._root(self.commit), self._trees or {})
        if self._trees is None and not walk.load(_FEW_FOLDERS):
            budget = Budget(PATHS_LIMIT, TREES_LIMIT, DEPTH_LIMIT, PATH_BYTES_LIMIT, TREE_BYTES_LIMIT)
            listing = listed(self._reader, self.commit, budget)
            if listing is not None:
                return listing
        found = tuple(walk.files())
        if self._trees is not None:
            self._trees.clear()
            self._trees.update(walk.trees)
        return found

    def read(self, entries: Iterable[Entry]) -> Iterator[tuple[Entry, bytes | None]]:
        pending = iter(entries)
        while group := list(islice(pending, _READ_AHEAD)):
            found = self._reader.info([entry.oid for entry in group])
            sized = [
                entry._replace(size=info[1] if info and info[0] == "blob" else None)
                for entry, info in zip(group, found, strict=True)
            ]
            yield from self._contents(sized)

    def sift(self, entries: Iterable[Entry], patterns: Sequence[str]) -> frozenset[str] | None:
        rows = [(entry, ending(entry.path)) for entry in entries]
        ends = {end for _, end in rows if end is not None}
        bare = frozenset(end for end in ends if "." not in end)
        # Many names without an ending are searched apart, as what has none.
        groups = [ends] if len(bare) <= _FEW_NAMES else [ends - bare, {WITHOUT_ENDING}]
        paths: set[str] = set()
        unread: set[str] = set()
        for group in filter(None, groups):
            found = sifted(self._reader, self.commit or "", patterns, group)
            if found is None:
                return None
            paths |= found.paths
            unread |= found.unread
        return frozenset(entry.path for entry, end in rows if end is None or entry.path in paths or entry.oid in unread)

    def _contents(self, entries: Sequence[Entry]) -> Iterator[tuple[Entry, bytes | None]]:
        """Bytes of entries whose sizes are known, a few MiB at a time."""
        waiting = iter(entries)
        fits = [(entry.oid, entry.size) for entry in entries if entry.size is not None and entry.size <= BLOB_LIMIT]
        for batch in _batches(fits):
            bodies = iter(zip(batch, self._reader.contents(batch), strict=True))
            for oid, body in bodies:
                for entry in waiting:
                    if entry.oid == oid and entry.size is not None and entry.size <= BLOB_LIMIT:
                        yield entry, body
                        break
                    yield entry, None
        yield from ((entry, None) for entry in waiting)

    def close(self) -> None:
        if not self._shared:
            self._reader.close()

    def __enter__(self) -> "TreeSource":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _root(self, commit: str) -> str:
        info = self._reader.info([commit])[0]
        body = self._reader.contents([commit])[0] if info and info[0] == "commit" and info[1] <= BLOB_LIMIT else None
        if body is None or not body.startswith(b"tree "):
            raise sentence("missing_objects")
        oid = body[5:].partition(b"\n")[0]
        if not _OID.fullmatch(oid):
            raise _malformed("a commit that names no tree")
        return oid.decode()


class Walk:
    """One walk with its budgets; they are checked on the way, since a few hundred bytes can name 10^11 paths."""

    def __init__(self, reader: ObjectReader, root: str, known: Mapping[str, tuple[Row, ...]] | None = None) -> None:
        self._reader = reader
        self._root = root
        self._level = [root]
        self._depth = 0
        self._loaded = 0
        self._width = 64 if reader.object_format == "sha256" else 40
        self._known = known or {}
        self.trees: dict[str, tuple[Row, ...]] = {}
        self._paths = 0

    def files(self) -> Iterator[Entry]:
        """All regular files below the root, sorted as git sorts. Raises GitError."""
        self.load(TREES_LIMIT)
        stack = [iter([(FOLDER, b"", self._root)])]
        names: list[bytes] = []
        while stack:
            row = next(stack[-1], None)
            if row is None:
                stack.pop()
                if names:
                    names.pop()
                continue
            what, name, oid = row
            self._paths += 1
            if self._paths > PATHS_LIMIT:
                raise _too_large(f"more than {PATHS_LIMIT} paths")
            if what == FOLDER:
                if len(stack) > DEPTH_LIMIT:
                    raise _too_large(f"folders nested more than {DEPTH_LIMIT} deep")
                stack.append(iter(self.trees[oid]))
                if len(stack) > 2:
                    names.append(name)
            elif what == FILE:
                raw = b"/".join((*names, name))
                if len(raw) > PATH_BYTES_LIMIT:
                    raise _too_large(f"a path of more than {PATH_BYTES_LIMIT} bytes")
                yield Entry(display_path(raw), oid, raw=raw)

    def load(self, folders: int) -> bool:
        """Every folder's list, level by level, so that git answers for many at once; False: there are more of them.

        Raises GitError.
        """
        while self._level:
            if len(self.trees) + len(self._level) > folders < TREES_LIMIT:
                return False
            groups = (
                self._level[start : start + _FOLDERS_AHEAD] for start in range(0, len(self._level), _FOLDERS_AHEAD)
            )
            rows = [row for group in groups for row in self._load(group)]
            self._depth += 1
            if self._depth > DEPTH_LIMIT + 1:
                raise _too_large(f"folders nested more than {DEPTH_LIMIT} deep")
            inner = dict.fromkeys(oid for what, _, oid in rows if what == FOLDER)
            self._level = [oid for oid in inner if oid not in self.trees]
        return True

    def _load(self, oids: list[str]) -> Iterator[Row]:
        if len(self.trees) + len(oids) > TREES_LIMIT:
            raise _too_large(f"more than {TREES_LIMIT} different folders")
        for oid in oids:
            if oid in self._known:
                yield from self._keep(oid, self._known[oid])
        oids = [oid for oid in oids if oid not in self._known]
        sized: list[tuple[str, int]] = []
        for oid, info in zip(oids, self._reader.info(oids), strict=True):
            if info is None or info[0] != "tree":
                raise sentence("missing_objects")
            if info[1] > TREE_BYTES_LIMIT:
                raise _too_large(f"a folder whose list has more than {TREE_BYTES_LIMIT // 1024**2} MiB")
            sized.append((oid, info[1]))
        for batch in _batches(sized):
            for oid, body in zip(batch, self._reader.contents(batch), strict=True):
                if body is None:
                    raise sentence("missing_objects")
                yield from self._keep(oid, rows_of(body, self._width // 2))

    def _keep(self, oid: str, rows: Iterable[Row]) -> tuple[Row, ...]:
        """One folder's list. It is read no further than may be walked: a pack of two megabytes can hold a million."""
        self.trees[oid] = found = tuple(islice(rows, PATHS_LIMIT + 1 - self._loaded))
        self._loaded += len(found)
        if self._loaded > PATHS_LIMIT:
            raise _too_large(f"more than {PATHS_LIMIT} paths")
        return found


def _batches(sized: Iterable[tuple[str, int]]) -> Iterator[list[str]]:
    """Objects in order, in groups that may be held in memory together."""
    batch: list[str] = []
    held = 0
    for oid, size in sized:
        if batch and held + size > _BATCH_BYTES:
            yield batch
            batch, held = [], 0
        batch.append(oid)
        held += size
    if batch:
        yield batch


def rows_of(body: bytes, width: int) -> Iterator[Row]:
    seen = set()
    place = 0
    while place < len(body):
        space, end = body.find(b" ", place), body.find(b"\0", place)
        if not place < space < end or end + 1 + width > len(body):
            raise _malformed("a folder's list that is cut off")
        name = body[space + 1 : end]
        if name.lower() in (b"", b".", b"..", b".git") or b"/" in name:
            raise _malformed(f"a file named {display_path(name)!r}")
        if name in seen:
            raise _malformed(f"two files named {display_path(name)!r} in one folder")
        seen.add(name)
        yield _what(body[place:space]), name, body[end + 1 : end + 1 + width].hex()
        place = end + 1 + width


@lru_cache(1000)
def _what(mode: bytes) -> int:
    """What a row names, whatever its permissions: git itself looks no closer."""
    if not mode.isdigit() or len(mode) > len(b"040000") or b"8" in mode or b"9" in mode:
        raise _malformed("a folder's list with a mode that is none")
    return int(mode, 8) & _TYPE


def _too_large(what: str) -> GitError:
    return GitError(
        "too_large",
        f"The repository has {what}, more than a scan may walk. Earlier findings are kept. Have its owner take out "
        "what makes it so large, or name a branch without that.",
    )


def _malformed(what: str) -> GitError:
    return GitError(
        "refused_objects", f"The repository holds {what[:200]}, which git refuses too. Its owner must rewrite it."
    )
