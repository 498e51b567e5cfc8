"""Which model a call names, where the name is written elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass

from audits.engine.link.evaluate import Evaluator
from audits.engine.link.tree import Module

_DEPTH = 5
Constant = tuple[str | None, int]
_NONE: Constant = (None, 0)


@dataclass(slots=True)
class Models:
    """Follows a model's id to a constant."""

    evaluator: Evaluator

    def of(self, module: Module, operands: Sequence[tuple[str, int]]) -> Constant:
        """The id that a call passes as `model`, and 1 where a caller may pass another; (None, 0): unknown."""
        number = next((node for label, node in operands if label == "model"), -1)
        return _NONE if number < 0 else self._constant(module, number)

    def _constant(self, module: Module, number: int, depth: int = 0) -> Constant:
        """The text that a name, an attribute or a parameter's default is."""
        node = module.nodes[number]
        if node.op == "str":
            return node.text, 0
        if depth > _DEPTH or number < 0:
            return _NONE
        if node.op == "name":
            return self._named(module, number, depth)
        return self._attribute(module, number, depth) if node.op == "attr" else _NONE

    def _named(self, module: Module, number: int, depth: int) -> Constant:
        defined = self.evaluator.defined(module, module.nodes[number], number)
        if defined is None:
            return _NONE
        rows, scope = defined
        if scope >= 0 and not rows:
            name = module.nodes[number].text
            default = next(row.default for row in module.scopes[scope].parameters if row.name == name)
            found = self._constant(module, default, depth + 1) if default >= 0 else _NONE
            return (found[0], 1) if found[0] is not None else _NONE
        if len(rows) != 1:
            return _NONE
        if rows[0].how == "import" and ":" in rows[0].detail:
            dotted, _, name = rows[0].detail.partition(":")
            path = self.evaluator.tree.find(module.path, dotted)
            return _NONE if path is None else self._global(self.evaluator.tree.modules[path], name, depth)
        return self._constant(module, rows[0].node, depth + 1) if rows[0].how == "value" else _NONE

    def _attribute(self, module: Module, number: int, depth: int) -> Constant:
        node = module.nodes[number]
        for value in self.evaluator.evaluate(module, node.kids[0]):
            owner = self.evaluator.tree.modules.get(value.path)
            if owner is None:
                continue
            if value.kind == "module":
                return self._global(owner, node.text, depth)
            if value.kind in ("object", "class"):
                inside = [row.node for row in owner.bindings.get((value.index, node.text), ()) if row.how == "value"]
                inside += [
                    row.node
                    for row in owner.stores.get(node.text, ())
                    if row.kind == "attr" and self.evaluator.on_self(owner, row, value.index)
                ]
                return self._constant(owner, inside[0], depth + 1) if len(inside) == 1 else _NONE
        return _NONE

    def _global(self, module: Module, name: str, depth: int) -> Constant:
        rows = [row for row in module.bindings.get((0, name), ()) if row.how == "value"]
        return self._constant(module, rows[0].node, depth + 1) if len(rows) == 1 else _NONE
