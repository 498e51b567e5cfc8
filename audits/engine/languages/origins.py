"""Which parameters of the functions around it an expression passes on as they are."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from audits.engine.languages.program import Expr, Program

_DEPTH = 8
# The value stays what the caller passed.
_SAME_METHODS = re.compile(r"trim\w*|strip|to_?s(?:tring)?|clone|copy|as_str|into|unwrap|orElse|OrDefault|freeze", re.I)
_SAME_CALLS = frozenset(
    {"String", "Number", "Int", "Int64", "Float64", "Float32", "Ptr", "ptr", "ToPtr", "Pointer", "of", "ofNullable"}
    | {"Some", "valueOf", "trim", "strval", "intval", "floatval", "Optional", "parseInt", "parseFloat"}
)
_PASSES = frozenset({"as", "", "return"})


class Origin(NamedTuple):
    """A parameter of the function `scope`, by its place; `key` where only that entry of it is passed on."""

    scope: int
    position: int
    key: str = ""


class Origins:
    """Follows the names of one file back to parameters."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._seen: set[tuple[str, int]] = set()

    def of(self, expr: Expr) -> list[Origin]:
        """Where an expression comes from."""
        self._seen = set()
        return list(dict.fromkeys(self._of(expr, 0)))

    def _of(self, expr: Expr, depth: int) -> Iterator[Origin]:
        if depth > _DEPTH:
            return
        if expr.op == "name":
            yield from self._named(expr.text, expr.scope, depth)
        elif expr.op == "attr":
            yield from (
                Origin(one.scope, one.position, expr.text) for one in self._of(expr.kids[0], depth + 1) if not one.key
            )
        elif expr.op == "either":
            for kid in expr.kids:
                yield from self._of(kid, depth + 1)
        elif expr.op == "other" and len(expr.kids) == 1 and expr.text in _PASSES:
            yield from self._of(expr.kids[0], depth + 1)
        elif expr.op == "call" and expr.kids:
            yield from self._called(expr, depth)

    def _called(self, expr: Expr, depth: int) -> Iterator[Origin]:
        fn = expr.kids[0]
        if fn.op == "attr" and fn.kids and _SAME_METHODS.fullmatch(fn.text):
            yield from self._of(fn.kids[0], depth + 1)
        elif fn.text in _SAME_CALLS and len(expr.kids) > 1:
            yield from self._of(expr.kids[1], depth + 1)

    def _named(self, text: str, scope: int, depth: int) -> Iterator[Origin]:
        """A name that a function around takes, or that is given what one takes."""
        plain = text.lstrip("$")
        for at in self.program.around(scope):
            if (text, at) in self._seen:
                return
            rows = self.program.placed.get((text, at), ())
            found = list(self._taken(plain, at))
            if rows or found:
                self._seen.add((text, at))
                yield from found
                for row in rows:
                    if row.value is not None and id(row.value) not in self.program.defaults:
                        yield from self._of(row.value, depth + 1)
                return

    def _taken(self, name: str, scope: int) -> Iterator[Origin]:
        for position, row in enumerate(self.program.takes.get(scope, ())):
            if row.name == name:
                yield Origin(scope, position)
            yield from (Origin(scope, position, key) for local, key in row.parts if local == name)
