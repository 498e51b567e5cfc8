"""The files of one state of a repository, wherever they lie."""

from collections.abc import Iterable, Iterator, Sequence
from types import TracebackType
from typing import NamedTuple, Protocol

# A blob above this is never loaded, whatever its kind; its entry comes back with the size and without bytes.
BLOB_LIMIT = 20 * 1024**2

PATHS_LIMIT = 200_000
TREES_LIMIT = 50_000
DEPTH_LIMIT = 64
TREE_BYTES_LIMIT = 64 * 1024**2
PATH_BYTES_LIMIT = 4_096


class Entry(NamedTuple):
    """One regular file. `path` is text for people (see `display_path`), `raw` the same path in bytes, None: `raw_path`
    gives them.

    `oid` is the blob's id, "" for a file of a folder on disk; `size` in bytes, None where nobody has asked yet.
    """

    path: str
    oid: str
    size: int | None = None
    raw: bytes | None = None

    @property
    def label(self) -> str:
        """The path as text that keeps its ending (".py"), for telling the kind of file by its name."""
        return self.path if self.raw is None else self.raw.decode(errors="backslashreplace")


class Source(Protocol):
    """A state of a repository. A context manager; not for several threads.

    `commit` is None for plain folders and empty repositories; `object_format` is "sha1" or "sha256".
    """

    @property
    def name(self) -> str: ...

    @property
    def commit(self) -> str | None: ...

    @property
    def object_format(self) -> str: ...

    def entries(self) -> Sequence[Entry]:
        """All regular files, links and submodules left out. Raises GitError (`too_large`, `missing_objects` …)."""

    def read(self, entries: Iterable[Entry]) -> Iterator[tuple[Entry, bytes | None]]:
        """Stream the bytes of entries, in order, each entry with its size where known.

        None instead of bytes: the object is missing or corrupt, or `size` is above BLOB_LIMIT.
        """

    def sift(self, entries: Iterable[Entry], patterns: Sequence[str]) -> frozenset[str] | None:
        """The paths of the entries in which a line may match one of `patterns` (Perl's, on bytes), by git's own search.

        All others were read by git and hold no such line. None where only reading the bytes tells.
        """

    def close(self) -> None: ...

    def __enter__(self) -> "Source": ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
