"""Texts that an expression may be, as far as its own module tells: the names under which attributes are asked for."""

from collections.abc import Iterator
from itertools import product

from audits.engine.extract.model import Binding, Node
from audits.engine.link.core import reaching
from audits.engine.link.tree import Module, Tree

_MANY, _DEPTH = 12, 7
# Expressions looked at for one question: names that are made of each other must not cost more.
_STEPS = 400
_SAME = frozenset({"lower", "strip", "format"})


def texts_of(module: Module, number: int, tree: Tree | None = None) -> tuple[str, ...]:
    """The constant texts that an expression may be, at most twelve; () where a part of it is not known.

    Several where a branch, a loop over what is written down, or a call in the same module decides. Imports are
    followed in `tree`, where one is given.
    """
    return _Reader(tree).texts(module, number, 0)


def partly(module: Module, number: int) -> tuple[str, str] | None:
    """How a name begins and ends that is an f-string or a sum of parts; None: neither is written down."""
    node = module.nodes[number]
    kids = node.kids if node.op == "fstr" or (node.op == "op" and node.text in ("+", "aug")) else ()
    parts = [module.nodes[kid] for kid in kids]
    begins, ends = ((row.text if row.op == "str" else "") for row in (parts[0], parts[-1])) if parts else ("", "")
    return (begins, ends) if begins or ends else None


class _Reader:
    """Reads constants for one question."""

    def __init__(self, tree: Tree | None) -> None:
        self._tree = tree
        self._open: set[tuple[str, int]] = set()
        self._left = _STEPS

    def texts(self, module: Module, number: int, depth: int) -> tuple[str, ...]:
        """The texts of one expression."""
        key = (module.path, number)
        if depth > _DEPTH or number < 0 or self._left <= 0 or key in self._open:
            return ()
        self._left -= 1
        self._open.add(key)
        found: dict[str, None] = {}
        for text in self._texts(module, number, module.nodes[number], depth + 1):
            found[text] = None
            if len(found) >= _MANY:
                break
        self._open.discard(key)
        return tuple(found)

    def _texts(self, module: Module, number: int, node: Node, depth: int) -> Iterator[str]:
        if node.op == "str":
            yield node.text
        elif node.op == "fstr" or (node.op == "op" and node.text == "+"):
            yield from self._together(module, node.kids, "", depth)
        elif node.op == "either":
            yield from (text for kid in node.kids[:2] for text in self.texts(module, kid, depth))
        elif node.op == "name":
            yield from self._named(module, node, number, depth)
        elif node.op == "attr":
            yield from self._stored(module, node, depth)
        elif node.op in ("iter", "item", "sub"):
            yield from (text for at in self._items(module, number, depth) for text in self.texts(module, at, depth))
        elif node.op == "call":
            yield from self._called(module, node, depth)

    def _together(self, module: Module, kids: tuple[int, ...], separator: str, depth: int) -> Iterator[str]:
        parts = [self.texts(module, kid, depth) for kid in kids[:6]]
        yield from (separator.join(row) for row in product(*parts)) if len(kids) <= len(parts) else ()

    def _called(self, module: Module, node: Node, depth: int) -> Iterator[str]:
        """`"_".join(("generate", "stream"))`, `name.lower()`."""
        callee = module.nodes[node.kids[0]]
        if callee.op != "attr":
            return
        if callee.text == "join" and len(node.kids) == 2 and module.nodes[node.kids[1]].op == "seq":
            for separator in self.texts(module, callee.kids[0], depth):
                yield from self._together(module, module.nodes[node.kids[1]].kids, separator, depth)
        elif callee.text in _SAME and len(node.kids) == 1:
            for text in self.texts(module, callee.kids[0], depth):
                yield text.lower() if callee.text == "lower" else text

    def _named(self, module: Module, node: Node, number: int, depth: int) -> Iterator[str]:
        scope = node.scope
        while scope >= 0:
            if any(row.name == node.text for row in module.scopes[scope].parameters):
                yield from self._passed(module, scope, node.text, depth)
                return
            rows = module.bindings.get((scope, node.text), [])
            if rows and module.frame(scope) == module.frame(node.scope):
                rows = reaching(module, rows, number, node.block, mine=False)[0]
            if rows:
                yield from (text for row in rows for text in self._bound(module, row, depth))
                return
            scope = module.scopes[scope].parent

    def _bound(self, module: Module, row: Binding, depth: int) -> Iterator[str]:
        if row.how == "value":
            yield from self.texts(module, row.node, depth)
        elif row.how == "import" and ":" in row.detail and self._tree is not None:
            dotted, _, name = row.detail.partition(":")
            path = self._tree.find(module.path, dotted)
            if path is not None and depth <= _DEPTH and self._left > 0:
                self._left -= 1
                other = self._tree.modules[path]
                for found in other.bindings.get((0, name), ()):
                    yield from self._bound(other, found, depth + 1)

    def _passed(self, module: Module, scope: int, name: str, depth: int) -> Iterator[str]:
        """A parameter: its default, and what the calls in the module pass."""
        row = module.scopes[scope]
        index = next(at for at, parameter in enumerate(row.parameters) if parameter.name == name)
        yield from self.texts(module, row.parameters[index].default, depth)
        method = module.scopes[row.parent].kind == "class" if row.parent >= 0 else False
        spelled = module.scopes[row.parent].name if method and row.name == "__init__" else row.name
        for call in module.calls.get(spelled, ())[:_MANY]:
            node, position = module.nodes[call], int(method)
            for kid, key in zip(node.kids[1:], node.keys, strict=True):
                if key == name or (key == "" and position == index):
                    yield from self.texts(module, kid, depth)
                position += key == ""

    def _stored(self, module: Module, node: Node, depth: int) -> Iterator[str]:
        """`self.method`, `Settings.METHOD`: what a class's body or a store on such a name gives it."""
        for binding in module.class_values.get(node.text, ()):
            yield from self.texts(module, binding.node, depth)
        for row in module.stores.get(node.text, ()):
            if row.kind == "attr" and row.how == "value" and module.nodes[row.base].op == "name":
                yield from self.texts(module, row.node, depth)

    def _items(self, module: Module, number: int, depth: int) -> Iterator[int]:
        """The items that are written down of what an expression iterates over, unpacks or takes out."""
        node = module.nodes[number]
        self._left -= 1
        if depth > _DEPTH or self._left <= 0:
            return
        if node.op == "name":
            bound = module.bound_once(node)
            yield from () if bound is None else self._items(module, bound, depth + 1)
        elif node.op in ("seq", "dict"):
            yield from node.kids
        elif node.op == "iter":
            yield from self._items(module, node.kids[0], depth + 1)
        elif node.op == "item":
            inner = [module.nodes[at] for at in self._items(module, node.kids[0], depth + 1)]
            yield from (row.kids[int(node.text)] for row in inner if row.op == "seq" and int(node.text) < len(row.kids))
        elif node.op == "sub" and len(node.kids) == 2:
            yield from self._taken(module, node, depth)
        elif node.op == "call" and module.nodes[node.kids[0]].text == "values" and module.nodes[node.kids[0]].kids:
            yield from self._items(module, module.nodes[node.kids[0]].kids[0], depth + 1)

    def _taken(self, module: Module, node: Node, depth: int) -> Iterator[int]:
        """`names[key]`: the entry under a constant key, else all of them."""
        base, key = module.nodes[node.kids[0]], module.nodes[node.kids[1]]
        for _ in range(3):
            bound = module.bound_once(base)
            base = base if bound is None else module.nodes[bound]
        for at, kid in enumerate(base.kids) if base.op in ("seq", "dict") else ():
            label = base.keys[at] if base.op == "dict" else str(at)
            if key.op not in ("str", "const") or label == key.text:
                yield kid
