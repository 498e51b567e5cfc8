"""What a mirror holds: commits, how they lead to one another, and their files. Read through one git that lives on."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from audits.gitstore.batch import ObjectReader
from audits.gitstore.environment import environment
from audits.gitstore.errors import explain, sentence
from audits.gitstore.locks import reading
from audits.gitstore.nearby import Changes, begins, between, leads_to
from audits.gitstore.paths import display_path
from audits.gitstore.process import run
from audits.gitstore.tree import Row, TreeSource

# A longer first-parent line is read from its newest end.
LINE_LIMIT = 100_000


@dataclass(frozen=True, slots=True)
class Line:
    """First parents, newest first, as (commit, seconds since 1970 that it claims); `complete` down to the first one."""

    rows: list[tuple[str, int]]
    complete: bool


class Holdings:
    """The objects at `path`, for whoever holds the mirror's lock."""

    def __init__(self, key: str, path: Path) -> None:
        self.key = key
        self.path = path
        self._reader: ObjectReader | None = None
        # Commits that were found; while the lock is held, only `delete` takes any away.
        self._found: set[str] = set()
        self._compared: dict[tuple[str, str], Changes | None] = {}
        self._ends: list[str] = []
        self._cuts: list[str] = []
        self._begun: tuple[int, int] | None = None

    @property
    def reader(self) -> ObjectReader:
        """The one git that reads this mirror's objects, for as long as its lock is held."""
        if self._reader is None:
            self._reader = self._new_reader()
        return self._reader

    def start_reading(self) -> None:
        """Have that git started, where there is a mirror: it is ready when another one has fetched into it."""
        if self.object_format:
            self.reader.start()

    def _new_reader(self) -> ObjectReader:
        return ObjectReader(["--git-dir", str(self.path)], environment(), self.object_format or "sha1")

    def close(self) -> None:
        """End the git that reads, of whoever holds no lock."""
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    def line(self, commit: str) -> "Line":
        """The first parents of a commit that was fetched, as far as the mirror reaches. Raises GitError."""
        code, output, errors = self._git(
            ["rev-list", "--first-parent", "--timestamp", f"--max-count={LINE_LIMIT}", commit]
        )
        rows = [(oid, int(seconds)) for seconds, oid in (row.split() for row in output.decode().splitlines())]
        if code or not rows:
            raise explain(code, errors) if code else sentence("missing_objects")
        last = rows[-1][0]
        return Line(rows, len(rows) < LINE_LIMIT and (last not in self.ends() or last not in self.cuts()))

    def source(self, commit: str) -> TreeSource:
        """The files of a commit that was fetched. Raises GitError `missing_objects`."""
        if not self.has(commit):
            raise sentence("missing_objects")
        return TreeSource(self.key, commit, self.reader, shared=True)

    @contextmanager
    def past(self) -> Iterator[Callable[[str], TreeSource]]:
        """Makes the source of one commit after the other: a single git reads them, what two commits share once.

        The sources need not be closed, and each is over when the next is made. It needs no lock: nobody evicts the
        mirror meanwhile, and where a fetch has made another one of it, `whole` says so.
        """
        trees: dict[str, tuple[Row, ...]] = {}
        with reading(self.path):
            self._begun = self._place()
            reader = self._new_reader()
            try:
                yield lambda commit: TreeSource(self.key, commit, reader, trees=trees)
            finally:
                reader.close()

    @property
    def whole(self) -> bool:
        """Whether what `past` began to read is there still; if not, what could not be read says nothing."""
        return self._begun is not None and self._place() == self._begun

    def _place(self) -> tuple[int, int] | None:
        """What tells this folder from one that takes its place."""
        try:
            objects = (self.path / "objects").stat()
        except OSError:
            return None
        return objects.st_dev, objects.st_ino

    def between(self, old: str, new: str) -> Changes | None:
        """The files that differ between two commits, told once; None where only git can tell."""
        if (old, new) not in self._compared:
            self._compared = {(old, new): between(self.reader, old, new)}
        return self._compared[old, new]

    def former(self, old: str, new: str) -> Mapping[str, str]:
        """Of the files of `new` that are not as in `old` their ids there, "" for what was not there; by displayed path.

        Empty where only git can tell, and where files of `old` are gone.
        """
        found = self.between(old, new) if old else None
        if found is None or found.went:
            return {}
        return {display_path(path): oid for path, oid in (*found.changed, *((path, "") for path in found.came))}

    def descends(self, commit: str, ancestor: str) -> bool | None:
        """Whether `ancestor` is in the history of `commit`; None where the mirror does not reach back far enough."""
        if not self.has(commit):
            return None
        if not self.has(ancestor):
            # A history that is not cut off holds every ancestor.
            return None if self._boundaries() else False
        if leads_to(self.reader, commit, ancestor) or self._is_ancestor(ancestor, commit):
            return True
        # Behind a boundary lies unknown history, but nothing that itself descends from the boundary.
        cut = any(
            self._is_ancestor(boundary, commit) and not self._is_ancestor(boundary, ancestor)
            for boundary in self._boundaries()
        )
        return None if cut else False

    def has(self, commit: str) -> bool:
        """Whether the mirror holds this commit itself."""
        if commit not in self._found and self.path.is_dir():
            code, _, _ = self._git(["cat-file", "-e", f"{commit}^{{commit}}"])
            self._found |= {commit} if code == 0 else set()
        return commit in self._found

    def found(self, commits: Iterable[str]) -> None:
        """Note commits that git has just read, so that nobody asks whether they are there."""
        self._found.update(commits)

    @property
    def object_format(self) -> str | None:
        """ "sha1" or "sha256", None where there is no usable mirror."""
        try:
            config = (self.path / "config").read_text(errors="replace").lower()
        except OSError:
            return None
        return "sha256" if "objectformat = sha256" in config else "sha1"

    def cuts(self) -> list[str]:
        """The commits at which this history was cut off, all of them.

        git notes the one commit that it was asked for, be there any before it or not: the first of all is no cut.
        """
        noted = self.ends()
        if noted != self._ends:
            first = begins(self.reader, noted)
            self._ends, self._cuts = noted, [cut for cut, begun in zip(noted, first, strict=True) if not begun]
        return self._cuts

    def ends(self) -> list[str]:
        """The commits behind which git looks for nothing."""
        try:
            return (self.path / "shallow").read_text().split()
        except OSError:
            return []

    def _git(self, arguments: list[str]) -> tuple[int, bytes, str]:
        return run(["--git-dir", str(self.path), "--no-replace-objects", *arguments], environment(), timeout=60)

    def _is_ancestor(self, ancestor: str, commit: str) -> bool:
        code, _, _ = self._git(["merge-base", "--is-ancestor", ancestor, commit])
        return code == 0

    def _boundaries(self) -> list[str]:
        """The commits at which this history was cut off, no more than may be compared."""
        return self.cuts()[:50]
