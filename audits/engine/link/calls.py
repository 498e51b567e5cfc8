"""Calls: constructors, factories, the standard library's pass-throughs, and what a tree's callers pass."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import chain

from audits.engine.extract.model import Node, Parameter
from audits.engine.link import proof
from audits.engine.link.externals import APPLIED, RUNNERS, Externals, response
from audits.engine.link.tree import Module
from audits.engine.link.values import Value, Values, union

_CALLERS = 60
# Methods of other libraries' objects that give what they are given, or an item.
_GIVING = frozenset({"enter_context", "enter_async_context", "__new__"})
_BY_METHOD = RUNNERS | {"result", "get", "get_nowait", "pop", "setdefault", "values"}


class Calls(Externals):
    """Call expressions."""

    def call(self, module: Module, number: int, node: Node) -> Iterator[Value]:
        """The result of a call."""
        callee = module.nodes[node.kids[0]]
        if callee.op == "name" and callee.text == "super":
            yield from self._super(module, node)
            return
        if callee.op == "attr" and callee.text in _BY_METHOD:
            yield from self._by_method(module, number, node, callee)
        elif callee.op == "attr" and callee.text in _GIVING and len(node.kids) > 1:
            yield from self._given(module, node.kids[1], made=callee.text == "__new__")
        for value in self.evaluate(module, node.kids[0]):
            yield from self._called(module, number, node, value)

    def _by_method(self, module: Module, number: int, node: Node, callee: Node) -> Iterator[Value]:
        if callee.text in RUNNERS:
            for kid in node.kids[1:3]:
                for value in self.evaluate(module, kid):
                    if value.kind == "method":
                        yield response(value)
        elif callee.text in ("result", "values"):
            yield from (value for value in self.evaluate(module, callee.kids[0]) if value.kind in ("response", "dict"))
        elif callee.text in ("get", "get_nowait") and (boxes := self._boxes(module, callee)):
            yield from (value for box in boxes for value in self.boxed(box))
        elif len(node.kids) > 1:
            yield from self.item(module, callee.kids[0], node.kids[1])
            for default in node.kids[2:3]:
                yield from self.evaluate(module, default)

    def _given(self, module: Module, operand: int, *, made: bool) -> Iterator[Value]:
        """`stack.enter_context(client)`, and an instance that `super().__new__(cls)` has `made`."""
        for value in self.evaluate(module, operand):
            if not made:
                yield value
            elif value.kind == "class":
                yield Value("object", value.name, value.path, value.index)

    def _boxes(self, module: Module, callee: Node) -> list[Value]:
        return [value for value in self.evaluate(module, callee.kids[0]) if value.kind == "instance"]

    def _super(self, module: Module, node: Node) -> Iterator[Value]:
        function = module.function_of(node.scope)
        while function >= 0:
            parent = module.scopes[function].parent
            if module.scopes[parent].kind == "class":
                yield Value("super", module.scopes[parent].name, module.path, parent)
                return
            function = module.function_of(parent)

    def _called(self, module: Module, number: int, node: Node, value: Value) -> Iterable[Value]:
        if value.kind == "external":
            return self._external(module, number, node, value)
        if value.kind == "method":
            return (response(value),)
        if value.kind == "client":
            return (value.doubted(1),)
        step = proof.called(module, number)
        if value.kind == "function":
            return tuple(result.after(step) for result in self.results(value))
        if value.kind == "class":
            return (Value("object", value.name, value.path, value.index, (step, *value.steps)),)
        if value.kind == "object":
            return self._object_called(module, number, value)
        named = value.kind == "instance" and value.name == "collections.namedtuple"
        return (Value("record", value.name, module.path, number),) if named else ()

    def _object_called(self, module: Module, number: int, value: Value) -> Values:
        found = self.member(module, number, "__call__", value)
        return union(result for method in found if method.kind == "function" for result in self.results(method))

    def results(self, function: Value) -> Values:
        """What a function of the tree returns or yields; its annotation where the body does not tell."""
        module = self.tree.modules[function.path]
        token = ("results", function.index)
        if not self.guarded(function.path, token):
            return ()
        try:
            rows = module.scopes[function.index].results
            found = union(
                value.after(proof.returned(module, function.index, number))
                for number in rows
                for value in self.evaluate(module, number)
            )
            if not rows and function.owner is not None and function.owner.kind == "object":
                found = self._overridden(function)
            if any(value.kind in ("client", "object") for value in found):
                return found
            noted = module.bindings.get((function.index, "return"), ())
            told = [value for row in noted for value in self.annotated(module, row.node)]
            step = proof.promised(module, function.index)
            return union([*found, *(value.after(step) for value in told)])
        finally:
            self.leave(function.path, token)

    def _overridden(self, function: Value) -> Values:
        """What the heirs' methods return in place of one that returns nothing."""
        assert function.owner is not None  # noqa: S101 - the caller has looked
        found: list[Value] = []
        for heir in self.descendants(function.owner):
            module = self.tree.modules[heir.path]
            for row in module.bindings.get((heir.index, function.name), ()):
                if row.how == "def":
                    found += self.results(Value("function", function.name, heir.path, row.node))
        return union(found)

    def parameter(self, module: Module, scope: int, name: str) -> Values:
        """What a parameter may be: `self`, what callers pass, its default, a fixture of that name, its annotation."""
        token = ("parameter", scope, name)
        if not self.guarded(module.path, token):
            return ()
        try:
            return union(self._parameter(module, scope, name))
        finally:
            self.leave(module.path, token)

    def _parameter(self, module: Module, scope: int, name: str) -> Iterator[Value]:
        row = module.scopes[scope]
        index = next(at for at, parameter in enumerate(row.parameters) if parameter.name == name)
        parameter = row.parameters[index]
        if (
            index == 0
            and row.kind == "function"
            and module.scopes[row.parent].kind == "class"
            and not self._static(module, scope)
        ):
            kind = "class" if name == "cls" else "object"
            yield Value(kind, module.scopes[row.parent].name, module.path, row.parent)
            return
        yield from self._task(module, row.decorators) if index == 0 else ()
        if index == 1 and any(module.nodes[number].text == "setter" for number in row.decorators):
            yield from self.assigned(self.class_value(module, row.parent), row.name)
        found = list(self._passed_in(module, scope, index, parameter))
        step = proof.parameter(module, name, parameter.line, f"default {proof.brief(module, parameter.default)}")
        found += [value.after(step) for value in self.evaluate(module, parameter.default)]
        step = proof.parameter(module, name, parameter.line, "from a fixture")
        found += [value.after(step) for value in self.fixture(module, scope, name)]
        yield from found
        if not any(value.kind in ("client", "object", "instance") and value.doubt == 0 for value in found):
            origin = f"annotated {proof.annotation(module, parameter.annotation)}"
            step = proof.parameter(module, name, parameter.line, origin)
            yield from (value.after(step) for value in self.annotated(module, parameter.annotation))

    def _task(self, module: Module, decorators: tuple[int, ...]) -> Iterator[Value]:
        """`@app.task(base=Task, bind=True)`: the first parameter is the task."""
        for number in decorators:
            node = module.nodes[number]
            if node.op == "call" and {"base", "bind"} <= set(node.keys):
                base = node.kids[1 + node.keys.index("base")]
                for value in self.evaluate(module, base):
                    yield from (Value("object", *value.key[1:]),) if value.kind == "class" else ()

    def _static(self, module: Module, scope: int) -> bool:
        return any(module.nodes[number].text == "staticmethod" for number in module.scopes[scope].decorators)

    def _passed_in(self, module: Module, scope: int, index: int, parameter: Parameter) -> Iterator[Value]:
        for caller, number, shift in chain(self._applied_calls(module, scope), self.callers(module, scope)):
            node = caller.nodes[number]
            wanted = index - shift
            positional = 0
            for kid, key in zip(node.kids[1:], node.keys, strict=True):
                found: Iterable[Value] = ()
                if key == parameter.name and parameter.kind != "**":
                    found = self.evaluate(caller, kid)
                elif key == "":
                    if positional == wanted and parameter.kind == "":
                        found = self.evaluate(caller, kid)
                    positional += 1
                elif key == "**":
                    found = self.item_of(caller, kid, parameter.name)
                for value in found:
                    origin = f"passed by {proof.place_of(caller, node.scope)}"
                    step = proof.parameter(module, parameter.name, parameter.line, origin)
                    yield value.after(step, proof.passed(caller, number, kid))

    def callers(self, module: Module, scope: int, limit: int = _CALLERS) -> Iterator[tuple[Module, int, int]]:
        """Calls of a function of the tree: (module, call, how many first parameters it does not write)."""
        row = module.scopes[scope]
        if row.kind != "function":
            return
        in_class = module.scopes[row.parent].kind == "class"
        targets = self._targets(module, scope)
        makes = in_class and row.name == "__init__"
        names = sorted(
            {self.tree.modules[path].scopes[at].name for path, at in targets} - {"__init__"} if makes else {row.name}
        )
        count = 0
        for caller, number in self.tree.calls_spelled(tuple(names), makes=makes):
            if count < limit and self._calls(caller, number, targets):
                count += 1
                yield caller, number, int(in_class and not self._static(module, scope))

    def _applied_calls(self, module: Module, scope: int) -> Iterator[tuple[Module, int, int]]:
        """`partial(f, …)` and the providers of a container: the call's first argument is the function or the class."""
        row = module.scopes[scope]
        targets = self._targets(module, scope) if row.kind == "function" and self._applying else set()
        shift = int(module.scopes[row.parent].kind == "class" and not self._static(module, scope))
        for caller, number in self._applying if targets else ():
            made = self.evaluate(caller, caller.nodes[number].kids[1])
            if any(value.kind in ("function", "class") and (value.path, value.index) in targets for value in made):
                yield caller, number, shift - 1

    @cached_property
    def _applying(self) -> list[tuple[Module, int]]:
        return [
            (module, number)
            for module in self.tree.modules.values()
            for name in APPLIED
            for number in module.calls.get(name, ())
            if len(module.nodes[number].kids) > 1
        ]

    def _targets(self, module: Module, scope: int) -> set[tuple[str, int]]:
        row = module.scopes[scope]
        found = {(module.path, scope)}
        if row.name == "__init__" and module.scopes[row.parent].kind == "class":
            cls = Value("class", module.scopes[row.parent].name, module.path, row.parent)
            found.add((module.path, row.parent))
            for heir in self.descendants(cls):
                if not self.tree.modules[heir.path].bindings.get((heir.index, "__init__")):
                    found.add((heir.path, heir.index))
        return found

    def _calls(self, caller: Module, number: int, targets: set[tuple[str, int]]) -> bool:
        callee = caller.nodes[number].kids[0]
        return any(
            value.kind in ("function", "class") and (value.path, value.index) in targets
            for value in self.evaluate(caller, callee)
        )
