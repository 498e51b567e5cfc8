"""Calls: constructors, factories, the standard library's pass-throughs, and what a tree's callers pass."""

from collections.abc import Iterable, Iterator

from audits.engine.catalogue import CLIENTS
from audits.engine.extract.model import Node, Parameter
from audits.engine.link import proof
from audits.engine.link.fixtures import Fixtures
from audits.engine.link.tree import Module
from audits.engine.link.values import Value, Values, union

_CALLERS = 60
# The value is that of the argument with this index.
_PASSING = {
    "contextlib": ("closing", "aclosing", "nullcontext"),
    "copy": ("copy", "deepcopy"),
    "asyncio": ("run", "ensure_future", "create_task", "wait_for", "shield"),
    "functools": ("partial", "lru_cache", "cache", "wraps"),
    "builtins": (
        "next",
        "iter",
        "staticmethod",
        "classmethod",
        "list",
        "tuple",
        "reversed",
        "enumerate",
        "dict",
        "str",
    ),
    "weakref": ("proxy",),
}
_FIRST = frozenset(f"{module}.{name}" for module, names in _PASSING.items() for name in names)
_SECOND = frozenset({"typing.cast", "asyncio.wait_for"})
_INJECTED = frozenset(
    {"fastapi.Depends", "fastapi.Security", "fastapi.params.Depends", "dependency_injector.providers.Singleton"}
)
_FIELDS = frozenset(
    {"dataclasses.field", "pydantic.Field", "pydantic.PrivateAttr", "attrs.field", "attr.ib", "attr.field"}
)
_IMPORTERS = frozenset({"importlib.import_module", "builtins.__import__"})
# `f(method, …)` calls the method, or gives what its call gives.
_RUNNERS = frozenset(
    {"to_thread", "submit", "run_in_executor", "map", "apply", "apply_async", "run_sync", "run_in_threadpool"}
)


class Calls(Fixtures):
    """Call expressions."""

    def call(self, module: Module, number: int, node: Node) -> Iterator[Value]:
        """The result of a call."""
        callee = module.nodes[node.kids[0]]
        if callee.op == "name" and callee.text == "super":
            yield from self._super(module, node)
            return
        if callee.op == "attr" and callee.text in _RUNNERS | {"result", "get", "pop", "setdefault", "values"}:
            yield from self._by_method(module, number, node, callee)
        for value in self.evaluate(module, node.kids[0]):
            yield from self._called(module, number, node, value)

    def _by_method(self, module: Module, number: int, node: Node, callee: Node) -> Iterator[Value]:
        if callee.text in _RUNNERS:
            for kid in node.kids[1:3]:
                for value in self.evaluate(module, kid):
                    if value.kind == "method":
                        yield _response(value)
        elif callee.text in ("result", "values"):
            yield from (value for value in self.evaluate(module, callee.kids[0]) if value.kind in ("response", "dict"))
        elif len(node.kids) > 1:
            yield from self.item(module, callee.kids[0], node.kids[1])
            for default in node.kids[2:3]:
                yield from self.evaluate(module, default)

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
            return (_response(value),)
        if value.kind == "client":
            return (value.doubted(1),)
        step = proof.called(module, number)
        if value.kind == "function":
            return tuple(result.after(step) for result in self.results(value))
        if value.kind == "class":
            return (Value("object", value.name, value.path, value.index, (step, *value.steps)),)
        if value.kind == "object":
            return self._object_called(module, number, value)
        return ()

    def _object_called(self, module: Module, number: int, value: Value) -> Values:
        found = self.member(module, number, "__call__", value)
        return union(result for method in found if method.kind == "function" for result in self.results(method))

    def _external(self, module: Module, number: int, node: Node, value: Value) -> Iterable[Value]:
        name = value.name
        row = CLIENTS.get(name)
        if row is not None:
            steps = (proof.called(module, number), *value.steps)
            return (Value("client", row.path, module.path, number, steps, value.doubt),)
        if name in _FIRST or name.rpartition(".")[2] in _RUNNERS:
            return self._passed(module, node, name)
        if name in _SECOND and len(node.kids) > 2:
            return self.evaluate(module, node.kids[2])
        if name in _INJECTED and len(node.kids) > 1:
            return self._injected(module, number, node)
        if name in _IMPORTERS and len(node.kids) > 1:
            return self._imported_by_call(module, number, node)
        if name == "builtins.getattr" and len(node.kids) > 2 and (attribute := module.text(node.kids[2])):
            bases = self.evaluate(module, node.kids[1])
            return [found for base in bases for found in self.member(module, number, attribute, base)]
        if name in _FIELDS:
            return self._field(module, number, node)
        if name.startswith("builtins."):
            return ()
        return (Value("instance", name, module.path, number),)

    def _passed(self, module: Module, node: Node, name: str) -> Values:
        values = self.evaluate(module, node.kids[1]) if len(node.kids) > 1 else ()
        if name.rpartition(".")[2] in _RUNNERS:
            values = union([*values, *(self.evaluate(module, node.kids[2]) if len(node.kids) > 2 else ())])
            found = [_response(value) for value in values if value.kind == "method"]
            found += [result for value in values if value.kind == "function" for result in self.results(value)]
            return tuple(found)
        return values

    def _field(self, module: Module, number: int, node: Node) -> Iterator[Value]:
        """`field(default_factory=f)` of a dataclass or a model: what the factory gives."""
        for kid, key in zip(node.kids[1:], node.keys, strict=True):
            if key in ("default_factory", "factory"):
                inner = module.nodes[number]._replace(kids=(kid,), keys=())
                for value in self.evaluate(module, kid):
                    yield from self._called(module, kid, inner, value)
            elif key in ("default", ""):
                yield from self.evaluate(module, kid)

    def _injected(self, module: Module, number: int, node: Node) -> Iterator[Value]:
        for value in self.evaluate(module, node.kids[1]):
            yield from self._called(module, node.kids[1], module.nodes[number]._replace(kids=(node.kids[1],)), value)

    def _imported_by_call(self, module: Module, number: int, node: Node) -> Values:
        named = module.nodes[node.kids[1]]
        if named.op != "str":
            return ()
        return tuple(value.after(proof.called(module, number)) for value in self.imported(module, named.text))

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

    def _static(self, module: Module, scope: int) -> bool:
        return any(module.nodes[number].text == "staticmethod" for number in module.scopes[scope].decorators)

    def _passed_in(self, module: Module, scope: int, index: int, parameter: Parameter) -> Iterator[Value]:
        for caller, number, shift in self.callers(module, scope):
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
        for caller in self.tree.modules.values():
            for spelled in caller.spelled(names, makes=makes):
                for number in caller.calls.get(spelled, ()):
                    if count < limit and self._calls(caller, number, targets):
                        count += 1
                        yield caller, number, int(in_class and not self._static(module, scope))

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

    def item(self, module: Module, base: int, key: int) -> Iterator[Value]:
        """`base[key]` with a constant key; a subclass knows."""
        raise TypeError(str(key))

    def item_of(self, module: Module, base: int, key: str) -> Iterator[Value]:
        """`base[key]`; a subclass knows."""
        raise TypeError(key)


def _response(method: Value) -> Value:
    return Value("response", method.name, method.path, method.index, method.steps, method.doubt, method)
