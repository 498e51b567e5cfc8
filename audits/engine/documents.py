"""Documents: their code blocks, read with the extractors of the blocks' own languages. What they show is a mention."""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

import libcst as cst

from audits.engine.catalogue import METHODS
from audits.engine.catalogue.frameworks import FRAMEWORKS
from audits.engine.codeblocks import Block, directives, fences, may_use
from audits.engine.config import PARSERS, read_settings
from audits.engine.extract.model import ModuleFacts
from audits.engine.extract.module import crosses, facts_and_spans
from audits.engine.extract.parsing import compiles, parsed
from audits.engine.facts import CallSite, Confidence, FileKind, Kind
from audits.engine.fragments import calls_in
from audits.engine.languages import block_sites
from audits.engine.link import link
from audits.engine.magics import magics_in
from audits.engine.notebooks import mask
from audits.engine.passages import may_show
from audits.engine.suppressions import ignores_in

_PROMPT = re.compile(r"^(\s*)(?:>>>|\.\.\.|In \[\d+\]:)(?: |$)")
_SHOWS = {
    Kind.RAW_HTTP: "a request to Generate's address",
    Kind.SDK_CALL: "a call of Generate",
    Kind.SDK_STREAM: "a call of Generate that streams",
}
_SHOWN = frozenset(Kind) - {Kind.HALF_MIGRATED, Kind.DEAD_MODEL, Kind.RESPONSE_ACCESS, Kind.WRAPPER_PROJECT}
_LEAST = Confidence.POSSIBLE
# The module that a document's blocks are read as.
_NAME = "block.py"


def read_document(kind: FileKind, text: str) -> ModuleFacts:
    """The uses that a document shows."""
    lines = text.split("\n")
    if not may_show(kind, text.encode("utf-8", "replace")):
        return ModuleFacts(ignores=ignores_in(lines))
    blocks = tuple(directives(lines) if kind is FileKind.RST else fences(text, lines))
    return ModuleFacts(sites=shown(blocks, len(lines)), ignores=ignores_in(lines))


def shown(blocks: Sequence[Block], height: int, whose: str = "A code block of this document") -> tuple[CallSite, ...]:
    """What code blocks show, by place, as mentions; `height` is how many lines the text has that holds them."""
    found: list[CallSite] = []
    # A document that shows Chat with a model that is gone shows no Generate.
    for inner in dict.fromkeys(block.kind for block in blocks):
        own = [block for block in blocks if block.kind is inner]
        uses = _uses(inner, own, height) if any(map(may_use, own)) else ()
        found += [_as_mention(site, own, whose) for site in uses if site.kind in _SHOWN and _tells(site)]
    found.sort(key=lambda site: (site.span.line, site.span.column))
    return tuple(found)


def _tells(site: CallSite) -> bool:
    """A library's class is certain, even where its release decides which API it calls."""
    rows = FRAMEWORKS.get(site.client or "", ())
    return site.confidence is not _LEAST or any(row.until and row.kind is site.kind for row in rows)


def _uses(kind: FileKind, blocks: Sequence[Block], height: int) -> tuple[CallSite, ...]:
    """What the blocks of one language do, read as one module in which every line keeps its number."""
    if kind in PARSERS:
        return tuple(site for block in blocks for site in _settings(block))
    if kind is not FileKind.PYTHON:
        rows = _rows(height, ((block, _unprompted(kind, block.lines)) for block in blocks))
        return block_sites(kind, _php_opened(rows) if kind is FileKind.PHP else "\n".join(rows) + "\n")
    facts = _module(blocks, height)
    found = link({_NAME: facts}) if facts is not None else ()
    sure = {site.span.line for site in found if _tells(site)}
    rest = [site for block in blocks for site in _loose(block) if site.span.line not in sure]
    rest += [
        _moved(site, block.line - 1) for block in blocks for site in magics_in("\n".join(_undone(block.lines)) + "\n")
    ]
    return (*(site for site in found if site.span.line in sure), *rest)


def _rows(height: int, texts: Iterable[tuple[Block, Sequence[str]]]) -> list[str]:
    """The lines of a document with these blocks' lines, and no others."""
    rows = [""] * height
    for block, lines in texts:
        rows[block.line - 1 : block.line - 1 + len(lines)] = lines
    return rows


def _module(blocks: Sequence[Block], height: int) -> ModuleFacts | None:
    """The blocks that are Python as one module.

    One parse tells it of all that look like Python, where no statement reaches from one of them into the next: those
    are modules by themselves. Else each is parsed alone first.
    """
    texts = [mask("\n".join(_undone(block.lines))) for block in blocks]
    starts = [block.line for block in blocks]
    with suppress(cst.ParserSyntaxError):
        facts, spans = facts_and_spans(
            _joined(blocks, texts, [compiles(text) or _is_python(text) for text in texts], height)
        )
        if not crosses(starts, spans):
            return facts
    with suppress(cst.ParserSyntaxError):
        return facts_and_spans(_joined(blocks, texts, [_is_python(text) for text in texts], height))[0]
    return None


def _joined(blocks: Sequence[Block], texts: Sequence[str], good: Sequence[bool], height: int) -> str:
    chosen = (row for row, kept in zip(zip(blocks, texts, strict=True), good, strict=True) if kept)
    return "\n".join(_rows(height, ((block, text.split("\n")) for block, text in chosen))) + "\n"


def _is_python(text: str) -> bool:
    try:
        parsed(text)
    except cst.ParserSyntaxError:
        return False
    return True


def _settings(block: Block) -> Iterator[CallSite]:
    """The uses in a block of configuration, which is a file of its own."""
    facts = read_settings(block.kind, "\n".join(block.lines) + "\n")
    for site in facts.sites if isinstance(facts, ModuleFacts) else ():
        if not site.by_path:
            yield _moved(site, block.line - 1)


def _moved(site: CallSite, by: int) -> CallSite:
    span = replace(site.span, line=site.span.line + by, end_line=site.span.end_line + by)
    return replace(site, span=span, proof=tuple(replace(step, line=step.line + by) for step in site.proof))


def _loose(block: Block) -> Iterator[CallSite]:
    """Calls whose client the document does not make, in a block that may be no whole module."""
    text = _closed("\n".join(_undone(block.lines)) + "\n")
    for site in calls_in(text) if any(name in text for name in METHODS) else ():
        yield _moved(site, block.line - 1)


def _closed(text: str) -> str:
    """A block that ends a long string which another began: what stands in it is blank, line for line."""
    head, mark, rest = text.partition('"""')
    return "\n" * head.count("\n") + rest if mark and text.count('"""') % 2 else text


def _unprompted(kind: FileKind, lines: Sequence[str]) -> Sequence[str]:
    """The lines of a block, a shell's without its prompts."""
    return [re.sub(r"^(\s*)\$ ", r"\1", line) for line in lines] if kind is FileKind.SHELL else lines


def _php_opened(rows: Sequence[str]) -> str:
    """PHP that every block may have opened, or none."""
    text = re.sub(r"<\?php|\?>", "", "\n".join(rows) + "\n")
    return f"<?php {text}"


def _undone(lines: Sequence[str]) -> Sequence[str]:
    """Lines without what is no Python: comments of the page itself, a session's prompts and its answers."""
    lines = ["" if _is_markup(line.strip()) else line for line in lines]
    if any(_PROMPT.match(line) for line in lines):
        return [_PROMPT.sub(r"\1", line) if _PROMPT.match(line) else "" for line in lines]
    return lines


def _is_markup(line: str) -> bool:
    """A comment of the page, as generators of documents leave them in a block for the one that comes after them."""
    return line.startswith("<!--") and line.endswith("-->")


def _as_mention(site: CallSite, blocks: Sequence[Block], whose: str) -> CallSite:
    indent = next((row.indent for row in blocks if row.line <= site.span.line < row.line + len(row.lines)), 0)
    span = replace(site.span, column=site.span.column + indent)
    proof = tuple(replace(step, path="") if step.path == _NAME else step for step in site.proof)
    site = replace(site, proof=proof)
    if site.kind is Kind.MENTION:
        return replace(site, span=span)
    told = site.why.replace(f"{_NAME}:", "line ")
    why = f"{whose} shows {_SHOWS.get(site.kind, 'a use of Generate')}. {told}".rstrip()
    return replace(site, span=span, kind=Kind.MENTION, documents=site.kind, why=why)
