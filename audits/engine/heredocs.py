"""Python in shell scripts: what an interpreter is given as a document or by `-c`, and modules that a script writes."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice, pairwise

from ast_grep_py import SgNode, SgRoot

from audits.engine.extract.model import ModuleFacts
from audits.engine.extract.module import extract
from audits.engine.facts import CallSite, FileKind
from audits.engine.gate import names_api
from audits.engine.link import link

_NAME = "block.py"
_LIMIT = 50
_PYTHON = re.compile(r"(?:^|[\s/|])(?:python[\d.]*|pypy3?|ipython3?)(?=\s|$)")
_WRITTEN = re.compile(r">\s*[\"']?[\w./${}-]+\.py[\"']?(?=\s|$)")
_TOLD = re.compile(r"(?<!\w)-c$")


def python_in(text: str) -> Iterator[CallSite]:
    """The uses of each piece of Python in a script, on its lines. One that does not parse tells nothing."""
    if "python" not in text and ".py" not in text:
        return
    for line, piece in islice(_pieces(SgRoot(text, "bash").root()), _LIMIT):
        yield from piece_sites(line, piece)


def piece_sites(line: int, piece: str) -> Iterator[CallSite]:
    """The uses of a piece of Python that is a module of its own and begins on a line (from 1) of another text."""
    data = _on_its_line(line, piece).encode("utf-8", "replace")
    facts = extract(FileKind.PYTHON, data) if names_api(data) else None
    if isinstance(facts, ModuleFacts):
        yield from map(_here, link({_NAME: facts}))


def _on_its_line(line: int, piece: str) -> str:
    """A module that begins on a line. What stands above is one string: the parser makes a node of each empty line."""
    return "'''" + "\n" * (line - 2) + f"'''\n{piece}" if line > 1 else piece


def _pieces(root: SgNode) -> Iterator[tuple[int, str]]:
    """(line from 1, text) of each."""
    for node in root.find_all(kind="heredoc_redirect"):
        body = next((kid for kid in node.children() if kid.kind() == "heredoc_body"), None)
        outer = node.parent()
        if body is None or outer is None:
            continue
        # What stands before the document and behind its mark says who reads it.
        around = outer.text().replace(body.text(), "\n", 1)
        if _PYTHON.search(around) or _WRITTEN.search(around):
            yield body.range().start.line + 1, body.text()
    for node in root.find_all(kind="command"):
        kids = [kid for kid in node.children() if kid.is_named()]
        if not _PYTHON.search(node.text().split("-c")[0]):
            continue
        for flag, told in pairwise(kids):
            if _TOLD.search(flag.text()) and told.kind() in ("string", "raw_string"):
                yield told.range().start.line + 1, _unquoted(told)


def _unquoted(node: SgNode) -> str:
    text = node.text()[1:-1]
    return re.sub(r"\\([\"$`\\])", r"\1", text) if node.kind() == "string" else text


def _here(site: CallSite) -> CallSite:
    proof = tuple(replace(step, path="") if step.path == _NAME else step for step in site.proof)
    reads = tuple(replace(read, path="") for read in site.reads)
    return replace(site, path="", proof=proof, reads=reads, why=site.why.replace(f"{_NAME}:", "line "))
