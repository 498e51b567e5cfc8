"""LibCST's parser, for trees that are only read."""

import ast
import warnings
from typing import Any

import libcst as cst

_NODE: Any = cst.CSTNode
_ONLY_TREE = ast.PyCF_ONLY_AST


def parsed(text: str) -> cst.Module:
    """The tree, without LibCST's check of every node: that is for nodes that people make. Raises ParserSyntaxError."""
    check = _NODE.__post_init__
    _NODE.__post_init__ = _unchecked
    try:
        return cst.parse_module(text)
    finally:
        _NODE.__post_init__ = check


def _unchecked(node: cst.CSTNode) -> None:
    """Nothing: the parser makes valid nodes."""


def compiles(text: str) -> bool:
    """Does Python itself take the text? A guess at what the parser will say, at a twentieth of its price."""
    return fault(text) is None


def fault_line(text: str) -> int | None:
    """The line on which Python itself stops; None where it takes the text, or does not tell."""
    found = fault(text)
    return found.lineno if isinstance(found, SyntaxError) else None


def fault(text: str) -> Exception | None:
    """What Python itself says against the text."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(text, "block", "exec", _ONLY_TREE, dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError) as error:
            return error
    return None
