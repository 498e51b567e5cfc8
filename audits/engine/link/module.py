"""One module's facts, indexed for linking."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, wraps
from typing import TypeVar

from audits.engine.extract.model import Binding, Node, Store
from audits.engine.link.indexes import Indexes

# Methods that put their argument with this index into a container.
_PUTTING = (("append", 1), ("appendleft", 1), ("add", 1), ("insert", 2), ("setdefault", 2))
MAKING = ("__init__", "cls", "__class__")  # how a class is called where its own code makes an object


_T = TypeVar("_T")


class Module(Indexes):
    """One module's facts with indexes, and the questions that these answer."""

    @cached_property
    def fixtures(self) -> dict[str, list[int]]:
        """pytest fixtures: the functions by the name under which a test asks for them."""
        found: dict[str, list[int]] = defaultdict(list)
        for index, scope in enumerate(self.scopes):
            for number in scope.decorators if scope.kind == "function" else ():
                node = self.nodes[number]
                named = self.nodes[node.kids[0]] if node.op == "call" else node
                if named.text.rpartition(".")[2] in ("fixture", "async_fixture"):
                    other = [kid for kid, key in zip(node.kids[1:], node.keys, strict=True) if key == "name"]
                    asked = self.text(other[0]) if node.op == "call" and other else None
                    found[asked or scope.name].append(index)
        return dict(found)

    def at(self, line: int, cell: int | None, column: int) -> int | None:
        """The expression that begins at a place as readers see it: an attribute or a name before the call around it."""
        found = self._placed.get((line, cell, column), {})
        return next((found[op] for op in ("attr", "name", "call") if op in found), None)

    @cached_property
    def _placed(self) -> dict[tuple[int, int | None, int], dict[str, int]]:
        """By line, cell and column the first attribute, name and call there."""
        found: dict[tuple[int, int | None, int], dict[str, int]] = defaultdict(dict)
        for number, node in enumerate(self.nodes):
            if node.op in ("attr", "name", "call"):
                found[*self.facts.place(node.line), node.column].setdefault(node.op, number)
        return dict(found)

    @cached_property
    def getter_names(self) -> frozenset[str]:
        """The names of `operator.attrgetter`, and the names and attributes that what it makes is bound to."""
        names = ("attrgetter", *self.aliases.get("attrgetter", ()))
        made = {number for name in names for number in self.calls.get(name, ())}
        if not made:
            return frozenset()
        bound = {row.name for row in self.facts.bindings if row.how == "value" and row.node in made}
        return frozenset(bound.union(names, (row.key for row in self.facts.stores if row.node in made)))

    @cached_property
    def put_in(self) -> dict[str, list[tuple[int, int]]]:
        """By the chain of names of a container: the calls that put something into it, and what they put."""
        found: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for name, at in _PUTTING:
            for call in self.calls.get(name, ()):
                kids = self.nodes[call].kids
                chain = self.dotted(self.nodes[kids[0]].kids[0]) if self.nodes[kids[0]].op == "attr" else ""
                if chain and len(kids) > at and self.nodes[kids[at]].op not in ("str", "const", "fstr"):
                    found[chain].append((call, kids[at]))
        return dict(found)

    @cached_property
    def entries(self) -> dict[str, list[Store]]:
        """By the chain of names of a dictionary: what is put under constant keys of it, plain texts left out."""
        found: dict[str, list[Store]] = defaultdict(list)
        for row in self.facts.stores:
            if row.kind == "item" and row.how == "value" and self.nodes[row.node].op not in ("str", "const", "fstr"):
                found[self.dotted(row.base)].append(row)
        return dict(found)

    @cached_property
    def aliases(self) -> dict[str, set[str]]:
        """Other names under which this module imports a name."""
        found: dict[str, set[str]] = defaultdict(set)
        for row in self.facts.bindings:
            if row.how == "import" and ":" in row.detail:
                original = row.detail.rsplit(":", 1)[1]
                if original not in (row.name, "*"):
                    found[original].add(row.name)
        return dict(found)

    def spelled(self, names: Sequence[str], *, makes: bool) -> list[str]:
        """How the call of a function, or of a class whose `__init__` it is, with one of these names may be spelled."""
        spelled = dict.fromkeys(names)
        spelled |= dict.fromkeys(alias for name in names for alias in sorted(self.aliases.get(name, ())))
        return [*spelled, *MAKING] if makes else list(spelled)

    def bound_once(self, node: Node) -> int | None:
        """The expression that a name stands for, where it is bound once."""
        scope = self.frame(node.scope) if node.op == "name" else -1
        while scope >= 0:
            if any(row.name == node.text for row in self.scopes[scope].parameters):
                return None
            rows = self.bindings.get((scope, node.text), [])
            if rows:
                return rows[0].node if len(rows) == 1 and rows[0].how == "value" else None
            scope = self.scopes[scope].parent
        return None

    def values_before(self, node: Node, number: int) -> list[Binding]:
        """The values that a name was given before an expression, in the function that holds it."""
        rows = self._values.get((self.frame(node.scope), node.text), [])
        return rows[: bisect_right(rows, number, key=lambda row: row.at)]

    @cached_property
    def _values(self) -> dict[tuple[int, str], list[Binding]]:
        found = {key: [row for row in rows if row.how == "value"] for key, rows in self.bindings.items()}
        return {key: sorted(rows, key=lambda row: row.at) for key, rows in found.items()}

    @cached_property
    def generations(self) -> dict[int, list[int]]:
        """`.generations` of a name, by the value that the name has there."""
        found: dict[int, list[int]] = defaultdict(list)
        for number in self.attributes.get("generations", ()):
            base = self.nodes[self.nodes[number].kids[0]]
            if base.op == "name" and (rows := self.values_before(base, number)):
                found[rows[-1].node].append(number)
        return dict(found)

    def bound_to(self, number: int) -> str:
        """The name that an expression gives its value, where nothing else does; else ""."""
        for row in self.bound.get(number, ()):
            return row.name if len(self.bindings.get((row.scope, row.name), ())) == 1 else ""
        return ""

    def text(self, number: int) -> str | None:
        """A constant text, also behind a name that is bound once."""
        for _ in range(4):
            node = self.nodes[number]
            if node.op == "str":
                return node.text
            bound = self.bound_once(node)
            if bound is None:
                return None
            number = bound
        return None

    def dotted(self, number: int) -> str:
        """`a.b.c` where the expression is a chain of names, else ""."""
        names: list[str] = []
        node = self.nodes[number]
        while node.op == "attr":
            names.append(node.text)
            node = self.nodes[node.kids[0]]
        return ".".join([node.text, *reversed(names)]) if node.op == "name" else ""

    def shown(self, number: int) -> str:
        """The longest end of a chain of names that stands on the line of its last name."""
        node = self.nodes[number]
        names, line = [node.text], node.line
        while node.op == "attr":
            node = self.nodes[node.kids[0]]
            if node.op not in ("name", "attr") or node.line != line:
                break
            names.append(node.text)
        return ".".join(reversed(names))

    def frame(self, scope: int) -> int:
        """The scope itself, or for a comprehension the one that runs it."""
        while self.scopes[scope].kind == "comprehension":
            scope = self.scopes[scope].parent
        return scope

    def home(self, number: int) -> int:
        """The scope that gives the first name of a chain of names its value, 0 for the module or another one."""
        node = self.nodes[number]
        while node.op == "attr":
            node = self.nodes[node.kids[0]]
        scope = node.scope
        while scope > 0 and (scope, node.text) not in self.bindings:
            scope = self.scopes[scope].parent
        return max(scope, 0)

    def at_home(self, number: int, rows: Iterable[Store]) -> list[Store]:
        """Those that store into the very chain of names at `number`; where none does, those that are spelled like it.

        Two functions' own variables of one name are not alike; what they are made of may be (`app.state`).
        """
        rows, home = list(rows), self.home(number)
        own = [row for row in rows if self.home(row.base) == home]
        apart = home and self.nodes[number].op == "name"
        return own or [row for row in rows if not (apart and self.home(row.base))]

    def function_of(self, scope: int) -> int:
        """The nearest function at or around `scope`, or -1."""
        while scope >= 0 and self.scopes[scope].kind != "function":
            scope = self.scopes[scope].parent
        return scope

    def qualified(self, scope: int) -> str:
        """The dotted name of a scope, "" for the module."""
        names: list[str] = []
        while scope > 0:
            if self.scopes[scope].kind in ("function", "class"):
                names.append(self.scopes[scope].name)
            scope = self.scopes[scope].parent
        return ".".join(reversed(names))

    @cached_property
    def ended(self) -> frozenset[int]:
        """Blocks that leave their function at their end."""
        return frozenset(self.facts.ended)

    @cached_property
    def apart(self) -> dict[int, int]:
        """Ways of a choice of which one at most runs, each with its choice."""
        return dict(self.facts.apart)

    def leads_to(self, block: int, other: int) -> bool:
        """Can what stands in `block` be followed by what stands behind it in `other`?"""
        while block >= 0 and not self.inside(other, block):
            if block in self.ended or self.excludes(block, other):
                return False
            block = self.facts.blocks[block]
        return True

    def excludes(self, block: int, other: int) -> bool:
        """Is `other`, which is not inside `block`, in another way of the same choice?"""
        choice = self.apart.get(block)
        while choice is not None and other >= 0 and self.apart.get(other) != choice:
            other = self.facts.blocks[other]
        return choice is not None and other >= 0

    def inside(self, block: int, outer: int) -> bool:
        """Does `outer` hold `block`?"""
        while block >= 0:
            if block == outer:
                return True
            block = self.facts.blocks[block]
        return False


def told_once(tell: Callable[[Module], _T]) -> Callable[[Module], _T]:
    """Keep with each module what a function tells of that module alone, which is not to be changed."""

    @wraps(tell)
    def told(module: Module) -> _T:
        if tell not in module.derived:
            module.derived[tell] = tell(module)
        found: _T = module.derived[tell]
        return found

    return told
