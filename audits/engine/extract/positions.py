"""Lines and columns of chosen nodes from one rendering of the tree, many times cheaper than LibCST's own providers."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import libcst as cst
from libcst._nodes.internal import CodegenState

_NEWLINE = re.compile(r"\r\n?|\n")
Place = tuple[int, int, int, int]


class _Marks(CodegenState):
    """Remembers between which tokens each wanted node stands; the tokens are measured once, at the end."""

    wanted: set[int]
    marks: dict[int, tuple[int, int]]

    @contextmanager
    def record_syntactic_position(
        self, node: cst.CSTNode, *, start_node: cst.CSTNode | None = None, end_node: cst.CSTNode | None = None
    ) -> Iterator[None]:
        first = len(self.tokens)
        yield
        if id(node) in self.wanted:
            self.marks[id(node)] = (first, len(self.tokens))


def places(module: cst.Module, nodes: Sequence[cst.CSTNode]) -> dict[int, Place]:
    """By `id` of each node: (line, column, end line, end column); lines from 1, columns from 0 in characters."""
    state = _Marks(default_indent=module.default_indent, default_newline=module.default_newline)
    state.wanted = {id(node) for node in nodes}
    state.marks = {}
    module._codegen(state)
    wanted = {index for mark in state.marks.values() for index in mark}
    at: dict[int, tuple[int, int]] = {}
    line, column = 1, 0
    for index, token in enumerate(state.tokens):
        if index in wanted:
            at[index] = (line, column)
        if "\n" in token or "\r" in token:
            parts = _NEWLINE.split(token)
            line += len(parts) - 1
            column = len(parts[-1])
        else:
            column += len(token)
    last = (line, column)
    return {key: (*at.get(first, last), *at.get(end, last)) for key, (first, end) in state.marks.items()}
