"""JSON that a program puts together from texts and expressions: `"{\\"prompt\\": \\"" + p + "\\"}"`."""

import re
from collections.abc import Callable

from audits.engine.facts import Argument, Language
from audits.engine.languages.jsontext import json_arguments
from audits.engine.languages.program import HOLE, Expr, Program

# Where an expression is put in: private characters, of which one stands for one.
_FIRST, _MOST = 0xE000, 200
_MARK = re.compile(f"[{chr(_FIRST)}-{chr(_FIRST + _MOST)}]")
_JOINED = {Language.PHP: " . "}
_TEMPLATES = frozenset({Language.JAVASCRIPT, Language.TYPESCRIPT})
_PLUS = _TEMPLATES | {Language.JAVA, Language.KOTLIN, Language.CSHARP, Language.DART, Language.GO}
# In these a dollar sign within double quotes is no plain text.
_FILLING = frozenset({Language.PHP, Language.KOTLIN, Language.DART})
# Calls that write a value as JSON.
_WRITERS = frozenset({"toJson", "stringify", "json_encode", "quote", "Serialize", "jsonEncode", "SerializeObject"})


def spliced(program: Program, language: Language, expr: Expr, text: Callable[[Expr], str]) -> dict[str, Argument]:
    """The entries of the object with the expressions in them; `text` folds one. {} where it is no such text."""
    if language not in _PLUS and language not in _JOINED:
        return {}
    holes: list[Expr] = []
    body = "".join(_parts(expr, text, holes, language))
    # A text of the program may hold one of the marks itself.
    if not holes or len(holes) > _MOST or len(_MARK.findall(body)) != len(holes):
        return {}
    found = json_arguments(_quoted(body))
    return {name: _told(program, language, given, holes) for name, given in found.items()}


def _parts(expr: Expr, text: Callable[[Expr], str], holes: list[Expr], language: Language) -> list[str]:
    if expr.op == "concat":
        return [part for kid in expr.kids for part in _parts(kid, text, holes, language)]
    whole = text(expr)
    if whole and HOLE not in whole:
        return [whole]
    if expr.op == "str" and expr.kids and language in _TEMPLATES and expr.text.count(HOLE) == len(expr.kids):
        pieces = expr.text.split(HOLE)
        rest = [part for piece, kid in zip(pieces[1:], expr.kids, strict=True) for part in (_hole(kid, holes), piece)]
        return [pieces[0], *rest]
    return [_hole(expr, holes)]


def _hole(expr: Expr, holes: list[Expr]) -> str:
    holes.append(expr)
    return chr(min(_FIRST + len(holes) - 1, _FIRST + _MOST))


def _quoted(body: str) -> str:
    """The text with quotes around what stands in no quotes yet."""
    rows, inside, escaped = [], False, False
    for mark in body:
        inside ^= mark == '"' and not escaped
        escaped = mark == "\\" and not escaped
        rows.append(f'"{mark}"' if _MARK.match(mark) and not inside else mark)
    return "".join(rows)


def _told(program: Program, language: Language, given: Argument, holes: list[Expr]) -> Argument:
    """One entry as an expression of the language, "…" for one that cannot be written so."""
    source = given.source
    if not _MARK.search(source):
        return given
    pieces = re.split(f"({_MARK.pattern})", source[1:-1]) if source[:1] == '"' and source[-1:] == '"' else []
    rows = []
    for piece in filter(None, pieces):
        if _MARK.fullmatch(piece):
            rows.append(_written(program, holes[ord(piece) - _FIRST], alone=len([*filter(None, pieces)]) == 1))
        else:
            rows.append(f'"{piece}"')
    plain = all("$" not in row for row in rows if row.startswith('"')) or language not in _FILLING
    joined = _JOINED.get(language, " + ").join(rows)
    written = joined if rows and plain else _MARK.sub("…", source)
    return Argument(given.name, written, None, False, None)


def _written(program: Program, expr: Expr, *, alone: bool) -> str:
    """An expression as it stands there; of one that writes JSON what it writes, in brackets where it may need them."""
    if alone and expr.op == "call" and expr.kids[0].text in _WRITERS and len(expr.kids) == 2:
        return program.written(expr.kids[1])
    simple = alone or expr.op in ("name", "attr", "call", "str", "const")
    return program.written(expr) if simple else f"({program.written(expr)})"
