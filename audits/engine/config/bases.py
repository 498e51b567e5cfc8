"""Settings that are the beginning of an address of Cohere's."""

import re
from collections.abc import Iterator

from audits.engine.config.tree import TEXT, Tree

_HOST = re.compile(r"(?<!docs\.)(?<!dashboard\.)(?<![\w-])(?:api\.)?cohere\.(?:ai|com)\b", re.I)


def is_base(text: str) -> bool:
    """Is it a host of Cohere's, with or without a path?"""
    return len(text) < 300 and " " not in text.strip() and _HOST.search(text) is not None and "docs." not in text


def texts_below(tree: Tree, number: int) -> Iterator[int]:
    """The texts in a map or list, at any depth."""
    todo = [number]
    while todo:
        at = todo.pop()
        if tree.rows[at].kind == TEXT:
            yield at
        todo += tree.kids(at)
