"""A project's own functions that import a package by its name: `require("cohere")`."""

from audits.engine.extract.model import Node, Parameter
from audits.engine.link.tree import Module

LOADERS = frozenset({"import_module", "__import__", "importorskip", "find_spec"})
# It makes a module of what `find_spec` gives.
_OF_SPEC = "module_from_spec"


def loaded(owner: Module, scope: int, module: Module, node: Node, *, bound: bool) -> str:
    """The package that the call `node` in `module` names to the function at `scope` of `owner`, else "".

    `bound`: the call does not write the function's first parameter.
    """
    asked = {_asked(owner, number) for number in owner.scopes[scope].results}
    for index, row in enumerate(owner.scopes[scope].parameters):
        if row.name in asked:
            return _operand(module, node, row, index - bound)
    return ""


def _asked(owner: Module, number: int) -> str:
    """The name that a returned `import_module(name)` is called with, also where a variable holds the module."""
    call = _called(owner, number)
    if call.op == "call" and len(call.kids) > 1 and owner.nodes[call.kids[0]].text == _OF_SPEC:
        call = _called(owner, call.kids[1])
    if call.op != "call" or len(call.kids) < 2 or owner.nodes[call.kids[0]].text not in LOADERS:
        return ""
    first = owner.nodes[call.kids[1]]
    return first.text if first.op == "name" else ""


def _called(owner: Module, number: int) -> Node:
    """The expression, or the one that a variable was given."""
    node = owner.nodes[number]
    at = owner.bound_once(node) if node.op == "name" else None
    return owner.nodes[at] if at is not None else node


def _operand(module: Module, node: Node, row: Parameter, index: int) -> str:
    position = 0
    for kid, key in zip(node.kids[1:], node.keys, strict=True):
        if key == row.name or (key == "" and position == index):
            return module.text(kid) or ""
        position += key == ""
    return ""
