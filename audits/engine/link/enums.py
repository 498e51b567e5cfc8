"""Members of enumerations: each is what stands beside its name, and an object of its class."""

from collections.abc import Iterator
from itertools import islice

from audits.engine.catalogue import CLIENTS
from audits.engine.link.members import Members
from audits.engine.link.tree import Module
from audits.engine.link.values import Value, Values, union

_ENUMS = frozenset({"Enum", "IntEnum", "StrEnum", "ReprEnum", "Flag", "IntFlag"})
_VALUES = ("class", "function", "seq", "dict")
_MEMBERS = 40


class Enums(Members):
    """Attributes of classes that are enumerations, and of what their members stand for."""

    def member(self, module: Module, number: int, name: str, base: Value) -> Values:
        """One attribute of one value."""
        if base.kind == "external" and name == "value" and base.name in CLIENTS:
            return (base,)
        found = super().member(module, number, name, base)
        if base.kind not in _VALUES:
            return found
        if base.kind == "class" and self._is_member(base, name):
            return union([*found, Value("object", *base.key[1:], base.steps, base.doubt)])
        # `Kind.A.value`, of a member that stands for a class, a function or a row of things.
        return found or ((base,) if name == "value" else ())

    def member_called(self, module: Module, number: int, name: str, cls: Value) -> Values:
        """`Kind["NAME"]`."""
        return self.member(module, number, name, cls) if self._is_member(cls, name) else ()

    def members_of(self, module: Module, number: int, cls: Value) -> Iterator[Value]:
        """What a loop over an enumeration gives."""
        rows = self.tree.modules[cls.path].facts.bindings if self._is_enum(cls) else ()
        names = dict.fromkeys(row.name for row in rows if row.scope == cls.index and row.how == "value")
        for name in islice(names, _MEMBERS):
            yield from self.member(module, number, name, cls)

    def _is_enum(self, cls: Value) -> bool:
        module = self.tree.modules[cls.path]
        return any(module.nodes[at].text in _ENUMS for at in module.scopes[cls.index].bases)

    def _is_member(self, base: Value, name: str) -> bool:
        rows = self.tree.modules[base.path].bindings.get((base.index, name), ())
        return any(row.how == "value" for row in rows) and self._is_enum(base)
