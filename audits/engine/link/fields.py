"""The fields of a class of the tree: what a dictionary made of one of its instances may hold."""

from collections.abc import Iterator

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
