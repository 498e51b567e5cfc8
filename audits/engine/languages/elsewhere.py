"""What an expression stands for in another file, where its own file does not say: a module and a way through it."""

import re
from dataclasses import replace
from functools import cached_property

from audits.engine.facts import Language
from audits.engine.languages.evaluate import Evaluator, Value
from audits.engine.languages.program import Binding, Expr
from audits.engine.languages.reaches import loads
from audits.engine.ways import CLASSES, ELSEWHERE, FOLDER, HERE

# In characters.
WAY_LIMIT = 200
# A module of the project's own: what has no path is a package that was installed.
OWN = re.compile(r"[./@~#$]|.*/|(?:crate|super|self)(?:::|$)")
_SELVES = frozenset({"this", "$this", "super", "self", "base"})
_BY_CLASS = frozenset({Language.JAVA, Language.KOTLIN, Language.CSHARP, Language.RUBY, Language.PHP})


class Elsewhere(Evaluator):
    """An evaluator whose values may also be of the kind ELSEWHERE: `name` is the way, `module` says from where.

    A way is made of names, with "()" behind what is called or made: `getClient()`, `Ai().client`.
    """

    @cached_property
    def _reaches(self) -> bool:
        return True

    def imported(self, row: Binding) -> Value | None:
        found = super().imported(row)
        if found is not None:
            return found
        module, _, item = row.module.rpartition(":")
        if self.language in _BY_CLASS:
            return self._away(CLASSES, item, row.line)
        return self._away(module, "" if item == "*" else item, row.line)

    def _known(self, name: str) -> Value | None:
        found = super()._known(name)
        if found is not None:
            return found
        if any(scope.kind == "class" and scope.name == name for scope in self.program.scopes):
            return self._away(HERE, name)
        if self.language in _BY_CLASS and (name[:1].isupper() or self.language is Language.KOTLIN):
            return self._away(CLASSES, name)
        if self.language is Language.RUST and name in ("crate", "super"):
            return self._away(name, "")
        return self._away(FOLDER, name) if self.language is Language.GO else None

    def _name(self, expr: Expr, depth: int) -> Value | None:
        found = super()._name(expr, depth)
        if found is not None:
            return found
        rows = self.program.meant(expr)
        if rows and all(row.value is None and not row.module and not row.type for row in rows):
            # A class of this file, a parameter of which nothing is said.
            return self._known(expr.text) if self._is_class(expr.text) else None
        if not rows and self.language in _BY_CLASS and expr.text not in _SELVES:
            return self._inherited(expr.text, expr, depth)
        return None

    def _is_class(self, name: str) -> bool:
        return any(scope.kind == "class" and scope.name == name for scope in self.program.scopes)

    def _inside(self, base: Value | None, name: str) -> Value | None:
        if base is not None and base.kind == ELSEWHERE:
            return self._further(base, f".{name}" if base.name else name)
        return super()._inside(base, name)

    def _member(self, expr: Expr, depth: int) -> Value | None:
        found = super()._member(expr, depth)
        if found is not None or self.program.visible(f".{expr.text}", expr.scope):
            return found
        if expr.kids[0].op == "name" and expr.kids[0].text in _SELVES:
            return self._inherited(expr.text, expr, depth)
        return self._away(FOLDER, f".{expr.text}", expr.line) if self.language is Language.GO else None

    def _inherited(self, name: str, expr: Expr, depth: int) -> Value | None:
        """A member that a base class of the object at hand has."""
        owner = self.program.scopes[self.program.owner(expr.scope)]
        for label, base in self.program.bases if owner.kind == "class" else ():
            if label != owner.name:
                continue
            for one in (base, *base.kids):
                found = self.value(one, depth + 1) if one.op in ("name", "attr") else None
                if found is not None and found.kind == ELSEWHERE:
                    return self._further(found, f"().{name}")
        return None

    def _call(self, expr: Expr, depth: int) -> Value | None:
        found = super()._call(expr, depth)
        if found is not None:
            return found
        fn = expr.kids[0]
        if loads(self.program, fn):
            module = self.text(expr.kids[1]) if len(expr.kids) > 1 else ""
            return self._away(module, "", expr.line) if module else None
        base = self.value(fn, depth + 1)
        return self._further(base, "()") if base is not None and base.kind == ELSEWHERE else None

    def _made(self, found: Value | None, expr: Expr) -> Value | None:
        if found is not None and found.kind == ELSEWHERE:
            return self._further(found, "()")
        return super()._made(found, expr)

    def _declared(self, text: str, depth: int) -> Value | None:
        found = super()._declared(text, depth)
        if found is not None:
            return found
        words = text.lstrip(": *&").split("<")[0].split("|")[0].strip().rstrip("?[]")
        parts = words.replace("::", ".").replace("\\", ".").split(".")
        base = self._dotted(parts, depth) if all(part.isidentifier() for part in parts) else None
        return self._further(base, "()") if base is not None and base.kind == ELSEWHERE else None

    def _away(self, module: str, way: str, line: int = 0) -> Value | None:
        steps = (
            ((f"{way} of {module}" if way else f"{module} is loaded", line),)
            if line and module not in (HERE, FOLDER, CLASSES)
            else ()
        )
        return Value(ELSEWHERE, way, module=module, steps=steps)

    def _further(self, base: Value, more: str) -> Value | None:
        way = f"{base.name}{more}"
        return replace(base, name=way) if len(way) <= WAY_LIMIT else None
