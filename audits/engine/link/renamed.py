"""Under which other names functions and classes are called: `self.fn = ask`, `ACTIONS["ask"]`, `get_class(kind)`."""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from itertools import islice

from audits.engine.extract.model import Scope
from audits.engine.link.module import Module

# How often a value is passed on, in how many boxes and under how many names, before nobody follows it.
_STEPS, _BOXES, _NAMES = 5, 2, 24
# Nobody calls one function under other names in more places; each of them is evaluated.
_CALLS = 200
_EXPRESSION = 6
# Methods that take an item out of a container, and attributes that are what they are of.
_TAKING = frozenset({"get", "pop", "setdefault", "values"})
_SAME = frozenset({"value", "__func__"})
# Their first argument is the function that they call.
_APPLIED = frozenset({"partial", "partialmethod", "wraps"})
_TYPE = ("type", 1)
# A name, and how many boxes the function lies in there: 1 for a container of it and for a function that gives it.
State = tuple[str, int]


class Renamed:
    """By name the names under which a tree keeps the same value, by spelling alone: who asks evaluates the calls."""

    def __init__(self, modules: Iterable[Module]) -> None:
        self._modules = list(modules)
        self._edges: dict[str, set[State]] = defaultdict(set)
        self._calls: dict[State, list[tuple[Module, int]]] = defaultdict(list)
        self._parameters: dict[str, list[tuple[str, ...]]] = defaultdict(list)
        self._inner: dict[str, set[str]] = defaultdict(set)
        for module in self._modules:
            self._read_scopes(module)
        for module in self._modules:
            self._read(module)

    def calls(
        self, names: Iterable[str], but: Iterable[tuple[Module, int]] = (), *, makes: bool = False, boxes: int = 0
    ) -> list[tuple[Module, int]]:
        """Calls that may be of what these names stand for, other than those in `but`, in turn from the nearest name.

        `makes`: they are classes, which `type(self)(…)` calls too; `boxes`: the names are those of what gives it.
        """
        known = {(module.path, call) for module, call in but}
        found: list[tuple[Module, int]] = []
        states = [*self._states(names, boxes), *((_TYPE,) if makes else ())]
        todo = deque(iter(self._calls.get(state, ())) for state in states)
        # In turn, or a word that the tree is full of takes the places of all the others.
        while todo and len(found) < _CALLS:
            rows = todo.popleft()
            for module, call in islice(rows, 1):
                todo.append(rows)
                if (module.path, call) not in known and not _by_parameter(module, call):
                    known.add((module.path, call))
                    found.append((module, call))
        return found

    def _states(self, names: Iterable[str], first: int) -> list[State]:
        """The names that lead on from these, each with its boxes, by distance."""
        todo = deque((name, first, 0) for name in names)
        found: dict[State, None] = {}
        while todo and len(found) < _NAMES:
            name, boxes, steps = todo.popleft()
            if (name, boxes) in found:
                continue
            found[name, boxes] = None
            for other, more in sorted(self._edges.get(name, ())) if steps < _STEPS else ():
                if 0 <= boxes + more <= _BOXES:
                    todo.append((other, boxes + more, steps + 1))
        return list(found)

    def _read_scopes(self, module: Module) -> None:
        for scope in module.scopes:
            if scope.kind == "function":
                name = module.scopes[scope.parent].name if scope.name == "__init__" else scope.name
                own = int(module.scopes[scope.parent].kind == "class")
                self._parameters[name].append(tuple(row.name for row in scope.parameters[own:]))
                for parameter in scope.parameters[:1]:
                    self._inner[module.scopes[scope.parent].name].add(parameter.name)

    def _read(self, module: Module) -> None:
        for row in module.facts.bindings:
            if row.how == "value":
                self._give(module, row.node, row.name, 0)
        for store in module.facts.stores:
            box = store.kind in ("item", "any")
            self._give(module, store.node, module.nodes[store.base].text if box else store.key, int(box))
        for chain, rows in module.put_in.items():
            for _, number in rows:
                self._give(module, number, chain.rpartition(".")[2], 1)
        for scope in module.scopes:
            self._read_scope(module, scope)
        for number, node in enumerate(module.nodes):
            if node.op == "call":
                self._read_call(module, number)

    def _read_scope(self, module: Module, scope: Scope) -> None:
        for number in scope.results if scope.kind == "function" else ():
            self._give(module, number, scope.name, 1)
        for row in scope.parameters:
            self._give(module, row.default, row.name, 0)
        for number in scope.decorators:
            node = module.nodes[number]
            name = module.nodes[node.kids[0]].text if node.op == "call" else node.text
            taken = self._inner.get(name, set()) if node.op == "call" else self._first(name)
            self._edges[scope.name] |= {(parameter, 0) for parameter in taken}

    def _first(self, name: str) -> set[str]:
        return {row[0] for row in self._parameters.get(name, ()) if row}

    def _read_call(self, module: Module, number: int) -> None:
        node = module.nodes[number]
        for name, boxes in _held(module, node.kids[0]):
            self._calls[name, -boxes].append((module, number))
        rows = self._parameters.get(module.nodes[node.kids[0]].text, ())
        for at, (kid, key) in enumerate(zip(node.kids[1:], node.keys, strict=True)):
            if module.nodes[kid].op not in ("name", "attr"):
                continue
            for target in {key} if key not in ("", "*", "**") else {row[at] for row in rows if at < len(row)}:
                self._give(module, kid, target, 0)

    def _give(self, module: Module, number: int, target: str, boxes: int) -> None:
        """What an expression holds is given to the name `target`, in so many boxes."""
        for name, inner in _held(module, number) if target and number >= 0 else ():
            if (name, boxes + inner) != (target, 0):
                self._edges[name].add((target, boxes + inner))


def _by_parameter(module: Module, call: int) -> bool:
    """Is what is called a parameter? Its function's callers say which of them goes with which arguments."""
    callee = module.nodes[module.nodes[call].kids[0]]
    scope = callee.scope if callee.op == "name" else -1
    while scope >= 0 and not module.bindings.get((scope, callee.text)):
        if any(row.name == callee.text for row in module.scopes[scope].parameters):
            return True
        scope = module.scopes[scope].parent
    return False


def _held(module: Module, number: int, depth: int = 0) -> Iterator[State]:
    """(name, boxes): the expression is what the name stands for, put in so many boxes, or taken out of them."""
    node = module.nodes[number]
    if node.op in ("name", "attr"):
        yield node.text, 0
        if node.op == "attr" and node.text in _SAME:
            yield from _held(module, node.kids[0], depth)
    if depth > _EXPRESSION:
        return
    if node.op == "call" and module.nodes[node.kids[0]].text == "getattr" and len(node.kids) > 2:
        yield module.nodes[node.kids[2]].text, 0
    if node.op in ("either", "await", "enter"):
        kids, boxes = node.kids[:2], 0
    elif node.op in ("seq", "dict"):
        kids, boxes = node.kids, 1
    elif node.op in ("sub", "iter", "item"):
        kids, boxes = node.kids[:1], -1
    else:
        kids, boxes = _of_call(module, number)
    for kid in kids:
        yield from ((name, inner + boxes) for name, inner in _held(module, kid, depth + 1))


def _of_call(module: Module, number: int) -> tuple[tuple[int, ...], int]:
    """`partial(f, x)` is f, `TABLE.get(key)` an item of the table, `make()` what the function gives."""
    node = module.nodes[number]
    if node.op != "call":
        return (), 0
    callee = module.nodes[node.kids[0]]
    if callee.text in _APPLIED and len(node.kids) > 1:
        return node.kids[1:2], 0
    if callee.op == "attr" and callee.text in _TAKING:
        return callee.kids, -1
    return node.kids[:1], -1
