"""Names and attributes that are set through a namespace: `setattr`, `globals()["x"] = …`, `self.__dict__.update(…)`."""

from collections.abc import Iterator, Sequence

import libcst as cst

from audits.engine.extract.model import Binding
from audits.engine.extract.table import Table

_SETTERS = (("name", "setattr"), ("attr", "setattr"), ("attr", "__setattr__"))
_MODULE = -1


class Namespaces(Table):
    """Records such settings as the bindings and stores that they are."""

    def set_by_call(self, node: cst.Call, kids: Sequence[int], keys: Sequence[str]) -> None:
        """`setattr(base, "name", value)`, also as a method, and `update` of a namespace."""
        callee = self.nodes[kids[0]]
        if (callee.op, callee.text) in _SETTERS and tuple(keys) == ("", "", ""):
            base, name, value = kids[1:]
            if self.nodes[name].op == "str":
                self.store(base, "attr", self.nodes[name].text, value, node.func)
        elif callee.op == "attr" and callee.text == "update":
            owner = self._namespace(callee.kids[0])
            for key, kid in self._updates(kids[1:], keys) if owner is not None else ():
                self._set(owner, key, kid, node.func)

    def set_item(self, base: int, key: str, value: int, mark: cst.CSTNode) -> bool:
        """`globals()["key"] = value`, `self.__dict__["key"] = value`; False where `base` is no namespace."""
        owner = self._namespace(base)
        if owner is not None:
            self._set(owner, key, value, mark)
        return owner is not None

    def _namespace(self, number: int) -> int | None:
        """The object whose attributes an expression holds, -1 for the module; None: it is something else."""
        node = self.nodes[number]
        if node.op == "attr" and node.text == "__dict__":
            return node.kids[0]
        callee = self.nodes[node.kids[0]] if node.op == "call" else node
        if callee is node or callee.op != "name":
            return None
        if callee.text == "globals" and len(node.kids) == 1:
            return _MODULE
        return node.kids[1] if callee.text == "vars" and len(node.kids) == 2 else None

    def _updates(self, kids: Sequence[int], keys: Sequence[str]) -> Iterator[tuple[str, int]]:
        for kid, key in zip(kids, keys, strict=True):
            row = self.nodes[kid]
            if key == "" and row.op == "dict":
                yield from zip(row.keys, row.kids, strict=True)
            else:
                yield key, kid

    def _set(self, owner: int | None, name: str, value: int, mark: cst.CSTNode) -> None:
        if not name.isidentifier():
            return
        if owner == _MODULE:
            row = Binding(0, name, "value", value, len(self.nodes), self.block, 0)
            self._bindings.append((row, mark))
        elif owner is not None:
            self.store(owner, "attr", name, value, mark)
