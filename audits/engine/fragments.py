"""Pieces of Python that no module could be: calls of Generate in a document's code, whose client stands elsewhere."""

import re
from collections.abc import Iterator

from ast_grep_py import SgNode, SgRoot

from audits.engine.catalogue import METHODS
from audits.engine.facts import Argument, CallSite, Confidence, Kind, Platform, ProofStep, Span
from audits.engine.source import lines_of

_CLIENT = re.compile(r"(?:self\.)?_?(?:co|\w*cohere\w*)(?:\(\))?", re.IGNORECASE)
_WHY = "`{}` is a client of Cohere's by its name; the code block does not show where it comes from."
_WORDS = {"True": True, "False": False}


def calls_in(text: str) -> Iterator[CallSite]:
    """The calls of `co.generate(…)` and its like in a text that tree-sitter reads as far as it goes."""
    root = SgRoot(text, "python").root()
    for call in root.find_all(kind="call"):
        function = call.field("function")
        owner = function.field("object") if function is not None else None
        name = function.field("attribute") if function is not None else None
        if owner is None or name is None or name.text() not in METHODS or not _CLIENT.fullmatch(owner.text()):
            continue
        place, whole = name.range(), call.range()
        line = place.start.line + 1
        yield CallSite(
            path="",
            span=Span(line, whole.end.line + 1, place.start.column),
            scope="",
            callee=f"{owner.text()}.{name.text()}",
            method=name.text(),
            kind=Kind.SDK_STREAM if "stream" in name.text() else Kind.SDK_CALL,
            client=None,
            platform=Platform.COHERE,
            confidence=Confidence.LIKELY,
            why=_WHY.format(owner.text()),
            proof=(ProofStep(f"{owner.text()}.{name.text()}", "", line),),
            arguments=tuple(_arguments(call)),
        )


def _arguments(call: SgNode) -> Iterator[Argument]:
    given = call.field("arguments")
    for at, node in enumerate(kid for kid in (given.children() if given is not None else ()) if kid.is_named()):
        name, value = node.field("name"), node.field("value")
        if node.kind() == "keyword_argument" and name is not None and value is not None:
            yield Argument(name.text(), value.text()[:600], None, *_literal(value))
        elif node.kind() == "dictionary_splat":
            yield Argument("**", node.text()[:600])
        elif node.kind() not in ("comment", "keyword_argument"):
            yield Argument(None, node.text()[:600], at, *_literal(node))


def _literal(node: SgNode) -> tuple[bool, str | int | float | bool | None]:
    text = node.text()
    if text in _WORDS or text == "None":
        return True, _WORDS.get(text)
    for kind in (int, float):
        try:
            return True, kind(text)
        except ValueError:
            continue
    quoted = re.fullmatch(r"[rbuRBU]{0,2}(\"|')((?:(?!\1)[^\\])*)\1", text)
    return (True, quoted[2]) if quoted and len(lines_of(text)) == 1 else (False, None)
