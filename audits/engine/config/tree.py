"""A configuration file as a flat table of settings, whatever its language; every value keeps its place."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

# More than any file that a person writes; what passes it is unread.
ROWS_LIMIT = 200_000
DEPTH_LIMIT = 200
ROOT = 0
MAP, LIST, TEXT, OTHER = "map", "list", "text", "other"
Scalar = str | int | float | bool | None


class Unreadable(ValueError):
    """The text is not of its language, or holds more than a file may; the message is a sentence for a person."""


class Place(NamedTuple):
    """Lines from 1, column from 0 in characters."""

    line: int
    column: int
    end: int


class Setting(NamedTuple):
    """One value. `parent` is the number of the map or list around it, `key` its name there, "" for a list's item.

    `kind`: map, list, text (also numbers and constants, with their `value`), other (an expression). `place` is the
    value's, of a map or list its beginning; `named` is the key's, the value's own where there is none.
    """

    parent: int
    key: str
    kind: str
    value: Scalar
    place: Place
    named: Place


NOWHERE = Place(1, 0, 1)


@dataclass(slots=True)
class Tree:
    """The settings of one file in order; number 0 is the root. `faults` are sentences about what was not read."""

    rows: list[Setting] = field(default_factory=lambda: [Setting(-1, "", MAP, None, NOWHERE, NOWHERE)])
    faults: list[str] = field(default_factory=list)
    _kids: dict[int, list[int]] = field(default_factory=dict)
    _depths: list[int] = field(default_factory=lambda: [0])
    _keys: dict[int, tuple[str, ...]] = field(default_factory=lambda: {ROOT: ()})

    def add(
        self, parent: int, key: str, kind: str, place: Place, value: Scalar = None, named: Place | None = None
    ) -> int:
        """Append a setting and give its number. Raises Unreadable beyond the limits."""
        number = len(self.rows)
        depth = self._depths[parent] + 1
        if number > ROWS_LIMIT or depth > DEPTH_LIMIT:
            what = "nested too deeply" if depth > DEPTH_LIMIT else "too long"
            raise Unreadable(f"The file is {what} for a configuration: the reader stops at line {place.line}.")
        self.rows.append(Setting(parent, key, kind, value, place, named or place))
        self._depths.append(depth)
        self._kids.setdefault(parent, []).append(number)
        return number

    def kids(self, number: int) -> list[int]:
        """What a map or list holds, in order."""
        return self._kids.get(number, [])

    def before(self, number: int) -> int | None:
        """What stands before a setting in its map or list; None: it is the first."""
        kids = self.kids(self.rows[number].parent)
        # Numbers rise, and a list of a hundred thousand asks for each of its items.
        at = bisect_left(kids, number)
        return kids[at - 1] if at else None

    def text(self, number: int) -> str:
        """A value as text, "" for maps, lists and expressions."""
        value = self.rows[number].value
        return value if isinstance(value, str) else "" if value is None else str(value)

    def child(self, number: int, key: str) -> int | None:
        """The last value of a map under a key, whatever its case; in a file with two of one name the last holds."""
        wanted = key.lower()
        found = [kid for kid in self.kids(number) if self.rows[kid].key.lower() == wanted]
        return found[-1] if found else None

    def above(self, number: int) -> Iterator[int]:
        """The maps and lists around a setting, nearest first, the root at last."""
        number = self.rows[number].parent
        while number >= 0:
            yield number
            number = self.rows[number].parent

    def keys(self, number: int) -> tuple[str, ...]:
        """The names from the root to a setting, list items left out."""
        found = self._keys.get(number)
        if found is None:
            row = self.rows[number]
            # Siblings share their parent's, and each is asked for many times.
            around = self.keys(row.parent)
            found = self._keys[number] = (*around, row.key) if row.key else around
        return found

    def below(self, number: int, key: str, place: Place) -> int:
        """The map of this name inside another, made where there is none yet: `[a.b]` after `[a]`."""
        for kid in self.kids(number):
            if self.rows[kid].key == key and self.rows[kid].kind == MAP:
                return kid
        return self.add(number, key, MAP, place)
