"""Calls: constructors, factories, the standard library's pass-throughs, and what a tree's callers pass."""

from collections.abc import Iterable, Iterator

from audits.engine.catalogue import METHODS
from audits.engine.extract.model import Node
from audits.engine.link import proof
from audits.engine.link.externals import RUNNERS, response
from audits.engine.link.loaders import loaded
from audits.engine.link.relayed import Relayed
from audits.engine.link.tree import Module
from audits.engine.link.values import Step, Value, Values, union

# Methods of other libraries' objects that give what they are given, or an item.
_GIVING = frozenset({"enter_context", "enter_async_context", "create_task", "__new__"})
# Methods that give the object again, with the fields of their keywords.
_SAME = frozenset({"_replace", "model_copy"})
# They give the method again, with arguments.
_BINDING = frozenset({"partial", "partialmethod", "wraps", "update_wrapper"})
_FIELDS = ("client", "object")
# Objects that are called with what they run, and give what comes of it.
_WORKING = frozenset({"joblib.Parallel", "joblib.parallel.Parallel"})
_ENTERING = frozenset({"__enter__", "__aenter__"})
# They give an answer in another form, with the same keys.
_PLAINER = frozenset({"dict", "model_dump", "json", "model_dump_json", "copy", "model_copy"})
_BY_METHOD = RUNNERS | {"result", "get", "get_nowait", "pop", "popleft", "setdefault", "values"}


class Calls(Relayed):
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
        elif callee.op == "attr" and (callee.text in _SAME or (callee.text == "copy" and "update" in node.keys)):
            yield from self.evaluate(module, callee.kids[0])
            yield Value("record", "_replace", module.path, number)
        elif callee.op == "attr" and callee.text == "getfixturevalue" and (asked := module.text(node.kids[-1])):
            yield from self.fixture(module, module.function_of(node.scope), asked)
        if self.pairs_in(module, node) is not None:
            yield Value("pairs", "", module.path, number)
        for value in self.evaluate(module, node.kids[0]):
            for found in self._called(module, number, node, value):
                if not (found.kind == "client" and self.under_another(module, callee, node, found)):
                    yield found
        yield from self._ran(module, node, callee)

    def _ran(self, module: Module, node: Node, callee: Node) -> Iterator[Value]:
        """`guard(co.generate, prompt=…)`: what is handed a method with its arguments may give what it gives."""
        for kid in node.kids[1:] if len(node.kids) > 2 and callee.text not in _BINDING else ():
            if module.nodes[kid].op == "attr" and module.nodes[kid].text in METHODS:
                found = (value for value in self.evaluate(module, kid) if value.kind == "method")
                yield from (response(value).doubted(1) for value in found)

    def _field_of(self, name: str, base: Value) -> Values:
        """A field of a record, also of one that `model_copy(update={…})` made."""
        found = super()._field_of(name, base)
        module = self.tree.modules.get(base.path) if base.name == "_replace" else None
        node = module.nodes[base.index] if module is not None else None
        if module is None or node is None or "update" not in node.keys:
            return found
        changed = node.kids[1 + node.keys.index("update")]
        return union([*found, *(row for row in self.item_of(module, changed, name) if row.kind in _FIELDS)])

    def _by_method(self, module: Module, number: int, node: Node, callee: Node) -> Iterator[Value]:
        if callee.text in RUNNERS:
            for kid in node.kids[1:3]:
                for value in self.evaluate(module, kid):
                    if value.kind == "method":
                        yield response(value)
                    elif value.kind == "function":
                        yield from (row for row in self.results(value) if row.kind in ("response", "answer"))
        elif callee.text in ("result", "values"):
            values = self.evaluate(module, callee.kids[0])
            yield from (value for value in values if _is_kept(value, callee.text))
            pairs = (value for value in values if value.kind == "pairs" and callee.text == "values")
            yield from (found for value in pairs for found in self.paired(value, 1))
        elif callee.text in ("get", "get_nowait") and (boxes := self._boxes(module, callee)):
            yield from (value for box in boxes for value in (*self.boxed(box), *self.declared(box)))
        else:
            yield from self._taken_out(module, node, callee)

    def _taken_out(self, module: Module, node: Node, callee: Node) -> Iterator[Value]:
        """`pool.pop()`, `clients.get("co", default)`."""
        if len(node.kids) == 1 and callee.text in ("pop", "popleft"):
            yield from (value for value in self.items(module, callee.kids[0], None) if value.kind in _FIELDS)
        elif len(node.kids) > 1:
            yield from self.item(module, callee.kids[0], node.kids[1])
            yield from self.keyed(module, callee, node)
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
        if value.kind == "response":
            return (value,) if module.nodes[node.kids[0]].text in _PLAINER else ()
        if value.kind == "client":
            return (value if module.nodes[node.kids[0]].text in _ENTERING else value.doubted(1),)
        step = proof.called(module, number)
        if value.kind == "function":
            return (*self._loaded(module, node, value), *self._given_back(value, step))
        if value.kind == "class":
            return (Value("object", value.name, value.path, value.index, (step, *value.steps)),)
        if value.kind == "object":
            return self._object_called(module, number, value)
        if value.kind == "getter":
            return self.got(module, number, node, value)
        if value.kind == "instance" and value.name == "collections.namedtuple":
            return (Value("record", value.name, module.path, number),)
        return self._as_decorator(module, node, value) if value.kind == "instance" else ()

    def _given_back(self, function: Value, step: Step) -> Iterator[Value]:
        """What a call of a function gives, no surer than it is that this one is called."""
        yield from (result.after(step).doubted(function.doubt) for result in self.results(function))

    def _as_decorator(self, module: Module, node: Node, value: Value) -> Values:
        """`retry(stop=…)(co.generate)`: what a library's decorator makes of a function is called like it."""
        if value.name in _WORKING:
            return self.evaluate(module, node.kids[1]) if len(node.kids) == 2 else ()
        made = module.nodes[node.kids[0]].op == "call"
        asked = node.keys == ("",) and (made or module.nodes[node.kids[1]].text in METHODS)
        found = self.evaluate(module, node.kids[1]) if asked else ()
        return tuple(value for value in found if value.kind in ("method", "function"))

    def _loaded(self, module: Module, node: Node, value: Value) -> Values:
        """What the tree's own function imports that is given a package's name."""
        owner = self.tree.modules[value.path]
        named = loaded(owner, value.index, module, node, bound=value.owner is not None)
        return self.imported(owner, named) if named else ()

    def _object_called(self, module: Module, number: int, value: Value) -> Values:
        found = self.member(module, number, "__call__", value)
        return union(result for method in found if method.kind == "function" for result in self.results(method))

    def made_when_asked(self, module: Module, name: str) -> Values:
        """What a module's own `__getattr__` gives: of many things the one that is called so."""
        makers = [row for row in module.bindings.get((0, "__getattr__"), ()) if row.how == "def"]
        rows = [(row.node, number) for row in makers for number in module.scopes[row.node].results]
        told = [
            value.after(proof.returned(module, function, number))
            for function, number in rows
            for value in self.evaluate(module, number)
            if value.name == name
        ]
        others = (self.results(Value("function", row.name, module.path, row.node)) for row in makers if not told)
        return union(value.doubted(1) for values in (told, *others) for value in values)

    def results(self, function: Value) -> Values:
        """What a function of the tree returns or yields; its annotation where the body does not tell."""
        owner = function.owner
        about = None if owner is None else (owner.key, owner.owner and owner.owner.key)
        return self.answer(function.path, ("results", function.index), lambda: self._results(function), about)

    def _results(self, function: Value) -> Values:
        module = self.tree.modules[function.path]
        rows = module.scopes[function.index].results
        found = union(
            value.after(proof.returned(module, function.index, number))
            for number in rows
            for value in self._result(module, number, function)
        )
        if not rows and function.owner is not None and function.owner.kind == "object":
            found = self._overridden(function)
        if any(value.kind in ("client", "object") for value in found):
            return found
        told: list[Value] = []
        for row in module.bindings.get((function.index, "return"), ()):
            step = proof.promised(module, function.index, row.node)
            promised = self.annotated(module, row.node) or self.chosen_for(function, module, row.node)
            told += [value.after(step) for value in promised]
        return union([*found, *told])

    def _result(self, module: Module, number: int, function: Value) -> Values:
        """What one `return` gives; where it asks the object itself, an object of an heir's class answers for that."""
        found, owner = self.evaluate(module, number), function.owner
        above = (module.path, module.scopes[function.index].parent)
        if owner is None or owner.kind != "object" or (owner.path, owner.index) == above:
            return found
        # Siblings may answer otherwise; to ask anew for each heir is slow, and only a client is worth it.
        told = self.of_heir(module, number, owner) if any(value.kind == "client" for value in found) else None
        return found if told is None else told

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


def _is_kept(value: Value, method: str) -> bool:
    """Does `result()` or `values()` give what it is asked of? An annotated mapping tells only the type."""
    typed = value.kind == "client" and value.index < 0
    makes = value.kind == "instance" and value.name == "collections.defaultdict"
    return value.kind in ("response", "dict") or (method == "values" and (typed or makes or value.kind == "many"))
