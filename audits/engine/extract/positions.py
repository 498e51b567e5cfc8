"""Lines and columns of chosen nodes from one rendering of the tree, many times cheaper than LibCST's own providers."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from itertools import accumulate
from types import TracebackType
from typing import Any

import libcst as cst
from libcst._nodes.expression import _BaseParenthesizedNode
from libcst._nodes.internal import CodegenState

_IN_PARENTHESES: Any = _BaseParenthesizedNode
_NEWLINE = re.compile(r"\r\n?|\n")
_NOTHING = nullcontext()
Place = tuple[int, int, int, int]


class _Mark:
    """Remembers between which tokens a node stands. A generator would do, and takes as long as the rendering itself."""

    __slots__ = ("_first", "_key", "_marks", "_tokens")

    def __init__(self, key: int, tokens: list[str], marks: dict[int, tuple[int, int]]) -> None:
        self._key = key
        self._tokens = tokens
        self._marks = marks
        self._first = 0

    def __enter__(self) -> None:
        self._first = len(self._tokens)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._marks[self._key] = (self._first, len(self._tokens))


class _Marks(CodegenState):
    """Marks each wanted node; the tokens are measured once, at the end."""

    wanted: set[int]
    marks: dict[int, tuple[int, int]]

    def record_syntactic_position(  # type: ignore[override]
        self, node: cst.CSTNode, *, start_node: cst.CSTNode | None = None, end_node: cst.CSTNode | None = None
    ) -> AbstractContextManager[None]:
        key = id(node)
        return _Mark(key, self.tokens, self.marks) if key in self.wanted else _NOTHING


class _Parentheses:
    """Renders a node's parentheses around it; the node's place is between them."""

    __slots__ = ("_inner", "_node", "_state")

    def __init__(self, node: Any, state: _Marks) -> None:
        self._node = node
        self._state = state
        self._inner = state.record_syntactic_position(node)

    def __enter__(self) -> None:
        for bracket in self._node.lpar:
            bracket._codegen(self._state)
        self._inner.__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._inner.__exit__(kind, error, trace)
        for bracket in self._node.rpar:
            bracket._codegen(self._state)


def _parenthesized(node: Any, state: _Marks) -> AbstractContextManager[None]:
    return _Parentheses(node, state) if node.lpar else state.record_syntactic_position(node)


def _value(node: Any, state: Any) -> None:
    state.tokens.append(node.value)


def _name(node: Any, state: Any) -> None:
    """A name: the node of which there are most."""
    tokens = state.tokens
    if node.lpar or state.__class__ is not _Marks:
        node._codegen_impl(state)
        return
    if id(node) in state.wanted:
        state.marks[id(node)] = (len(tokens), len(tokens) + 1)
    tokens.append(node.value)


def _quicken(cls: Any) -> None:
    """Leave out the step in which providers of LibCST, none of which is used here, note where a node stands."""
    for kind in cls.__subclasses__():
        kind._codegen = kind._codegen_impl
        _quicken(kind)


_quicken(cst.CSTNode)
_VALUE: Any = cst.SimpleWhitespace
_VALUE._codegen = _value
_NAME: Any = cst.Name
_NAME._codegen = _name


def places(module: cst.Module, nodes: Sequence[cst.CSTNode]) -> dict[int, Place]:
    """By `id` of each node: (line, column, end line, end column); lines from 1, columns from 0 in characters."""
    state = _Marks(default_indent=module.default_indent, default_newline=module.default_newline)
    state.wanted = set(map(id, nodes))
    state.marks = {}
    slow = _IN_PARENTHESES._parenthesize
    _IN_PARENTHESES._parenthesize = _parenthesized
    try:
        module._codegen(state)
    finally:
        _IN_PARENTHESES._parenthesize = slow
    offsets = [0, *accumulate(map(len, state.tokens))]
    starts = [0, *(found.end() for found in _NEWLINE.finditer("".join(state.tokens)))]
    found: dict[int, Place] = {}
    for key, (first, end) in state.marks.items():
        first, end = offsets[first], offsets[min(end, len(offsets) - 1)]
        line, last = bisect_right(starts, first), bisect_right(starts, end)
        found[key] = (line, first - starts[line - 1], last, end - starts[last - 1])
    return found
