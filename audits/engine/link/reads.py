"""Where the response of a Generate call is read."""

from collections import defaultdict

from audits.engine.facts import ResponseRead
from audits.engine.link.arguments import render
from audits.engine.link.evaluate import Evaluator
from audits.engine.link.tree import Module

_FIELDS = frozenset(
    [
        "generations",
        "text",
        "texts",
        "likelihood",
        "token",
        "token_likelihoods",
        "finish_reason",
        "event_type",
        "is_finished",
        "err",
        "response",
        "data",
        "meta",
        "prompt",
        "id",
    ]
)
# What other vendors' answers, and Chat's, have in this place: read behind a branch, none of Generate's.
_FOREIGN = frozenset({"candidates", "choices", "completion", "delta", "message"})
# Builtins that go through what they are given.
_LOOPING = frozenset({"dict", "enumerate", "iter", "len", "list", "map", "reversed", "set", "sorted", "tuple", "zip"})
Site = tuple[str, int]


def reads_by_site(evaluator: Evaluator) -> dict[Site, tuple[ResponseRead, ...]]:
    """By (path, number of the method's reference): the places that read what the call gives."""
    found: dict[Site, dict[tuple[str, int], ResponseRead]] = defaultdict(dict)
    for module in evaluator.tree.modules.values():
        fields = (*module.attributes_named(_FIELDS), *module.made_by("sub"), *module.calls.get("getattr", ()))
        for number in sorted(fields):
            base = _read_from(module, number)
            for value in evaluator.evaluate(module, base) if base >= 0 else ():
                top = outermost(module, number) if value.kind == "response" else -1
                if top >= 0 and not is_foreign(module, top):
                    found[value.path, value.index][module.path, top] = read_at(module, top)
    return {site: tuple(rows.values()) for site, rows in found.items()}


class Loops:
    """Where answers are gone through as a whole: from SDK 5 on that gives pairs of a field's name and its value."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator
        self._known: dict[str, dict[int, list[int]]] = {}

    def of(self, module: Module, method: int) -> tuple[ResponseRead, ...]:
        """The places that go through the answer of a method's call, or through the name that it is bound to."""
        call = module.parents.get(method, -1)
        if call < 0 or module.nodes[call].op != "call" or module.nodes[call].kids[0] != method:
            return ()
        around = module.parents.get(call, -1)
        call = around if around >= 0 and module.nodes[around].op == "await" else call
        found = [at for at in (_loop(module, call),) if at >= 0]
        if module.path not in self._known:
            self._known[module.path] = self._by_value(module)
        return tuple(read_at(module, at) for at in dict.fromkeys([*found, *self._known[module.path].get(call, ())]))

    def _by_value(self, module: Module) -> dict[int, list[int]]:
        """By the one expression that a name is bound to: where the name is gone through; each is resolved once."""
        found: dict[int, list[int]] = defaultdict(list)
        bound = {row.name for row in module.facts.bindings if row.how == "value"}
        for number in module.made_by("name"):
            node = module.nodes[number]
            if node.text in bound and (at := _loop(module, number)) >= 0:
                rows, scope = self._evaluator.defined(module, node, number) or ([], -1)
                values = {row.node for row in rows}
                if scope < 0 and len(values) == 1:
                    found[values.pop()].append(at)
        return found


def _loop(module: Module, number: int) -> int:
    """The expression, where it is gone through, by a loop or a builtin's call; else -1."""
    parent = module.parents.get(number, -1)
    node = module.nodes[parent] if parent >= 0 else None
    if node is not None and node.op in ("iter", "item"):
        return number
    builtin = (
        node is not None and node.op == "call" and node.kids[0] != number and module.nodes[node.kids[0]].op == "name"
    )
    return number if node is not None and builtin and module.nodes[node.kids[0]].text in _LOOPING else -1


def is_foreign(module: Module, top: int) -> bool:
    """Does a chain of attributes and items name what no answer of Generate has?"""
    number = top
    while (node := module.nodes[number]).op in ("attr", "sub"):
        key = module.nodes[node.kids[1]] if node.op == "sub" and len(node.kids) == 2 else node
        if key.op in ("attr", "str") and key.text in _FOREIGN:
            return True
        number = node.kids[0]
    return False


def _read_from(module: Module, number: int) -> int:
    """What an expression may read a field or an item of, else -1."""
    node = module.nodes[number]
    if node.op == "attr":
        return node.kids[0] if node.text in _FIELDS else -1
    if node.op == "sub" and len(node.kids) == 2:
        key = module.nodes[node.kids[1]]
        read = (key.op == "const" and key.text.isdigit()) or (key.op == "str" and key.text in _FIELDS)
        return node.kids[0] if read else -1
    if node.op == "call" and len(node.kids) > 2 and module.nodes[node.kids[0]].text == "getattr":
        key = module.nodes[node.kids[2]]
        return node.kids[1] if key.op == "str" and key.text in _FIELDS else -1
    return -1


def outermost(module: Module, number: int) -> int:
    """The longest chain of attributes, items and calls that begins with this read."""
    while True:
        parent = module.parents.get(number)
        if parent is None or module.nodes[parent].op not in ("attr", "sub") or module.nodes[parent].kids[0] != number:
            return number
        outer = module.parents.get(parent)
        method = outer is not None and module.nodes[outer].op == "call" and module.nodes[outer].kids[0] == parent
        if method and module.nodes[parent].op == "attr" and module.nodes[parent].text not in _FIELDS:
            return number
        number = parent


def read_at(module: Module, number: int) -> ResponseRead:
    """A read as it is shown."""
    node = module.nodes[number]
    line, cell = module.facts.place(node.line)
    end, _ = module.facts.place(node.end)
    return ResponseRead(module.path, line, end, render(module, number, keyed=True), cell)
