"""What dictionaries hold beside what is written down where they are made."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import islice

from audits.engine.catalogue import PACKAGES
from audits.engine.catalogue.responses import RESPONSE_CLASSES
from audits.engine.extract.model import Node, Store
from audits.engine.link import proof
from audits.engine.link.ambient import Ambient
from audits.engine.link.boxes import HOLDING
from audits.engine.link.module import told_once
from audits.engine.link.tree import Module
from audits.engine.link.values import Value, Values

_DEFAULTING = "collections.defaultdict"
_STORES = 20


class Containers(Ambient):
    """Entries that a dictionary is given later, elsewhere, or when it is asked for them."""

    def _called(self, module: Module, number: int, node: Node, value: Value) -> Iterable[Value]:
        """The result of calling a value; a subclass knows."""
        raise TypeError(value.kind)

    def filled_in(self, value: Value, key: str | None) -> Iterator[Value]:
        """`pool["a"] = Client()` by the dictionary's own name, for whoever is handed it or given it back."""
        owner = self.tree.modules[value.path]
        for row in owner.bound.get(value.index, ()):
            stores = owner.entries.get(row.name, ()) if key is None else owner.stores.get(key, ())
            for store in islice((one for one in stores if one.kind == "item"), _STORES):
                if owner.dotted(store.base) == row.name and owner.home(store.base) == row.scope:
                    yield from self.stored(owner, store)
            if row.scope == 0:
                yield from self._from_others(value, row.name, key)

    def _from_others(self, value: Value, name: str, key: str | None) -> Iterator[Value]:
        """What other modules put into a dictionary that they import."""
        for other, store in self._outer_entries.get(name, ())[:_STORES]:
            asked = key is None or store.kind == "any" or store.key == key
            if asked and other.path != value.path and self._is_same(other, store.base, value):
                yield from self.stored(other, store)

    def _is_same(self, module: Module, number: int, value: Value) -> bool:
        return any(row.key == value.key for row in self.evaluate(module, number))

    @cached_property
    def _outer_entries(self) -> dict[str, list[tuple[Module, Store]]]:
        """By the name of a dictionary in its own module: what may be a client and is put into what another imports."""
        found: dict[str, list[tuple[Module, Store]]] = defaultdict(list)
        for module in self.tree.modules.values():
            originals = {alias: name for name, aliases in module.aliases.items() for alias in aliases}
            for row in module.facts.stores:
                base = module.nodes[row.base]
                holds = row.kind in ("item", "any") and module.nodes[row.node].op in HOLDING
                if holds and base.op in ("name", "attr"):
                    found[originals.get(base.text, base.text)].append((module, row))
        return dict(found)

    def item_of(self, module: Module, base: int, key: str) -> Values:
        """`base[key]` for a key given as text; a subclass knows."""
        raise TypeError(key)

    def updated(self, module: Module, base: int, key: str) -> Iterator[Value]:
        """`pool.update(co=Client())`, `pool.update({"co": Client()})`, by the same chain of names."""
        chain = module.dotted(base)
        calls = _updates(module).get(chain, ())[:_STORES] if chain else ()
        home = self._scope_of(module, base) if calls else -1
        for call in calls:
            node = module.nodes[call]
            if self._scope_of(module, module.nodes[node.kids[0]].kids[0]) != home:
                continue
            for kid, label in zip(node.kids[1:], node.keys, strict=True):
                if label == key:
                    yield from (value.after(proof.passed(module, call, kid)) for value in self.evaluate(module, kid))
                elif label == "":
                    yield from self.item_of(module, kid, key)

    def _scope_of(self, module: Module, number: int) -> int:
        """Where the first name of a chain of names is given its value, as a parameter too."""
        node = module.nodes[number]
        while node.op == "attr":
            node = module.nodes[node.kids[0]]
        rows, scope = self.defined(module, node, number) or ([], -1)
        return scope if scope >= 0 or not rows else rows[0].scope

    def unwritten(self, value: Value) -> Iterator[Value]:
        """What a library's object gives for a key that nobody gave it: one of the SDK's answers its generations."""
        if value.name.rpartition(".")[2] in RESPONSE_CLASSES and value.name.partition(".")[0] in PACKAGES:
            yield value
        elif value.name == _DEFAULTING:
            yield from self._defaults(value)

    def _defaults(self, value: Value) -> Iterator[Value]:
        """`defaultdict(cohere.Client)`."""
        owner = self.tree.modules.get(value.path)
        node = owner.nodes[value.index] if owner is not None and value.index >= 0 else None
        if owner is None or node is None or node.keys[:1] != ("",):
            return
        made = node._replace(kids=(node.kids[1],), keys=())
        for factory in self.evaluate(owner, node.kids[1]):
            yield from self._called(owner, node.kids[1], made, factory)


@told_once
def _updates(module: Module) -> dict[str, list[int]]:
    """By the chain of names of a dictionary: the calls of its `update`."""
    found: dict[str, list[int]] = defaultdict(list)
    for call in module.calls.get("update", ()):
        callee = module.nodes[module.nodes[call].kids[0]]
        chain = module.dotted(callee.kids[0]) if callee.op == "attr" else ""
        if chain:
            found[chain].append(call)
    return dict(found)
