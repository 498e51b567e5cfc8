"""What holds clients: a list, a map, an object of them; by the type that is declared, and by what gives one back."""

import re
from dataclasses import replace

from audits.engine.facts import Language
from audits.engine.languages.program import Expr, Program
from audits.engine.languages.value import Value

# Before the class's name: `Record<string, X>`, `Map<String, X>`, `[]*X`, `map[string]*X`.
_BEFORE = re.compile(
    r"\b(?:\w*Map|Record|\w*Dictionary|\w*List|Vec|Slice|\w*Array|\w*Set|\w*Collection|I?Enumerable|Iterable)\s*<|\["
)
# Behind it: `X[]`.
_BEHIND = re.compile(r"\s*\??\[\]")
_DEPTH = 14
_PAIRS = (("{", "}"), ("[", "]"), ("<", ">"))
# Methods that give one of what is held.
ITEM = frozenset(
    {"at", "elementAt", "ElementAt", "find", "first", "First", "FirstOrDefault", "get", "getFirst", "getOrDefault"}
    | {"GetValueOrDefault", "getValue", "last", "Last", "next", "pop", "random", "sample", "shift"}
)
# Methods that hand one after another to a function.
EACH = frozenset({"every", "filter", "find", "flatMap", "forEach", "map", "some"})
_SCRIPTS = frozenset({Language.JAVASCRIPT, Language.TYPESCRIPT, Language.HTML})


def is_member(text: str, start: int) -> bool:
    """Is the class at this place of a type what a member of it is: `{ co: X }`?"""
    return text.count("{", 0, start) > text.count("}", 0, start)


def declares_several(text: str, start: int, stop: int) -> bool:
    """Does a type hold several of the class that it names between these places?"""
    before = text[:start]
    if all(before.count(one) <= before.count(other) for one, other in _PAIRS):
        # `{ a: string } & X`, `string[] | X`: what holds something stands beside the class, not around it.
        before = before[max(before.rfind("|"), before.rfind("&")) + 1 :]
    return bool(_BEFORE.search(before) or _BEHIND.match(text, stop))


def held(found: Value | None, language: Language) -> Value | None:
    """What a list of this is: Go's and Ruby's is what a function gives back, too, where the first one counts."""
    listed = found is not None and found.kind == "client" and language in _SCRIPTS
    return replace(found, kind="clients") if found is not None and listed else found


def gone_through(program: Program, name: str, scope: int) -> Expr | None:
    """`cs` of `cs.map((c) => …)`, where `c` is asked for: what a name that a script's function takes is one of."""
    at = next((one for one in program.around(scope) if name in program.parameters.get(one, ())), None)
    made = program.functions.get(at) if at is not None else None
    call = made.parent if made is not None else None
    if at is None or call is None or call.op != "call" or call.kids[1:2] != [made]:
        return None
    taken, callee = program.takes.get(at, ()), call.kids[0]
    first = bool(taken) and taken[0].name == name
    return callee.kids[0] if first and callee.op == "attr" and callee.text in EACH else None


def entry_of(program: Program, expr: Expr, depth: int = 0) -> Expr | None:
    """`box.client` of `const box = { client: … }`: of several the last, so that no box of boxes fans out."""
    base = expr.kids[0]
    boxes: list[Expr | None] = [base]
    if base.op == "name":
        boxes = [row.value for row in program.visible(base.text, base.scope)]
    elif base.op == "attr":
        boxes = [entry_of(program, base, depth + 1)] if depth < _DEPTH else []
    for box in reversed(boxes):
        if box is not None and box.op == "dict" and expr.text in box.keys:
            return next(kid for key, kid in reversed(list(zip(box.keys, box.kids, strict=False))) if key == expr.text)
    return None
