"""What is put into a dictionary after it was made, on the same chain of names: by item, `update` or `setdefault`."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property
from typing import TypeVar

from audits.engine.extract.model import Store
from audits.engine.link.tree import Module

# No request is put together in so many steps: what stands before these is not looked at.
LAST = 100
# Stores that change what a dictionary holds, and methods that do.
_ITEMS = ("item", "update", "any")
_METHODS = ("update", "setdefault", "pop")
# Where a chain of names holds, and the chain: a single name in its function, `self.params` in the module.
Chain = tuple[int, str]
_MODULE = 0
_NOWHERE = (-1, "")
_Row = TypeVar("_Row")


class Filled:
    """What one module's code puts into its dictionaries, each looked up by the chain of names of a dictionary."""

    def __init__(self, module: Module) -> None:
        self._module = module

    def stores(self, number: int, name: str = "") -> tuple[Sequence[Store], bool]:
        """The last stores to items of the dictionary at `number` that come before it, and whether these are all.

        With `name`: all those that the module itself does to the dictionary under this name of its own.
        """
        outer, own = self._chains(number, name)
        mine = self._stores.get(own, ())
        end = bisect_right(mine, number, key=lambda row: row.at)
        return _last(self._stores.get(outer, ()), mine, end)

    def calls(self, method: str, number: int, name: str = "") -> tuple[Sequence[int], bool]:
        """The last calls of a method of the dictionary at `number` that come before it, and whether these are all."""
        outer, own = self._chains(number, name)
        mine = self._calls.get((method, own), ())
        return _last(self._calls.get((method, outer), ()), mine, bisect_left(mine, number))

    def elsewhere(self, number: int) -> bool:
        """Do other functions put something into the dictionary at `number`, nobody knows when?"""
        chain = self._chain(number, self._module.nodes[number].scope)
        outer = self._around(chain)
        return bool(self._fillers.get(chain if outer == _NOWHERE else outer, set()) - {chain[0]})

    @cached_property
    def _fillers(self) -> dict[Chain, set[int]]:
        """By a name where it is given its value: the functions further in that change what it holds."""
        found: dict[Chain, set[int]] = defaultdict(set)
        for chain in {*self._stores, *(chain for _, chain in self._calls)}:
            if chain[0] >= 0 and (outer := self._around(chain)) != _NOWHERE:
                found[outer].add(chain[0])
        return dict(found)

    def _chains(self, number: int, name: str) -> tuple[Chain, Chain]:
        """Where all counts that is put in, and where only what comes before the dictionary at `number` does."""
        if name:
            return (_MODULE, name), _NOWHERE
        chain = self._chain(number, self._module.nodes[number].scope)
        return self._around(chain), chain

    def _around(self, chain: Chain) -> Chain:
        """Where a name that a function only reads is given its value: what is put in there is in before the call."""
        inner, name = chain
        scope, first = inner, True
        while scope >= 0:
            row = self._module.scopes[scope]
            here = (scope, name) in self._module.bindings or any(each.name == name for each in row.parameters)
            if here and name not in row.outer and (first or row.kind != "class"):
                return _NOWHERE if first else (scope, name)
            scope, first = row.parent, False
        return _NOWHERE

    def _chain(self, number: int, scope: int) -> Chain:
        chain = self._module.dotted(number)
        return (-1 if "." in chain else self._module.frame(scope)), chain

    @cached_property
    def _stores(self) -> dict[Chain, list[Store]]:
        found: dict[Chain, list[Store]] = defaultdict(list)
        for row in self._module.facts.stores:
            if row.kind in _ITEMS:
                found[self._chain(row.base, row.scope)].append(row)
        return {chain: sorted(rows, key=lambda row: row.at) for chain, rows in found.items() if chain[1]}

    @cached_property
    def _calls(self) -> dict[tuple[str, Chain], list[int]]:
        found: dict[tuple[str, Chain], list[int]] = defaultdict(list)
        for method in _METHODS:
            for call in self._module.calls.get(method, ()):
                callee = self._module.nodes[self._module.nodes[call].kids[0]]
                if callee.op == "attr":
                    found[method, self._chain(callee.kids[0], self._module.nodes[call].scope)].append(call)
        return {key: rows for key, rows in found.items() if key[1][1]}


def _last(outer: Sequence[_Row], mine: Sequence[_Row], end: int) -> tuple[Sequence[_Row], bool]:
    """The last of all of `outer`, then of `mine` up to `end`, and whether these are all."""
    return [*outer[-LAST:], *mine[max(end - LAST, 0) : end]][-LAST:], len(outer) + end <= LAST
