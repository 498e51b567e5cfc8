"""A wrapper's setting that decides whether it calls Generate: what an object is told, and what its class assumes."""

from collections.abc import Iterator

from audits.engine.catalogue.frameworks import Framework
from audits.engine.link.arguments import operands_of
from audits.engine.link.tree import Module

_DEPTH = 5


def told(module: Module, call: int, row: Framework) -> str | None:
    """The text that the object made by `call` has as the row's option; None where its class decides.

    It comes by keyword, in a dict that is handed over, or as an attribute that is set afterwards, of which the first
    counts: `gen = C(); gen.api_version = "v1"`.
    """
    name, _ = row.option
    for label, number in operands_of(module.nodes[call]):
        found = module.text(number) if label == name else _held(module, number, name)
        if found is not None:
            return found
    return next(_set_afterwards(module, call, name), None)


def assumed(module: Module, row: Framework) -> str | None:
    """What the module of the wrapper's own class has as the option's default; None: it has no such option."""
    name, _ = row.option
    for scope in module.scopes:
        for parameter in scope.parameters:
            if parameter.name == name and parameter.default >= 0:
                return module.text(parameter.default)
    for number in module.made_by("dict"):
        if name in module.nodes[number].keys:
            return _held(module, number, name)
    return None


def _held(module: Module, number: int, name: str, depth: int = 0) -> str | None:
    """The text under `name` in a dict display, in the dicts inside it too."""
    node = module.nodes[number]
    if depth > _DEPTH:
        return None
    if node.op == "name":
        bound = module.bound_once(node)
        return None if bound is None else _held(module, bound, name, depth + 1)
    if node.op != "dict":
        return None
    for kid, key in zip(node.kids, node.keys, strict=True):
        found = module.text(kid) if key == name else _held(module, kid, name, depth + 1)
        if found is not None:
            return found
    return None


def _set_afterwards(module: Module, call: int, name: str) -> Iterator[str]:
    for row in module.stores.get(name, ()):
        base, value = module.nodes[row.base], module.text(row.node) if row.node >= 0 else None
        if row.kind != "attr" or base.op != "name" or value is None:
            continue
        bound = [each for each in module.bindings.get((row.scope, base.text), ()) if each.at <= row.at]
        # A name that is given anew stands for the last object before this line.
        if bound and bound[-1].node == call:
            yield value
