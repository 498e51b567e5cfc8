"""Reads a history: a text file that tells one repository's commits in order, small enough to be read as a story.

@@commit 2025-03-04 09:12 | Ana Ruiz | Draft product blurbs
@@file app/blurbs.py          the lines up to the next marker are the whole file
@@edit app/blurbs.py          the lines up to `@@with` stand once in the file; the lines after it take their place
@@delete app/old.py
@@stage                       the branch stands here for a scan before it moves on
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from audits.gitstore.write import Commit

DOMAIN = "fernhill.example"


@dataclass(frozen=True, slots=True)
class History:
    """`stages` are indexes of commits, in order; the last one is the newest commit."""

    name: str
    team: str
    commits: tuple[Commit, ...]
    stages: tuple[int, ...]


def read(path: Path) -> History:
    """Raises ValueError, with the file and the marker, for a history that does not add up."""
    reader = _Reader()
    for marker, rest, body in _blocks(path.read_text(encoding="utf-8")):
        handle = reader.handlers.get(marker)
        if handle is None:
            raise ValueError(f"{path.name}: unknown marker @@{marker}")
        try:
            handle(rest, body)
        except (ValueError, KeyError, IndexError) as error:
            raise ValueError(f"{path.name}: @@{marker} {rest}: {error}") from error
    stages = dict.fromkeys([*reader.stages, len(reader.commits) - 1])
    return History(path.stem, reader.team, tuple(reader.commits), tuple(stages))


def _blocks(text: str) -> Iterator[tuple[str, str, str]]:
    """(marker, rest of its line, lines below it)."""
    for block in f"\n{text}".split("\n@@")[1:]:
        head, _, body = block.partition("\n")
        marker, _, rest = head.partition(" ")
        yield marker, rest.strip(), f"{body}\n" if body else ""


class _Reader:
    def __init__(self) -> None:
        self.team = ""
        self.commits: list[Commit] = []
        self.stages: list[int] = []
        self.tree: dict[str, str] = {}
        self.edited = ("", "")
        self.handlers: dict[str, Callable[[str, str], None]] = {
            "team": self._team,
            "commit": self._commit,
            "file": self._file,
            "edit": self._edit,
            "with": self._with,
            "delete": self._delete,
            "stage": self._stage,
        }

    def _team(self, rest: str, body: str) -> None:
        self.team = rest

    def _commit(self, rest: str, body: str) -> None:
        when, author, message = (part.strip() for part in rest.split("|", 2))
        email = f"{author.lower().replace(' ', '.')}@{DOMAIN}"
        date = datetime.strptime(when, "%Y-%m-%d %H:%M").replace(tzinfo=UTC)
        if self.commits and date <= self.commits[-1].when:
            raise ValueError("not later than the commit before it")
        text = f"{message}\n\n{body}".strip() + "\n"
        self.commits.append(Commit(author, email, date, text, {}))

    def _file(self, name: str, body: str) -> None:
        self._put(name, body)

    def _edit(self, name: str, body: str) -> None:
        if self.tree[name].count(body) != 1:
            raise ValueError("these lines do not stand in the file exactly once")
        self.edited = (name, body)

    def _with(self, rest: str, body: str) -> None:
        name, old = self.edited
        self._put(name, self.tree[name].replace(old, body))

    def _delete(self, name: str, body: str) -> None:
        del self.tree[name]
        self._change(name, None)

    def _stage(self, rest: str, body: str) -> None:
        self.stages.append(len(self.commits) - 1)

    def _put(self, name: str, text: str) -> None:
        self.tree[name] = text
        self._change(name, text.encode())

    def _change(self, name: str, content: bytes | None) -> None:
        commit = self.commits[-1]
        self.commits[-1] = Commit(
            commit.author, commit.email, commit.when, commit.message, {**commit.files, name: content}
        )
