"""Where the answer of a call is read."""

import re
from collections.abc import Iterator
from functools import cached_property

from audits.engine.languages.holding import EACH
from audits.engine.languages.program import Expr, Program

_READS = re.compile(r"(?i)(?:get)?generations?$")
_TOPS = 200
# A member, a call of it, and what stands in brackets or behind `await`.
_THROUGH = frozenset({"attr", "call", "other"})
# What an event of a stream and a generation have, as the SDKs spell it.
_EVENTS = frozenset({"eventType", "event_type", "text", "isFinished", "is_finished", "finishReason", "finish_reason"})
_EVENTS |= {"response", "index"}
_FIELDS = frozenset({"text", "id", "likelihood", "tokenLikelihoods", "token_likelihoods", "finish_reason"})
_BRACKETS = re.compile(r"[\s()!?]*(?:await\b[\s(]*)?")
_PARSED = frozenset({"json", "data", "body"})
# Ruby's `dig("generations", 0)`, Laravel's `json("generations.0.text")`, .NET's `GetProperty("generations")`.
_KEY = re.compile(r"generations(?:\.[\w*.]+)?")
# What makes text of bytes, or an object of text.
_DECODES = frozenset({"decode", "from", "parse"})


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
                    yield from self._of_several(part)
                elif part.text in _PARSED:
                    tops.append(part)
            while (outer := self._around(whole)) is not None:
                whole = outer
                hit = hit or bool(_READS.fullmatch(whole.text)) or _asks(whole)
                called = whole.kids[0].text if whole.op == "call" else whole.text
                if called in _PARSED:
                    # `await response.json()` and axios' `response.data` are the answer in another shape.
                    tops.append(whole)
                elif called == "then":
                    tops += [whole, *self._taken(whole)]
                    yield from self._apart(whole)
            if hit:
                yield whole
                yield from self._of_several(whole)
            elif (decoded := _decoded(whole)) is not None:
                tops.append(decoded)

    def events(self, call: Expr) -> Iterator[Expr]:
        """What is read of the events of a call's stream, where a loop goes through it."""
        for stream in (call, *self._named(call)):
            for one in self._looped(stream):
                yield from (self._whole(part) for part in self._members.get(id(one), ()) if part.text in _EVENTS)

    def _of_several(self, several: Expr) -> Iterator[Expr]:
        """What is read of the generations behind a name, in a loop, or in a function that takes one after another."""
        tops, seen = [several], 0
        while seen < min(len(tops), _TOPS):
            one = tops[seen]
            seen += 1
            inside = [*self._named(one), *self._looped(one), *self._handed(one)]
            tops += inside
            for use in inside:
                if (whole := self._whole(use)) is not use:
                    yield whole
                    tops.append(whole)
                yield from (part for part in self._parts.get(id(use), ()) if part.text in _FIELDS)

    def _whole(self, expr: Expr) -> Expr:
        """The longest chain of members, calls and brackets that begins with an expression."""
        while (outer := self._around(expr)) is not None:
            expr = outer
        return expr

    def _looped(self, through: Expr) -> list[Expr]:
        """What stands for one of them where a loop goes through several: the uses of its name, and itself."""
        found = []
        for loop in self._parts.get(id(through), ()):
            if not loop.text:
                rows = self.program.given.get(id(loop), ())
                found += [loop, *(use for row in rows for use in self.program.uses_of(row))]
        return found[:_TOPS]

    def _handed(self, whole: Expr) -> list[Expr]:
        """The uses of what the functions take that are given to `map` and its like, anywhere in a chain."""
        found, at = [], whole
        while at.op in _THROUGH and at.kids:
            if at.op == "call" and at.kids[0].text in EACH:
                found += self._taken(at)
            at = at.kids[0]
        return found

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
        if outer is None or outer.kids[:1] != [whole] or outer.op not in _THROUGH or id(whole) in self._gone_through:
            return None
        if outer.op == "other":
            before = self.program.source[outer.start : whole.start]
            behind = self.program.source[whole.stop : outer.stop]
            return outer if _BRACKETS.fullmatch(before) and _BRACKETS.fullmatch(behind) else None
        return outer

    @cached_property
    def _members(self) -> dict[int, list[Expr]]:
        """The members that are read of an expression, or that a pattern takes out of it."""
        found: dict[int, list[Expr]] = {}
        for expr in self.program.exprs:
            if expr.op == "attr" and expr.text and expr.kids:
                found.setdefault(id(expr.kids[0]), []).append(expr)
        return found

    @cached_property
    def _gone_through(self) -> frozenset[int]:
        """The expressions that a loop goes through."""
        return frozenset(owner for owner, parts in self._parts.items() if any(not part.text for part in parts))

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


def _asks(whole: Expr) -> bool:
    """Is it a call that asks for the generations by their key?"""
    first = whole.kids[1] if whole.op == "call" and len(whole.kids) > 1 else None
    return first is not None and first.op == "str" and _KEY.fullmatch(first.text) is not None


def _decoded(whole: Expr) -> Expr | None:
    """`JSON.parse(bytes)` around what it is given: the answer in another shape."""
    outer = whole.parent
    given = outer is not None and outer.op == "call" and outer.kids[1:2] == [whole]
    return outer if outer is not None and given and outer.kids[0].text in _DECODES else None
