"""Members of enumerations: each is what stands beside its name, and an object of its class."""

from audits.engine.link.members import Members
from audits.engine.link.tree import Module
from audits.engine.link.values import Value, Values, union

_ENUMS = frozenset({"Enum", "IntEnum", "StrEnum", "ReprEnum", "Flag", "IntFlag"})
_VALUES = ("class", "function")


class Enums(Members):
    """Attributes of classes that are enumerations, and of what their members stand for."""

    def member(self, module: Module, number: int, name: str, base: Value) -> Values:
        """One attribute of one value."""
        found = super().member(module, number, name, base)
        if base.kind not in _VALUES:
            return found
        if base.kind == "class" and self._is_member(base, name):
            return union([*found, Value("object", *base.key[1:], base.steps, base.doubt)])
        # `Kind.A.value`, of a member that stands for a class or a function.
        return found or ((base,) if name == "value" else ())

    def _is_member(self, base: Value, name: str) -> bool:
        module = self.tree.modules[base.path]
        rows = module.bindings.get((base.index, name), ())
        bases = module.scopes[base.index].bases
        return any(row.how == "value" for row in rows) and any(module.nodes[at].text in _ENUMS for at in bases)
