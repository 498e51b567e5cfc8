"""Documents: their code blocks, read with the extractors of the blocks' own languages. What they show is a mention."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import libcst as cst
from markdown_it import MarkdownIt

from audits.engine.extract import facts_of
from audits.engine.extract.model import ModuleFacts
from audits.engine.extract.parsing import parsed
from audits.engine.facts import CallSite, FileKind, Kind, Language
from audits.engine.link import link
from audits.engine.notebooks import mask
from audits.engine.suppressions import ignores_in

_NAMES = {
    Language.PYTHON: "py python python3 python2 pycon ipython ipython3 doctest",
}
_LANGUAGES = {name: language for language, names in _NAMES.items() for name in names.split()}
_PROMPT = re.compile(r"^(\s*)(?:>>>|\.\.\.|In \[\d+\]:)(?: |$)")
_SHOWS = {
    Kind.RAW_HTTP: "a request to Generate's address",
    Kind.SDK_CALL: "a call of Generate",
    Kind.SDK_STREAM: "a call of Generate that streams",
}
_PARSER = MarkdownIt("commonmark")


@dataclass(frozen=True, slots=True)
class Block:
    """One code block: its language, the line (from 1) of its first code line, its lines without their indent."""

    language: Language
    line: int
    indent: int
    lines: tuple[str, ...]


def read_document(kind: FileKind, text: str) -> ModuleFacts:
    """The uses that a document shows."""
    lines = text.split("\n")
    blocks = tuple(_fences(text, lines))
    found: list[CallSite] = []
    for language in dict.fromkeys(block.language for block in blocks):
        own = [block for block in blocks if block.language is language]
        found += [_as_mention(site, own) for site in _uses(language, own, len(lines))]
    return ModuleFacts(sites=tuple(found), ignores=ignores_in(lines))


def _fences(text: str, lines: Sequence[str]) -> Iterator[Block]:
    for token in _PARSER.parse(text):
        if token.type != "fence" or token.map is None:
            continue
        word = re.match(r"[\w+#.-]*", token.info.strip().lstrip("{").lstrip(".").lower())
        language = _LANGUAGES.get(word[0] if word else "")
        if language is None:
            continue
        first, end = token.map
        content = tuple(token.content.split("\n")[: max(end - first - 1, 0)])
        opening = lines[first]
        yield Block(language, first + 2, len(opening) - len(opening.lstrip(" \t>")), content)


def _uses(language: Language, blocks: Sequence[Block], height: int) -> tuple[CallSite, ...]:
    """What the blocks of one language do, read as one module in which every line keeps its number."""
    rows = [""] * height
    for block in blocks:
        lines = _python(block.lines)
        rows[block.line - 1 : block.line - 1 + len(lines)] = lines
    try:
        return link({"block.py": facts_of("\n".join(rows) + "\n")})
    except cst.ParserSyntaxError:
        return ()


def _python(lines: Sequence[str]) -> list[str]:
    """The block's lines as Python: prompts and magics undone; blank where it is none."""
    if any(_PROMPT.match(line) for line in lines):
        lines = [_PROMPT.sub(r"\1", line) if _PROMPT.match(line) else "" for line in lines]
    text = mask("\n".join(lines))
    try:
        parsed(text)
    except cst.ParserSyntaxError:
        return [""] * len(lines)
    return text.split("\n")


def _as_mention(site: CallSite, blocks: Sequence[Block]) -> CallSite:
    indent = next((row.indent for row in blocks if row.line <= site.span.line < row.line + len(row.lines)), 0)
    span = replace(site.span, column=site.span.column + indent)
    if site.kind is Kind.MENTION:
        return replace(site, span=span)
    why = f"A code block of this document shows {_SHOWS.get(site.kind, 'a use of Generate')}. {site.why}".rstrip()
    return replace(site, span=span, kind=Kind.MENTION, documents=site.kind, why=why)
