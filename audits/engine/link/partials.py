"""Requests through `functools.partial(requests.post, url)`: calls of what it gives, with what that knows already."""

from collections.abc import Iterator
from functools import cached_property

from audits.engine.catalogue.endpoints import SENDERS
from audits.engine.link.bodies import Bodies
from audits.engine.link.evaluate import Evaluator
from audits.engine.link.frames import Place
from audits.engine.link.sending import Operands
from audits.engine.link.tree import Module

_MAKER = "partial"


class Partials:
    """Finds what `partial` makes of a sender in one tree, and who calls it."""

    def __init__(self, evaluator: Evaluator, bodies: Bodies) -> None:
        self._tree = evaluator.tree
        self._bodies = bodies

    @cached_property
    def calls(self) -> dict[tuple[str, int], tuple[Module, int]]:
        """By (path, call): the (module, call) of the `partial` whose result is called there."""
        found: dict[tuple[str, int], tuple[Module, int]] = {}
        for module in self._tree.modules.values():
            for name in (_MAKER, *module.aliases.get(_MAKER, ())):
                for number in module.calls.get(name, ()):
                    if any(module.nodes[kid].text in SENDERS for kid in module.nodes[number].kids[1:2]):
                        found |= dict.fromkeys(self._called(module, number), (module, number))
        return found

    @cached_property
    def made(self) -> frozenset[tuple[str, int]]:
        """Those of them that are called somewhere."""
        return frozenset((module.path, number) for module, number in self.calls.values())

    def _called(self, module: Module, number: int) -> Iterator[tuple[str, int]]:
        parent = module.parents.get(number, -1)
        if parent >= 0 and module.nodes[parent].op == "call" and module.nodes[parent].kids[0] == number:
            yield module.path, parent
        for row in (row for row in module.facts.bindings if row.node == number and row.how == "value"):
            for call in module.calls.get(row.name, ()):
                if module.bound_once(module.nodes[module.nodes[call].kids[0]]) == number:
                    yield module.path, call
            yield from self._imported(module, row.name) if row.scope == 0 else ()
        for store in (row for row in module.facts.stores if row.node == number and row.kind == "attr"):
            for call in module.calls.get(store.key, ()):
                if module.nodes[module.nodes[call].kids[0]].op == "attr":
                    yield module.path, call

    def _imported(self, module: Module, name: str) -> Iterator[tuple[str, int]]:
        """The calls in other modules that import the name."""
        for other in self._tree.modules.values():
            for row in other.facts.bindings:
                dotted, _, asked = row.detail.partition(":")
                if row.how == "import" and asked == name and self._tree.find(other.path, dotted) == module.path:
                    yield from ((other.path, call) for call in other.calls.get(row.name, ()))

    def operands(self, place: Place) -> tuple[list[Place], Operands]:
        """A call's positional and keyword operands, behind those that its `partial` was given."""
        plain, named = self._bodies.operands(place, callers=False)
        before = self.calls.get((place.module.path, place.number))
        if before is None:
            return plain, named
        module, number = before
        maker = place.at(number) if module is place.module else Place(module, number)
        first, known = self._bodies.operands(maker, callers=False)
        return [*first[1:], *plain], {**known, **named}
