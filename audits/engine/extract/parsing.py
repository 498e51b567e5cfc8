"""LibCST's parser, for trees that are only read."""

from typing import Any

import libcst as cst

_NODE: Any = cst.CSTNode


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
