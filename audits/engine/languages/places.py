"""Where the nodes of a syntax tree stand in its text."""

import re
from bisect import bisect_right
from functools import cached_property
from typing import NamedTuple

from ast_grep_py import SgNode

# Characters; a line that a person writes is shorter.
_LONG_LINE = 2_000


class Spot(NamedTuple):
    """Lines from 1, the column from 0, offsets: all in characters. `end` is the last line."""

    line: int
    end: int
    column: int
    start: int
    stop: int


class Places:
    """The places of one tree's nodes.

    Asked for its range, a node counts the characters of its line: in a long file of one line that takes the square of
    its length. Of such a file all nodes are placed at once, each by its words, looked for behind those before it.
    """

    def __init__(self, root: SgNode, source: str) -> None:
        self._root, self._source = root, source
        self._long = any(len(line) > _LONG_LINE for line in source.split("\n"))

    def of(self, node: SgNode) -> Spot:
        """The place of a node."""
        known = self._known.get(hash(node)) if self._long else None
        if known is not None:
            return self._spot(*known)
        place = node.range()
        start, end = place.start, place.end
        return Spot(start.line + 1, end.line + 1, start.column, start.index, end.index)

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(found.end() for found in re.finditer("\n", self._source))]

    def _spot(self, start: int, stop: int) -> Spot:
        row, last = bisect_right(self._starts, start), bisect_right(self._starts, stop)
        return Spot(row, last, start - self._starts[row - 1], start, stop)

    @cached_property
    def _known(self) -> dict[int, tuple[int, int]]:
        """Where each node begins and ends, by the hash that a node keeps."""
        found: dict[int, tuple[int, int]] = {}
        at = 0
        todo: list[SgNode | int] = [self._root]
        while todo:
            node = todo.pop()
            if isinstance(node, int):
                at = node
                continue
            words = node.text()
            at = max(self._source.find(words, at), at)
            found[hash(node)] = (at, at + len(words))
            todo.append(at + len(words))
            todo += reversed(node.children())
        return found
