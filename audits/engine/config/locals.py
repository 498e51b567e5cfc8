"""Terraform's local values: what `${local.x}` stands for in the file that sets x."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from audits.engine.config.tree import MAP, ROOT, TEXT, Tree

# `$${` is Terraform's way to write a brace that stands for nothing.
_LOCAL = re.compile(r"(?<!\$)\$\{\s*local\.([\w-]+)\s*\}")
_ROUNDS = 5
_LENGTH = 300


class Filled(NamedTuple):
    """A text with its locals written out, as far as the file tells them, and the settings that these are.

    `unset` holds the locals that the file does not set.
    """

    text: str
    settings: tuple[int, ...]
    unset: tuple[str, ...]


def locals_of(tree: Tree, lines: Sequence[str]) -> dict[str, int | None]:
    """The setting of each local value by its name; None: it is no plain text, or set more than once."""
    found: dict[str, int | None] = {}
    for block in tree.kids(ROOT):
        if tree.rows[block].key != "locals" or tree.rows[block].kind != MAP:
            continue
        for kid in tree.kids(block):
            name = tree.rows[kid].key
            found[name] = kid if name not in found and _is_plain(tree, kid, lines) else None
    return found


def _is_plain(tree: Tree, number: int, lines: Sequence[str]) -> bool:
    """Is a local's whole value a text as short as an address, no function's argument?"""
    row = tree.rows[number]
    before = lines[row.place.line - 1][max(0, row.place.column - _LENGTH) : row.place.column]
    short = isinstance(row.value, str) and len(row.value) < _LENGTH
    return row.kind == TEXT and short and before.rstrip().endswith("=")


def filled(tree: Tree, known: Mapping[str, int | None], text: str) -> Filled | None:
    """A text with what its locals stand for; None where it names none."""
    settings: list[int] = []
    unset: list[str] = []
    if not _LOCAL.search(text):
        return None

    def value(found: re.Match[str]) -> str:
        number = known.get(found[1])
        if number is None:
            unset.extend([] if found[1] in known else [found[1]])
            return found[0]
        settings.append(number)
        return tree.text(number)

    for _ in range(_ROUNDS):
        before = text
        # Locals may name each other in a ring.
        if len(text) > _LENGTH or (text := _LOCAL.sub(value, text)) == before:
            break
    return Filled(text, tuple(dict.fromkeys(settings)), tuple(unset))
