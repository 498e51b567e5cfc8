"""Where the answer of a call is read."""

import re
from collections.abc import Iterator
from functools import cached_property

from audits.engine.languages.program import Expr, Program

_READS = re.compile(r"(?i)(?:get)?generations?$")
_TOPS = 200
# A member, a call of it, and what stands in brackets or behind `await`.
_THROUGH = frozenset({"attr", "call", "other"})
_PARSED = frozenset({"json", "data", "body"})


class Answers:
    """Follows what the calls of one file give."""

    def __init__(self, program: Program) -> None:
        self.program = program

    def readings(self, call: Expr) -> Iterator[Expr]:
        """The expressions that read the answer's generations: on the call itself, or on the name that it is given."""
        tops, seen = [call], 0
        while seen < min(len(tops), _TOPS):
            whole, hit = tops[seen], False
            seen += 1
            tops += self._named(whole)
            for part in self._parts.get(id(whole), ()):
                # `const { generations } = await response.json()`
                if _READS.fullmatch(part.text):
                    yield part
                elif part.text in _PARSED:
                    tops.append(part)
            while (outer := self._around(whole)) is not None:
                whole = outer
                hit = hit or bool(_READS.fullmatch(whole.text))
                called = whole.kids[0].text if whole.op == "call" else whole.text
                if called in _PARSED:
                    # `await response.json()` and axios' `response.data` are the answer in another shape.
                    tops.append(whole)
                elif called == "then":
                    tops += [whole, *self._taken(whole)]
                    yield from self._apart(whole)
            if hit:
                yield whole

    def parsed_after(self, call: Expr) -> list[Expr]:
        """The generations that the same function reads behind the call: it has parsed the answer's text on the way."""
        return [
            whole for one, whole in self._generations
            if one.start > call.stop and self._function(one.scope) == self._function(call.scope)
        ]  # fmt: skip

    def _function(self, scope: int) -> int:
        """The outermost function around a scope, the file for none."""
        inside = [one for one in self.program.around(scope) if self.program.scopes[one].kind == "function"]
        return inside[-1] if inside else 0

    @cached_property
    def _generations(self) -> list[tuple[Expr, Expr]]:
        """Each `.generations`, `["generations"]` and `get("generations")`, with the whole expression that begins so."""
        found = []
        for expr in self.program.exprs:
            if expr.op not in ("attr", "str") or not _READS.fullmatch(expr.text):
                continue
            outer, whole = expr.parent, expr
            if expr.op == "str" and outer is not None and outer.op == "call" and outer.kids[0] is not expr:
                whole = outer
            while (wider := self._around(whole)) is not None:
                whole = wider
            found.append((expr, whole))
        return found

    def _around(self, whole: Expr) -> Expr | None:
        """What an expression is the beginning of: a member, a call of it, brackets; None for a statement."""
        outer = whole.parent
        if outer is None or outer.kids[:1] != [whole] or outer.op not in _THROUGH:
            return None
        return None if outer.op == "other" and self.program.source[outer.stop - 1 : outer.stop] == ";" else outer

    @cached_property
    def _parts(self) -> dict[int, list[Expr]]:
        """The members that a pattern takes out of an expression, by that expression."""
        found: dict[int, list[Expr]] = {}
        for expr in self.program.exprs:
            if expr.op == "attr" and expr.kids and expr.kids[0].parent is not expr:
                found.setdefault(id(expr.kids[0]), []).append(expr)
        return found

    def _apart(self, then: Expr) -> Iterator[Expr]:
        """`.then(({ generations }) => …)`: the uses of what it takes out of the answer."""
        fn = next((kid for kid in then.kids[1:] if kid.op == "fn" and kid.kids), None)
        scope = fn.kids[0].scope if fn is not None else -1
        names = [
            local for row in self.program.takes.get(scope, ()) for local, key in row.parts if _READS.fullmatch(key)
        ]
        uses = (use for name in names for use in self.program.uses.get(name, ()))
        yield from (use for use in uses if scope in self.program.around(use.scope))

    def _taken(self, then: Expr) -> list[Expr]:
        """Where a function that is given to `then` uses what it takes."""
        fn = next((kid for kid in then.kids[1:] if kid.op == "fn" and kid.kids), None)
        scope = fn.kids[0].scope if fn is not None else -1
        names = self.program.parameters.get(scope, frozenset())
        uses = (use for name in sorted(names) for use in self.program.uses.get(name, ()))
        return [use for use in uses if scope in self.program.around(use.scope)][:_TOPS]

    def _named(self, whole: Expr) -> list[Expr]:
        """Where the names are used that an expression is given, also behind an `await`."""
        at = whole
        while at.parent is not None and at.parent.op in ("other", "list") and len(at.parent.kids) == 1:
            at = at.parent
        rows = dict.fromkeys((*self.program.given.get(id(whole), ()), *self.program.given.get(id(at), ())))
        # `const { data } = await axios.post(…)`
        for row in (row for name in _PARSED for row in self.program.bindings.get(name, ())):
            if row.value is not None and row.value.op == "attr" and row.value.kids[0] in (whole, at):
                rows[row] = None
        return [use for row in rows for use in self.program.uses_of(row)][:_TOPS]
