"""What one module's facts hold, by what it is looked up by."""

from collections import defaultdict
from collections.abc import Collection
from functools import cached_property
from itertools import chain
from typing import Any

from audits.engine.extract.model import Binding, ModuleFacts, Node, Scope, Store


class Indexes:
    """One module's facts, each kind found by what it is asked for by; an index is made when it is first asked for."""

    def __init__(self, path: str, facts: ModuleFacts) -> None:
        self.path = path
        self.facts = facts
        self.nodes: tuple[Node, ...] = facts.nodes
        self.scopes: tuple[Scope, ...] = facts.scopes
        # How expressions are written in a proof, by number.
        self.briefs: dict[int, str] = {}
        # What others read out of this module alone, by who does.
        self.derived: dict[object, Any] = {}

    @cached_property
    def bindings(self) -> dict[tuple[int, str], list[Binding]]:
        """Bindings by (scope, name), in order."""
        found: dict[tuple[int, str], list[Binding]] = defaultdict(list)
        for row in self.facts.bindings:
            if row.how != "narrow":
                found[row.scope, row.name].append(row)
        return dict(found)

    @cached_property
    def class_values(self) -> dict[str, list[Binding]]:
        """By name what the bodies of classes give it."""
        found: dict[str, list[Binding]] = defaultdict(list)
        for row in self.facts.bindings:
            if row.how == "value" and self.scopes[row.scope].kind == "class":
                found[row.name].append(row)
        return dict(found)

    @cached_property
    def narrowed(self) -> dict[tuple[int, str], list[Binding]]:
        """By (scope, name): the branches in which an `isinstance` holds."""
        found: dict[tuple[int, str], list[Binding]] = defaultdict(list)
        for row in self.facts.bindings:
            if row.how == "narrow":
                found[row.scope, row.name].append(row)
        return dict(found)

    @cached_property
    def bound(self) -> dict[int, list[Binding]]:
        """By expression the bindings whose value it is."""
        found: dict[int, list[Binding]] = defaultdict(list)
        for row in self.facts.bindings:
            if row.how == "value":
                found[row.node].append(row)
        return dict(found)

    @cached_property
    def held(self) -> dict[int, set[str]]:
        """By expression the attributes that it is stored to."""
        found: dict[int, set[str]] = defaultdict(set)
        for row in self.facts.stores:
            if row.kind == "attr":
                found[row.node].add(row.key)
        return dict(found)

    @cached_property
    def stores(self) -> dict[str, list[Store]]:
        """Stores by attribute name or item key."""
        found: dict[str, list[Store]] = defaultdict(list)
        for row in self.facts.stores:
            found[row.key].append(row)
        return dict(found)

    @cached_property
    def sources(self) -> dict[int, str]:
        """Texts of arguments by node."""
        return dict(self.facts.sources)

    def made_by(self, *ops: str) -> list[int]:
        """The expressions with one of these operators, in order."""
        if len(ops) == 1:
            return self._operators.get(ops[0], [])
        return sorted(number for op in ops for number in self._operators.get(op, ()))

    @cached_property
    def _operators(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for number, node in enumerate(self.nodes):
            found[node.op].append(number)
        return dict(found)

    @cached_property
    def lambdas(self) -> dict[int, int]:
        """The expressions of lambdas by their scope."""
        return {int(self.nodes[number].text): number for number in self.made_by("lambda")}

    @cached_property
    def parents(self) -> dict[int, int]:
        """The expression directly around each one."""
        return {kid: number for number, node in enumerate(self.nodes) for kid in node.kids}

    @cached_property
    def names(self) -> dict[str, list[int]]:
        """Where each name is written, in order."""
        found: dict[str, list[int]] = defaultdict(list)
        for number in self.made_by("name"):
            found[self.nodes[number].text].append(number)
        return dict(found)

    @cached_property
    def attributes(self) -> dict[str, list[int]]:
        """Attributes by name, in order."""
        found: dict[str, list[int]] = defaultdict(list)
        for number in self.made_by("attr"):
            found[self.nodes[number].text].append(number)
        return dict(found)

    def spelled_at(self, name: str) -> list[int]:
        """Where a name is written, by itself or as an attribute."""
        return [*self.names.get(name, ()), *self.attributes.get(name, ())]

    def attributes_named(self, names: Collection[str]) -> list[int]:
        """Attributes with one of these names, in order."""
        return sorted(number for name in names for number in self.attributes.get(name, ()))

    @cached_property
    def calls(self) -> dict[str, list[int]]:
        """Calls by the last name of what is called."""
        found: dict[str, list[int]] = defaultdict(list)
        for number in self.made_by("call"):
            found[self.nodes[self.nodes[number].kids[0]].text].append(number)
        return dict(found)

    @cached_property
    def words(self) -> frozenset[str]:
        """Every name, attribute and keyword of the module."""
        keys = (self.nodes[number].keys for number in self.made_by("call"))
        return frozenset(chain(self.attributes, self.names, *keys))

    @cached_property
    def sought(self) -> dict[str, list[tuple[int, int]]]:
        """By text the (scope, expression) of comparisons that look for it in something: `"text" in base`."""
        found: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for number in self.made_by("str"):
            node, around = self.nodes[number], self.nodes[self.parents[number]] if number in self.parents else None
            if around is not None and around.text in ("in", "not in") and around.kids[0] == number:
                found[node.text].append((node.scope, around.kids[1]))
        return dict(found)
