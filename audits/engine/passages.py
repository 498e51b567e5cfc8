"""Which documents, and which parts of one, may show a use: told by their bytes, as a parse costs a hundred times that.

A line at the margin below an empty one ends every list, quote and paragraph of Markdown, so a text may be cut there and
its parts read by themselves, unless a fence of code is open. Where that cannot be told, there is one part.
"""

import re
from collections.abc import Sequence

from audits.engine.facts import FileKind

DOCUMENTS = frozenset({FileKind.MARKDOWN, FileKind.RST})

# Every use that a block shows names one of these, or spells it with an escape.
_WORDS = (b"cohere", b"generate", b"command", b"co_api")
_ESCAPE = re.compile(rb"\\[xuUN0-7\n]")
_FENCES = (b"```", b"~~~")
# A line that is moved in, behind whatever marks: it is code where it stands by itself.
_MOVED_IN = re.compile(rb" {4}|\t")
# What a block without a fence must hold on one of its lines to be read: `documents` tells its language by it.
_SIGN = re.compile(
    rb"\n(?> {4}| {0,3}\t| {0,3}[>*+\-\d][ \x0b\f\x80-\xff>*+.)\-\d]*?(?: {4}|\t))[ \t\x0b\f\x80-\xff>*+.)\-\d]*+"
    rb"(?:\$?\s*curl\s|import .* from ['\"]|(?:const|let|var) .*=|await fetch\(|(?:export\s+)?[A-Z][A-Z0-9_]*=)"
)
_PYTHON_SIGN = re.compile(rb"co\.|cohere\.|import cohere|from cohere import")
# Each of those holds one of these, which are found ten times as fast.
_PYTHON_WORDS = (b"co.", b"cohere")
_BORDER = re.compile(
    r"^(?P<lead>[ \t]*)(?P<mark>`{3,}(?=[^`\n]*$)|~{3,})[^\n]*$|(?<=\n)[ \t]*\n(?=[^ \t\n])", re.MULTILINE
)
# How far a line is moved in that is code without a fence.
_INDENT = 4


def may_show(kind: FileKind, data: bytes) -> bool:
    """May a document of this kind show a use in one of its code blocks?"""
    if b"\r" in data:
        data = data.replace(b"\r", b"\n")
    if kind is FileKind.RST:
        start = data.find(b"::")
        return start >= 0 and tells(data[start:])
    start = _first_fence(data)
    return tells(data[start:]) or (tells(data[:start]) and _is_signed(data))


def tells(data: bytes) -> bool:
    """May code with these bytes show a use?"""
    lower = data.lower()
    return any(word in lower for word in _WORDS) or (b"\\" in data and _ESCAPE.search(data) is not None)


def passages(text: str, *, indented: bool) -> Sequence[tuple[int, str, bytes]]:
    """The parts of a document in Markdown that hold code: how many lines stand before each, its text, and its bytes.

    `indented`: is a line that is moved in by four columns code? It is not in MDX.
    """
    cuts = _cuts(text, indented=indented) or []
    found, line = [], 0
    for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True):
        part = text[start:end]
        data = part.encode("utf-8", "replace")
        if _first_fence(data) < len(data) or _is_signed(data):
            found.append((line, part, data))
        line += part.count("\n")
    return found


def _first_fence(data: bytes) -> int:
    """Where the first one may begin, the end where there is none."""
    # One character is found ten times as fast as three, and few texts hold a tilde.
    return min((at for mark in _FENCES if mark[:1] in data and (at := data.find(mark)) >= 0), default=len(data))


def _is_signed(data: bytes) -> bool:
    """Is there a line that is moved in, and that tells the language of a block without a fence?"""
    return any(_signs_moved_in(data, word) for word in _PYTHON_WORDS) or _SIGN.search(b"\n" + data) is not None


def _signs_moved_in(data: bytes, word: bytes) -> bool:
    """Is there a line with the word that is moved in before a sign of Python? Each line is looked at once."""
    at = data.find(word)
    while at >= 0:
        end = data.find(b"\n", at)
        end = len(data) if end < 0 else end
        moved = _MOVED_IN.search(data, data.rfind(b"\n", 0, at) + 1, end)
        if moved and _PYTHON_SIGN.search(data, moved.end(), end):
            return True
        at = data.find(word, end)
    return False


def _cuts(text: str, *, indented: bool) -> list[int] | None:
    """Where the text may be cut, None where a fence may be one of the text's own or one of a list's."""
    cuts: list[int] = []
    at = 0
    while (border := _BORDER.search(text, at)) is not None:
        at = border.end()
        if border["mark"] is None:
            cuts.append(at)
            continue
        indent = _width(border["lead"])
        if indented and indent >= _INDENT:
            # It opens none, or one of a list or a quote, which ends with that.
            continue
        end = _end_of_fence(text, border, indent, indented=indented)
        if end is None:
            return None
        at = end
    return cuts


def _end_of_fence(text: str, opening: re.Match[str], indent: int, *, indented: bool) -> int | None:
    """Where the line ends that closes a fence, or the text; None where a line may have ended it before.

    A fence that is moved in may belong to a list, and then a line that is moved in less ends both.
    """
    mark = opening["mark"]
    closing = re.compile(rf"{re.escape(mark[0])}{{{len(mark)},}}[ \t]*$")
    at = opening.end() + 1
    while at <= len(text):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        line = text[at:end]
        bare = line.lstrip(" \t")
        width = _width(line[: len(line) - len(bare)])
        if bare and width < indent:
            return None
        if bare.startswith(mark[0]) and closing.match(bare) and not (indented and width >= _INDENT):
            return end
        at = end + 1
    return len(text)


def _width(lead: str) -> int:
    return len(lead.expandtabs(_INDENT))
