"""Which unread files get something of the API handed, or hold a model's name: nothing in their own text tells."""

from collections.abc import Iterator, Set

from audits.engine.catalogue.frameworks import FRAMEWORKS
from audits.engine.catalogue.halfway import MODEL_METHODS
from audits.engine.link.arguments import operands_of
from audits.engine.link.evaluate import Evaluator
from audits.engine.link.models import Models
from audits.engine.link.tree import Module
from audits.engine.link.values import Value

_HELD = frozenset({"client", "method", "chat", "v2", "response", "answer"})


def receivers(evaluator: Evaluator, holders: Set[str]) -> frozenset[str]:
    """Absent files whose functions are called with a client, a wrapper, a helper or a response as an argument.

    `holders` are the paths of modules whose objects and functions may be helpers.
    """
    found = set()
    before = set(evaluator.tree.wanted)
    modules = list(evaluator.tree.modules.values())
    named = {module.path: _absent_names(evaluator, module) for module in modules}
    heirs = {module.path: _heirs(module, named[module.path]) for module in modules}
    for module in modules:
        absent = named[module.path] | heirs[module.path] | _imported(evaluator, module, heirs)
        for call, path in _calls(module, absent):
            operands = () if path in found else module.nodes[call].kids[1:]
            if any(_holds(value, holders) for at in operands for value in evaluator.evaluate(module, at)):
                found.add(path)
    # What the arguments' own chains lead to has been asked for where it matters.
    evaluator.tree.wanted = before
    return frozenset(found)


def ask_for_models(evaluator: Evaluator) -> None:
    """Follow the models that calls of Chat name; absent files on the way are noted by the tree."""
    models = Models(evaluator)
    for module in list(evaluator.tree.modules.values()):
        for number in module.attributes_named(MODEL_METHODS):
            call = module.parents.get(number)
            if call is None or module.nodes[call].op != "call" or "model" not in module.nodes[call].keys:
                continue
            if any(value.kind in _HELD for value in evaluator.evaluate(module, module.nodes[number].kids[0])):
                models.of(module, operands_of(module.nodes[call]))


def _absent_names(evaluator: Evaluator, module: Module) -> dict[str, str]:
    found = {}
    for row in module.facts.bindings:
        if row.how == "import":
            head, _, item = row.detail.partition(":")
            inner = head if not item else f"{head}{'' if head.endswith('.') else '.'}{item}"
            path = evaluator.tree.missing(module.path, inner) or evaluator.tree.missing(module.path, head)
            if path is not None:
                found[row.name] = path
    return found


def _heirs(module: Module, absent: dict[str, str]) -> dict[str, str]:
    """The module's classes with a base in an absent file, and that file: what makes such an object calls the base."""
    return {
        scope.name: absent[root]
        for scope in (module.scopes if absent else ())
        for root in (_root(module, number) for number in scope.bases)
        if root in absent
    }


def _imported(evaluator: Evaluator, module: Module, heirs: dict[str, dict[str, str]]) -> dict[str, str]:
    """Such classes of other modules, by the names that this one imports them under."""
    found = {}
    for row in module.facts.bindings if any(heirs.values()) else ():
        head, _, item = row.detail.rpartition(":")
        owner = evaluator.tree.find(module.path, head) if row.how == "import" and item and head else None
        if owner is not None and item in heirs.get(owner, {}):
            found[row.name] = heirs[owner][item]
    return found


def _calls(module: Module, absent: dict[str, str]) -> Iterator[tuple[int, str]]:
    """Calls with an argument whose callee's chain begins with one of the names, and that name's file."""
    for number in module.made_by("call") if absent else ():
        node = module.nodes[number]
        if len(node.kids) > 1:
            root = _root(module, node.kids[0])
            if root == "super":
                function = module.function_of(node.scope)
                root = module.scopes[module.scopes[function].parent].name if function >= 0 else root
            if root in absent:
                yield number, absent[root]


def _root(module: Module, number: int) -> str:
    """The name that a chain of attributes, calls and subscripts begins with, else ""."""
    node = module.nodes[number]
    while node.op in ("attr", "call", "sub") and node.kids:
        node = module.nodes[node.kids[0]]
    return node.text if node.op == "name" else ""


def _holds(value: Value, holders: Set[str]) -> bool:
    if value.kind in ("object", "class", "function"):
        return value.path in holders
    return value.kind in _HELD or (value.kind == "instance" and value.name in FRAMEWORKS)
