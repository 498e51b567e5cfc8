"""Python source as lines of (CSS class, text), by Pygments' Python lexer."""

from collections.abc import Iterator

from pygments.lexers.python import PythonLexer
from pygments.token import STANDARD_TYPES

from audits.engine.source import lines_of

LINE_LIMIT = 200
Tokens = tuple[tuple[str, str], ...]


def bare_lines(text: str) -> list[str]:
    r"""The lines without their ends; \r\n, \r and \n end a line, nothing else does."""
    return [line.rstrip("\r\n") for line in lines_of(text)]


def tokens_of_lines(text: str, last: int) -> dict[int, Tokens]:
    """The tokens of lines 1 to `last`, by line number. Joined, a line's texts are the line.

    The text is lexed from its start, so that a string which begins above a line is known there.
    """
    found: dict[int, list[tuple[str, str]]] = {}
    for line, css, part in _pieces(text):
        if line > last:
            break
        row = found.setdefault(line, [])
        if row and row[-1][0] == css:
            row[-1] = (css, row[-1][1] + part)
        else:
            row.append((css, part))
    return {line: tuple(row) for line, row in found.items()}


def _pieces(text: str) -> Iterator[tuple[int, str, str]]:
    # One kind of line end, as the lexer would make it, so that its lines are ours.
    joined = "\n".join(bare_lines(text))
    line = 1
    for kind, value in PythonLexer(ensurenl=False, stripnl=False).get_tokens(joined):
        css = STANDARD_TYPES.get(kind, "")
        for index, part in enumerate(value.split("\n")):
            line += index > 0
            if part:
                yield line, "" if css == "w" else css, part


def cut(tokens: Tokens, start: int = 0, limit: int = LINE_LIMIT) -> Tokens:
    """A window of `limit` characters from `start`; an ellipsis stands for what is left out on either side."""
    total = sum(len(text) for _, text in tokens)
    if start == 0 and total <= limit:
        return tokens
    end = start + limit - (start > 0) - 1
    found: list[tuple[str, str]] = [("", "…")] if start else []
    at = 0
    for css, text in tokens:
        part = text[max(start - at, 0) : max(end - at, 0)]
        at += len(text)
        if part:
            found.append((css, part))
    return (*found, ("", "…")) if at > end else tuple(found)
