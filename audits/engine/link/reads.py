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
        "token_likelihoods",
        "finish_reason",
        "event_type",
        "is_finished",
        "response",
        "data",
        "meta",
        "prompt",
        "id",
    ]
)
Site = tuple[str, int]


def reads_by_site(evaluator: Evaluator) -> dict[Site, tuple[ResponseRead, ...]]:
    """By (path, number of the method's reference): the places that read what the call gives."""
    found: dict[Site, dict[tuple[str, int], ResponseRead]] = defaultdict(dict)
    for module in evaluator.tree.modules.values():
        for number in range(len(module.nodes)):
            if not _may_read(module, number):
                continue
            for value in evaluator.evaluate(module, module.nodes[number].kids[0]):
                if value.kind == "response":
                    top = outermost(module, number)
                    found[value.path, value.index][module.path, top] = read_at(module, top)
    return {site: tuple(rows.values()) for site, rows in found.items()}


def _may_read(module: Module, number: int) -> bool:
    node = module.nodes[number]
    if node.op == "attr":
        return node.text in _FIELDS
    if node.op == "sub" and len(node.kids) == 2:
        key = module.nodes[node.kids[1]]
        return (key.op == "const" and key.text.isdigit()) or (key.op == "str" and key.text in _FIELDS)
    return False


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
    return ResponseRead(module.path, line, end, render(module, number), cell)
