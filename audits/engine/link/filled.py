"""What is put into a dictionary after it was made, on the same chain of names: by item, `update` or `setdefault`."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property

from audits.engine.extract.model import Store
from audits.engine.link.tree import Module

# No request is put together in so many steps: what stands before these is not looked at.
LAST = 100
# Stores that change what a dictionary holds, and methods that do.
_ITEMS = ("item", "update", "any")
_METHODS = ("update", "setdefault", "pop")
# Where a chain of names holds, and the chain: a single name in its function, `self.params` in the module.
Chain = tuple[int, str]


class Filled:
    """What one module's code puts into its dictionaries, each looked up by the chain of names of a dictionary."""

    def __init__(self, module: Module) -> None:
        self._module = module

    def stores(self, number: int) -> tuple[Sequence[Store], bool]:
        """The last stores to items of the dictionary at `number` that come before it, and whether these are all."""
        rows = self._stores.get(self._chain(number, self._module.nodes[number].scope), [])
        end = bisect_right(rows, number, key=lambda row: row.at)
        return rows[max(end - LAST, 0) : end], end <= LAST

    def calls(self, method: str, number: int) -> tuple[Sequence[int], bool]:
        """The last calls of a method of the dictionary at `number` that come before it, and whether these are all."""
        rows = self._calls.get((method, self._chain(number, self._module.nodes[number].scope)), [])
        end = bisect_left(rows, number)
        return rows[max(end - LAST, 0) : end], end <= LAST

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
