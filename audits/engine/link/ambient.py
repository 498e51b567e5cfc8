"""What a framework carries along: the state that a lifespan yields, a command line's object, a variable's type."""

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from itertools import islice

from audits.engine.extract.model import Node
from audits.engine.link.boxes import Boxes
from audits.engine.link.tree import Module
from audits.engine.link.values import Value

_APPLICATIONS = frozenset({"flask.Flask", "quart.Quart"})
_STORES = 20
_SENDS = 40


class Ambient(Boxes):
    """Values that nobody passes by a call."""

    def attribute(self, module: Module, number: int, node: Node) -> Iterator[Value]:
        """`base.text` where it stands."""
        if module.nodes[node.kids[0]].text == "current_app":
            yield from self._of_application(node.text)
        found = list(super().attribute(module, number, node))
        yield from found
        if found:
            return
        if module.nodes[node.kids[0]].text == "state":
            yield from (value.doubted(1) for value in self._yielded(node.text))
        elif node.text == "obj" and self._decorated_by(module, node.scope, "pass_context"):
            yield from self.carried()

    def _of_application(self, name: str) -> Iterator[Value]:
        """`app.co = Client()` of a Flask, whichever it is that runs."""
        for module, row in self.outer_stores.get(name, ())[:_STORES]:
            if any(value.name in _APPLICATIONS for value in self.evaluate(module, row.base)):
                yield from (value.doubted(1) for value in self.stored(module, row))

    def _yielded(self, name: str) -> Iterator[Value]:
        """`FastAPI(lifespan=f)`: an entry of the dictionary that `f` yields is an attribute of each request's state."""
        for module, number in self._lifespans:
            for function in self.evaluate(module, number):
                for value in self.results(function) if function.kind == "function" else ():
                    owner = self.tree.modules[value.path] if value.kind == "dict" else module
                    row = owner.nodes[value.index] if value.kind == "dict" else None
                    for kid, key in zip(row.kids, row.keys, strict=True) if row is not None else ():
                        yield from self.evaluate(owner, kid) if key == name else ()

    @cached_property
    def _lifespans(self) -> list[tuple[Module, int]]:
        return [
            (module, node.kids[1 + node.keys.index("lifespan")])
            for module in self.tree.modules.values()
            for node in map(module.nodes.__getitem__, module.made_by("call"))
            if "lifespan" in node.keys
        ]

    def sent(self, module: Module, node: Node) -> Iterator[tuple[Module, int]]:
        """`name = yield`: the expressions that whoever made the generator sends into it."""
        scope = module.function_of(node.scope)
        name = module.scopes[scope].name if scope >= 0 else ""
        for caller, maker, operand in self._sends.get(name, ())[:_SENDS]:
            makers = self.evaluate(caller, maker)
            if any((row.kind, row.path, row.index) == ("function", module.path, scope) for row in makers):
                yield caller, operand

    @cached_property
    def _sends(self) -> dict[str, list[tuple[Module, int, int]]]:
        """By the name of what made the generator, of each `generator.send(x)`: module, that maker and `x`."""
        found: dict[str, list[tuple[Module, int, int]]] = defaultdict(list)
        for caller in self.tree.modules.values():
            for call in caller.calls.get("send", ()):
                callee, *operands = caller.nodes[call].kids
                base = caller.nodes[callee].kids[0] if caller.nodes[callee].op == "attr" else callee
                made = caller.bound_once(caller.nodes[base])
                if len(operands) == 1 and made is not None and caller.nodes[made].op == "call":
                    maker = caller.nodes[made].kids[0]
                    found[caller.nodes[maker].text].append((caller, maker, operands[0]))
        return dict(found)

    def handed(self, module: Module, decorators: tuple[int, ...]) -> Iterator[Value]:
        """`@click.pass_obj`: the first parameter is the context's object."""
        if any(module.nodes[number].text == "pass_obj" for number in decorators):
            yield from self.carried()
        yield from self.registered_for(module, decorators)

    def registered_for(
        self, module: Module, decorators: tuple[int, ...], dispatch: str = "singledispatch"
    ) -> Iterator[Value]:
        """`@ask.register(cohere.Client)`, where `ask` is decorated with `dispatch`: the type that it is for."""
        for number in decorators:
            node = module.nodes[number]
            callee = module.nodes[node.kids[0]] if node.op == "call" else node
            if callee.op == "attr" and callee.text == "register" and node.keys == ("",):
                generic = (value for value in self.evaluate(module, callee.kids[0]) if value.kind == "function")
                if any(self._is_dispatch(value, dispatch) for value in generic):
                    yield from self.annotated(module, node.kids[1])

    def _is_dispatch(self, function: Value, dispatch: str) -> bool:
        owner = self.tree.modules[function.path]
        return any(owner.nodes[at].text == dispatch for at in owner.scopes[function.index].decorators)

    def is_handed_obj(self, module: Module, number: int) -> bool:
        """Is a name the first parameter of a command that is passed the context's object?"""
        node = module.nodes[number]
        _, scope = (self.defined(module, node, number) if node.op == "name" else None) or ([], -1)
        row = module.scopes[scope] if scope >= 0 else None
        if row is None or not row.parameters or row.parameters[0].name != node.text:
            return False
        return any(module.nodes[at].text == "pass_obj" for at in row.decorators)

    def carried(self) -> Iterator[Value]:
        """What is stored as `obj` of a command's context."""
        for module, row in self.outer_stores.get("obj", ()):
            yield from (value.doubted(1) for value in self.stored(module, row))

    def _decorated_by(self, module: Module, scope: int, name: str) -> bool:
        function = module.function_of(scope)
        rows = module.scopes[function].decorators if function >= 0 else ()
        return any(module.nodes[number].text == name for number in rows)

    def declared(self, box: Value) -> Iterator[Value]:
        """`CO: ContextVar[Client] = ContextVar("co", default=client)`: what the box is made with, and said to hold."""
        module = self.tree.modules.get(box.path)
        made = module.nodes[box.index] if module is not None and box.index >= 0 else None
        if module is not None and made is not None and made.op == "call" and "default" in made.keys:
            yield from self.evaluate(module, made.kids[1 + made.keys.index("default")])
        for row in module.facts.bindings if module is not None else ():
            if row.how == "value" and row.node == box.index and module is not None:
                for noted in module.bindings[row.scope, row.name]:
                    node = module.nodes[noted.node]
                    for kid in node.kids[1:] if noted.how == "annotation" and node.op == "sub" else ():
                        yield from self.annotated(module, kid)

    def entered(self, module: Module, base: int) -> Iterator[Value]:
        """`pool["a"] = Client()` where any item is asked for: by a key that is no constant, or one after the other."""
        node = module.nodes[base]
        callee = module.nodes[node.kids[0]] if node.op == "call" else node
        values = node.op == "call" and callee.op == "attr" and callee.text == "values" and len(node.kids) == 1
        chain = module.dotted(callee.kids[0] if values else base)
        rows = module.entries.get(chain, ()) if chain else ()
        anyhow = (row for row in module.stores.get("", ()) if row.kind == "any" and module.dotted(row.base) == chain)
        alike = islice((*rows, *(anyhow if values and chain else ())), _STORES)
        for row in module.at_home(callee.kids[0] if values else base, alike):
            yield from self.stored(module, row)

    def is_typed_dict(self, value: Value) -> bool:
        """Is an object one of a class whose fields are entries?"""
        rows = ((self.tree.modules[cls.path], cls.index) for cls in self.lineage(value))
        return any(module.nodes[at].text == "TypedDict" for module, cls in rows for at in module.scopes[cls].bases)
