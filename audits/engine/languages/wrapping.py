"""Functions of a file that hand what they take on to Generate, and the calls of them in that file."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from audits.engine.facts import Argument, CallSite, Confidence, Kind
from audits.engine.handing import asks_chat
from audits.engine.languages.callers import Callers
from audits.engine.languages.evaluate import Evaluator
from audits.engine.languages.finder import Finder
from audits.engine.languages.found import Maker
from audits.engine.languages.origins import Origin, Origins
from audits.engine.languages.program import Expr, Program, last_of
from audits.engine.languages.sent import Bodies

_ROUNDS = 3
_LIMIT = 500
_CORE = frozenset({Kind.SDK_CALL, Kind.SDK_STREAM, Kind.RAW_HTTP, Kind.BEDROCK, Kind.SAGEMAKER, Kind.OCI})
_LEVELS = tuple(Confidence)
_Operands = list[tuple[str, Expr]]
_Passed = list[tuple[str, Origin]]


@dataclass(slots=True)
class Handing:
    """A function that hands on to `site`: `names` maps what it takes to Generate's names, "**" for all of it."""

    scope: int
    site: CallSite
    names: dict[Origin, str] = field(default_factory=dict)

    @property
    def weight(self) -> tuple[bool, int]:
        """The function that is given the prompt, and most, is the one that its callers mean."""
        return "prompt" in self.names.values(), len(self.names)


class Wrapping(Finder):
    """Finds the callers of a file's helpers; `helpers` are those that it has come upon."""

    def __init__(self, program: Program, evaluator: Evaluator, bodies: Bodies, maker: Maker) -> None:
        super().__init__(program, evaluator, bodies, maker)
        self.helpers: dict[int, Handing] = {}

    def callers(self, found: Iterable[CallSite]) -> Iterator[CallSite]:
        """A use for each caller of a helper, callers of callers too where they hand on, three calls away at most."""
        origins, callers = Origins(self.program), Callers(self.program, self.maker.language)
        core = [(site, self.maker.places.get(_place(site))) for site in found if site.kind in _CORE]
        reached = _Reached(self.bodies.origins, origins)
        frontier = [
            (site, at[0].scope, [*self._passed(site, at[0].scope, reached), *self._whole(at[1], origins)])
            for site, at in core
            if at
        ]
        taken, helped, told = {_place(site) for site, *_ in frontier}, set[int](), 0
        for _ in range(_ROUNDS):
            fresh: list[tuple[CallSite, int, _Passed]] = []
            for site, scope, passed in frontier:
                helper = self._helper(site, scope, passed)
                if helper is None or helper.scope in helped or told > _LIMIT:
                    continue
                helped.add(helper.scope)
                self.helpers.setdefault(helper.scope, helper)
                for call, doubt in callers.of(helper.scope):
                    handed = self._handed(helper, call)
                    caller = self._caller(helper, call, doubt, handed) if handed else None
                    if caller is not None and _place(caller) not in taken:
                        taken.add(_place(caller))
                        told += 1
                        fresh.append((caller, call.scope, [(n, one) for n, kid in handed for one in origins.of(kid)]))
                        yield caller
            frontier = fresh

    def _passed(self, site: CallSite, scope: int, reached: "_Reached") -> _Passed:
        """(Generate's name, what a function around the use takes) of what it passes."""
        around = list(self.program.around(scope))
        keys = dict.fromkeys((argument.name or "", argument.source) for argument in site.arguments)
        return [(key[0], origin) for key in keys for origin in reached.of(key, around)]

    def _whole(self, call: Expr | None, origins: Origins) -> _Passed:
        """What a function around a request takes as its whole body."""
        whole = self.bodies.wholes.get(id(call))
        return [("**", one) for one in origins.of(whole)] if whole is not None else []

    def _helper(self, site: CallSite, scope: int, passed: _Passed) -> Handing | None:
        """The named function around a use that hands most on to it."""
        around = {at for at in self.program.around(scope) if self.program.scopes[at].kind == "function"}
        found: dict[int, Handing] = {}
        for name, origin in passed:
            if origin.scope in around and (self.program.scopes[origin.scope].name or self._is_given(origin.scope)):
                helper = found.setdefault(origin.scope, Handing(origin.scope, site))
                helper.names.setdefault(origin, name)
        return max(found.values(), key=lambda one: one.weight, default=None)

    def _is_given(self, scope: int) -> bool:
        """Is a function without a name what a module exports, or a part of that?"""
        fn = self.program.functions.get(scope)
        values = [last_of(row.value) for row in self.program.exported if row.value is not None]
        return fn is not None and any(value is fn or key_of(self.program, value, scope) for value in values)

    def _handed(self, helper: Handing, call: Expr) -> _Operands:
        """What a caller passes of what reaches Generate, under Generate's names; "**" for what cannot be opened."""
        rows = self.program.takes[helper.scope]
        names = {row.name: at for at, row in enumerate(rows) if row.name}
        found: _Operands = []
        position = 0
        for key, kid in zip(call.keys[1:], call.kids[1:], strict=False):
            if key in ("*", "**"):
                found.append(("**", kid))
                continue
            at = names.get(key.lstrip("$"), -1) if key else position
            position += not key
            whole = helper.names.get(Origin(helper.scope, at))
            if whole is not None:
                found.append((whole, kid))
            elif at < 0 and helper.names.get(Origin(helper.scope, len(rows) - 1)) == "**":
                # Ruby puts what has a label of its own into the hash that comes last.
                found.append((key, kid))
            else:
                found += self._entries({row.key: name for row, name in helper.names.items() if row.position == at}, kid)
        return found

    def _entries(self, wanted: Mapping[str, str], expr: Expr) -> _Operands:
        """What a caller's object holds of what the helper takes out of it."""
        if not wanted:
            return []
        table = self.table(expr)
        if table is None:
            return [("**", expr)]
        held = list(zip(table.keys, table.kids, strict=False))
        found = [(wanted[key], kid) for key, kid in held if key in wanted]
        return [*found, *(("**", kid) for key, kid in held if key == "**")]

    def table(self, expr: Expr) -> Expr | None:
        """The object that an expression is, where the file writes it."""
        rows = self.program.visible(expr.text, expr.scope) if expr.op == "name" else []
        for one in (expr, *(row.value for row in rows if row.value is not None)):
            if one.op == "dict":
                return one
            if one.op == "new":
                return next((kid for kid in one.kids[1:] if kid.op == "dict"), None)
        return None

    def _caller(self, helper: Handing, call: Expr, doubt: int, handed: _Operands) -> CallSite | None:
        arguments = self._arguments(handed)
        if asks_chat(arguments):
            return None
        inner, name = helper.site, self.program.scopes[helper.scope].name
        line = self.program.functions[helper.scope].line
        why = (
            f"Calls `{name}` (line {line}), which hands its arguments on to `{inner.callee}` on line {inner.span.line}."
        )
        steps = [(f"{name}() ← hands on to {inner.callee}", line), *((row.text, row.line) for row in inner.proof)]
        site = self.maker.site(
            call.kids[0],
            call,
            Kind.WRAPPER_PROJECT,
            why,
            method=inner.method,
            client=inner.client,
            platform=inner.platform,
            confidence=_LEVELS[max(doubt, _LEVELS.index(inner.confidence))],
            steps=tuple(steps),
            arguments=arguments,
        )
        return replace(site, reads=()) if inner.kind is Kind.BEDROCK else site

    def _arguments(self, handed: _Operands) -> tuple[Argument, ...]:
        found: dict[str, Argument] = {}
        for name, kid in handed:
            if name == "**":
                found |= self._opened(kid)
            else:
                found[name] = self.bodies.argument(name, kid)
        return tuple(found.values())

    def _opened(self, whole: Expr) -> dict[str, Argument]:
        found: dict[str, Argument] = {}
        shown = self.bodies.opened(whole, found)
        if "prompt" not in found and (body := self.bodies.of_body(whole)):
            return body
        one = self.bodies.splat(whole)
        return found if shown else {one.source: one}


def key_of(program: Program, given: Expr, scope: int) -> str:
    """Under which key an object that a module exports, or one that it exports by its name, holds a function; or ""."""
    rows = program.visible(given.text, given.scope) if given.op == "name" else []
    tables = (given, *(row.value for row in rows if row.value is not None))
    held = ((key, kid) for one in tables if one.op == "dict" for key, kid in zip(one.keys, one.kids, strict=False))
    fn = program.functions.get(scope)
    return next((key or program.scopes[scope].name for key, kid in held if last_of(kid) is fn), "")


class _Reached:
    """What the functions of a file take, by the arguments that it is passed on as; each of these is followed once.

    Hundreds of functions may pass on an argument of one name and text, and each of them is asked for its own alone.
    """

    def __init__(self, written: Mapping[tuple[str, str], Mapping[int, Expr]], origins: Origins) -> None:
        self._written = written
        self._origins = origins
        self._known: dict[tuple[str, str], dict[int, list[tuple[int, Origin]]]] = {}

    def of(self, key: tuple[str, str], scopes: Iterable[int]) -> Iterator[Origin]:
        """Of what these functions take what is passed on as an argument (Generate's name, text), as it is written."""
        if key not in self._known:
            found = self._known[key] = defaultdict(list)
            every = (one for expr in self._written.get(key, {}).values() for one in self._origins.of(expr))
            for number, origin in enumerate(every):
                found[origin.scope].append((number, origin))
        known = self._known[key]
        for _, origin in sorted(row for scope in scopes for row in known.get(scope, ())):
            yield origin


def _place(site: CallSite) -> tuple[int, int]:
    return site.span.line, site.span.column
