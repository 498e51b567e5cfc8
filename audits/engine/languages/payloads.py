"""The parameters in the body of a request: dicts, JSON in strings, and objects that are filled step by step."""

import re
from collections.abc import Iterator

from audits.engine.extract.interesting import KEPT
from audits.engine.facts import Argument
from audits.engine.languages.bodies import last_name, merges, snake
from audits.engine.languages.flows import SENDS, called
from audits.engine.languages.jsontext import json_arguments
from audits.engine.languages.program import HOLE, Binding, Expr, last_of
from audits.engine.languages.reaches import loads
from audits.engine.languages.records import Records
from audits.engine.languages.splicing import spliced
from audits.engine.languages.wholes import encoded, function_around

_STEPS = 400
_SETTERS = frozenset({"put", "addProperty", "add", "set", "append", "Add", "addParameter", "insert"})
_NESTS = frozenset({"putArray", "putObject", "withArray", "withObject"})
_HEADERS = frozenset({"headers", "authorization", "content-type", "accept"})
_OBJECT = re.compile(rf"[\s{HOLE}]*\{{")
_PAIRED = frozenset({"of", "ofEntries", "entry"})


class Payloads(Records):
    """Reads what the objects hold that one file's calls and requests pass."""

    def of_builder(self, expr: Expr) -> tuple[Argument, ...]:
        """The parameters in the object that a function gives back, where they are Generate's; () for all else."""
        rows = self.program.visible(expr.text, expr.scope) if expr.op == "name" else []
        for fn in (expr, *(row.value for row in rows if row.value is not None)):
            given = zip(fn.kids, fn.keys, strict=False) if fn.op == "fn" else ()
            for kid in [last_of(kid) for kid, key in given if key == "return"]:
                found: dict[str, Argument] = {}
                if kid.op == "dict":
                    self.entries(kid, found, 0)
                if "prompt" in found and len(KEPT.intersection(found)) > 1:
                    return tuple(found.values())
        return ()

    def best(self, candidates: Iterator[dict[str, Argument]]) -> dict[str, Argument]:
        best: dict[str, Argument] = {}
        for found in candidates:
            if ("prompt" in found and "prompt" not in best) or (
                len(KEPT.intersection(found)) > len(KEPT.intersection(best)) and ("prompt" in found or not best)
            ):
                best = found
        return best if KEPT.intersection(best) else {}

    def candidates(self, call: Expr, *, alone: bool = False) -> Iterator[dict[str, Argument]]:
        """What may be the body; `alone`: without what else is asked of the object that sends."""
        seen: set[int] = set()
        if alone and call.kids[0].op == "attr" and call.kids[0].kids[0].op in ("name", "attr") and len(call.kids) > 1:
            seen.add(id(call.kids[0]))
        queue, sender = [call], _sender_of(call)
        while queue and len(seen) < _STEPS:
            expr = queue.pop(0)
            if id(expr) in seen:
                continue
            seen.add(id(expr))
            if expr.op == "dict":
                found: dict[str, Argument] = {}
                self.entries(expr, found, 0)
                yield found
                seen |= self._replaced(expr)
            elif expr.op in ("str", "concat"):
                yield from self._json(expr)
            elif expr.op in ("call", "fn"):
                yield from self._pieces(expr)
            if expr.op in ("call", "new") and (made := self.of_record(expr) or self._of_function(expr)):
                yield made
            queue += [*expr.kids, *self.chained(expr)]
            if expr.op in ("name", "attr"):
                queue += (one for one in self.behind(expr) if expr is not sender or not _is_sent_by_another(one, call))
                if found := self._put_on(expr):
                    yield from self._with_table(expr, found)
                    yield found

    def _replaced(self, table: Expr) -> set[int]:
        """Entries of an object that is unpacked, in whose place a later key puts another: `{...config, data: d}`."""
        return {
            id(inner)
            for at, (key, kid) in enumerate(zip(table.keys, table.kids, strict=False))
            if key == "**" and kid.op in ("name", "attr")
            for value in self.behind(kid)
            for name, inner in zip(value.keys, value.kids, strict=False)
            if value.op == "dict" and name != "**" and name in table.keys[at + 1 :]
        }

    def _of_function(self, expr: Expr) -> dict[str, Argument]:
        """What a function of the file gives back, or `Body.builder().prompt(p).build()` of a class from elsewhere."""
        found: dict[str, Argument] = {}
        if expr.op == "call" and expr.kids[0].text == "build" and len(expr.kids) == 1:
            self.opened(expr, found)
            return found if "prompt" in found else {}
        if expr.op == "call":
            self._given_back(expr.kids[0], found, 0)
        return found

    @staticmethod
    def chained(expr: Expr) -> list[Expr]:
        """What the later methods of a chain are given: `.post(url).json(body).send()`."""
        found: list[Expr] = []
        attr = expr.parent
        while expr.op == "call" and attr is not None and attr.op == "attr":
            call = attr.parent
            if call is None or call.op != "call" or call.kids[0] is not attr:
                break
            found += call.kids[1:]
            expr, attr = call, call.parent
        return found

    def _pieces(self, expr: Expr) -> Iterator[dict[str, Argument]]:
        """`put("prompt", p)` on a chain or, in a block, on what the block is about; `mapOf("prompt" to p, …)`."""
        found: dict[str, Argument] = {}
        if merges(expr):
            self.opened(expr, found)
            yield found
            return
        if expr.op == "fn":
            for call in _calls_in(expr):
                found |= self._puts(call)
            yield found
            return
        yield self._puts(expr)
        rows = [
            kid for kid in expr.kids[1:] if kid.op == "dict" and not _HEADERS.intersection(map(str.lower, kid.keys))
        ]
        if len(rows) > 1:
            merged: dict[str, Argument] = {}
            for row in rows:
                self.entries(row, merged, 0)
            yield merged

    def behind(self, expr: Expr) -> list[Expr]:
        """What a name stands for, and what is done with the object that it names."""
        name = expr.text if expr.op == "name" else f".{expr.text}"
        rows = self.program.meant(expr) if expr.op == "name" else self.program.visible(name, expr.scope)
        found = [row.value for row in rows if row.value is not None and row.value.op != "fn"]
        if expr.op == "name" and rows and not self._is_module(rows[0]):
            for use in self.program.same(expr):
                outer = use.parent
                if outer is None:
                    continue
                if outer.op == "attr":
                    given = self.program.bindings.get(f".{outer.text}", ())
                    found += [row.value for row in given if row.value is not None and row.line == outer.line]
                if outer.parent is None:
                    continue
                if outer.op == "attr" and outer.parent.op == "call" and outer.parent.kids[0] is outer:
                    found += outer.parent.kids[1:] if not self._is_tool(expr, use, rows[0]) else []
                elif outer.op == "call" and outer.kids[0].text.startswith("curl_") and outer.kids[1:2] == [use]:
                    found += outer.kids[2:]
                found += encoded(outer)
        return found

    def _is_tool(self, expr: Expr, use: Expr, row: Binding) -> bool:
        """Is it `gson.toJson(body)` on what all functions share? What it is given in another one is no body of this."""
        attr = expr.parent
        call = attr.parent if attr is not None and attr.op == "attr" else None
        asked = call is not None and call.op == "call" and call.kids[0] is attr and len(call.kids) > 1
        shared = asked and self.program.scopes[row.scope].kind != "function"
        return shared and function_around(self.program, expr) != function_around(self.program, use)

    def _is_module(self, row: Binding) -> bool:
        """Is it a module that is loaded? What another call of one is given is no body of this."""
        loaded = row.value is not None and row.value.op == "call" and loads(self.program, row.value.kids[0])
        return bool(row.module) or loaded

    def _puts(self, expr: Expr) -> dict[str, Argument]:
        """`new JSONObject().put("prompt", p).put(…)`."""
        found: dict[str, Argument] = {}
        at = expr
        if last_name(expr.kids[0]) in _PAIRED:
            rows = expr.kids[1:]
            pairs = [(key, value) for key, value in zip(rows[::2], rows[1::2], strict=False) if key.op == "str"]
            return {snake(key.text): self.argument(key.text, value) for key, value in pairs}
        while at.op == "call":
            fn = at.kids[0]
            if fn.text in _NESTS and len(at.kids) == 2 and at.kids[1].op == "str":
                # Jackson's `body.putArray("stop_sequences").add(…)`.
                found.setdefault(snake(at.kids[1].text), self.argument(at.kids[1].text, at))
            if fn.text in _SETTERS and len(at.kids) > 2 and at.kids[1].op == "str":
                found.setdefault(snake(at.kids[1].text), self.argument(at.kids[1].text, at.kids[2]))
            if fn.op != "attr":
                break
            at = fn.kids[0]
        return dict(reversed(found.items()))

    def _put_on(self, expr: Expr) -> dict[str, Argument]:
        """`body.put("prompt", p);` for a name."""
        found: dict[str, Argument] = {}
        if expr.text[:1].isupper() and all(row.module for row in self.program.visible(expr.text, expr.scope)):
            # `Map.of(…)`: nothing is put on a class of another file, imported or not.
            return found
        for use in self.program.same(expr) if expr.op == "name" else ():
            for key, value in self.assigned(expr, use):
                found[self.wire(key)] = self.argument(key, value)
            outer = use.parent
            if outer is not None and outer.op == "attr" and outer.parent is not None and outer.parent.op == "call":
                found |= self._puts(outer.parent)
            elif outer is not None and outer.op == "call" and outer.kids[0].text == "assign" and use in outer.kids[1:2]:
                # `Object.assign(body, { … })`
                for kid in outer.kids[2:]:
                    self.opened(kid, found)
        return found

    def _with_table(self, expr: Expr, put: dict[str, Argument]) -> Iterator[dict[str, Argument]]:
        """What is put on a name, beside what stands in each object that it is given."""
        for row in self.program.meant(expr) if expr.op == "name" else self.program.visible(expr.text, expr.scope):
            value = row.value
            while value is not None and value.op == "other" and len(value.kids) == 1:
                value = value.kids[0]
            tables = value.kids if value is not None and value.op == "new" else [value]
            for table in tables:
                if table is not None and (table.op == "dict" or merges(table)):
                    found: dict[str, Argument] = {}
                    self.opened(table, found)
                    yield found | put

    def _json(self, expr: Expr) -> Iterator[dict[str, Argument]]:
        """A JSON object written in a string, HOLE where a value is put in."""
        text = expr.text if expr.op == "str" else self.evaluator.text(expr)
        # A text that only holds brackets somewhere speaks of objects; a body begins with one.
        if not _OBJECT.match(text) or "prompt" not in text:
            return
        found = json_arguments(text.replace(HOLE, "…"))
        if found and HOLE in text:
            found |= spliced(self.program, self.evaluator.language, expr, self.evaluator.text)
        if found:
            yield found


def _sender_of(call: Expr) -> Expr:
    """What a call's chain of methods begins with."""
    at = call
    while at.op == "call" and at.kids[0].op == "attr":
        at = at.kids[0].kids[0]
    return at


def _is_sent_by_another(expr: Expr, call: Expr) -> bool:
    """Is it given to another request of what sends many, `http.post(url, body)`? That one's body is none of this."""
    other = expr.parent
    return (
        other is not None
        and other is not call
        and other.op == "call"
        and other.kids[0] is not expr
        and (called(other) in SENDS or called(other) == called(call))
    )


def _calls_in(expr: Expr) -> Iterator[Expr]:
    """The calls that are statements of a block."""
    for kid in expr.kids:
        if kid.op == "call":
            yield kid
        elif kid.op == "other":
            yield from _calls_in(kid)
