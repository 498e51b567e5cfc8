"""The fields of a class of the tree: what a dictionary made of one of its instances may hold."""

from collections.abc import Iterator, Sequence

from audits.engine.filekinds import is_test
from audits.engine.link.evaluate import Evaluator
from audits.engine.link.proof import annotation
from audits.engine.link.tree import Module
from audits.engine.link.values import Value

# Methods of models and tuples, and functions, that make a dictionary of an instance.
METHODS = frozenset(
    {"dict", "model_dump", "_asdict", "to_dict", "asdict", "copy", "model_copy", "json", "model_dump_json"}
)
FUNCTIONS = frozenset({"asdict", "vars", "dict", "as_dict", "model_to_dict", "jsonable_encoder"})
_NO_FIELDS = ("ClassVar", "PrivateAttr", "InitVar")
_OWN = frozenset({"model_config"})


def fields_of(evaluator: Evaluator, value: Value) -> dict[str, tuple[Module, int]]:
    """By name: (module, annotation) of each annotated field of an instance's class, those of its bases first."""
    found: dict[str, tuple[Module, int]] = {}
    for cls in reversed(evaluator.lineage(value)):
        module = evaluator.tree.modules[cls.path]
        for name, number in _annotated(module, cls.index):
            found[name] = (module, number)
    return found


def attributes_of(evaluator: Evaluator, value: Value) -> dict[str, tuple[Module, int]]:
    """By name: (module, value) of each attribute that methods give an object of a class, those of its bases first."""
    return evaluator.once(("attributes", value.path, value.index), lambda: _attributes(evaluator, value))


def _attributes(evaluator: Evaluator, value: Value) -> dict[str, tuple[Module, int]]:
    found: dict[str, tuple[Module, int]] = {}
    for cls in reversed(evaluator.lineage(value)):
        module = evaluator.tree.modules[cls.path]
        for row in module.facts.stores:
            own = row.kind == "attr" and row.how == "value" and not row.key.startswith("_")
            if own and evaluator.on_self(module, row, cls.index):
                found[row.key] = (module, row.node)
    return found


def defaults_of(module: Module, number: int) -> list[tuple[Module, int]]:
    """What the class gives its field `model`, whose annotation an entry is."""
    rows = module.bindings.get((module.nodes[number].scope, "model"), ())
    field = any(row.how == "annotation" and row.node == number for row in rows)
    return [(module, row.node) for row in rows if field and row.how == "value"]


def _annotated(module: Module, scope: int) -> Iterator[tuple[str, int]]:
    for row in module.facts.bindings:
        own = row.scope == scope and row.how == "annotation" and not row.name.startswith("_") and row.name not in _OWN
        if own and not any(word in annotation(module, row.node) for word in _NO_FIELDS):
            yield row.name, row.node


def values_in(evaluator: Evaluator, cls: Value, name: str) -> list[int]:
    """What a class itself, or its own methods, give an attribute."""
    owner = evaluator.tree.modules[cls.path]
    inside = [row.node for row in owner.bindings.get((cls.index, name), ()) if row.how == "value"]
    return inside + [
        row.node
        for row in owner.stores.get(name, ())
        if row.kind == "attr" and row.how == "value" and evaluator.on_self(owner, row, cls.index)
    ]


def given_to(evaluator: Evaluator, value: Value, lineage: Sequence[Value], name: str) -> Iterator[tuple[Module, int]]:
    """What the constructor's callers pass for a field, or the class's own `super().__init__(name=…)`."""
    for cls in lineage:
        owner = evaluator.tree.modules[cls.path]
        inits = {row.node for row in owner.bindings.get((cls.index, "__init__"), ()) if row.how == "def"}
        for call in owner.calls.get("__init__", ()) if inits else ():
            node = owner.nodes[call]
            if name in node.keys and owner.function_of(node.scope) in inits:
                yield owner, node.kids[1 + node.keys.index(name)]
        if inits:
            return
    for caller, _, operand in evaluator.filling(value, name):
        if is_test(value.path) or not is_test(caller.path):
            yield caller, operand
