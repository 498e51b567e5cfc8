"""Was a function taken out whole, where git tells its lines and a change beside them as one block? By lines alone."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

_WORD = re.compile(r"\w+")


class Text(NamedTuple):
    """The lines of one block: those that were taken out, and those that were put in."""

    removed: tuple[str, ...]
    added: tuple[str, ...]


def taken_out(text: Text, row: int, scope: str, added: Iterable[str]) -> bool:
    """Whether the function around `text.removed[row]` is gone and the block puts nothing in its place.

    `scope` names the function, `added` are the lines that were put in anywhere in the file: one that has its name may
    be where it went. A line put in as far out as the function is another's only if one that begins alike was taken out
    beside it. False where the function's first line is no part of the block, and for code outside of functions.
    """
    name = next(reversed(_WORD.findall(scope)), "")
    head = _head(text.removed, row, name) if name else None
    if head is None or any(name in _WORD.findall(line) for line in added):
        return False
    depth = _depth(text.removed[head])
    rest = range(row + 1, len(text.removed))
    end = next((index for index in rest if _outer(text.removed[index], depth)), len(text.removed))
    beside = Counter(_start(line) for line in (*text.removed[:head], *text.removed[end:]))
    return not Counter(_start(line) for line in text.added if _outer(line, depth)) - beside


def _head(lines: Sequence[str], row: int, name: str) -> int | None:
    """The nearest line above that holds the row by its indentation and has the name."""
    depth = _depth(lines[row])
    for index in range(row - 1, -1, -1):
        if _outer(lines[index], depth - 1):
            if name in _WORD.findall(lines[index]):
                return index
            depth = _depth(lines[index])
    return None


def _outer(line: str, depth: int) -> bool:
    """No deeper than `depth`; a line of brackets alone, or the end of a head of several lines, begins nothing."""
    return bool(_WORD.search(line)) and not line.lstrip().startswith(")") and _depth(line) <= depth


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def _start(line: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(line)[:2])
