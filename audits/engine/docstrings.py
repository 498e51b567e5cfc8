"""Code examples in the docstrings of Python modules: sessions, fences and directives. What they show is a mention."""

import re
from collections.abc import Iterator, Sequence

from ast_grep_py import SgNode, SgRoot

from audits.engine.codeblocks import Block, directives, fences
from audits.engine.documents import shown
from audits.engine.facts import CallSite, FileKind

# What the bytes of a file must hold to be worth a second parse.
_EXAMPLE = re.compile(rb">>>|```|~~~|::[ \t]*\r?\n")
_SHOWS = re.compile(rb"generate|command-|llms|langchain|litellm", re.IGNORECASE)
_NAMES = re.compile(rb"cohere", re.IGNORECASE)
_SESSION = re.compile(r"\s*(?:>>>|\.\.\.)(?:\s|$)")


def examples_in(data: bytes, text: str) -> tuple[CallSite, ...]:
    """The uses that a module's docstrings show, by place."""
    if not (_NAMES.search(data) and _EXAMPLE.search(data) and _SHOWS.search(data)):
        return ()
    lines = text.split("\n")
    rows = [""] * len(lines)
    indents = [0] * len(lines)
    for node in _docstrings(SgRoot(text, "python").root()):
        place = node.range()
        own = range(place.start.line, min(place.end.line + 1, len(lines)))
        # The first line begins behind the quotes, wherever the others do.
        rest = [lines[at] for at in own[1:] if lines[at].strip()]
        indent = min((len(row) - len(row.lstrip()) for row in rest), default=0)
        for at in own[1:]:
            rows[at], indents[at] = lines[at][indent:].replace('"""', "").replace("'''", ""), indent
    blocks = tuple(_blocks(rows))
    return shown(
        [Block(block.kind, block.line, block.indent + indents[block.line - 1], block.lines) for block in blocks],
        len(lines),
        "An example in a docstring",
    )


def _docstrings(root: SgNode) -> Iterator[SgNode]:
    """Strings that are statements of their own: docstrings of modules, classes, functions and attributes."""
    for node in root.find_all(kind="string"):
        outer = node.parent()
        if outer is not None and outer.kind() == "expression_statement":
            yield node


def _blocks(rows: Sequence[str]) -> Iterator[Block]:
    inside: set[int] = set()
    for block in (*fences("\n".join(rows), rows), *directives(rows)):
        lines = range(block.line, block.line + len(block.lines))
        if inside.isdisjoint(lines):
            inside.update(lines)
            yield block
    at = 0
    while at < len(rows):
        end = at
        while end < len(rows) and end + 1 not in inside and _SESSION.match(rows[end]):
            end += 1
        if end > at:
            indent = len(rows[at]) - len(rows[at].lstrip())
            yield Block(FileKind.PYTHON, at + 1, indent, tuple(row[indent:] for row in rows[at:end]))
        at = max(end, at + 1)
