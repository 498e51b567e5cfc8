"""Under which names one module keeps what: what its own code tells, so that it is read once for all trees it is in."""

from collections import defaultdict

from audits.engine.extract.model import Node, Scope
from audits.engine.link.module import Module

_EXPRESSION = 6
# Methods that take an item out of a container, and attributes that are what they are of.
_TAKING = frozenset({"get", "pop", "setdefault", "values"})
_SAME = frozenset({"value", "__func__"})
# Their first argument is the function that they call.
_APPLIED = frozenset({"partial", "partialmethod", "wraps"})
# A name, and how many boxes the function lies in there: 1 for a container of it and for a function that gives it.
State = tuple[str, int]


class Naming:
    """What one module says of names, each by the name that it is asked for by.

    `edges`: where a value goes on; `passed`: the (callee, place, boxes) of the calls that it is an argument of;
    `decorated`: a function's decorators, and whether each is called; `calls`: the calls of what a name stands for, by
    name and boxes; `parameters`: of functions, and of classes that are made; `inner`: the first parameters of the
    functions inside.
    """

    def __init__(self, module: Module) -> None:
        self.edges: dict[str, set[State]] = defaultdict(set)
        self.passed: dict[str, set[tuple[str, int, int]]] = defaultdict(set)
        self.decorated: dict[str, set[tuple[str, bool]]] = defaultdict(set)
        self.calls: dict[State, list[int]] = defaultdict(list)
        self.parameters: dict[str, set[tuple[str, ...]]] = defaultdict(set)
        self.inner: dict[str, set[str]] = defaultdict(set)
        self._module = module
        self._nodes = module.nodes
        self._read()
        # All that it knows more of than calls.
        self.names = {*self.edges, *self.passed, *self.decorated, *self.parameters, *self.inner}
        # The module holds this; without the way back both are gone as soon as nobody wants the module.
        del self._module, self._nodes

    @classmethod
    def of(cls, module: Module) -> "Naming":
        """A module's, read when it is first asked for."""
        found: Naming | None = module.derived.get(cls)
        if found is None:
            found = module.derived[cls] = cls(module)
        return found

    def _read(self) -> None:
        module = self._module
        for row in module.facts.bindings:
            if row.how == "value":
                self._give(row.node, row.name, 0)
        for store in module.facts.stores:
            box = store.kind in ("item", "any")
            self._give(store.node, self._nodes[store.base].text if box else store.key, int(box))
        for chain, rows in module.put_in.items():
            for _, number in rows:
                self._give(number, chain.rpartition(".")[2], 1)
        for scope in module.scopes:
            self._read_scope(scope)
        for number in module.made_by("call"):
            self._read_call(number, self._nodes[number])

    def _read_scope(self, scope: Scope) -> None:
        if scope.kind == "function":
            around = self._module.scopes[scope.parent]
            own = int(around.kind == "class")
            taken = tuple(row.name for row in scope.parameters[own:])
            self.parameters[around.name if scope.name == "__init__" else scope.name].add(taken)
            self.inner[around.name].update(row.name for row in scope.parameters[:1])
            for number in scope.results:
                self._give(number, scope.name, 1)
        for row in scope.parameters:
            self._give(row.default, row.name, 0)
        for number in scope.decorators:
            node = self._nodes[number]
            called = node.op == "call"
            self.decorated[scope.name].add((self._nodes[node.kids[0]].text if called else node.text, called))

    def _read_call(self, number: int, node: Node) -> None:
        for name, boxes in self._held(node.kids[0]):
            self.calls[name, -boxes].append(number)
        callee = self._nodes[node.kids[0]].text
        for at, (kid, key) in enumerate(zip(node.kids[1:], node.keys, strict=True)):
            if self._nodes[kid].op not in ("name", "attr"):
                continue
            if key not in ("", "*", "**"):
                self._give(kid, key, 0)
            else:
                for name, inner in self._held(kid):
                    self.passed[name].add((callee, at, inner))

    def _give(self, number: int, target: str, boxes: int) -> None:
        """What an expression holds is given to the name `target`, in so many boxes."""
        for name, inner in self._held(number) if target and number >= 0 else ():
            if name != target or boxes + inner:
                self.edges[name].add((target, boxes + inner))

    def _held(self, number: int, depth: int = 0) -> list[State]:
        """(name, boxes): the expression is what the name stands for, put in so many boxes, or taken out of them."""
        node = self._nodes[number]
        op = node.op
        if op == "name" or (op == "attr" and node.text not in _SAME):
            return [(node.text, 0)]
        found = [(node.text, 0), *self._held(node.kids[0], depth)] if op == "attr" else []
        if depth > _EXPRESSION:
            return found
        boxes = 0
        kids: tuple[int, ...] = ()
        if op == "call":
            if self._nodes[node.kids[0]].text == "getattr" and len(node.kids) > 2:
                found.append((self._nodes[node.kids[2]].text, 0))
            kids, boxes = self._of_call(node)
        elif op in ("either", "await", "enter"):
            kids = node.kids[:2]
        elif op in ("seq", "dict"):
            kids, boxes = node.kids, 1
        elif op in ("sub", "iter", "item"):
            kids, boxes = node.kids[:1], -1
        for kid in kids:
            found += [(name, inner + boxes) for name, inner in self._held(kid, depth + 1)]
        return found

    def _of_call(self, node: Node) -> tuple[tuple[int, ...], int]:
        """`partial(f, x)` is f, `TABLE.get(key)` an item of the table, `make()` what the function gives."""
        callee = self._nodes[node.kids[0]]
        if callee.text in _APPLIED and len(node.kids) > 1:
            return node.kids[1:2], 0
        if callee.op == "attr" and callee.text in _TAKING:
            return callee.kids, -1
        return node.kids[:1], -1
