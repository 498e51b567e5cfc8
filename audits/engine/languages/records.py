"""Classes of a file whose objects are bodies of requests: what their constructors take, and what their fields are."""

import re
from collections.abc import Iterator

from audits.engine.extract.interesting import KEPT
from audits.engine.facts import Argument
from audits.engine.languages.bodies import Parameters
from audits.engine.languages.program import Expr
from audits.engine.languages.taking import Taken

# What makes a method a request whose body it takes.
ANNOTATIONS = frozenset({"POST", "Post", "PostMapping", "PostExchange", "RequestLine", "Path"})
_CONSTRUCTORS = frozenset({"__construct", "constructor"})


class Records(Parameters):
    """Reads what one file's calls pass, also by the classes that the file writes down."""

    def of_record(self, made: Expr) -> dict[str, Argument]:
        """`new Body(prompt, 20)`, `Body(model = m, prompt = p)`: under the names that the body has on the wire."""
        name = made.kids[0].text if made.kids and made.kids[0].op == "name" else ""
        scope = self._class(name)
        if scope is None:
            return {}
        rows = self._taken(scope)
        found: dict[str, Argument] = {}
        by_name = {row.name: row for row in rows}
        position = 0
        for key, kid in zip(made.keys[1:], made.kids[1:], strict=False):
            if kid.op == "dict" and not key:
                self.entries(kid, found, 0)
                continue
            row = by_name.get(key) if key else next(iter(rows[position : position + 1]), None)
            if row is None and (f".{key}", scope) in self.program.placed:
                # Swift makes objects of its structs by their fields' names.
                row = Taken(key)
            position += not key
            if row is not None and row.name:
                found[self._sent_as(row)] = self.argument(self._sent_as(row), kid)
        unset = {key: self.argument(key, value) for key, value in self._defaults(scope) if key not in found}
        return unset | found if "prompt" in found else {}

    def of_class(self, name: str) -> dict[str, Argument]:
        """All that an object of a class may pass."""
        scope = self._class(name)
        names = dict.fromkeys(self._names(scope)) if scope is not None else {}
        rows = {key: Argument(key, f"{name}.{key}", field_of=name) for key in names if key in KEPT}
        rows |= {key: self.argument(key, value) for key, value in self._defaults(scope)} if scope is not None else {}
        return rows if "prompt" in rows else {}

    def taken_by(self, scope: int) -> tuple[str, ...]:
        """What a class's constructor takes in its order, under the names that the body has on the wire."""
        return tuple(self._sent_as(row) if row.name else "" for row in self._taken(scope))

    def of_annotated(self, call: Expr) -> dict[str, Argument]:
        """The body of a method that an annotation makes a request: the one of its parameters that is such a class."""
        typed = (row.type for (_, at), rows in self.program.placed.items() if at == call.scope for row in rows)
        words = (word for text in typed for word in re.findall(r"\w+", text))
        return next((found for word in words if (found := self.of_class(word))), {})

    def _class(self, name: str) -> int | None:
        scopes = enumerate(self.program.scopes) if name else ()
        return next((at for at, row in scopes if row.kind == "class" and row.name == name), None)

    def _taken(self, scope: int) -> tuple[Taken, ...]:
        """What the constructor takes: that of the class's head, or the method that is one."""
        own = self.program.scopes[scope].name
        inner = (
            at for at, row in enumerate(self.program.scopes)
            if row.kind == "function" and row.parent == scope and row.name in _CONSTRUCTORS | {own}
        )  # fmt: skip
        made = (self.program.takes.get(at, ()) for at in (scope, *inner))
        return max(made, key=len, default=())

    def _names(self, scope: int) -> Iterator[str]:
        yield from (self._sent_as(row) for row in self.program.takes.get(scope, ()) if row.name)
        yield from (self.wire(name[1:]) for name, at in self.program.placed if at == scope and name.startswith("."))

    def _defaults(self, scope: int) -> Iterator[tuple[str, Expr]]:
        """The fields that the class itself gives a value."""
        for (name, at), rows in self.program.placed.items():
            value = rows[0].value if at == scope and name.startswith(".") else None
            if value is not None and value.op in ("str", "const") and self.wire(name[1:]) in KEPT:
                yield self.wire(name[1:]), value

    def _sent_as(self, row: Taken) -> str:
        return row.wire or self.wire(row.name)
