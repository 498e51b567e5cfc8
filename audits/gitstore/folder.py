"""The files of a folder as they lie there: only regular ones, never through a link, a pipe or a device."""

import errno
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType

from audits.gitstore.errors import GitError
from audits.gitstore.paths import display_path, raw_path
from audits.gitstore.source import BLOB_LIMIT, DEPTH_LIMIT, PATH_BYTES_LIMIT, PATHS_LIMIT, Entry

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY


class FolderSource:
    """A folder on disk; `listed` are the paths below it that git lists, None for all files. See `Source`."""

    def __init__(
        self,
        path: Path,
        listed: Iterable[bytes] | None = None,
        *,
        commit: str | None = None,
        object_format: str = "sha1",
    ) -> None:
        self.name = str(path)
        self.commit = commit
        self.object_format = object_format
        self._listed = listed
        self._root = os.open(path, _FOLDER & ~os.O_NOFOLLOW)

    def entries(self) -> Sequence[Entry]:
        paths = self._walk() if self._listed is None else sorted(set(self._listed))
        return tuple(entry for raw in paths if (entry := self._entry(raw)) is not None)

    def read(self, entries: Iterable[Entry]) -> Iterator[tuple[Entry, bytes | None]]:
        for entry in entries:
            try:
                yield self._read(entry)
            except OSError:
                yield entry, None

    def sift(self, entries: Iterable[Entry], patterns: Sequence[str]) -> frozenset[str] | None:
        return None

    def close(self) -> None:
        if self._root >= 0:
            os.close(self._root)
            self._root = -1

    def __enter__(self) -> "FolderSource":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _entry(self, raw: bytes) -> Entry | None:
        """The entry of a regular file; None for what is gone or something else."""
        try:
            folder = self._open_folder(raw)
            try:
                status = os.stat(os.path.basename(raw), dir_fd=folder, follow_symlinks=False)
            finally:
                os.close(folder)
        except (OSError, ValueError):
            return None
        if not stat.S_ISREG(status.st_mode):
            return None
        return Entry(display_path(raw), "", status.st_size, raw)

    def _read(self, entry: Entry) -> tuple[Entry, bytes | None]:
        raw = entry.raw if entry.raw is not None else raw_path(entry.path)
        folder = self._open_folder(raw)
        try:
            number = os.open(os.path.basename(raw), _FILE, dir_fd=folder)
        finally:
            os.close(folder)
        with os.fdopen(number, "rb") as file:
            status = os.fstat(number)
            entry = entry._replace(size=status.st_size)
            if not stat.S_ISREG(status.st_mode) or status.st_size > BLOB_LIMIT:
                return entry, None
            data = file.read(BLOB_LIMIT + 1)
        return entry._replace(size=len(data)), data if len(data) <= BLOB_LIMIT else None

    def _open_folder(self, raw: bytes) -> int:
        """The folder of a path, opened name by name, so that no link on the way leads elsewhere. Raises OSError."""
        folder = os.dup(self._root)
        for name in raw.split(b"/")[:-1]:
            if name in (b"", b".", b".."):
                os.close(folder)
                raise OSError(errno.EINVAL, "not a path of a repository")
            try:
                inner = os.open(name, _FOLDER, dir_fd=folder)
            finally:
                os.close(folder)
            folder = inner
        return folder

    def _walk(self) -> Iterator[bytes]:
        """All names below the folder but those inside .git, with the same budgets as a commit's."""
        pending: list[tuple[bytes, int]] = [(b"", 0)]
        seen = 0
        while pending:
            prefix, depth = pending.pop()
            inner = []
            for name, is_folder in self._scan(prefix):
                seen += 1
                raw = prefix + name
                if seen > PATHS_LIMIT or depth > DEPTH_LIMIT or len(raw) > PATH_BYTES_LIMIT:
                    raise GitError(
                        "too_large",
                        f"The folder has more than {PATHS_LIMIT} paths, or is nested more than {DEPTH_LIMIT} deep. "
                        "Audit its parts one by one.",
                    )
                if not is_folder:
                    yield raw
                elif name.lower() != b".git":
                    inner.append((raw + b"/", depth + 1))
            pending.extend(reversed(inner))

    def _scan(self, prefix: bytes) -> list[tuple[bytes, bool]]:
        try:
            folder = self._open_folder(prefix)
        except OSError:
            return []
        try:
            with os.scandir(folder) as found:
                rows = [(os.fsencode(item.name), item.is_dir(follow_symlinks=False)) for item in found]
        except OSError:
            return []
        finally:
            os.close(folder)
        return sorted(rows)
