"""What annotations say of names, parameters and results."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from audits.engine.catalogue import CLIENTS
from audits.engine.extract.model import Node
from audits.engine.link import proof
from audits.engine.link.chats import Chats
from audits.engine.link.tree import Module
from audits.engine.link.values import Value, Values

_DOTTED = re.compile(r"[A-Za-z_][\w.]*")


class Annotations(Chats):
    """Annotations to instances of what they name."""

    def annotated(self, module: Module, number: int) -> Values:
        """Instances of what an annotation names: `C`, "C", `Optional[C]`, `C | None`, `Annotated[C, Depends(f)]`."""
        if number < 0:
            return ()
        return self.answer(module.path, ("annotation", number), lambda: self._annotated(module, number))

    def _annotated(self, module: Module, number: int) -> Iterator[Value]:
        node = module.nodes[number]
        if node.op == "str":
            for name in _DOTTED.findall(node.text):
                yield from self._instances(self._by_text(module, name, node, number), module, number)
        elif node.op in ("name", "attr"):
            yield from self._instances(self.evaluate(module, number), module, number)
            for owner, alias in self._aliased(module, node):
                yield from self.annotated(owner, alias)
        elif node.op == "sub" and (own := self._parameterised(module, number, node)):
            yield from own
        elif node.op in ("sub", "op", "seq"):
            for kid in node.kids[1:] if node.op == "sub" else node.kids:
                yield from self._annotated(module, kid)
        elif node.op == "call":
            bound = _bound_of(module, node)
            yield from self._annotated(module, bound) if bound >= 0 else self.evaluate(module, number)

    def _parameterised(self, module: Module, number: int, node: Node) -> Values:
        """`Base[cohere.Client]`: objects of a class of the tree that works with the types in the brackets."""
        values = self.evaluate(module, node.kids[0]) if module.facts.names_api else ()
        given = Value("typed", "", module.path, number)
        classes = (value for value in values if value.kind == "class")
        found = self._instances(classes, module, node.kids[0])
        return tuple(replace(value, owner=given) for value in found)

    def _aliased(self, module: Module, node: Node) -> Iterator[tuple[Module, int]]:
        """`Co = Annotated[Client, Depends(f)]`: the expression that a name of a type stands for."""
        scope = 0 if node.op == "name" else -1
        for row in module.bindings.get((scope, node.text), ()):
            owner, number = module, row.node
            if row.how == "import" and ":" in row.detail:
                dotted, _, name = row.detail.partition(":")
                path = self.tree.find(module.path, dotted)
                owner = self.tree.modules[path] if path is not None else module
                found = [other.node for other in owner.bindings.get((0, name), ()) if other.how == "value"]
                number = found[0] if path is not None and len(found) == 1 else -1
            if number < 0 or row.how not in ("value", "import"):
                continue
            if owner.nodes[number].op in ("sub", "op") or _bound_of(owner, owner.nodes[number]) >= 0:
                yield owner, number

    def _by_text(self, module: Module, dotted: str, node: Node, number: int) -> Values:
        head, *rest = dotted.split(".")
        values = tuple(self.name(module, node._replace(op="name", text=head), number))
        for name in rest:
            values = tuple(found for value in values for found in self.member(module, number, name, value))
        return values

    def _instances(self, values: Iterable[Value], module: Module, number: int) -> Iterator[Value]:
        for value in values:
            step = proof.annotated(module, number)
            # An annotation that nobody evaluates may name what its module does not import.
            known = value.name.removeprefix("builtins.")
            if value.kind == "external" and known in CLIENTS:
                name = CLIENTS[known].path
                yield Value("client", name, module.path, -1, (step, *value.steps), max(1, value.doubt))
            elif value.kind == "class":
                yield Value("object", value.name, value.path, value.index, (step, *value.steps), value.doubt)
            elif value.kind == "external" and not value.name.startswith(("builtins.", "typing.")):
                yield Value("instance", value.name, module.path, -1, (step,), value.doubt)


def _bound_of(module: Module, node: Node) -> int:
    """The type in `TypeVar("T", bound=Client)` and `NewType("Co", Client)`; -1: it is none of them."""
    name = module.nodes[node.kids[0]].text if node.op == "call" else ""
    if name == "NewType" and len(node.kids) == 3:
        return node.kids[2]
    return node.kids[1 + node.keys.index("bound")] if name == "TypeVar" and "bound" in node.keys else -1
