"""Values that are put into an object from outside: by its constructor, by an assignment elsewhere, or into a box."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Set
from functools import cached_property
from itertools import chain

from audits.engine.catalogue import CLIENTS
from audits.engine.extract.model import Node, Store
from audits.engine.link import proof
from audits.engine.link.constants import texts_of
from audits.engine.link.generics import Generics
from audits.engine.link.puts import Puts
from audits.engine.link.tree import Module, Tree
from audits.engine.link.values import Value, Values, union

# Functions that give a copy of an object with the fields of their keywords.
REPLACING = frozenset({"dataclasses.replace", "copy.replace", "attrs.evolve"})
_SURE = frozenset({"types.SimpleNamespace", "argparse.Namespace", "collections.namedtuple", "_replace"}) | REPLACING
# Methods that keep their second argument under the first.
_KEEPING = ("set", "register", "provide")
_SETTINGS = ("settings", "config", "conf")
_HELD = ("client", "object", "instance", "v2")
_GIVEN = ("client", "object", "response")
_FIELD_LIMIT = 240
_STORE_LIMIT = 20
# Expressions that may be a client, and ones that may be an object with an attribute.
HOLDING = frozenset({"call", "name", "attr", "either", "await", "sub"})
_BASES = frozenset({"name", "attr", "call"})
# Types of fields that hold no client.
_PLAIN = frozenset({"str", "int", "float", "bool", "bytes", "Path", "datetime"})


class Boxes(Generics):
    """Attributes that nothing in a class's own body gives a value."""

    def __init__(self, tree: Tree) -> None:
        super().__init__(tree)
        self._gifts: dict[tuple[object, ...], Values] = {}
        self._searching = 0

    @cached_property
    def outer_stores(self) -> dict[str, list[tuple[Module, Store]]]:
        """Stores of what may be a client on attributes of something else than the object itself, by name."""
        found: dict[str, list[tuple[Module, Store]]] = defaultdict(list)
        for module in self.tree.modules.values():
            for row in module.facts.stores:
                base = module.nodes[row.base]
                own = base.op == "name" and base.text in ("self", "cls")
                held = module.nodes[row.node].op in HOLDING
                if row.kind == "attr" and row.how == "value" and held and base.op in _BASES and not own:
                    found[row.key].append((module, row))
        return dict(found)

    def name(self, module: Module, node: Node, number: int) -> Iterator[Value]:
        """A name where it stands; a module's, by what other modules set it to as well."""
        found = list(super().name(module, node, number))
        yield from found
        rows = self.outer_stores.get(node.text, ()) if (0, node.text) in module.bindings else ()
        if rows and not any(value.kind in _HELD for value in found) and self._is_global(module, node, number):
            for other, row in rows[:_STORE_LIMIT]:
                if other is not module and self._is_module(other, row, module.path):
                    yield from self.stored(other, row)

    def _is_global(self, module: Module, node: Node, number: int) -> bool:
        place = self.defined(module, node, number)
        return place is not None and place[1] < 0 and all(row.scope == 0 for row in place[0])

    def member(self, module: Module, number: int, name: str, base: Value) -> Values:
        """One attribute of one value."""
        if base.kind in ("record", "instance"):
            found = self._field_of(name, base)
            return found or super().member(module, number, name, base)
        if base.kind == "external" and base.name == "django.conf.settings":
            return self._setting(name)
        if base.kind == "external" and name in (row.methods if (row := CLIENTS.get(base.name)) else ()):
            owner = Value("unbound", CLIENTS[base.name].path, base.path, -1, base.steps, base.doubt)
            return (Value("method", name, module.path, number, base.steps, base.doubt, owner),)
        return super().member(module, number, name, base)

    def _setting(self, name: str) -> Values:
        """`settings.NAME`, which the framework takes from a module of settings."""
        modules = [row for path, row in self.tree.modules.items() if any(word in path.lower() for word in _SETTINGS)]
        found = (value for row in modules if (0, name) in row.bindings for value in self.exported(row, name))
        return union(value.doubted(1) for value in found)

    def _of_class(self, module: Module, number: int, name: str, base: Value) -> Values:
        found = super()._of_class(module, number, name, base)
        if base.kind == "super" or name.startswith("__"):
            return found
        if not any(value.kind in _HELD and value.doubt == 0 for value in found):
            found = union([*found, *self._from_outside(base, name)])
        return found

    def _from_outside(self, base: Value, name: str) -> Values:
        """What others give an attribute."""
        places = chain(self._filled(base, name), self.assigned(base, name))
        return self._searched((base.path, base.index, name), lambda: places)

    def _searched(self, key: tuple[object, ...], search: Callable[[], Iterable[Value]]) -> Values:
        """What is looked for all over the tree, once; a search inside a search finds nothing and is not kept."""
        known = self._gifts.get(key)
        if known is None and self._searching:
            self._cut = min(self._cut, self._searching)
        if known is not None or self._searching or not self.guarded(key):
            return known or ()
        before, self._searching = self._cut, self._depth
        try:
            found = union(search())
        finally:
            self._searching, self._cut = 0, before
            self.leave(key)
        self._gifts[key] = found
        return found

    def _field_of(self, name: str, base: Value) -> Values:
        """The keyword of the call that made a record, or the item of a named tuple in the field's place."""
        module = self.tree.modules.get(base.path)
        node = module.nodes[base.index] if module is not None and base.index >= 0 else None
        if module is None or node is None or node.op != "call":
            return ()
        operand = _operand(node, name, self._named_fields(module, node))
        if operand is None:
            return ()
        doubt = 0 if base.name in _SURE else 1
        found = (value for value in self.evaluate(module, operand) if value.kind in _GIVEN)
        return tuple(value.after(proof.passed(module, base.index, operand)).doubted(doubt) for value in found)

    def _named_fields(self, module: Module, node: Node) -> list[str]:
        """`namedtuple("Deps", ["db", "co"])`: the fields of the class that is called."""
        for value in self.evaluate(module, node.kids[0]):
            if value.kind == "instance" and value.name == "collections.namedtuple" and value.index >= 0:
                owner = self.tree.modules[value.path]
                operands = owner.nodes[value.index].kids[2:3]
                for row in (owner.nodes[operand] for operand in operands):
                    if row.op == "str":
                        return row.text.replace(",", " ").split()
                    return [owner.nodes[kid].text for kid in row.kids]
        return []

    def _filled(self, base: Value, name: str) -> Iterator[Value]:
        """A field of a dataclass or a model that may be a client, which its callers pass."""
        for caller, call, operand in self.filling(base, name, _PLAIN):
            step = proof.passed(caller, call, operand)
            yield from (value.after(step) for value in self.evaluate(caller, operand))

    def filling(self, base: Value, name: str, but: Set[str] = frozenset()) -> Iterator[tuple[Module, int, int]]:
        """(module, call, operand): what fills a field that no code of the class does, by name or in order.

        Fields of the types `but` are left out.
        """
        lineage = self.lineage(base)
        order = list(dict.fromkeys(field for cls in reversed(lineage) for field in self.fields(cls)))
        made = any(self._has(cls, "__init__") or self._is_typed(cls, name, but) for cls in lineage)
        if any(self._keeps_keywords(cls) for cls in lineage):
            order = []
        elif name not in order or made:
            return
        targets = {(cls.path, cls.index) for cls in (*lineage[:1], *self.descendants(lineage[0]))}
        names = sorted({self.tree.modules[path].scopes[index].name for path, index in targets})
        for caller, call in self.tree.calls_spelled(tuple(names), makes=False)[:_FIELD_LIMIT]:
            operand = _operand(caller.nodes[call], name, order)
            if operand is not None and self._makes(caller, call, targets):
                yield caller, call, operand

    def _keeps_keywords(self, cls: Value) -> bool:
        """Does the constructor make an attribute of each keyword: `self.__dict__.update(kw)`, `setattr(self, k, v)`?"""
        module = self.tree.modules[cls.path]
        functions = {row.node for row in module.bindings.get((cls.index, "__init__"), ()) if row.how == "def"}
        for call in (*module.calls.get("update", ()), *module.calls.get("setattr", ())) if functions else ():
            node = module.nodes[call]
            if module.function_of(node.scope) not in functions or len(node.kids) < 2:
                continue
            callee = module.nodes[node.kids[0]]
            whole = callee.op == "attr" and module.nodes[callee.kids[0]].text == "__dict__" and node.keys == ("",)
            one_by_one = callee.text == "setattr" and len(node.kids) == 4 and module.nodes[node.kids[2]].op == "name"
            if whole or one_by_one:
                return True
        return False

    def _makes(self, module: Module, call: int, targets: set[tuple[str, int]]) -> bool:
        made = self.evaluate(module, module.nodes[call].kids[0])
        return any(value.kind == "class" and (value.path, value.index) in targets for value in made)

    def _is_typed(self, cls: Value, name: str, types: Set[str]) -> bool:
        module = self.tree.modules[cls.path]
        rows = module.bindings.get((cls.index, name), ())
        return any(row.how == "annotation" and module.nodes[row.node].text in types for row in rows)

    def _has(self, cls: Value, name: str) -> bool:
        return (cls.index, name) in self.tree.modules[cls.path].bindings

    def assigned(self, base: Value, name: str) -> Iterator[Value]:
        """`thing.name = value` on an instance of the class, by whoever has one."""
        rows = self.outer_stores.get(name, ())[:_STORE_LIMIT]
        lineage = {(cls.path, cls.index) for cls in (*self.lineage(base), *self.descendants(base))} if rows else set()
        for other, row in rows:
            if self._on_instance(other, row, lineage):
                yield from self.stored(other, row)

        for other, call in self._set_by_name.get(name, ())[:_STORE_LIMIT]:
            _, thing, _, value = other.nodes[call].kids
            kin = {(cls.path, cls.index) for cls in (*self.lineage(base), *self.descendants(base))}
            if self._is_one_of(other, thing, kin):
                yield from (row.after(proof.passed(other, call, value)) for row in self.evaluate(other, value))

    @cached_property
    def _set_by_name(self) -> dict[str, list[tuple[Module, int]]]:
        """`setattr(thing, f"{name}_client", value)`: by the names that are put together there."""
        found: dict[str, list[tuple[Module, int]]] = defaultdict(list)
        for module in self.tree.modules.values():
            for call in module.calls.get("setattr", ()):
                kids = module.nodes[call].kids
                # A name that is written down whole has been taken for a store.
                for text in texts_of(module, kids[2]) if len(kids) == 4 and module.nodes[kids[2]].op != "str" else ():
                    found[text].append((module, call))
        return dict(found)

    def _on_instance(self, module: Module, row: Store, classes: set[tuple[str, int]]) -> bool:
        return self._is_one_of(module, row.base, classes)

    def _is_one_of(self, module: Module, number: int, classes: set[tuple[str, int]]) -> bool:
        return any(
            value.kind in ("object", "class") and (value.path, value.index) in classes
            for value in self.evaluate(module, number)
        )

    def boxed(self, box: Value) -> Values:
        """What is put into an object of another library, a context variable or a queue, to be taken out elsewhere."""
        return self._searched(box.key, lambda: self._put_into(box))

    def _put_into(self, box: Value) -> Iterator[Value]:
        for module, call in self._puts.into(box.key, self):
            operand = module.nodes[call].kids[1]
            step = proof.passed(module, call, operand)
            yield from (value.after(step) for value in self.evaluate(module, operand) if value.kind == "client")

    def keyed(self, module: Module, callee: Node, node: Node) -> Iterator[Value]:
        """`session.get("co")`: what somebody keeps by `session.set("co", Client())` in what has the same name."""
        chain = module.dotted(callee.kids[0])
        for other, call in self._kept_under(module, callee, node):
            setter = other.nodes[call]
            same = other is module and other.dotted(other.nodes[setter.kids[0]].kids[0]) == chain
            step = proof.passed(other, call, setter.kids[2])
            for value in self.evaluate(other, setter.kids[2]):
                if value.kind == "client":
                    yield value.after(step).doubted(int(not same))

    def under_another(self, module: Module, callee: Node, node: Node, value: Value) -> bool:
        """Is a client that a registry gives for a name kept under other names only?"""
        rows = self._kept_under(module, callee, node) if value.kind == "client" else []
        given = (found for other, call in rows for found in self.evaluate(other, other.nodes[call].kids[2]))
        return bool(rows) and not any(found.key == value.key for found in given)

    def _kept_under(self, module: Module, callee: Node, node: Node) -> list[tuple[Module, int]]:
        """The calls that keep something under the name that a call asks for."""
        if callee.op != "attr" or len(node.kids) < 2 or not self._kept_by_key:
            return []
        chain, key = module.dotted(callee.kids[0]), module.text(node.kids[1])
        return self._kept_by_key.get((chain.rpartition(".")[2], key), [])[:_STORE_LIMIT] if chain else []

    @cached_property
    def _kept_by_key(self) -> dict[tuple[str, str | None], list[tuple[Module, int]]]:
        found: dict[tuple[str, str | None], list[tuple[Module, int]]] = defaultdict(list)
        for module in self.tree.modules.values():
            for call in (call for name in _KEEPING for call in module.calls.get(name, ())):
                kids = module.nodes[call].kids
                callee = module.nodes[kids[0]]
                chain = module.dotted(callee.kids[0]) if callee.op == "attr" and len(kids) > 2 else ""
                if chain and module.nodes[kids[2]].op in HOLDING:
                    found[chain.rpartition(".")[2], module.text(kids[1])].append((module, call))
        return {key: rows for key, rows in found.items() if key[1]}

    @cached_property
    def _puts(self) -> Puts:
        return Puts(self.tree)


def _operand(node: Node, name: str, order: list[str]) -> int | None:
    """The operand of a constructor's call for a field: its keyword, or the positional one in its place."""
    at = order.index(name) if name in order else -1
    for index, (kid, key) in enumerate(zip(node.kids[1:], node.keys, strict=True)):
        if key == name or (key == "" and index == at):
            return kid
        if key == "*":
            at = -1
    return None
