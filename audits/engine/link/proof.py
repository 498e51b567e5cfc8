"""The words of a proof: each step says in one short line what a name stands for; of values a model's id at most."""

import re
from collections.abc import Iterable

from audits.engine.extract.model import Binding, Node, Store
from audits.engine.link.tree import Module
from audits.engine.link.values import Step

_LIMIT = 80
_TYPE = re.compile(r"[A-Za-z_][\w.\[\], |]{0,60}")
_KEY = re.compile(r"[A-Za-z_]\w{0,30}|\d{1,4}")


def brief(module: Module, number: int, depth: int = 0) -> str:
    """An expression as names only: `cohere.Client(…)`; "…" is whatever else it holds."""
    if number < 0 or depth > 6:
        return "…"
    if depth == 0:
        known = module.briefs.get(number)
        if known is None:
            known = module.briefs[number] = _brief(module, number, 0)
        return known
    return _brief(module, number, depth)


def _brief(module: Module, number: int, depth: int) -> str:
    node = module.nodes[number]
    first = brief(module, node.kids[0], depth + 1) if node.kids else "…"
    if node.op == "name" or (node.op == "const" and node.text in ("None", "True", "False")):
        return node.text
    if node.op == "attr":
        return f"{first}.{node.text}"
    if node.op == "call":
        return f"{first}({'…' if len(node.kids) > 1 else ''})"
    return _shaped(module, node, first, depth)


def _shaped(module: Module, node: Node, first: str, depth: int) -> str:
    if node.op == "sub":
        return f"{first}[…]"
    if node.op in ("await", "enter"):
        return f"{'await' if node.op == 'await' else 'with'} {first}"
    if node.op == "iter":
        return f"for … in {first}"
    if node.op == "either":
        joiner = {"if": "if … else", "or": "or"}.get(node.text, "and")
        return f"{first} {joiner} {brief(module, node.kids[1], depth + 1)}"
    return {"dict": "{…}", "seq": "[…]", "lambda": "lambda"}.get(node.op, "…")


def called(module: Module, number: int) -> Step:
    """A call, where its callee's last name stands; `number` may be a function that a framework calls."""
    node = module.nodes[number]
    if node.op != "call":
        return _step(f"{brief(module, number)}()", module, node.line)
    return _step(brief(module, number), module, module.nodes[node.kids[0]].line)


def bound(module: Module, row: Binding) -> Step:
    """A name and what an assignment, an annotation or an import gives it."""
    if row.how == "import":
        dotted, _, item = row.detail.partition(":")
        source = f"from {dotted} import {item}" if item else f"import {dotted}"
        return _step(f"{row.name} ← {source}", module, row.line)
    if row.how == "annotation":
        return _step(f"{row.name} ← annotated {annotation(module, row.node)}", module, row.line)
    if row.how == "narrow" and row.detail:
        return _step(f"{row.detail} {annotation(module, row.node)}", module, row.line)
    if row.how == "narrow":
        return _step(f"{row.name} ← isinstance {annotation(module, row.node)}", module, row.line)
    return _step(f"{row.name} ← {brief(module, row.node)}", module, row.line)


def starred(module: Module, row: Binding, name: str) -> Step:
    """A name that a star import brings in."""
    return _step(f"{name} ← from {row.detail.partition(':')[0]} import *", module, row.line)


def annotation(module: Module, number: int) -> str:
    """A type as written, where it is made of names."""
    node = module.nodes[number] if number >= 0 else None
    if node is not None and node.op == "str" and _TYPE.fullmatch(node.text):
        return node.text
    return brief(module, number)


def annotated(module: Module, number: int) -> Step:
    """A type that an annotation names."""
    return _step(annotation(module, number), module, module.nodes[number].line)


def stored(module: Module, row: Store) -> Step:
    """An attribute or an item and what it is given."""
    base = brief(module, row.base)
    target = f"{base}.{row.key}" if row.kind == "attr" else f"{base}[{_key(row.key)}]"
    value = annotation(module, row.node) if row.how == "annotation" else brief(module, row.node)
    joiner = "← annotated" if row.how == "annotation" else "←"
    return _step(f"{target} {joiner} {value}", module, row.line)


def returned(module: Module, scope: int, number: int) -> Step:
    """A function and what it returns or yields, where that stands."""
    around = module.parents.get(number)
    yields = around is not None and module.nodes[around].text == "yield"
    word = "yield" if yields else "return"
    return _step(f"{_function(module, scope)} ← {word} {brief(module, number)}", module, module.nodes[number].line)


def promised(module: Module, scope: int, number: int) -> Step:
    """A function whose annotation, the expression `number`, says what it returns."""
    text = f"{_function(module, scope)} ← annotated {annotation(module, number)}"
    return _step(text, module, module.nodes[number].line)


def based(module: Module, scope: int, number: int) -> Step:
    """A class and the base that makes it a client."""
    base = brief(module, number)
    return _step(f"class {module.scopes[scope].name}({base}) ← {base}", module, module.nodes[number].line)


def parameter(module: Module, name: str, line: int, origin: str) -> Step:
    """A parameter and where its value comes from."""
    return _step(f"{name} ← parameter, {origin}", module, line)


def passed(module: Module, call: int, argument: int) -> Step:
    """A call that hands a value on."""
    callee = module.nodes[call].kids[0]
    text = f"{brief(module, callee)}({brief(module, argument)})"
    return _step(text, module, module.nodes[callee].line)


def elsewhere(
    places: Iterable[tuple[Module, int]], module: Module, operands: Iterable[tuple[str, int]]
) -> tuple[Step, ...]:
    """Where texts are written down that are none of a call's own operands, each as it stands there."""
    own = {number for _, number in operands}
    others = (row for row in places if row[0] is not module or row[1] not in own)
    return tuple(_step(owner.nodes[number].text, owner, owner.nodes[number].line) for owner, number in others)


def place_of(module: Module, scope: int) -> str:
    """A scope for a reader: its dotted name, or the file."""
    return f"{name}()" if (name := module.qualified(scope)) else module.path.rpartition("/")[2]


def _function(module: Module, scope: int) -> str:
    row = module.scopes[scope]
    return "lambda" if row.kind == "lambda" else f"{row.name}()"


def _key(key: str) -> str:
    return repr(key) if _KEY.fullmatch(key) else "…"


def _step(text: str, module: Module, line: int) -> Step:
    return Step(text if len(text) <= _LIMIT else text[: _LIMIT - 1] + "…", module.path, line)
