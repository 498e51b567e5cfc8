"""Source as lines of (CSS class, text), by Pygments' lexer of its kind of file."""

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import groupby
from operator import itemgetter

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES

from audits.engine.facts import FileKind
from audits.engine.source import lines_of

LINE_LIMIT = 200
# Lines that are lexed above the first one shown, and the length from which a line is not worth lexing.
_BEFORE = 400
_LONG = 500
# Pygments' names where they are others than ours; PHP without its opening mark, since lexing may start below it.
_LEXERS = {
    FileKind.HCL: "terraform", FileKind.ENV: "bash", FileKind.SHELL: "bash", FileKind.NOTEBOOK: "python",
    FileKind.SCRIPT: "python",
}  # fmt: skip
_OPTIONS = {FileKind.PHP: {"startinline": True}}
Tokens = tuple[tuple[str, str], ...]


def bare_lines(text: str) -> list[str]:
    r"""The lines without their ends; \r\n, \r and \n end a line, nothing else does."""
    return [line.rstrip("\r\n") for line in lines_of(text)]


def tokens_of_lines(lines: Sequence[str], first: int, last: int, kind: FileKind = FileKind.PYTHON) -> dict[int, Tokens]:
    """The tokens of lines `first` to `last` (from 1) by line number. Joined, a line's texts are the line.

    Lexing starts well above `first`, so that a string which begins there is known. A line that is too long to be
    worth colours, or that the lexer did not give back as it is, comes as one plain text.
    """
    start = max(first - _BEFORE, 1)
    wanted = ["" if len(line) > _LONG else line for line in lines[start - 1 : last]]
    found: dict[int, list[tuple[str, str]]] = {}
    for line, css, part in _pieces(wanted, _lexer(kind)):
        found.setdefault(line + start - 1, []).append((css, part))
    return {
        number: _whole(found.get(number, []), lines[number - 1]) for number in range(first, min(last, len(lines)) + 1)
    }


def _whole(pieces: list[tuple[str, str]], line: str) -> Tokens:
    if "".join(text for _, text in pieces) != line:
        return (("", line),)
    return tuple((css, "".join(text for _, text in run)) for css, run in groupby(pieces, key=itemgetter(0)))


@cache
def _lexer(kind: FileKind) -> Lexer:
    return get_lexer_by_name(_LEXERS.get(kind, kind), ensurenl=False, stripnl=False, **_OPTIONS.get(kind, {}))


def _pieces(lines: Sequence[str], lexer: Lexer) -> Iterator[tuple[int, str, str]]:
    """(line from 1, class, text); no text holds a line end."""
    line = 1
    for kind, value in lexer.get_tokens("\n".join(lines)):
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
