"""Programs and settings in shell scripts: what an interpreter gets, files that are written."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice, pairwise

from ast_grep_py import SgNode, SgRoot

from audits.engine.config import PARSERS, read_settings
from audits.engine.extract.model import ModuleFacts
from audits.engine.extract.module import extract
from audits.engine.facts import CallSite, FileKind
from audits.engine.filekinds import file_kind
from audits.engine.gate import names_api
from audits.engine.languages import KINDS, block_sites, read_code
from audits.engine.link import link

_NAME = "block.py"
_LIMIT = 50
_RUNS: Mapping[FileKind, re.Pattern[str]] = {
    kind: re.compile(rf"(?:^|[\s/|])(?:{names})(?=\s|$)")
    for kind, names in (
        (FileKind.PYTHON, r"python[\d.]*|pypy3?|ipython3?"),
        (FileKind.JAVASCRIPT, "node|nodejs"),
        (FileKind.TYPESCRIPT, "deno|bun|tsx|ts-node"),
        (FileKind.RUBY, "ruby"),
        (FileKind.SHELL, r"(?:ba|z|da|k)?sh|ssh"),
    )
}
_WRITTEN = re.compile(r"(?:>|(?<![\w-])tee(?:\s+-a)?)\s*[\"']?(?P<name>[\w./${}-]+)[\"']?(?=\s|$)")
_TOLD: Mapping[FileKind, re.Pattern[str]] = {
    FileKind.PYTHON: re.compile(r"(?<!\w)-c$"),
    FileKind.JAVASCRIPT: re.compile(r"(?<!\w)(?:-e|--eval)$"),
    FileKind.RUBY: re.compile(r"(?<!\w)-e$"),
}
_WORTH = re.compile(r"<<|(?<!\w)(?:-[ce]|--eval)(?!\w)")


def programs_in(text: str) -> Iterator[CallSite]:
    """The uses of each program in a script, on its lines. One that does not parse tells nothing."""
    if "ohere" not in text or not _WORTH.search(text):
        return
    for line, kind, piece in islice(_pieces(SgRoot(text, "bash").root()), _LIMIT):
        yield from sites_inside(kind, line, piece)


def sites_inside(kind: FileKind | None, line: int, piece: str) -> Iterator[CallSite]:
    """The uses of a file that is part of another text and begins on a line (from 1) of it."""
    if kind is FileKind.PYTHON:
        yield from piece_sites(line, piece)
    elif kind is None or "ohere" not in piece:
        return
    elif kind is FileKind.HTML:
        yield from read_code(kind, "\n" * (line - 1) + piece).sites
    elif kind in KINDS:
        yield from block_sites(kind, "\n" * (line - 1) + piece)
    elif kind in PARSERS:
        facts = read_settings(kind, piece)
        # The path, which is that of the text around, says nothing of these.
        found = facts.sites if isinstance(facts, ModuleFacts) else ()
        yield from (_lower(site, line - 1) for site in found if not site.by_path)


def _lower(site: CallSite, by: int) -> CallSite:
    span = replace(site.span, line=site.span.line + by, end_line=site.span.end_line + by)
    return replace(site, span=span, proof=tuple(replace(step, line=step.line + by) for step in site.proof))


def piece_sites(line: int, piece: str) -> Iterator[CallSite]:
    """The uses of a piece of Python that is a module of its own and begins on a line (from 1) of another text."""
    data = _on_its_line(line, piece).encode("utf-8", "replace")
    facts = extract(FileKind.PYTHON, data) if names_api(data) else None
    if isinstance(facts, ModuleFacts):
        yield from map(_here, link({_NAME: facts}))


def _on_its_line(line: int, piece: str) -> str:
    """A module that begins on a line. What stands above is one string: the parser makes a node of each empty line."""
    return "'''" + "\n" * (line - 2) + f"'''\n{piece}" if line > 1 else piece


def _pieces(root: SgNode) -> Iterator[tuple[int, FileKind, str]]:
    """(line from 1, kind, text) of each."""
    for node in root.find_all(kind="heredoc_redirect"):
        body = next((kid for kid in node.children() if kid.kind() == "heredoc_body"), None)
        outer = node.parent()
        if body is None or outer is None:
            continue
        # What stands before the document and behind its mark says who reads it.
        kind = _reader(outer.text().replace(body.text(), "\n", 1))
        if kind is not None:
            yield body.range().start.line + 1, kind, body.text()
    for node in root.find_all(kind="command"):
        kids = [kid for kid in node.children() if kid.is_named()]
        for kind, flag in _TOLD.items():
            if not _RUNS[kind].search(re.split(r"\s--?[ce]", node.text())[0]):
                continue
            for option, told in pairwise(kids):
                if flag.search(option.text()) and told.kind() in ("string", "raw_string"):
                    yield told.range().start.line + 1, kind, _unquoted(told)


def _reader(around: str) -> FileKind | None:
    """The kind of file that a document is, by the file that it goes to or the program that reads it."""
    written = _WRITTEN.search(around)
    kind = file_kind(written["name"]) if written is not None else None
    return kind or next((kind for kind, runs in _RUNS.items() if runs.search(around)), None)


def _unquoted(node: SgNode) -> str:
    text = node.text()[1:-1]
    return re.sub(r"\\([\"$`\\])", r"\1", text) if node.kind() == "string" else text


def _here(site: CallSite) -> CallSite:
    proof = tuple(replace(step, path="") if step.path == _NAME else step for step in site.proof)
    reads = tuple(replace(read, path="") for read in site.reads)
    return replace(site, path="", proof=proof, reads=reads, why=site.why.replace(f"{_NAME}:", "line "))
