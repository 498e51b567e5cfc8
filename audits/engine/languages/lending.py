"""What a file's functions and classes take from other files for Generate, and what it passes to theirs."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import islice

from audits.engine.facts import Argument, CallSite, Confidence, Kind, Language
from audits.engine.handing import BASE, PATH, Body, Called, Helper, Opened, Passed, Relay, is_by_name
from audits.engine.languages.callers import Callers
from audits.engine.languages.elsewhere import OWN
from audits.engine.languages.evaluate import Value
from audits.engine.languages.fields import Fields
from audits.engine.languages.finder import Finder
from audits.engine.languages.flows import verb_of
from audits.engine.languages.origins import Origins
from audits.engine.languages.program import Expr, last_of
from audits.engine.languages.reaches import loads
from audits.engine.languages.records import ANNOTATIONS
from audits.engine.languages.relative import Relative
from audits.engine.languages.sharing import SHARING
from audits.engine.languages.wholes import SPREADING
from audits.engine.languages.wrapping import Wrapping, key_of
from audits.engine.ways import CLASSES, ELSEWHERE, FOLDER

_CALLS, _LOOKED, _PASSED, _BODIES, _STEPS = 200, 600, 12, 50, 60
# A function that makes a body is shorter, in characters.
_LONG = 5_000
_SCRIPTS = frozenset({Language.JAVASCRIPT, Language.TYPESCRIPT})


class Lending(Finder):
    """Looks at the calls and functions of one file; `wrapping` has been asked for all callers."""

    @cached_property
    def _beyond(self) -> Fields:
        return Fields(self.program, self.evaluator.language)

    def helpers(self, wrapping: Wrapping, relative: Relative) -> Iterator[Helper]:
        """The functions that hand on what they take."""
        yield from self._posting(relative) if self.evaluator.language in SHARING else ()
        for scope, helper in wrapping.helpers.items():
            takes = tuple(row.name for row in self.program.takes.get(scope, ()))
            hands = tuple((one.position, one.key, name) for one, name in helper.names.items())
            line = self.program.functions[scope].line
            for way in self._ways(scope) if self.evaluator.language in SHARING else ():
                yield Helper(way, line, takes, hands, helper.site)

    def _posting(self, relative: Relative) -> Iterator[Helper]:
        """Those that are given the path to which they post, with the body or the parts of it."""
        for origin, address, base, call, body in relative.helpers():
            takes = tuple(row.name for row in self.program.takes.get(origin.scope, ()))
            taken = [one for one in base.taken if one.scope == origin.scope]
            hands = ((origin.position, origin.key, PATH), *((one.position, one.key, "**") for one in body))
            hands += tuple((one.position, one.key, BASE) for one in taken)
            line = self.program.functions[origin.scope].line
            doubted = base.several or len(taken) < len(base.taken)
            level = Confidence.POSSIBLE if doubted else Confidence.CONFIRMED
            site = self.maker.site(verb_of(call), call, Kind.RAW_HTTP, "", method=None, confidence=level)
            for way in self._ways(origin.scope) if body else ():
                yield Helper(way, line, takes, hands, site, address)

    def _ways(self, scope: int) -> Iterator[str]:
        """The names by which other files call a function."""
        row = self.program.scopes[scope]
        owner = Callers(self.program, self.evaluator.language).receiver(scope)
        inside = self.program.path_of(row.parent).replace("::", ".")
        whole = f"{owner or inside}.{row.name}" if owner or inside else row.name
        if self.evaluator.language not in _SCRIPTS:
            yield f"{whole}()"
            return
        first = whole.partition(".")[0]
        rest = whole[len(first) :]
        for given in self.program.exported:
            value = last_of(given.value) if given.value is not None else None
            if value is None:
                continue
            if value.op == "name" and value.text == first:
                # What a module is as a whole is looked for in it under its own name.
                yield f"{whole if given.name == '=' else f'{given.name}{rest}'}()"
            elif value.start <= self.program.functions[scope].start < value.stop and value.op == "fn":
                yield "()" if given.name == "=" else f"{given.name}()"
            elif value.op == "dict" and first in value.keys:
                yield f"{first if given.name == '=' else f'{given.name}.{first}'}{rest}()"
            elif key := key_of(self.program, value, scope):
                yield f"{key if given.name == '=' else f'{given.name}.{key}'}()"

    def called(self, taken: Iterable[CallSite]) -> Iterator[Called]:
        """The calls of what other files give, but for those that are uses themselves."""
        if self.evaluator.language in SHARING and self._imports():
            places = {(site.span.line, site.span.column) for site in taken if not is_by_name(site)}
            yield from islice(self._called(places), _CALLS)

    def _imports(self) -> bool:
        """Does a script ask for modules of the project's own? In a bundle they are all inside."""
        if self.evaluator.language not in _SCRIPTS:
            return True
        modules = [row.module for rows in self.program.bindings.values() for row in rows if row.module]
        calls = (expr for expr in self.program.exprs if expr.op == "call" and len(expr.kids) > 1)
        modules += [self.evaluator.text(call.kids[1]) for call in calls if loads(self.program, call.kids[0])]
        return any(OWN.match(module) for module in modules)

    def _called(self, places: set[tuple[int, int]]) -> Iterator[Called]:
        calls = (expr for expr in list(self.program.exprs) if expr.op == "call" and len(expr.kids) > 1)
        for call in islice(calls, _LOOKED):
            fn = call.kids[0]
            if fn.op not in ("name", "attr") or (fn.line, fn.column) in places:
                continue
            value = self._elsewhere(fn, whole=True)
            if value is not None:
                site = self.maker.site(fn, call, Kind.WRAPPER_PROJECT, "", method=None, steps=value.steps)
                yield Called(site, value.module, f"{value.name}()", self._passed(call), tuple(self._relays(call)))

    @cached_property
    def _origins(self) -> Origins:
        return Origins(self.program)

    def _relays(self, call: Expr) -> Iterator[Relay]:
        """The function around a call that hands most of what it takes on to it."""
        around = {at for at in self.program.around(call.scope) if at in self.program.functions}
        hands: dict[int, list[tuple[int, str, int, str]]] = {}
        for slot, kid in enumerate(call.kids[1 : _PASSED + 1]):
            table = self._table(kid)
            rows = [("", kid), *(zip(table.keys, table.kids, strict=False) if table is not None else ())]
            for label, value in rows[:_PASSED]:
                for one in self._origins.of(value):
                    if one.scope in around:
                        hands.setdefault(one.scope, []).append((one.position, one.key, slot, label))
        scope = max(hands, key=lambda at: len(hands[at]), default=-1)
        takes = tuple(row.name for row in self.program.takes.get(scope, ()))
        for way in self._ways(scope) if scope >= 0 else ():
            yield Relay(way, self.program.functions[scope].line, takes, tuple(dict.fromkeys(hands[scope])))

    def _elsewhere(self, expr: Expr, *, whole: bool = False) -> Value | None:
        """What an expression is in another file of the project; `whole`: it may be all that the file is."""
        value = self._beyond.value(expr)
        if value is None or value.kind != ELSEWHERE or not (value.name or whole):
            return None
        own = value.module in (CLASSES, FOLDER) or OWN.match(value.module)
        return value if own else None

    def _passed(self, call: Expr) -> tuple[Passed, ...]:
        rows = list(zip(call.keys[1:], call.kids[1:], strict=False))[:_PASSED]
        return tuple(self._one(key, kid) for key, kid in rows)

    def _one(self, key: str, kid: Expr) -> Passed:
        table = self._table(kid)
        entries: dict[str, Argument] = {}
        for label, value in zip(table.keys, table.kids, strict=False) if table is not None else ():
            if label and label != "**":
                entries[label] = self.bodies.named(label, value)
        if table is None and self.evaluator.language not in SPREADING and "rompt" in self.program.source:
            # A table that is filled step by step, a record.
            entries = self.bodies.of_body(kid)
        label = "**" if key in ("*", "**") else key.lstrip("$")
        return Passed(
            label, self.bodies.named("", kid), tuple(entries.values())[:_PASSED], bool(entries) or table is not None
        )

    def _table(self, expr: Expr) -> Expr | None:
        rows = self.program.visible(expr.text, expr.scope) if expr.op == "name" else []
        values = [expr, *(row.value for row in rows if row.value is not None)]
        return next((one for one in values if one.op == "dict"), None)

    # Bodies

    def given(self) -> Iterator[Body]:
        """The classes whose objects are bodies of Generate's, and the functions that give one back."""
        if self.evaluator.language in SHARING:
            yield from islice(self._given(), _BODIES)

    def _given(self) -> Iterator[Body]:
        for number, scope in enumerate(self.program.scopes):
            if not self._prompts(number):
                continue
            lead = self.program.path_of(number).replace("::", ".")
            if scope.kind == "class":
                fields = self.bodies.of_class(scope.name)
                if fields:
                    yield Body(lead, tuple(fields.values()), self.bodies.taken_by(number))
            elif scope.kind == "function" and number in self.program.functions:
                arguments = self._built(number)
                # A script's function is known by the names under which it is exported, too.
                names = ([f"{lead}()"] if scope.name else []) + [*self._ways(number)] if arguments else []
                yield from (Body(name, arguments) for name in dict.fromkeys(names))

    def _prompts(self, scope: int) -> bool:
        """Has a class a field of that name, or does a short function name one?"""
        if self.program.scopes[scope].kind == "class":
            taken = any(row.name.lower() == "prompt" for row in self.program.takes.get(scope, ()))
            return taken or any((name, scope) in self.program.placed for name in (".prompt", ".Prompt"))
        fn = self.program.functions.get(scope)
        return fn is not None and fn.stop - fn.start < _LONG and "rompt" in self.program.written(fn)

    def _built(self, scope: int) -> tuple[Argument, ...]:
        """The parameters in what a function gives back."""
        fn = self.program.functions[scope]
        results = [last_of(kid) for kid, key in zip(fn.kids, fn.keys, strict=False) if key == "return"]
        for kid in results[:1]:
            found: dict[str, Argument] = {}
            if kid.op in ("new", "call"):
                found = self.bodies.of_record(kid)
            if not found and kid.op in ("dict", "new", "call"):
                self.bodies.opened(kid, found)
            if "prompt" in found:
                return tuple(found.values())
        return ()

    def opened(self, sites: Iterable[CallSite]) -> Iterator[Opened]:
        """The uses whose body another file gives."""
        for site in sites if self.evaluator.language in SHARING else ():
            names = {one.name for one in site.arguments}
            place, call = self.maker.places.get((site.span.line, site.span.column), (None, None))
            if call is None or place is None or "prompt" in names or site.kind not in _SENT:
                continue
            for made in self._candidates(call):
                value = self._elsewhere(made.kids[0])
                if value is not None:
                    way = f"{value.name}()"
                    yield Opened(site.span.line, site.span.column, value.module, way, self._passed(made))
            for value in self._typed(call):
                yield Opened(site.span.line, site.span.column, value.module, value.name)

    def _candidates(self, call: Expr) -> list[Expr]:
        """The calls and makings behind what a call is given."""
        queue, seen, found = [*call.kids[1:], *self.bodies.chained(call)], set[int](), []
        while queue and len(seen) < _STEPS:
            one = queue.pop(0)
            if id(one) in seen:
                continue
            seen.add(id(one))
            if one.op in ("call", "new") and one.kids:
                found.append(one)
            rows = self.program.visible(one.text, one.scope) if one.op == "name" else []
            queue += [*one.kids, *(row.value for row in rows if row.value is not None)]
        return found

    def _typed(self, call: Expr) -> Iterator[Value]:
        """The classes of what a method takes that an annotation makes a request, or of a name that is passed."""
        rows = [row for (_, at), rows in self.program.placed.items() if at == call.scope for row in rows if row.type]
        if call.kids[0].text not in ANNOTATIONS:
            rows = [row for name in self.bodies.passed(call) for row in self.program.visible(name.text, name.scope)]
        for row in rows[:_PASSED]:
            value = self._beyond.typed(row.type)
            if value is not None and value.kind == ELSEWHERE:
                yield value


_SENT = frozenset({Kind.SDK_CALL, Kind.SDK_STREAM, Kind.RAW_HTTP, Kind.BEDROCK})
