"""What changed between the commit of the last result and this one, as `gitstore.compare` reads it from git."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from .deletion import Text, taken_out


class Hunk(NamedTuple):
    """`before` lines from line `old` were replaced by `after` lines from line `new`; 0 lines: after that line."""

    old: int
    before: int
    new: int
    after: int


# A notebook's cell, and a line in it.
Cell = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Difference:
    """From the commit `base` to the one at hand.

    `changed` are all paths of either side that differ, `renames` maps old paths to new ones, `hunks` old paths to the
    changes inside them, in order; a changed path without hunks (binary, or too much to compare) maps no line. `cells`
    has, by the old paths of changed notebooks, where a cell's line stood in the file, and which stands there now.
    `texts` are the lines of the hunks, one by one, of files where they are not too long; of a long hunk they are none.
    """

    base: str
    changed: frozenset[str]
    renames: Mapping[str, str] = field(default_factory=dict)
    hunks: Mapping[str, tuple[Hunk, ...]] = field(default_factory=dict)
    cells: Mapping[str, tuple[Mapping[Cell, int], Mapping[int, Cell]]] = field(default_factory=dict)
    texts: Mapping[str, tuple[Text, ...]] = field(default_factory=dict)

    def place(self, path: str, cell: int | None, line: int) -> tuple[int | None, int] | None:
        """The same of a line that may stand in a notebook's cell: the cell, None in other files, and the line now."""
        if cell is None or path not in self.changed:
            found = self.line(path, line)
            return None if found is None else (cell, found)
        before, now = self.cells.get(path, ({}, {}))
        row = before.get((cell, line))
        moved = self.line(path, row) if row is not None else None
        return now.get(moved) if moved is not None else None

    def line(self, path: str, line: int) -> int | None:
        """Where an old line stands now; None where it was changed, or nobody compared."""
        if path not in self.changed:
            return line
        shift = 0
        for hunk in self.hunks.get(path, (Hunk(1, line, 1, 0),)):
            first = hunk.old if hunk.before else hunk.old + 1
            if line < first:
                break
            if line < first + hunk.before:
                return None
            shift += hunk.after - hunk.before
        return line + shift

    def deleted(self, path: str, line: int, scope: str) -> bool:
        """Whether an old line was taken out with nothing in its place, alone or with the whole function `scope`."""
        hunks, texts = self.hunks.get(path, ()), self.texts.get(path, ())
        for number, hunk in enumerate(hunks):
            if hunk.old <= line < hunk.old + hunk.before:
                if not hunk.after or not texts:
                    return not hunk.after
                return taken_out(texts, number, line - hunk.old, scope)
        return False
