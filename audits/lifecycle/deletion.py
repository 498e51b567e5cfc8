"""Was a function taken out whole, where git tells its lines and a change beside them as one block? By lines alone."""

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

_WORD = re.compile(r"\w+")


class Text(NamedTuple):
    """The lines of one block: those that were taken out, and those that were put in."""

    removed: tuple[str, ...]
    added: tuple[str, ...]


def taken_out(texts: tuple[Text, ...], number: int, row: int, scope: str) -> bool:
    """Whether the function around the line `row` that block `number` took out is gone, with nothing in its place.

    `texts` are all blocks of the file, `scope` names the function: a line put in anywhere that has its name may be
    where it went. A line put in as far out as the function is another's only if one that begins alike was taken out
    beside it. False where the function's first line is no part of the block or its text is not kept, and for code
    outside of functions.
    """
    text, name = texts[number], next(reversed(_WORD.findall(scope)), "")
    head = _head(text.removed, row, name) if name and row < len(text.removed) else None
    if head is None or name in _words_put_in(texts):
        return False
    depth = _depth(text.removed[head])
    rest = range(row + 1, len(text.removed))
    end = next((index for index in rest if _outer(text.removed[index], depth)), len(text.removed))
    beside = Counter(_start(line) for line in (*text.removed[:head], *text.removed[end:]))
    return not Counter(_start(line) for line in text.added if _outer(line, depth)) - beside


@lru_cache(maxsize=4)
def _words_put_in(texts: tuple[Text, ...]) -> frozenset[str]:
    """One file's, which are asked for by each of its findings."""
    return frozenset(word for text in texts for line in text.added for word in _WORD.findall(line))


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
    return tuple(word[0] for word in islice(_WORD.finditer(line), 2))
