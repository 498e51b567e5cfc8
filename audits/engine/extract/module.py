"""One Python module's bytes to its facts, or the reason why they cannot be read."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import zip_longest

import libcst as cst

from audits.engine.catalogue import PACKAGES
from audits.engine.extract.interesting import KEPT
from audits.engine.extract.mending import mended
from audits.engine.extract.model import ModuleFacts
from audits.engine.extract.notes import ignores_in
from audits.engine.extract.parsing import fault_line, parsed
from audits.engine.extract.requirements import pins_in
from audits.engine.extract.statements import Statements
from audits.engine.extract.typecomments import tells_types
from audits.engine.facts import FileKind, Unread, UnreadReason
from audits.engine.gate import lines_naming, names_api, plain
from audits.engine.notebooks import NotANotebook, Notebook, mask, virtual_module
from audits.engine.source import Undecodable, decode_source, lines_of

__all__ = ["PACKAGES", "ModuleFacts", "extract"]

Pairs = tuple[tuple[int, int], ...]
_AT = re.compile(r"error at (\d+):")


def extract(kind: FileKind, data: bytes) -> ModuleFacts | Unread:
    """Read one file. Never raises for what stands in it, RecursionError and MemoryError apart."""
    if kind is FileKind.NOTEBOOK:
        return _notebook(data)
    try:
        text = decode_source(data).text
    except Undecodable as error:
        return Unread(UnreadReason.UNDECODABLE, str(error), lines_naming(plain(data)))
    if "\0" in text:
        return Unread(UnreadReason.UNDECODABLE, "The file holds a NUL byte.", lines_naming(plain(data)))
    return _python(text, data)


def _python(text: str, data: bytes) -> ModuleFacts | Unread:
    try:
        return facts_of(text)
    except cst.ParserSyntaxError as error:
        problem = describe(error, text)
    masked = mask(text)
    if masked != text:
        try:
            return facts_of(masked)
        except cst.ParserSyntaxError:
            pass
    broken = Unread(UnreadReason.UNPARSABLE, problem, lines_naming(data))
    return _rest(masked, broken) or broken


def _rest(text: str, broken: Unread) -> ModuleFacts | None:
    """What the parts say that can be read, of a file that needs a person all the same."""
    rest = mended(text) if broken.lines else None
    if rest is None:
        return None
    try:
        return replace(_as_written(facts_of(rest), text, rest), faults=(broken,))
    except cst.ParserSyntaxError:
        return None


def _as_written(facts: ModuleFacts, text: str, rest: str) -> ModuleFacts:
    """The same facts, with the columns of the text before its tabs were mended."""
    # A last line without its end is none once it is left out.
    pairs = zip_longest(lines_of(text), lines_of(rest), fillvalue="")
    moved = [_depth(new) - _depth(old) if new.lstrip() == old.lstrip() else 0 for old, new in pairs]
    if not any(moved):
        return facts
    nodes = tuple(node._replace(column=max(node.column - moved[node.line - 1], 0)) for node in facts.nodes)
    return replace(facts, nodes=nodes)


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def facts_of(text: str, cells: tuple[tuple[int, int], ...] = ()) -> ModuleFacts:
    """The facts of parsable Python text. Raises libcst.ParserSyntaxError."""
    return facts_and_spans(text, cells)[0]


def facts_and_spans(text: str, cells: Pairs = ()) -> tuple[ModuleFacts, Pairs]:
    """The facts, and the first and last line of each statement at the top. Raises libcst.ParserSyntaxError."""
    module = parsed(text)
    walker = Statements(KEPT)
    walker.told = tells_types(text)
    walker.module(module)
    lines = lines_of(text)
    facts = replace(
        walker.facts(module, lines),
        ignores=ignores_in(lines, {first for first, _ in cells}),
        cells=cells,
        names_api=names_api(text.encode("utf-8", "replace")),
    )
    return facts, walker.spans


def describe(error: cst.ParserSyntaxError, text: str) -> str:
    """One sentence with the place that the parser's message names: a line of `text`, or its end."""
    found = _AT.search(error.message)
    # The tokenizer's errors name no place, and `raw_line` is 1 for them, wherever the fault is.
    line = int(found.group(1)) if found else fault_line(text) or error.raw_line
    place = f"at line {line}" if line <= len(lines_of(text)) else "where it ends"
    return f"Not valid Python 3: the parser stops {place}."


def _notebook(data: bytes) -> ModuleFacts | Unread:
    try:
        notebook = virtual_module(data)
    except NotANotebook as error:
        return Unread(UnreadReason.UNPARSABLE, str(error), lines_naming(plain(data)))
    facts, faults = _in_one(notebook) or _cell_by_cell(notebook)
    if isinstance(facts, Unread):
        return facts
    named = tuple(fault for fault in faults if fault.lines or fault.reason is UnreadReason.TOO_LARGE)
    return replace(facts, requirements=pins_in(notebook.installs), faults=named)


def _in_one(notebook: Notebook) -> tuple[ModuleFacts, list[Unread]] | None:
    """One parse for all cells that look like plain Python; None where only a parse of each tells what each is worth.

    The answer is the same: a module in which no statement reaches over a cell's end is one whose cells are modules.
    """
    text, cells, faults = _texts(notebook, apart=False)
    try:
        facts, spans = facts_and_spans(text, cells)
    except cst.ParserSyntaxError:
        return None
    starts = [first for first, _ in cells]
    return None if crosses(starts, spans) else (facts, faults)


def crosses(starts: Sequence[int], spans: Iterable[tuple[int, int]]) -> bool:
    """Does a statement reach over the line at which another part of the text begins? `starts` are sorted."""
    return any(bisect_right(starts, first) != bisect_right(starts, last) for first, last in spans)


def _cell_by_cell(notebook: Notebook) -> tuple[ModuleFacts | Unread, list[Unread]]:
    text, cells, faults = _texts(notebook, apart=True)
    return _joined(text, cells), faults


def _texts(notebook: Notebook, *, apart: bool) -> tuple[str, tuple[tuple[int, int], ...], list[Unread]]:
    """The text of the readable cells, their places, and what is wrong with the others.

    Unless each is to be read `apart`, only those that may hold what is not Python are.
    """
    texts: list[str] = []
    cells: list[tuple[int, int]] = []
    faults: list[Unread] = []
    line = 1
    for cell in notebook.cells:
        text = cell.text if cell.text.endswith("\n") else cell.text + "\n"
        plain_python = cell.too_large or (not apart and "\0" not in text and mask(text) == text)
        text, problem = (text, "") if plain_python else _readable(text)
        if cell.too_large or problem:
            reason = UnreadReason.TOO_LARGE if cell.too_large else UnreadReason.UNPARSABLE
            detail = f"Cell {cell.index}: {problem or 'more than 1 MiB.'}"
            faults.append(Unread(reason, detail, lines_naming(cell.text.encode("utf-8", "replace"))))
            rest = mended(text) if faults[-1].lines and not cell.too_large else None
            text = "\n" if rest is None or _cell_problem(rest) else rest
        texts.append(text)
        cells.append((line, cell.index))
        line += len(lines_of(text))
    return "".join(texts), tuple(cells), faults


def _readable(text: str) -> tuple[str, str]:
    """A cell's text, its magics masked where it is no Python with them, and what is wrong with it even so."""
    problem = _cell_problem(text)
    masked = mask(text) if problem else text
    return (masked, _cell_problem(masked)) if masked != text else (text, problem)


def _cell_problem(text: str) -> str:
    if "\0" in text:
        return "it holds a NUL, which Python refuses."
    try:
        parsed(text)
    except cst.ParserSyntaxError as error:
        return describe(error, text)
    return ""


def _joined(text: str, cells: tuple[tuple[int, int], ...]) -> ModuleFacts | Unread:
    try:
        return facts_of(text, cells)
    except cst.ParserSyntaxError as error:
        return Unread(UnreadReason.UNPARSABLE, describe(error, text), ())
