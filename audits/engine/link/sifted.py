"""A comprehension that makes a dictionary of another one, and which of the entries it lets through."""

from collections.abc import Iterator
from typing import NamedTuple

from audits.engine.extract.model import Node
from audits.engine.link.evaluate import Evaluator
from audits.engine.link.fold import Fold, through_items
from audits.engine.link.tree import Module

_COPIES = frozenset({"set", "frozenset", "list", "tuple", "sorted"})
_TAKES = frozenset({"get", "pop"})
# How far conditions may stand before the whole comprehension, and how deep a list of names may be made of others.
_NEAR, _DEEP = 400, 5


class Sifted(NamedTuple):
    """`base` is the other dictionary's expression, -1 for none; `asked` are the keys that are asked for one by one.

    `only` are the names that alone go through (None: any), `never` those that do not. `value` is what stands for a key
    that is asked for, `sure` says that no condition keeps one out. Unless `told`, a key may be left out by what nobody
    knows.
    """

    base: int
    value: int
    asked: tuple[str, ...] = ()
    only: frozenset[str] | None = None
    never: frozenset[str] = frozenset()
    sure: bool = True
    told: bool = True

    def sift(self, found: Fold, module: Module) -> Fold:
        """Leave in `found`, the entries of the other dictionary, what goes through."""
        for name in [name for name in found.entries if not self._lets(name)]:
            found.take(name)
        asked = [name for name in self.asked if self._lets(name) and name not in found.entries]
        # What is not in a dictionary all of which is known is not taken out of it.
        for name in asked if not found.whole else ():
            found.put(name, module, self.value)
            found.passed |= set() if self.sure else {name}
        found.whole = (found.whole or bool(self.asked)) and self.told
        found.passed |= set() if self.told else set(found.entries)
        return found

    def narrow(self, names: frozenset[str], *, inside: bool) -> "Sifted":
        """One more condition: of these names alone (`inside`), or of none of them."""
        if not inside:
            return self._replace(never=self.never | names)
        return self._replace(only=names if self.only is None else self.only & names)

    def _lets(self, name: str) -> bool:
        return (self.only is None or name in self.only) and name not in self.never


def sifted(evaluator: Evaluator, module: Module, number: int) -> Sifted:
    """`{k: v for k, v in d.items() if k in NAMES}`, `{k: d[k] for k in NAMES if k in d}`; `filter(f, d.items())`."""
    if module.nodes[number].op == "call":
        return _filtered(evaluator, module, number)
    key, value = (module.nodes[kid] for kid in module.nodes[number].kids)
    at = module.nodes[number].kids[1]
    for row in module.bindings.get((key.scope, key.text), ()) if key.op == "name" else ():
        item = module.nodes[row.node]
        each = module.nodes[item.kids[0]] if item.op == "item" and item.text == "0" else item
        call = module.nodes[each.kids[0]] if each.op == "iter" else each
        if call.op == "call" and module.nodes[call.kids[0]].text == "items" and module.nodes[call.kids[0]].kids:
            return _narrowed(evaluator, module, number, key, Sifted(module.nodes[call.kids[0]].kids[0], at))
        names = names_in(evaluator, module, each.kids[0]) if each is item and each.op == "iter" else None
        if names is not None:
            asked = tuple(sorted(names))
            return _narrowed(evaluator, module, number, key, Sifted(_base(module, value, key.text), at, asked, names))
    return Sifted(-1, at)


def _filtered(evaluator: Evaluator, module: Module, number: int) -> Sifted:
    """`dict(filter(lambda pair: pair[0] in NAMES, d.items()))`: a key is left out where it is asked for."""
    base, filters = through_items(module, number)
    row = Sifted(base, number)
    for kid in filters:
        test = module.nodes[kid]
        scope = int(test.text) if test.op == "lambda" else -1
        results = module.scopes[scope].results if scope >= 0 else ()
        asks = [at for at in range(max(kid - _NEAR, 0), kid) if module.nodes[at].scope == scope and _is_key(module, at)]
        around = module.nodes[results[0]] if len(results) == 1 else test
        known = names_in(evaluator, module, around.kids[1]) if around.text in ("in", "not in") else None
        if known is not None and asks == [around.kids[0]]:
            row = row.narrow(known, inside=around.text == "in")
        elif asks or test.op not in ("lambda", "const"):
            row = row._replace(told=False)
    return row


def _is_key(module: Module, number: int) -> bool:
    """Is it `pair[0]`?"""
    node = module.nodes[number]
    return node.op == "sub" and len(node.kids) == 2 and module.nodes[node.kids[1]].text == "0"


def _base(module: Module, value: Node, key: str) -> int:
    """The dictionary in `d[key]` and `d.get(key)`, else -1."""
    if value.op == "sub" and len(value.kids) == 2 and module.nodes[value.kids[1]].text == key:
        return value.kids[0]
    callee = module.nodes[value.kids[0]] if value.op == "call" else value
    takes = value.op == "call" and callee.op == "attr" and callee.text in _TAKES and len(value.kids) > 1
    return callee.kids[0] if takes and module.nodes[value.kids[1]].text == key else -1


def _narrowed(evaluator: Evaluator, module: Module, number: int, key: Node, row: Sifted) -> Sifted:
    for inside, names in _conditions(module, number, key):
        known = names_in(evaluator, module, names)
        row = row._replace(sure=False) if known is None else row.narrow(known, inside=inside)
    return row


def _conditions(module: Module, number: int, key: Node) -> Iterator[tuple[bool, int]]:
    """The conditions `key in …` (True) and `key not in …` that every entry has to meet, with what is looked in."""
    for at in range(max(number - _NEAR, 0), number):
        node = module.nodes[at]
        if node.scope == key.scope and node.op == "other" and node.text in ("in", "not in"):
            asked, around = module.nodes[node.kids[0]], module.parents.get(at)
            while around is not None and module.nodes[around].text == "and":
                around = module.parents.get(around)
            if around is None and asked.op == "name" and asked.text == key.text:
                yield node.text == "in", node.kids[1]


def names_in(evaluator: Evaluator, module: Module, number: int, depth: int = 0) -> frozenset[str] | None:
    """The texts that a list, a set or the keys of a dictionary are, as they are written; None: not all are known."""
    node = module.nodes[number]
    if depth > _DEEP:
        return None
    if node.op == "seq":
        texts = [module.nodes[kid] for kid in node.kids]
        return frozenset(row.text for row in texts) if all(row.op == "str" for row in texts) else None
    if node.op == "dict":
        return None if {"?", "*", "**"} & set(node.keys) else frozenset(node.keys)
    if node.op == "op" and node.text in ("+", "|"):
        both = [names_in(evaluator, module, kid, depth + 1) for kid in node.kids]
        return None if None in both else frozenset().union(*filter(None, both))
    callee = module.nodes[node.kids[0]] if node.op == "call" else node
    if node.op == "call" and callee.text in _COPIES and len(node.kids) == 2:
        return names_in(evaluator, module, node.kids[1], depth + 1)
    if node.op == "call" and callee.op == "attr" and callee.text == "keys":
        return names_in(evaluator, module, callee.kids[0], depth + 1)
    return _named(evaluator, module, number, depth) if node.op in ("name", "attr") else None


def _named(evaluator: Evaluator, module: Module, number: int, depth: int) -> frozenset[str] | None:
    node = module.nodes[number]
    known = evaluator.defined(module, node, number) if node.op == "name" else None
    rows, scope = known if known is not None else ([], -1)
    # What callers pass for a parameter may be another list each time.
    if scope >= 0 or len(rows) > 1:
        return None
    if rows and rows[0].how == "value":
        return names_in(evaluator, module, rows[0].node, depth + 1)
    dotted, _, name = (rows[0].detail if rows and rows[0].how == "import" else "").partition(":")
    path = evaluator.tree.find(module.path, dotted) if name else None
    if path is not None:
        owner = evaluator.tree.modules[path]
        given = owner.bindings.get((0, name), [])
        written = len(given) == 1 and given[0].how == "value"
        return names_in(evaluator, owner, given[0].node, depth + 1) if written else None
    values = [row for row in evaluator.evaluate(module, number) if row.kind in ("seq", "dict", "record")]
    if len(values) != 1:
        return None
    return names_in(evaluator, evaluator.tree.modules[values[0].path], values[0].index, depth + 1)
