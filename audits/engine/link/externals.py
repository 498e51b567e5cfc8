"""Calls of what lies outside the tree: constructors of clients, and the libraries' own ways to hand a value on."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from audits.engine.catalogue import CLIENTS, METHODS
from audits.engine.extract.model import Node
from audits.engine.link import proof
from audits.engine.link.boxes import REPLACING
from audits.engine.link.constants import partly, texts_of
from audits.engine.link.operators import OPERATORS, Operators
from audits.engine.link.tree import Module
from audits.engine.link.values import Value, Values, union

# The value is that of the argument with this index.
_PASSING = {
    "contextlib": ("closing", "aclosing", "nullcontext"),
    "copy": ("copy", "deepcopy", "replace"),
    "dataclasses": ("replace",),
    "attrs": ("evolve",),
    "asyncio": ("run", "ensure_future", "create_task", "wait_for", "shield", "gather", "as_completed"),
    "concurrent.futures": ("as_completed", "wait"),
    "functools": ("partial", "lru_cache", "cache", "wraps"),
    "itertools": ("cycle", "repeat", "islice"),
    "collections": ("ChainMap", "OrderedDict", "deque"),
    "builtins": (
        "iter",
        "aiter",
        "staticmethod",
        "classmethod",
        "list",
        "tuple",
        "set",
        "sorted",
        "reversed",
        "enumerate",
        "dict",
        "str",
    ),
    "tqdm.asyncio.tqdm": ("as_completed", "gather"),
    "tqdm.asyncio.tqdm_asyncio": ("as_completed", "gather"),
    "types": ("MappingProxyType",),
    "importlib": ("reload",),
    "importlib.util": ("module_from_spec",),
    "weakref": ("proxy", "ref"),
}
_FIRST = frozenset(f"{module}.{name}" for module, names in _PASSING.items() for name in names)
_GATHERS = frozenset(name for name in _FIRST if name.endswith(".gather"))
_SECOND = frozenset({"typing.cast", "asyncio.wait_for", "builtins.filter", "itertools.filterfalse", "heapq.nlargest"})
# One item of the first argument.
_ONE_OF = frozenset(
    {"builtins.next", "builtins.anext", "builtins.max", "builtins.min", "random.choice", "secrets.choice"}
)
# dependency_injector's providers of what a class or a function gives; one called is that.
_PROVIDERS = frozenset(
    f"dependency_injector.providers.{name}"
    for name in (
        "Singleton",
        "ThreadSafeSingleton",
        "ThreadLocalSingleton",
        "ContextLocalSingleton",
        "Factory",
        "Callable",
        "Resource",
        "Object",
    )
)
_INJECTED = _PROVIDERS | {
    "fastapi.Depends",
    "fastapi.Security",
    "fastapi.params.Depends",
    "attrs.Factory",
    "attr.Factory",
}
_FIELDS = frozenset(
    {"dataclasses.field", "pydantic.Field", "pydantic.PrivateAttr", "attrs.field", "attr.ib", "attr.field"}
)
# They give what a dotted name stands for.
_IMPORTERS = frozenset(
    {
        "builtins.__import__",
        "django.utils.module_loading.import_string",
        "importlib.import_module",
        "importlib.util.find_spec",
        "lazy_loader.load",
        "pkgutil.resolve_name",
        "pydoc.locate",
        "pytest.importorskip",
        "werkzeug.utils.import_string",
    }
)
# An attribute whose value is what the function gives.
_PROPERTIES = frozenset({"builtins.property", "functools.cached_property"})
# A value with a field for each of its keywords.
_RECORDS = (
    frozenset({"builtins.dict", "collections.OrderedDict", "types.SimpleNamespace", "argparse.Namespace"}) | REPLACING
)
# What stands for nothing: a mark for "not given", or a double that nobody is to call.
NOTHING = "builtins.object"
# Libraries that watch a client give it back with the same methods.
_WRAPS = re.compile(r"(?:wrap|patch|trace|track|instrument|observe|monitor)\w*")
# Methods of a table or a column, which call a function with each row or value: pandas, and what is built like it.
COLUMNS = frozenset(
    [
        *("apply", "applymap", "map", "map_elements", "parallel_apply", "pipe", "progress_apply", "swifter_apply"),
        "transform",
    ]
)
# `f(method, …)` calls the method, or gives what its call gives.
RUNNERS = COLUMNS | {
    *("to_thread", "submit", "run_in_executor", "apply_async", "run_sync", "run_in_threadpool"),
    *("imap", "imap_unordered", "map_async", "starmap"),
}
# Their first argument is a class or a function; what it is called with follows.
APPLIED = frozenset({"partial"}) | frozenset(name.rpartition(".")[2] for name in _PROVIDERS)


class Externals(Operators):
    """What a call of something outside the tree gives."""

    def _called(self, module: Module, number: int, node: Node, value: Value) -> Iterable[Value]:
        """The result of calling a value; a subclass knows."""
        raise TypeError(value.kind)

    def item(self, module: Module, base: int, key: int) -> Iterator[Value]:
        """`base[key]` with a constant key; a subclass knows."""
        raise TypeError(str(key))

    def item_of(self, module: Module, base: int, key: str) -> Values:
        """`base[key]`; a subclass knows."""
        raise TypeError(key)

    def _external(self, module: Module, number: int, node: Node, value: Value) -> Iterable[Value]:
        name = value.name
        row = CLIENTS.get(name)
        if row is not None:
            steps = (proof.called(module, number), *value.steps)
            return (Value("client", row.path, module.path, number, steps, value.doubt),)
        if len(node.kids) > 1:
            return [*self._with_operands(module, number, node, value), *self._record(module, number, name)]
        # `lru_cache(maxsize=1)(f)`: the call behind it passes the function.
        return (value,) if name in _FIRST else self._made(module, number, name)

    def _with_operands(self, module: Module, number: int, node: Node, value: Value) -> Iterable[Value]:
        name = value.name
        positional = node.keys[0] in ("", "*")
        if name in _FIRST or name.rpartition(".")[2] in RUNNERS:
            return self._passed(module, number, node, name) if positional or name not in _FIRST else (value,)
        if name in _SECOND and len(node.kids) > 2:
            found = self.evaluate(module, node.kids[2])
            return found or (self.annotated(module, node.kids[1]) if name == "typing.cast" else ())
        if name in _ONE_OF:
            return self.items(module, node.kids[1], None)
        if name in _INJECTED or name in _PROPERTIES:
            return self._injected(module, number, node)
        if name in _IMPORTERS:
            return self._imported_by_call(module, number, node)
        if name == "builtins.type":
            return self._class_of(module, number, node)
        if name in OPERATORS:
            return self.operator(module, number, node, name)
        if name == "builtins.getattr" and len(node.kids) > 2:
            return self._got_by_name(module, number, node)
        if name in _FIELDS:
            return self._field(module, number, node)
        parsed = self._answers(module, node.kids[1]) if name == "json.loads" else ()
        return parsed or self._watched(module, number, node, name) or self._made(module, number, name)

    def _got_by_name(self, module: Module, number: int, node: Node) -> Values:
        """`getattr(thing, name)`, also where only the name's beginning or end is written down."""
        bases, names = self.evaluate(module, node.kids[1]), texts_of(module, node.kids[2], self.tree)
        if names:
            return union(found for text in names for base in bases for found in self.member(module, number, text, base))
        wanted = partly(module, node.kids[2])
        objects = [base for base in bases if base.kind in ("object", "class")] if wanted is not None else []
        if wanted is None or not objects:
            return self._made(module, number, "builtins.getattr")
        found = [self.member(module, number, text, base) for base in objects for text in self.named_like(base, wanted)]
        values = union(value for values in found for value in values)
        return tuple(value.doubted(1 if len(found) == 1 else 2) for value in values)

    def _class_of(self, module: Module, number: int, node: Node) -> Iterator[Value]:
        """`type(thing)`, `type("Name", (Client,), {})`."""
        if len(node.kids) == 4:
            clients = (value for value in self.items(module, node.kids[2], None) if value.kind == "external")
            yield from (value.doubted(1) for value in clients if value.name in CLIENTS)
        for row in self.evaluate(module, node.kids[1]):
            if row.kind == "client":
                yield Value("external", row.name, steps=row.steps, doubt=row.doubt)
            elif row.kind == "object":
                yield from self.member(module, number, "__class__", row)

    def _answers(self, module: Module, number: int) -> Values:
        """`json.loads(response.json())`."""
        return tuple(value for value in self.evaluate(module, number) if value.kind == "response")

    def _record(self, module: Module, number: int, name: str) -> Values:
        return (Value("record", name, module.path, number),) if name in _RECORDS else ()

    def _made(self, module: Module, number: int, name: str) -> Values:
        """An instance of some class, for all that is known."""
        if (name.startswith("builtins.") and name != NOTHING) or name in _RECORDS or name in _INJECTED:
            return ()
        return (Value("instance", name, module.path, number),)

    def _watched(self, module: Module, number: int, node: Node, name: str) -> Values:
        """`wrap(co)` of a library that watches what a client does, and `retry(co.generate)`."""
        wraps = _WRAPS.fullmatch(name.rpartition(".")[2]) is not None
        decorates = len(node.kids) == 2 and module.nodes[node.kids[1]].text in METHODS
        if name.startswith("builtins.") or node.keys[0] != "" or not (wraps or decorates):
            return ()
        step = proof.called(module, number)
        values = self.evaluate(module, node.kids[1])
        found = [value.doubted(1).after(step) for value in values if wraps and value.kind == "client"]
        return tuple(found) or tuple(value for value in values if decorates and value.kind == "method")

    def _passed(self, module: Module, number: int, node: Node, name: str) -> Values:
        # `gather(*jobs)` gives what a list holds, item by item: it is passed on as that list.
        if name in _GATHERS and [key for key in node.keys if key in ("", "*")] != ["*"]:
            return (Value("gathered", "", module.path, number),)
        values = self.evaluate(module, node.kids[1]) if len(node.kids) > 1 else ()
        if name.rpartition(".")[2] in RUNNERS:
            values = union([*values, *(self.evaluate(module, node.kids[2]) if len(node.kids) > 2 else ())])
            found = [response(value) for value in values if value.kind == "method"]
            found += [result for value in values if value.kind == "function" for result in self.results(value)]
            return (*found, *self._mapped(module, node, values)) if name == "builtins.map" else tuple(found)
        return values

    def _mapped(self, module: Module, node: Node, values: Values) -> Iterator[Value]:
        """`map(cohere.Client, keys)`: what is known of each item."""
        made = node._replace(kids=node.kids[1:2], keys=())
        for value in values:
            clients = self._called(module, node.kids[1], made, value) if value.name in CLIENTS else ()
            yield from (replace(client, index=-1) for client in clients if client.kind == "client")

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
            inner = module.nodes[number]._replace(kids=(node.kids[1],), keys=())
            yield from (value,) if value.kind == "client" else self._called(module, node.kids[1], inner, value)

    def _imported_by_call(self, module: Module, number: int, node: Node) -> Values:
        named = module.text(node.kids[1])
        if not named:
            return ()
        return tuple(value.after(proof.called(module, number)) for value in self.imported(module, named))


def response(method: Value) -> Value:
    """What calling a Generate method gives."""
    return Value("response", method.name, method.path, method.index, method.steps, method.doubt, method)
