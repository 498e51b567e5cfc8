"""What a page shows of a use: the call's own lines, highlighted source around it, and a replacement that compiles.

Reads hostile bytes, so it runs inside the sandbox. Keys are masked before anything else looks at the text.
"""

import ast
import warnings
from collections.abc import Iterable, Sequence, Set
from dataclasses import replace

from audits.engine.facts import ExcerptLine, FileKind, Language, Replacement, Usage
from audits.engine.filekinds import MODULES, SETTINGS_LANGUAGES
from audits.engine.highlight import LINE_LIMIT, Tokens, bare_lines, cut, tokens_of_lines
from audits.engine.languages.replacing import LANGUAGES, parses
from audits.engine.notebooks import mask as mask_magics
from audits.engine.notebooks import raw_cells
from audits.engine.secrets import mask, mask_lines
from audits.engine.source import decode_source, decode_text

SNIPPET_LINES = 11
CONTEXT_LINES = 11
CALL_LINES = 40
_AROUND = 3
# A call further right than this is shown from a little before its own column.
_FAR_RIGHT = 150
_LEAD = 60
# Code that is longer is shown without colours; and code that stands within another language.
_COLOURED = 20_000
_KINDS = {Language.HTML: FileKind.JAVASCRIPT, Language.MAKEFILE: FileKind.SHELL, Language.DOCKERFILE: FileKind.SHELL}
_DOCUMENTS = {FileKind.MARKDOWN: Language.MARKDOWN, FileKind.RST: Language.RST}
_BY_HAND = "The replacement could not be put together from this call's arguments: write it by hand."


class _Page:
    """A text that is shown, a file or a cell, keys masked; `first` and `last` are the lines that may be shown."""

    def __init__(self, text: str, kind: FileKind, first: int, last: int, keys: Set[int]) -> None:
        masked = mask_lines(mask(text), keys)
        self.lines = bare_lines(masked)
        self._lexed = bare_lines(mask_magics(masked)) if kind in MODULES else self.lines
        self._tokens = tokens_of_lines(self._lexed, first, last, kind)
        self._keys = {
            number
            for number, (before, after) in enumerate(zip(bare_lines(text), self.lines, strict=True), 1)
            if before != after
        }

    def tokens(self, number: int) -> Tokens:
        """The tokens of one line."""
        line = self.lines[number - 1]
        # What IPython reads and Python does not is shown as it stands, without colours.
        if number > len(self._lexed) or self._lexed[number - 1] != line:
            return (("", line),) if line else ()
        return self._tokens.get(number, ())

    def holds_key(self, numbers: Iterable[int]) -> bool:
        """Whether a key was masked on one of these lines."""
        return not self._keys.isdisjoint(numbers)


def present(kind: FileKind, data: bytes, usages: Sequence[Usage]) -> tuple[Usage, ...]:
    """The same usages in the same order with snippet, excerpt and checked replacement.

    A usage whose lines are not in the file (or whose cell is not in the notebook) keeps an empty snippet and excerpt.
    Raises ValueError where the bytes cannot be decoded.
    """
    texts: dict[int | None, str] = {}
    if kind is FileKind.NOTEBOOK:
        texts.update(raw_cells(data).items())
    else:
        texts[None] = decode_source(data).text if kind in MODULES else decode_text(data)
    pages: dict[int | None, _Page] = {}
    shown = []
    for usage in usages:
        if usage.cell in texts and usage.cell not in pages:
            mine = [other for other in usages if other.cell == usage.cell]
            near = [_lines_near(other) for other in mine]
            keys = {line for other in mine for line in other.key_lines}
            pages[usage.cell] = _Page(texts[usage.cell], kind, min(near)[0], max(last for _, last in near), keys)
        page = pages.get(usage.cell)
        shown.append(_checked(usage) if page is None else _shown(_checked(usage), page))
    # What a document shows is found by its file's language; the code above is checked in that of the block.
    return tuple(replace(usage, language=_DOCUMENTS[kind]) for usage in shown) if kind in _DOCUMENTS else tuple(shown)


def _lines_near(usage: Usage) -> tuple[int, int]:
    """The first and the last line that the excerpt may hold."""
    reads = [read for read in usage.reads if read.path == usage.path and read.cell == usage.cell]
    first = min((usage.line, *(read.line for read in reads)))
    return max(first - _AROUND, 1), max((usage.line, usage.end_line, *(read.end_line for read in reads))) + _AROUND


def _shown(usage: Usage, page: _Page) -> Usage:
    if not 1 <= usage.line <= len(page.lines):
        return usage
    end = min(max(usage.end_line, usage.line), len(page.lines))
    own = range(usage.line, end + 1)
    snippet = [_shortened(page.lines[number - 1], _start(usage, number)) for number in own[:SNIPPET_LINES]]
    steps = (step.line for step in usage.proof if step.path == usage.path and step.cell == usage.cell)
    return replace(
        usage,
        snippet="\n".join(snippet),
        excerpt=_excerpt(usage, page, own),
        hardcoded_key=usage.hardcoded_key or page.holds_key((*own, *steps)),
    )


def _start(usage: Usage, number: int) -> int:
    """The first column to show of a line: a call far to the right is what the reader came for."""
    return max(usage.column - _LEAD, 0) if number == usage.line and usage.column > _FAR_RIGHT else 0


def _shortened(line: str, start: int) -> str:
    return "".join(text for _, text in cut((("", line),), min(start, max(len(line) - _LEAD, 0))))


def _excerpt(usage: Usage, page: _Page, own: range) -> tuple[ExcerptLine, ...]:
    call = set(own[:CALL_LINES])
    reads = _read_lines(usage, page) - set(own)
    numbers = _without_blank_ends(sorted(call | set(_context(page, own, reads))), call, page)
    rows = []
    for number in numbers:
        tokens = page.tokens(number)
        start = min(_start(usage, number), max(sum(len(text) for _, text in tokens) - _LEAD, 0))
        mark = "call" if number in call else "read" if number in reads else ""
        rows.append(ExcerptLine(number, cut(tokens, start, LINE_LIMIT), mark))
    return tuple(rows)


def _without_blank_ends(numbers: list[int], call: set[int], page: _Page) -> list[int]:
    kept = [number for number in numbers if number in call or page.lines[number - 1].strip()]
    return [number for number in numbers if kept[0] <= number <= kept[-1]]


def _read_lines(usage: Usage, page: _Page) -> set[int]:
    found: set[int] = set()
    for read in usage.reads:
        if read.path == usage.path and read.cell == usage.cell:
            found.update(range(read.line, min(read.end_line, read.line + _AROUND, len(page.lines)) + 1))
    return {number for number in found if 1 <= number <= len(page.lines)}


def _context(page: _Page, own: range, reads: set[int]) -> list[int]:
    """Up to CONTEXT_LINES lines beside the call: reads first, then what is near the call, then what is near a read."""
    near = [number for step in range(1, _AROUND + 1) for number in (own[-1] + step, own[0] - step)]
    beside = [number for read in sorted(reads) for number in (read - 1, read + 1)]
    wanted = dict.fromkeys([*sorted(reads), *near, *beside])
    return [number for number in wanted if number not in own and 1 <= number <= len(page.lines)][:CONTEXT_LINES]


def _checked(usage: Usage) -> Usage:
    """The usage with a replacement that compiles, or one that says that a person must write it."""
    found = usage.replacement
    if found is None or not (found.v2 or found.v1) or usage.language in _DOCUMENTS.values():
        # One that bears a document's language was checked when it got it, in that of its block.
        return usage
    v2, v1 = (code if _is_code(usage.language, code) else "" for code in (found.v2, found.v1))
    notes = found.notes if (v2, v1) == (found.v2, found.v1) else (_BY_HAND, *found.notes)
    lines = (_coloured(usage.language, code) for code in (v2, v1))
    return replace(usage, replacement=Replacement(v2, v1, notes, *lines))


def _coloured(language: Language, code: str) -> tuple[Tokens, ...]:
    """The lines of our own code, in colours; it holds expressions of the file, so it is not for the web process."""
    if not code or len(code) > _COLOURED:
        return ()
    lines = code.split("\n")
    kind = FileKind.JSON if language in SETTINGS_LANGUAGES else _KINDS.get(language) or FileKind(language)
    return tuple(tokens_of_lines(lines, 1, len(lines), kind).values())


def _is_code(language: Language, code: str) -> bool:
    return parses(language, code) if language in LANGUAGES else _compiles(code)


def _compiles(code: str) -> bool:
    if not code:
        return True
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(code, "<replacement>", "eval", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
            return False
    return True
