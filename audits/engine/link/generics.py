"""Type variables: what an heir's `Base[cohere.Client]` says about attributes that the base annotates with `T`."""

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from audits.engine.catalogue import CLIENTS
from audits.engine.extract.model import Store
from audits.engine.link.enums import Enums
from audits.engine.link.tree import Module
from audits.engine.link.values import Value, union

_PARAMETERISED = ("Generic", "Protocol")
_HELD = ("client", "object", "instance")
_Arguments = dict[str, list[tuple[Module, int]]]


class Generics(Enums):
    """Attributes whose type is a variable."""

    @cached_property
    def gives_clients(self) -> bool:
        """Does a class of the tree name a client as the type that its base works with?"""
        for module in self.tree.modules.values():
            for scope in module.scopes if module.facts.names_api else ():
                rows = [module.nodes[number] for number in scope.bases]
                kids = [kid for row in rows if row.op == "sub" for kid in _listed(module, row.kids[1:])]
                values = [value for kid in kids for value in self.evaluate(module, kid)]
                if any(value.kind == "external" and value.name in CLIENTS for value in values):
                    return True
        return False

    def _of_class(self, module: Module, number: int, name: str, base: Value) -> tuple[Value, ...]:
        found = super()._of_class(module, number, name, base)
        if base.kind != "object" or name.startswith("__") or any(value.kind in _HELD for value in found):
            return found
        return union([*found, *self._chosen(base, name)])

    def _chosen(self, base: Value, name: str) -> Iterator[Value]:
        chosen = self.type_arguments(base)
        for cls in self.lineage(base) if chosen else ():
            for text in self._declared(cls, name):
                for module, number in chosen.get(text, ()):
                    yield from self.annotated(module, number)

    def type_arguments(self, base: Value) -> _Arguments:
        """By type variable: the types that the classes from this one up give for it, as (module, expression)."""
        found: _Arguments = defaultdict(list)
        for cls in self.lineage(base):
            module = self.tree.modules[cls.path]
            for number in module.scopes[cls.index].bases:
                node = module.nodes[number]
                for parent in self.evaluate(module, node.kids[0]) if node.op == "sub" else ():
                    given = _listed(module, node.kids[1:])
                    for name, argument in zip(self._variables(parent), given, strict=False):
                        found[name].append((module, argument))
        if base.owner is not None and base.owner.kind == "typed":
            module = self.tree.modules[base.owner.path]
            given = _listed(module, module.nodes[base.owner.index].kids[1:])
            variables = self._variables(Value("class", *base.key[1:]))
            for name, argument in zip(variables, given, strict=False):
                found[name].append((module, argument))
        return dict(found)

    def chosen_for(self, function: Value, module: Module, annotation: int) -> Iterator[Value]:
        """What a method gives that promises its class's type variable."""
        chosen = self.type_arguments(function.owner) if function.owner is not None else {}
        for text in _names(module, annotation) if chosen else ():
            for owner, number in chosen.get(text, ()):
                yield from self.annotated(owner, number)

    def _variables(self, cls: Value) -> list[str]:
        """The type variables of a class, in the order in which its heirs give them."""
        if cls.kind != "class":
            return []
        module = self.tree.modules[cls.path]
        rows = [module.nodes[number] for number in module.scopes[cls.index].bases]
        rows = [row for row in rows if row.op == "sub"]
        named = [row for row in rows if module.nodes[row.kids[0]].text in _PARAMETERISED]
        operands = [at for row in named or rows for at in _listed(module, row.kids[1:])]
        return [module.nodes[at].text for at in operands if module.nodes[at].op == "name"]

    def _declared(self, cls: Value, name: str) -> Iterator[str]:
        """The names in the annotation of an attribute, in the body or of the parameter that it is set from."""
        module = self.tree.modules[cls.path]
        for row in module.bindings.get((cls.index, name), ()):
            if row.how == "annotation":
                yield from _names(module, row.node)
            elif row.how == "def" and self.is_property(module, row.node):
                yield from (
                    text
                    for noted in module.bindings.get((row.node, "return"), ())
                    for text in _names(module, noted.node)
                )
        for store in module.stores.get(name, ()):
            if store.kind == "attr" and self.on_self(module, store, cls.index):
                yield from _names(module, _annotation_of(module, store))


def _listed(module: Module, kids: tuple[int, ...]) -> tuple[int, ...]:
    """`A, B` in brackets, however it is written."""
    only = module.nodes[kids[0]] if len(kids) == 1 else None
    return only.kids if only is not None and only.op == "seq" else kids


def _annotation_of(module: Module, store: Store) -> int:
    node = module.nodes[store.node]
    if store.how == "annotation":
        return store.node
    scope = module.function_of(store.scope)
    rows = module.scopes[scope].parameters if node.op == "name" and scope >= 0 else ()
    return next((row.annotation for row in rows if row.name == node.text), -1)


def _names(module: Module, number: int) -> Iterator[str]:
    if number >= 0:
        node = module.nodes[number]
        if node.op == "name":
            yield node.text
        for kid in node.kids if node.op in ("sub", "op", "seq") else ():
            yield from _names(module, kid)
