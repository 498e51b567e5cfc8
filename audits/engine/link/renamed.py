"""Under which other names functions and classes are called: `self.fn = ask`, `ACTIONS["ask"]`, `get_class(kind)`."""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from itertools import islice

from audits.engine.link.module import Module
from audits.engine.link.naming import Naming, State

# How often a value is passed on, in how many boxes and under how many names, before nobody follows it.
_STEPS, _BOXES, _NAMES = 5, 2, 24
# Nobody calls one function under other names in more places; each of them is evaluated.
_CALLS = 200
_TYPE = ("type", 1)


class Renamed:
    """By name the names under which a tree keeps the same value, by spelling alone: who asks evaluates the calls.

    A name's edges are put together when it is asked for: a tree holds many more names than anybody asks for.
    """

    def __init__(self, modules: Iterable[Module]) -> None:
        self._named: dict[str, list[Naming]] = defaultdict(list)
        self._calling: dict[State, list[tuple[Module, list[int]]]] = defaultdict(list)
        self._edges: dict[str, list[State]] = {}
        for module in modules:
            naming = Naming.of(module)
            for name in naming.names:
                self._named[name].append(naming)
            for state, calls in naming.calls.items():
                self._calling[state].append((module, calls))

    def calls(
        self, names: Iterable[str], but: Iterable[tuple[Module, int]] = (), *, makes: bool = False, boxes: int = 0
    ) -> list[tuple[Module, int]]:
        """Calls that may be of what these names stand for, other than those in `but`, in turn from the nearest name.

        `makes`: they are classes, which `type(self)(…)` calls too; `boxes`: the names are those of what gives it.
        """
        known = {(module.path, call) for module, call in but}
        found: list[tuple[Module, int]] = []
        states = [*self._states(names, boxes), *((_TYPE,) if makes else ())]
        todo = deque(self._calls(state) for state in states)
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
            for other, more in self._leads(name) if steps < _STEPS else ():
                if 0 <= boxes + more <= _BOXES:
                    todo.append((other, boxes + more, steps + 1))
        return list(found)

    def _calls(self, state: State) -> Iterator[tuple[Module, int]]:
        for module, calls in self._calling.get(state, ()):
            yield from ((module, call) for call in calls)

    def _leads(self, name: str) -> list[State]:
        """Where what a name stands for goes on: names, and into how many boxes."""
        known = self._edges.get(name)
        if known is None:
            found: set[State] = set()
            for naming in self._named.get(name, ()):
                found |= naming.edges.get(name, set())
                for callee, at, boxes in naming.passed.get(name, ()):
                    found |= {(row[at], boxes) for row in self._parameters(callee) if at < len(row)} - {(name, 0)}
                for decorator, called in naming.decorated.get(name, ()):
                    taken = self._inner(decorator) if called else {row[0] for row in self._parameters(decorator) if row}
                    found |= {(parameter, 0) for parameter in taken}
            known = self._edges[name] = sorted(found)
        return known

    def _parameters(self, name: str) -> set[tuple[str, ...]]:
        """Of the functions with this name, and of the classes that are made under it."""
        return set().union(*(naming.parameters.get(name, ()) for naming in self._named.get(name, ())))

    def _inner(self, name: str) -> set[str]:
        """The first parameters of the functions inside those with this name."""
        return set().union(*(naming.inner.get(name, ()) for naming in self._named.get(name, ())))


def _by_parameter(module: Module, call: int) -> bool:
    """Is what is called a parameter? Its function's callers say which of them goes with which arguments."""
    callee = module.nodes[module.nodes[call].kids[0]]
    scope = callee.scope if callee.op == "name" else -1
    while scope >= 0 and not module.bindings.get((scope, callee.text)):
        if any(row.name == callee.text for row in module.scopes[scope].parameters):
            return True
        scope = module.scopes[scope].parent
    return False
