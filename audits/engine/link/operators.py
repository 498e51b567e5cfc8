"""What Python itself gives: `operator.methodcaller` and `attrgetter`, and pairs of items (`enumerate`, `d.items()`)."""

from collections.abc import Iterator

from audits.engine.extract.model import Node
from audits.engine.link.constants import texts_of
from audits.engine.link.fixtures import Fixtures
from audits.engine.link.tree import Module
from audits.engine.link.values import Value, Values

_GETTER = "operator.attrgetter"
_ALIKE = "builtins.dict.fromkeys"
OPERATORS = frozenset({"operator.methodcaller", _GETTER, _ALIKE})


class Operators(Fixtures):
    """What such functions give where they meet a client."""

    def items(self, module: Module, source: int, index: int | None) -> Iterator[Value]:
        """The items of a container, or the one at an index; a subclass knows."""
        raise TypeError(str(source))

    def column(self, module: Module, node: Node, index: int) -> Iterator[Value]:
        """What stands at `index` in each of the pairs that a call makes."""
        source = self.pairs_in(module, node) or ()
        if index < len(source) and source[index] >= 0:
            yield from self.items(module, source[index], None)
            # `dict(zip(names, clients)).items()`
            made = self.evaluate(module, source[index]) if module.nodes[node.kids[0]].text == "items" else ()
            yield from (found for value in made if value.kind == "pairs" for found in self.paired(value, index))

    def paired(self, value: Value, index: int | None) -> Iterator[Value]:
        """The same of a value of kind "pairs", which stands for one of its pairs where none is asked for."""
        module = self.tree.modules[value.path]
        yield from (value,) if index is None else self.column(module, module.nodes[value.index], index)

    def pairs_in(self, module: Module, node: Node) -> tuple[int, ...] | None:
        """The containers that a call takes the items of its pairs from, -1 for keys and counts; None: it makes none."""
        callee = module.nodes[node.kids[0]] if node.op == "call" else node
        plain = callee.op == "attr" and callee.text == "items" and node.op == "call" and len(node.kids) == 1
        built_in = callee.op == "name" and callee.text in ("enumerate", "zip") and len(node.kids) > 1
        if not (plain or built_in) or self._is_own(module, node.kids[0]):
            return None
        if plain:
            return -1, callee.kids[0]
        return (-1, node.kids[1]) if callee.text == "enumerate" else node.kids[1:]

    def _is_own(self, module: Module, number: int) -> bool:
        """Is what is called by the name of something that Python gives a function or a class of the tree's own?"""
        name = module.nodes[number].text
        if not self.once(("defined", name), lambda: self._defines(name)):
            return False
        return any(value.kind in ("function", "class") for value in self.evaluate(module, number))

    def _defines(self, name: str) -> bool:
        # To ask for each call's function is slow, and few trees have one of these names.
        rows = self.tree.modules.values()
        return any(scope.name == name for module in rows for scope in module.scopes if scope.kind != "lambda")

    def operator(self, module: Module, number: int, node: Node, name: str) -> Iterator[Value]:
        """What the call that makes such a function gives; a method caller gives the methods that it will call."""
        if name == _ALIKE and len(node.kids) > 2:
            # Its last operand stands for each value.
            yield Value("many", "", module.path, number)
            return
        for text in texts_of(module, node.kids[1], self.tree):
            if name == _GETTER:
                yield Value("getter", text, module.path, number)
            else:
                yield from self._applied(module, number, text)

    def got(self, module: Module, number: int, node: Node, getter: Value) -> Values:
        """`attrgetter("inner.generate")(thing)`: one attribute after another of what it is called with."""
        found = self.evaluate(module, node.kids[1]) if node.keys[:1] == ("",) else ()
        for name in getter.name.split("."):
            found = tuple(value for base in found for value in self.member(module, number, name, base))
        return found

    def _applied(self, module: Module, number: int, method: str) -> Iterator[Value]:
        """`methodcaller("generate", …)`: the method on whatever it is called with, or mapped over."""
        for caller, call in self._applications(module, number):
            operands = caller.nodes[call].kids[1:]
            mapped = caller is module and number in operands
            for operand in operands:
                bases = [] if mapped and operand == number else [*self.evaluate(caller, operand)]
                if mapped and operand != number:
                    bases += self.items(caller, operand, None)
                for base in bases:
                    if base.kind == "client":
                        yield from self.member(module, number, method, base)

    def _applications(self, module: Module, number: int) -> Iterator[tuple[Module, int]]:
        """The calls of an expression, and those of the names and attributes that it is kept under."""
        parent = module.parents.get(number)
        if parent is not None and module.nodes[parent].op == "call":
            yield module, parent
            yield from self._inside(module, parent, number)
        rows = module.bound.get(number, ())
        for name in sorted(module.held.get(number, set()) | {row.name for row in rows}):
            yield from ((module, call) for call in module.calls.get(name, ()))
        for name in sorted({row.name for row in rows if row.scope == 0}):
            for caller, call in self.tree.calls_spelled((name,), makes=False):
                if caller is not module and self._comes_from(caller, caller.nodes[call].kids[0], module.path, name):
                    yield caller, call

    def _inside(self, module: Module, call: int, number: int) -> Iterator[tuple[Module, int]]:
        """The calls, inside a function of the tree, of its parameter that is handed the expression."""
        node = module.nodes[call]
        at = node.kids.index(number) - 1
        values = self.evaluate(module, node.kids[0]) if at >= 0 else ()
        for value in [row for row in values if row.kind == "function"]:
            owner = self.tree.modules[value.path]
            rows = owner.scopes[value.index].parameters[value.owner is not None :]
            named = [row.name for row in rows if row.name == node.keys[at]]
            for name in named or [row.name for row in rows[at : at + 1]]:
                inside = (inner for inner in owner.calls.get(name, ()) if owner.nodes[inner].scope == value.index)
                yield from ((owner, inner) for inner in inside)

    def _comes_from(self, module: Module, callee: int, path: str, name: str) -> bool:
        """Does a name, or an attribute of a module, stand for what `name` is in the module at `path`?"""
        node = module.nodes[callee]
        if node.op == "attr":
            bases = self.evaluate(module, node.kids[0])
            return any(base.kind == "module" and base.path == path for base in bases)
        rows, _ = self.defined(module, node, callee) or ([], -1)
        details = [row.detail.rpartition(":") for row in rows if row.how == "import"]
        return any(item == name and self.tree.find(module.path, head) == path for head, _, item in details)
