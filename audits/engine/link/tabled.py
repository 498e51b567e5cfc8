"""Dictionaries that are made of keys and values side by side: `dict(zip(keys, clients))`, `{k: f(k) for k in keys}`."""

import re
from typing import NamedTuple

from audits.engine.catalogue.settings import VENDORS
from audits.engine.extract.model import Node
from audits.engine.link.annotations import Annotations
from audits.engine.link.labels import labels, under_name
from audits.engine.link.module import told_once
from audits.engine.link.tree import Module
from audits.engine.link.values import Value, Values, union

_MOST = 60
# Cohere, or one of its models.
_COHERE = re.compile(r".*cohere.*|co|command(?:[-_ ].*)?|c4ai-.*", re.IGNORECASE)
# Another vendor, or one of its models.
_ANOTHER = re.compile(
    rf"{VENDORS.pattern}|gpt|claude|palm|bison|bard|deepseek|qwen|grok|mixtral|titan|\bj2\b|^(?:o\d.*|hf)$",
    re.IGNORECASE,
)
# What stands beside a client, where a key has to say whose it asks for.
_OTHERS = frozenset({"instance", "object"})
_TAKING = frozenset({"get", "pop"})
# Calls after which a list or a dictionary holds something else than what is written where it is made.
_CHANGING = frozenset(
    {"append", "appendleft", "add", "extend", "insert", "update", "setdefault", "pop", "popitem", "remove", "clear"}
)


class Row(NamedTuple):
    """What a loop meets at once: the first text of it, None where it is not written down, and where its parts stand."""

    key: str | None
    parts: tuple[tuple[Module, int] | None, ...]


class _Turn(NamedTuple):
    """One turn of the loop at `each`, over `row`."""

    module: Module
    each: int
    row: Row

    def place(self, node: Node) -> int | None:
        """Which part of the row a name stands for."""
        for bound in self.module.bindings.get((node.scope, node.text), ()) if node.op == "name" else ():
            item = self.module.nodes[bound.node]
            if bound.node == self.each:
                return 0
            if item.op == "item" and item.kids[0] == self.each:
                return int(item.text)
        return None

    def stands(self, number: int) -> bool:
        """Is an expression the name of the row's first text?"""
        return self.place(self.module.nodes[number]) == 0


class Tabled(Annotations):
    """What such dictionaries have under a key that is written down."""

    def under_key(self, value: Value, key: str) -> Values | None:
        """Of pairs, of a list of pairs or of a comprehension; None where not all of its keys are known."""
        owner = self.tree.modules[value.path]
        if value.kind == "many":
            return self._comprehended(owner, owner.nodes[value.index], key)
        table = self._rows(owner, value.index)
        if table is None:
            return None
        parts = [row.parts[1] for row in table if row.key == key and len(row.parts) == 2]
        if not parts:
            return None
        return union(found for part in parts if part is not None for found in self.evaluate(*part))

    def under_constant(self, module: Module, base: int, key: int) -> Values | None:
        """`CLIENTS[OPENAI]`, `CLIENTS[Vendor.OPENAI]`: the entry under a name; None where none is told by it."""
        found = self._only(module, base, "dict") if module.nodes[key].op in ("name", "attr") else None
        if found is None:
            return None
        owner, text = self.tree.modules[found.path], module.text(key)
        if text is not None and text in labels(owner, found.index):
            return self.item_of(module, base, text)
        kids = under_name(owner, found.index, module.nodes[key].text)
        return union(value for kid in kids for value in self.evaluate(owner, kid)) if kids else None

    def _comprehended(self, module: Module, node: Node, key: str) -> Values | None:
        """`{k: f(k) for k in keys}`, and the pairs `(k, f(k)) for k in keys`."""
        pair = module.nodes[node.kids[0]] if len(node.kids) == 1 else node
        if node.op != "comprehension" or len(pair.kids) != 2:
            return None
        named = module.nodes[pair.kids[0]]
        for bound in module.bindings.get((named.scope, named.text), ()) if named.op == "name" else ():
            item = module.nodes[bound.node]
            each = item.kids[0] if item.op == "item" else bound.node
            first = item.op == "iter" or (item.op == "item" and item.text == "0")
            loop = module.nodes[each]
            table = self._rows(module, loop.kids[0]) if first and loop.op == "iter" else None
            turns = [_Turn(module, each, row) for row in table or () if row.key == key]
            if turns:
                return union(found for turn in turns for found in self._at(pair.kids[1], turn))
        return None

    def _at(self, number: int, turn: _Turn) -> Values:
        """What an expression of the loop is at one turn."""
        module, node = turn.module, turn.module.nodes[number]
        place = turn.place(node)
        if place is not None:
            part = turn.row.parts[place] if place < len(turn.row.parts) else None
            return self.evaluate(*part) if part is not None else ()
        callee = module.nodes[node.kids[0]] if node.op == "call" else node
        if node.op == "sub" and len(node.kids) == 2 and turn.stands(node.kids[1]):
            return self.item_of(module, node.kids[0], turn.row.key or "")
        if callee.op == "attr" and callee.text in _TAKING and len(node.kids) == 2 and turn.stands(node.kids[1]):
            return self.item_of(module, callee.kids[0], turn.row.key or "")
        if callee is node or callee.op == "attr":
            return self._told(self.evaluate(module, number), turn.row)
        made = self._at(node.kids[0], turn)
        return self._told(union(row for value in made for row in self._called(module, number, node, value)), turn.row)

    def _told(self, found: Values, row: Row) -> Values:
        """Of a client and another thing that a function makes, the key tells which is meant."""
        mixed = any(value.kind in _OTHERS for value in found)
        if not mixed or _COHERE.fullmatch(row.key or ""):
            return found
        if _ANOTHER.search(row.key or ""):
            return tuple(value for value in found if value.kind != "client")
        return tuple(value.doubted(1) for value in found)

    def _rows(self, module: Module, number: int) -> list[Row] | None:
        """What a loop over an expression meets; None: not all of it is written down."""
        node = module.nodes[number]
        sources = self.pairs_in(module, node)
        if sources is not None:
            callee = module.nodes[node.kids[0]]
            if callee.text == "items":
                return self._of_dict(module, callee.kids[0])
            columns = [self._listed(module, source) for source in sources if source >= 0]
            if callee.text != "zip" or not columns or any(column is None for column in columns):
                return None
            rows = zip(*(column for column in columns if column is not None), strict=False)
            return [Row(first.text(at), ((first, at), *rest)) for (first, at), *rest in rows]
        parts = self._listed(module, number)
        if parts is None:
            found = self._of_dict(module, number)
            return None if found is None else [Row(row.key, (None,)) for row in found]
        return [_row(owner, at) for owner, at in parts]

    def _listed(self, module: Module, number: int) -> list[tuple[Module, int]] | None:
        """The items of a list as they are written."""
        value = self._only(module, number, "seq")
        if value is None or self._is_changed(module, number, value):
            return None
        owner = self.tree.modules[value.path]
        node = owner.nodes[value.index]
        return [(owner, kid) for kid in node.kids] if len(node.kids) <= _MOST and "*" not in node.keys else None

    def _of_dict(self, module: Module, number: int) -> list[Row] | None:
        """The entries of a dictionary as they are written."""
        value = self._only(module, number, "dict")
        if value is None or self._is_changed(module, number, value):
            return None
        owner = self.tree.modules[value.path]
        kids, keys = owner.nodes[value.index].kids, labels(owner, value.index)
        if len(kids) > _MOST or {"?", "*", "**"} & set(keys):
            return None
        return [Row(key, (None, (owner, kid))) for key, kid in zip(keys, kids, strict=True)]

    def _is_changed(self, module: Module, number: int, value: Value) -> bool:
        """May something be put into a list or a dictionary, or taken out, after it is made?"""
        owner = self.tree.modules[value.path]
        names = {row.name for row in owner.bound.get(value.index, ())} | owner.held.get(value.index, set())
        node = module.nodes[number]
        asked = {node.text} if node.op in ("name", "attr") else set()
        return not (names | asked).isdisjoint(_changed(owner)) or not asked.isdisjoint(_changed(module))

    def _only(self, module: Module, number: int, kind: str) -> Value | None:
        """The one list or dictionary that an expression is."""
        node = module.nodes[number]
        if node.op == kind:
            return Value(kind, "", module.path, number)
        found = [value for value in self.evaluate(module, number) if value.kind != "many"]
        return found[0] if len(found) == 1 and found[0].kind == kind else None


@told_once
def _changed(module: Module) -> frozenset[str]:
    """The last names of what the module puts something into, or takes something out of."""
    callees = (module.nodes[module.nodes[call].kids[0]] for name in _CHANGING for call in module.calls.get(name, ()))
    bases = [callee.kids[0] for callee in callees if callee.op == "attr"]
    bases += [row.base for row in module.facts.stores if row.kind != "attr"]
    grown = {row.name for row in module.facts.bindings if row.how == "value" and module.nodes[row.node].text == "aug"}
    return frozenset(grown.union(module.nodes[base].text for base in bases))


def _row(module: Module, number: int) -> Row:
    node = module.nodes[number]
    if node.op != "seq":
        return Row(module.text(number), ((module, number),))
    return Row(module.text(node.kids[0]) if node.kids else None, tuple((module, kid) for kid in node.kids))
