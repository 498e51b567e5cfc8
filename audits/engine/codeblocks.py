"""The code blocks of documents, in Markdown, MDX and reStructuredText, and the languages that they are in."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt

from audits.engine.facts import FileKind
from audits.engine.passages import may_show, passages, tells

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
        re.compile(r"(?:^|\s|>>> )(?:import cohere\b|from [\w.]+ import\s|co(?:here)?\.\w+\(|%%?ai\s)", re.MULTILINE),
    ),
)
# A line of settings, and one between them.
_SETTING = re.compile(r"\s*(?:(?:export\s+)?[A-Z][A-Z0-9_]*=.*|#.*)?")
_DIRECTIVE = re.compile(r"^(\s*)\.\.\s+(?:code-block|code|sourcecode|tab|highlight)::\s*([\w+#-]*)\s*$")
# How far a block without a fence is moved in.
_INDENT = 4
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


def may_use(block: Block) -> bool:
    """May it show a use, by the names in it?"""
    return tells("\n".join(block.lines).encode("utf-8", "replace"))


def fences(text: str, lines: Sequence[str]) -> Iterator[Block]:
    """The code blocks of Markdown, fenced and indented, and those of MDX; none where none of them can show a use."""
    plain, tags = _MDX_TAG.subn("", text)
    parser = _MDX_PARSER if tags else _PARSER
    parts = passages(plain, indented=not tags)
    told = [line for line, _, data in parts if may_show(FileKind.MARKDOWN, data)]
    read = {line: list(_blocks_of(parser, part, line, lines)) for line, part, _ in parts if line in told}
    if any(may_use(block) for blocks in read.values() for block in blocks):
        for line, part, _ in parts:
            yield from read[line] if line in read else _blocks_of(parser, part, line, lines)


def _blocks_of(parser: MarkdownIt, part: str, above: int, lines: Sequence[str]) -> Iterator[Block]:
    """The blocks of a part of a document that has so many lines `above` it."""
    for token in parser.parse(part):
        if token.map is None or token.type not in ("code_block", "fence"):
            continue
        first, end = token.map
        name, indent, rows = "", _INDENT, tuple(token.content.split("\n")[:-1])
        if token.type == "fence":
            word = re.match(r"[\w+#.-]*", token.info.strip().lstrip("{").lstrip(".").lower())
            opening = lines[above + first]
            name, indent = word[0] if word else "", len(opening) - len(opening.lstrip(" \t>"))
            rows = tuple(token.content.split("\n")[: max(end - first - 1, 0)])
        kind = _kind_of(name, token.content)
        if kind is not None:
            yield Block(kind, above + first + (2 if token.type == "fence" else 1), indent, rows)


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
