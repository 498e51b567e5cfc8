"""The bodies of requests: which of all that a call is given, or that is written to what it opens, is the body."""

import re
from functools import cached_property
from itertools import islice

from audits.engine.facts import Argument
from audits.engine.languages.payloads import Payloads
from audits.engine.languages.program import Expr
from audits.engine.languages.wholes import SPREADING, typed_whole, whole_of

_WRITTEN = 50
# What opens a connection, or ends it, whose stream takes the body.
_STREAMS = frozenset({"openConnection", "GetResponse", "GetResponseAsync"})
_WRITES = frozenset({"write", "Write", "WriteAsync", "writeBytes", "print", "println", "writeUTF", "append"})


class Bodies(Payloads):
    """Reads what one file's calls and requests pass."""

    @cached_property
    def wholes(self) -> dict[int, Expr]:
        """Of each request whose body a function takes as a whole, by its declared type: the name of that."""
        return {}

    @cached_property
    def _written(self) -> dict[int, dict[str, Argument]]:
        return {}

    def of_request(self, call: Expr) -> tuple[Argument, ...]:
        """The parameters in the body of the request that a call sends."""
        best = self.best(self.candidates(call, alone=True))
        if "prompt" not in best:
            best = self.best(self.candidates(call))
        if not best:
            # `request.body = …` behind `request = Request("POST", url)`; what has a body is no such request.
            rows = self.program.given.get(id(call), ())
            uses = [use for row in rows for use in islice(self.program.uses_of(row), 1)]
            best = self.best(one for use in uses for one in self.candidates(use)) or best
        if "prompt" not in best and call.kids[0].text in _STREAMS:
            best = self._of_writes(call)
        if "prompt" not in best:
            best = next(filter(None, map(self._of_typed, self.passed(call))), {}) or best
        if "prompt" not in best and call.kids[0].text == "POST":
            best = self.of_annotated(call) or best
        return tuple(best.values())

    def of_sent(self, call: Expr) -> tuple[Argument, ...]:
        """The same, of a request to Generate: what a function around it takes as a whole is one that is unpacked."""
        found = self.of_request(call)
        whole = self.whole(call) if not found or all(one.field_of for one in found) else None
        return (self.splat(whole),) if whole is not None and not found else found

    def whole(self, call: Expr) -> Expr | None:
        """The name of what a function around a request takes as its body."""
        return whole_of(self.program, call) if self.evaluator.language in SPREADING else self._typed_whole(call)

    def _typed_whole(self, call: Expr) -> Expr | None:
        """The parameter of a declared type that the body of a request is, which is kept for those who ask."""
        writes = self._writes(call) if call.kids[0].text in _STREAMS else []
        whole = typed_whole(self.program, [*call.kids[1:], *self.chained(call), *writes], self.behind, self._of_typed)
        if whole is not None:
            self.wholes[id(call)] = whole
        return whole

    def of_body(self, expr: Expr) -> dict[str, Argument]:
        """The parameters in what stands for a body as a whole, {} where no prompt is seen in it."""
        found = self.best(self.candidates(expr))
        return found if "prompt" in found else {}

    def passed(self, call: Expr) -> list[Expr]:
        """The names of parameters that reach what a call, or its chain, is given: `body` of `ask(Body body)`."""
        queue, seen, found = [*call.kids[1:], *self.chained(call)], set[int](), []
        while queue and len(seen) < _WRITTEN:
            one = queue.pop(0)
            if id(one) in seen:
                continue
            seen.add(id(one))
            rows = self.program.visible(one.text, one.scope) if one.op == "name" else []
            found += [one for row in rows[:1] if row.type and row.value is None]
            queue += [*one.kids, *(row.value for row in rows if row.value is not None)]
        return found

    def _of_typed(self, name: Expr) -> dict[str, Argument]:
        """All that an object of a class of this file may pass, where a parameter is declared to be one."""
        rows = self.program.visible(name.text, name.scope)
        words = (word for row in rows for word in re.findall(r"\w+", row.type))
        return next((found for word in words if (found := self.of_class(word))), {})

    def _of_writes(self, opened: Expr) -> dict[str, Argument]:
        """What the function around it writes, to the stream of Java's connection or around that; once a scope."""
        if opened.scope not in self._written:
            self._written[opened.scope] = self.best(
                one for write in self._writes(opened) for one in self.candidates(write)
            )
        return self._written[opened.scope]

    def _writes(self, opened: Expr) -> list[Expr]:
        calls = (expr for expr in list(self.program.exprs) if expr.op == "call" and expr.kids[0].text in _WRITES)
        return list(islice((one for one in calls if opened.scope in self.program.around(one.scope)), _WRITTEN))
