"""Attributes: of modules, classes, instances, clients and of containers that only a name leads to."""

from collections.abc import Iterator
from functools import cached_property
from itertools import islice

from audits.engine.catalogue import CLIENTS, PACKAGES, RAW_ATTRIBUTE, RAW_METHODS, VENDORED_AWS_ATTRIBUTE
from audits.engine.catalogue.frameworks.holders import HOLDERS
from audits.engine.extract.model import Node, Store
from audits.engine.link import proof
from audits.engine.link.classes import Classes
from audits.engine.link.tree import Module
from audits.engine.link.values import Value, Values, union

_CLASSES = ("Client", "AsyncClient", "ClientV2", "AsyncClientV2")
# Methods of containers that give an item, or all of them.
_TAKING = frozenset({"pop", "popleft", "copy", "__next__", "__getitem__"})
# Nobody sets one attribute in more places of one file, and each reading of it looks at all.
_STORES = 50
# Many libraries and projects have their own: cached_property, lazy_property, hybrid_property, cachedproperty …
_PROPERTY, _REIFY = "property", "reify"


class Members(Classes):
    """Attribute access."""

    def attribute(self, module: Module, number: int, node: Node) -> Iterator[Value]:
        """`base.text` where it stands."""
        bases = self.evaluate(module, node.kids[0])
        told = [value for base in bases for value in self.member(module, number, node.text, base)]
        yield from told
        if not told and module.narrowed and (chain := module.dotted(number)):
            yield from self.narrowed(module, node._replace(text=chain))
        if not any(base.kind in ("client", "method", "response", "module", "class") for base in bases):
            yield from self._stored_by_name(module, node)
        if node.text in _CLASSES and not any(base.kind == "module" for base in bases):
            yield from self._lazy_package(module, node)

    def _lazy_package(self, module: Module, node: Node) -> Iterator[Value]:
        base = module.nodes[node.kids[0]]
        if base.text == "cohere" and base.op in ("name", "attr") and not self.evaluate(module, node.kids[0]):
            yield Value("external", f"cohere.{node.text}", doubt=1)

    def member(self, module: Module, number: int, name: str, base: Value) -> Values:
        """One attribute of one value; `number` is the expression that asks."""
        if base.kind == "external":
            return (Value("external", f"{base.name}.{name}", steps=base.steps, doubt=base.doubt),)
        if base.kind == "module":
            return self._of_module(base, name)
        if base.kind == "client":
            return self._of_client(module, number, name, base)
        if base.kind == "object" and name == "__class__":
            return (Value("class", *base.key[1:], base.steps),)
        if base.kind in ("object", "class", "super"):
            return self._of_class(module, number, name, base)
        if base.kind == "instance" and name in HOLDERS.get(base.name, ()):
            return self._kept_by(name, base)
        return (base,) if base.kind == "response" or (base.kind == "method" and name == "__call__") else ()

    def _kept_by(self, name: str, base: Value) -> Values:
        """`llm.client` of a framework's object: the client that it keeps."""
        made = self.tree.modules.get(base.path) if base.index >= 0 else None
        steps = (proof.called(made, base.index),) if made is not None else ()
        client = HOLDERS[base.name][name]
        return (Value("client", client, base.path, base.index, (*steps, *base.steps), base.doubt),)

    def _of_module(self, base: Value, name: str) -> Values:
        module = self.tree.modules[base.path]
        found = list(self.exported(module, name))
        for other, row in self.tree.stores.get(name, ()):
            if row.kind == "attr" and self._is_module(other, row, base.path):
                found += self.stored(other, row)
        if not found:
            inner = self.tree.find(base.path, f".{name}") if base.path.endswith("__init__.py") else None
            # A package with the SDK's name that has no such thing does not stand for the SDK.
            foreign = [Value("external", f"{base.name}.{name}")] if base.name in PACKAGES else []
            found = [Value("module", name, inner)] if inner else foreign
        return union(found)

    def _is_module(self, module: Module, row: Store, path: str) -> bool:
        if module.nodes[row.base].op not in ("name", "attr"):
            return False
        return any(value.kind == "module" and value.path == path for value in self.evaluate(module, row.base))

    def _of_client(self, module: Module, number: int, name: str, base: Value) -> Values:
        row = CLIENTS[base.name]
        if name in row.methods:
            return (Value("method", name, module.path, number, base.steps, base.doubt, base),)
        if base.index < 0 and name in _TAKING:
            # Only its type is known, which may be that of a container's items.
            return (base,)
        if name == RAW_ATTRIBUTE and row.methods & RAW_METHODS:
            return (base,)
        if name == VENDORED_AWS_ATTRIBUTE:
            return (Value("client", "cohere_aws.Client", base.path, base.index, base.steps, base.doubt),)
        # An enum's member has its client as `value`.
        return (base,) if name in ("__aenter__", "__enter__", "value") else ()

    def _of_class(self, module: Module, number: int, name: str, base: Value) -> Values:
        lineage = self.lineage(base)
        found: list[Value] = []
        for cls in lineage[1:] if base.kind == "super" else lineage:
            found = self._own(cls, name, base)
            if found:
                return union(found)
        for cls in lineage:
            for ext in self.foreign_bases(cls):
                client = Value("client", ext.name, cls.path, -1, (*base.steps, *ext.steps)[:12], base.doubt)
                found += self._of_client(module, number, name, client)
        if not found and base.kind != "super":
            for cls in self.beside(base, lineage, name):
                found += self._own(cls, name, base)
        if not found and base.kind == "object" and not name.startswith("__"):
            found += (value for cls in lineage for value in self._delegated(cls, number, name))
        return union(found)

    def _delegated(self, cls: Value, number: int, name: str) -> Iterator[Value]:
        """`def __getattr__(self, name): return getattr(self.inner, name)`; an inner one may hand it back."""
        asked = (cls.path, "delegated", cls.key[2:], name)
        if not self.guarded(asked):
            return
        try:
            yield from self._from_inner(self.tree.modules[cls.path], cls, number, name)
        finally:
            self.leave(asked)

    def _from_inner(self, module: Module, cls: Value, number: int, name: str) -> Iterator[Value]:
        functions = [row.node for row in module.bindings.get((cls.index, "__getattr__"), ()) if row.how == "def"]
        for call in module.calls.get("getattr", ()) if functions else ():
            node = module.nodes[call]
            asked = {parameter.name for at in functions for parameter in module.scopes[at].parameters[1:2]}
            inside = module.function_of(node.scope) in functions
            if inside and len(node.kids) > 2 and module.nodes[node.kids[2]].text in asked:
                for base in self.evaluate(module, node.kids[1]):
                    yield from self.member(module, number, name, base)

    def _own(self, cls: Value, name: str, base: Value) -> list[Value]:
        """What one class itself gives an attribute: its body, and stores on `self` in its methods."""
        module = self.tree.modules[cls.path]
        found: list[Value] = []
        for row in module.bindings.get((cls.index, name), ()):
            for value in self.bound(module, row):
                if value.kind != "function":
                    found += self._described(module, value) or [value]
                    continue
                owner = self.tree.modules[value.path]
                if self.is_property(owner, value.index):
                    found += self._of_property(value, cls, base)
                if not self.is_property(owner, value.index, called=False):
                    # `@requires_property("name")` may leave it a method: what is read and what is called tell.
                    found.append(Value("function", value.name, value.path, value.index, owner=base))
        rows = (row for row in module.stores.get(name, ()) if row.kind in ("attr", "item"))
        own = {"attr": self.on_self, "item": _validates}
        for store in islice((row for row in rows if own[row.kind](module, row, cls.index)), _STORES):
            found += self.stored_for(module, store, cls, base)
        return found

    def named_like(self, base: Value, ends: tuple[str, str]) -> list[str]:
        """The attributes of an object whose name begins and ends so, in the order of the code, at most so many."""
        # Each read of one asks, and a class may have very many.
        return self.once(("like", base.key, ends), lambda: self._named_like(base, ends))

    def _named_like(self, base: Value, ends: tuple[str, str]) -> list[str]:
        found: dict[str, None] = {}

        def wanted(name: str) -> bool:
            long = len(name) > sum(map(len, ends)) and not name.startswith("__")
            return long and name.startswith(ends[0]) and name.endswith(ends[1])

        for cls in self.lineage(base):
            module = self.tree.modules[cls.path]
            for row in module.facts.bindings:
                if row.scope == cls.index and row.how in ("value", "annotation", "def") and wanted(row.name):
                    found[row.name] = None
            for name, rows in module.stores.items():
                if wanted(name) and any(one.kind == "attr" and self.on_self(module, one, cls.index) for one in rows):
                    found[name] = None
        return list(found)[:_STORES]

    def _of_property(self, value: Value, cls: Value, base: Value) -> Values:
        """What a property gives; an heir's object is asked anew, which is slow, only where a client is in question."""
        found = self.results(value)
        if base.kind == "object" and base.key[2:] != cls.key[2:] and any(row.kind == "client" for row in found):
            found = self.results(Value(*value.key, value.steps, value.doubt, base))
        return found

    def _described(self, module: Module, value: Value) -> list[Value]:
        """What the `__get__` of an object in a class gives where the attribute is read."""
        if value.kind != "object" or not self._describes:
            return []
        getters = (row for row in self.member(module, -1, "__get__", value) if row.kind == "function")
        return [found for getter in getters for found in self.results(getter)]

    @cached_property
    def _describes(self) -> bool:
        """Does the tree have a descriptor of its own?"""
        return any(
            row.kind == "function" and row.name == "__get__"
            for module in self.tree.modules.values()
            for row in module.scopes
        )

    def is_property(self, module: Module, scope: int, *, called: bool = True) -> bool:
        """Does reading the attribute call this function? Unless `called`, a decorator that is called does not count."""
        rows = [module.nodes[number] for number in module.scopes[scope].decorators]
        rows = rows if called else [row for row in rows if row.op != "call"]
        names = [(module.nodes[row.kids[0]] if row.op == "call" else row).text.lower() for row in rows]
        return any(name.endswith(_PROPERTY) or name == _REIFY for name in names)

    def on_self(self, module: Module, row: Store, cls: int) -> bool:
        """Is this a store on an instance of the class with this scope, or on the class itself?"""
        base = module.nodes[row.base]
        function = module.function_of(row.scope)
        while function >= 0 and module.scopes[function].parent != cls:
            function = module.function_of(module.scopes[function].parent)
        if base.op != "name" or base.text == module.scopes[cls].name:
            return base.op == "name"
        parameters = module.scopes[function].parameters if function >= 0 else ()
        if not parameters or parameters[0].name == base.text:
            return bool(parameters)
        # `self = cls()` in a class method that makes the object.
        made = module.bindings.get((row.scope, base.text), ()) if parameters[0].name == "cls" else ()
        return any(item.how == "value" and _makes_own(module, module.nodes[item.node]) for item in made)

    def stored_for(self, module: Module, row: Store, cls: Value, base: Value) -> list[Value]:
        """What a store in the class `cls` gives its attribute on `base`; a subclass knows more."""
        return self.stored(module, row)

    def stored(self, module: Module, row: Store) -> list[Value]:
        """What a store gives its attribute or item."""
        values = self.annotated(module, row.node) if row.how == "annotation" else self.evaluate(module, row.node)
        step = proof.stored(module, row) if values else None
        return [value.after(step) for value in values] if step is not None else []

    def _stored_by_name(self, module: Module, node: Node) -> Iterator[Value]:
        """`app.state.co`, `st.session_state.co`: the same chain of names is stored to somewhere."""
        chain = module.dotted(node.kids[0])
        if not chain or chain in ("self", "cls"):
            return
        rows = (row for row in module.stores.get(node.text, ()) if row.kind in ("attr", "item"))
        alike = islice((row for row in rows if module.dotted(row.base) == chain), _STORES)
        for row in module.at_home(node.kids[0], alike):
            yield from self.stored(module, row)
        tail = chain.rpartition(".")[2]
        if "." in chain:
            for other, row in self.tree.stores.get(node.text, ()):
                if row.kind == "attr" and other.dotted(row.base).rpartition(".")[2] == tail:
                    yield from (value.doubted(1) for value in self.stored(other, row) if value.kind == "client")


def _makes_own(module: Module, node: Node) -> bool:
    """Is this `cls(…)` or `super().__new__(cls)`?"""
    callee = module.nodes[node.kids[0]] if node.op == "call" else node
    given = module.nodes[node.kids[1]].text if callee.text == "__new__" and len(node.kids) > 1 else callee.text
    return node.op == "call" and given == "cls"


def _validates(module: Module, row: Store, cls: int) -> bool:
    """A validator of this class, which fills in a dictionary of its fields and gives it back."""
    base, scope = module.nodes[row.base], module.scopes[module.function_of(row.scope)]
    if base.op != "name" or scope.parent != cls or not scope.decorators:
        return False
    returned = any(module.nodes[at].op == "name" and module.nodes[at].text == base.text for at in scope.results)
    return returned and any(parameter.name == base.text for parameter in scope.parameters)
