"""What code puts into boxes: objects of other libraries, context variables and queues."""

from collections import defaultdict
from collections.abc import Iterator

from audits.engine.link.core import Core
from audits.engine.link.tree import Module, Tree

_PUT = ("set", "put", "put_nowait", "append", "appendleft", "add")
Key = tuple[str, str, str, int]


class Puts:
    """The calls of one tree that put something into something, by what they put it into.

    A tree may have thousands of them and hundreds of boxes: each receiver is asked about until its answer holds, and
    not once for each box.
    """

    def __init__(self, tree: Tree) -> None:
        self._calls = [
            (module, call)
            for module in tree.modules.values()
            for name in _PUT
            for call in module.calls.get(name, ())
            if len(module.nodes[call].kids) > 1 and module.nodes[module.nodes[call].kids[0]].op == "attr"
        ]
        self._unsettled = set(range(len(self._calls)))
        self._by_box: dict[Key, list[int]] = defaultdict(list)

    def into(self, box: Key, core: Core) -> Iterator[tuple[Module, int]]:
        """The (module, call) of those whose receiver may be the box, in the order of the tree."""
        for place in sorted({*self._unsettled, *self._by_box.get(box, ())}):
            module, call = self._calls[place]
            receiver = module.nodes[module.nodes[call].kids[0]].kids[0]
            keys = {value.key for value in core.evaluate(module, receiver)}
            if place in self._unsettled and core.is_settled((module.path, receiver)):
                self._unsettled.remove(place)
                for key in keys:
                    self._by_box[key].append(place)
            if box in keys:
                yield module, call
