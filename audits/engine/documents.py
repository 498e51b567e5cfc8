"""Documents: their code blocks, read with the extractors of the blocks' own languages. What they show is a mention."""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import libcst as cst
from markdown_it import MarkdownIt

from audits.engine.catalogue import METHODS
from audits.engine.catalogue.frameworks import FRAMEWORKS
from audits.engine.config import PARSERS, read_settings
from audits.engine.extract.model import ModuleFacts
from audits.engine.extract.module import crosses, facts_and_spans
from audits.engine.extract.parsing import compiles, parsed
from audits.engine.facts import CallSite, Confidence, FileKind, Kind
from audits.engine.fragments import calls_in
from audits.engine.languages import block_sites
from audits.engine.link import link
from audits.engine.notebooks import mask
from audits.engine.suppressions import ignores_in

_NAMES = {
    FileKind.PYTHON: "py python python3 python2 pycon ipython ipython3 doctest",
    FileKind.JAVASCRIPT: "js javascript jsx mjs cjs node nodejs",
    FileKind.TYPESCRIPT: "ts typescript mts cts",
    FileKind.TSX: "tsx",
    FileKind.GO: "go golang",
    FileKind.JAVA: "java",
    FileKind.KOTLIN: "kt kts kotlin",
    FileKind.RUBY: "rb ruby",
    FileKind.CSHARP: "cs csharp c# dotnet",
    FileKind.PHP: "php",
    FileKind.RUST: "rs rust",
    FileKind.SWIFT: "swift",
    FileKind.DART: "dart",
    FileKind.SHELL: "sh bash zsh shell console curl terminal shell-session sh-session",
    FileKind.DOCKERFILE: "dockerfile docker",
    FileKind.MAKEFILE: "makefile make",
    FileKind.YAML: "yaml yml",
    FileKind.JSON: "json jsonc json5",
    FileKind.TOML: "toml",
    FileKind.INI: "ini cfg conf",
    FileKind.ENV: "env dotenv properties",
    FileKind.HCL: "hcl terraform tf",
    FileKind.SQL: "sql postgresql postgres mysql",
    FileKind.NGINX: "nginx",
    FileKind.HTTP: "http rest",
}
_KINDS = {name: kind for kind, names in _NAMES.items() for name in names.split()}
# What tells the language of a block that does not name it.
_TELLS = (
    (FileKind.SHELL, re.compile(r"^\s*\$?\s*curl\s", re.MULTILINE)),
    (
        FileKind.TYPESCRIPT,
        re.compile(r"^\s*(?:import .* from ['\"]|(?:const|let|var) .*=|await fetch\()", re.MULTILINE),
    ),
    (
        FileKind.PYTHON,
        re.compile(r"(?:^|\s|>>> )(?:import cohere\b|from cohere import|co(?:here)?\.\w+\()", re.MULTILINE),
    ),
)
# A line of settings, and one between them.
_SETTING = re.compile(r"\s*(?:(?:export\s+)?[A-Z][A-Z0-9_]*=.*|#.*)?")
_DIRECTIVE = re.compile(r"^(\s*)\.\.\s+(?:code-block|code|sourcecode|tab|highlight)::\s*([\w+#-]*)\s*$")
_PROMPT = re.compile(r"^(\s*)(?:>>>|\.\.\.|In \[\d+\]:)(?: |$)")
_SHOWS = {
    Kind.RAW_HTTP: "a request to Generate's address",
    Kind.SDK_CALL: "a call of Generate",
    Kind.SDK_STREAM: "a call of Generate that streams",
}
_SHOWN = frozenset(Kind) - {Kind.HALF_MIGRATED, Kind.DEAD_MODEL, Kind.RESPONSE_ACCESS, Kind.WRAPPER_PROJECT}
_LEAST = Confidence.POSSIBLE
# How far a block without a fence is moved in.
_INDENT = 4
# The module that a document's blocks are read as.
_NAME = "block.py"
# Blocks are all that is asked for; those beside a tag count, too.
_PARSER = MarkdownIt("commonmark").disable(["inline", "html_block"])
# MDX has tags of its own in lines of their own, and no indented code. https://mdxjs.com/docs/what-is-mdx/#markdown
_MDX_TAG = re.compile(r"^[ \t]*</?[A-Z][\w.]*(?:[ \t][^<>\n]*)?/?>[ \t]*$", re.MULTILINE)
_MDX_PARSER = MarkdownIt("commonmark").disable(["inline", "html_block", "code"])


@dataclass(frozen=True, slots=True)
class Block:
    """One code block: how it is read, the line (from 1) of its first code line, its lines without their indent."""

    kind: FileKind
    line: int
    indent: int
    lines: tuple[str, ...]


def read_document(kind: FileKind, text: str) -> ModuleFacts:
    """The uses that a document shows."""
    lines = text.split("\n")
    blocks = tuple(directives(lines) if kind is FileKind.RST else fences(text, lines))
    return ModuleFacts(sites=shown(blocks, len(lines)), ignores=ignores_in(lines))


def shown(blocks: Sequence[Block], height: int, whose: str = "A code block of this document") -> tuple[CallSite, ...]:
    """What code blocks show, by place, as mentions; `height` is how many lines the text has that holds them."""
    found: list[CallSite] = []
    # A document that shows Chat with a model that is gone shows no Generate.
    for inner in dict.fromkeys(block.kind for block in blocks):
        own = [block for block in blocks if block.kind is inner]
        uses = _uses(inner, own, height)
        found += [_as_mention(site, own, whose) for site in uses if site.kind in _SHOWN and _tells(site)]
    found.sort(key=lambda site: (site.span.line, site.span.column))
    return tuple(found)


def _tells(site: CallSite) -> bool:
    """A library's class is certain, even where its release decides which API it calls."""
    rows = FRAMEWORKS.get(site.client or "", ())
    return site.confidence is not _LEAST or any(row.until and row.kind is site.kind for row in rows)


def fences(text: str, lines: Sequence[str]) -> Iterator[Block]:
    """The code blocks of Markdown, fenced and indented, and those of MDX."""
    plain, tags = _MDX_TAG.subn("", text)
    for token in _MDX_PARSER.parse(plain) if tags else _PARSER.parse(text):
        if token.type == "code_block" and token.map is not None:
            kind = _kind_of("", token.content)
            if kind is not None:
                yield Block(kind, token.map[0] + 1, _INDENT, tuple(token.content.split("\n")[:-1]))
        if token.type != "fence" or token.map is None:
            continue
        word = re.match(r"[\w+#.-]*", token.info.strip().lstrip("{").lstrip(".").lower())
        kind = _kind_of(word[0] if word else "", token.content)
        if kind is None:
            continue
        first, end = token.map
        content = tuple(token.content.split("\n")[: max(end - first - 1, 0)])
        opening = lines[first]
        yield Block(kind, first + 2, len(opening) - len(opening.lstrip(" \t>")), content)


def _kind_of(name: str, content: str) -> FileKind | None:
    """How a block is read, by the language that it names or, where it names none, by what it says."""
    kind = _KINDS.get(name) if name else next((kind for kind, tell in _TELLS if tell.search(content)), None)
    if kind is FileKind.SHELL or not (name or kind):
        # Settings are shown as a shell's, or as nothing's.
        lines = content.split("\n")
        return FileKind.ENV if all(map(_SETTING.fullmatch, lines)) and "=" in content else kind
    return kind


def directives(lines: Sequence[str]) -> Iterator[Block]:
    """The blocks of reStructuredText: code directives, and paragraphs that follow `::`."""
    at = 0
    while at < len(lines):
        line = lines[at]
        directive = _DIRECTIVE.match(line)
        literal = line.rstrip().endswith("::") and not line.lstrip().startswith("..")
        at += 1
        if not directive and not literal:
            continue
        outer = len(line) - len(line.lstrip())
        start, end = _block_below(lines, at, outer)
        at = max(end, at)
        content = lines[start:end]
        indent = min((len(row) - len(row.lstrip()) for row in content if row.strip()), default=0)
        kind = _kind_of(directive[2].lower() if directive else "", "\n".join(content))
        if kind is not None and content:
            yield Block(kind, start + 1, indent, tuple(row[indent:] for row in content))


def _block_below(lines: Sequence[str], at: int, outer: int) -> tuple[int, int]:
    """The lines of an indented block below a line with an indent of `outer`, the block's options left out."""
    while at < len(lines) and (not lines[at].strip() or re.match(r"\s+:[\w-]+:", lines[at])):
        at += 1
    end = at
    while end < len(lines) and (not lines[end].strip() or len(lines[end]) - len(lines[end].lstrip()) > outer):
        end += 1
    return at, end


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
    """A session's lines without its prompts and its answers."""
    if any(_PROMPT.match(line) for line in lines):
        return [_PROMPT.sub(r"\1", line) if _PROMPT.match(line) else "" for line in lines]
    return lines


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
