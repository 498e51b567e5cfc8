"""Classes and functions of other libraries that call Generate, or Chat with a model that is gone."""

from collections.abc import Iterator
from dataclasses import replace

from audits.engine.catalogue import dead_model
from audits.engine.facts import Argument, CallSite, Language
from audits.engine.languages.evaluate import Value
from audits.engine.languages.finder import Finder
from audits.engine.languages.program import Expr
from audits.engine.languages.sdkrow import Library
from audits.engine.languages.sdks import FUNCTIONS

_MODELS = ("model", "model_id", "model_name")


class Libraries(Finder):
    """Finds them in one file."""

    def of_library(self, expr: Expr) -> Iterator[CallSite]:
        """The use that a call or a making is, through a library."""
        fn = expr.kids[0] if expr.kids else None
        if fn is None:
            return
        if expr.op == "call" and fn.op == "attr":
            value = self.evaluator.value(fn.kids[0])
            library = value.library if value is not None and value.kind in ("class", "client") else None
            if value is not None and library is not None and fn.text in library.completes:
                yield self._wrapper(fn, expr, value)
        if fn.op == "attr" and fn.text == "build" and expr.op == "call":
            yield from self._built(expr)
            return
        if fn.op == "attr" and fn.text == "builder":
            # What is built of it says more.
            return
        value = self.evaluator.value(fn) if expr.op == "new" or self._needs_no_new(fn) else None
        if value is None or value.library is None or value.kind not in ("class", "client") or value.library.completes:
            return
        row = value.library
        called = bool(row.functions)
        if called and not (expr.op == "call" and (value.kind == "class" or row.dead)):
            return
        if not called and not (value.kind == "class" and (expr.op == "new" or self._makes_by_calls())):
            return
        options = called and not (len(expr.kids) > 1 and expr.kids[1].op == "dict")
        arguments = self._options(expr) if options else self.bodies.of_call(expr)
        yield from self._named(fn, expr, value, self._by_place(expr, row) if row.takes else arguments)

    def _by_place(self, call: Expr, row: Library) -> tuple[Argument, ...]:
        """What a constructor is passed, by the names of what it takes; what stands behind those is not told."""
        kids = [kid for key, kid in zip(call.keys[1:], call.kids[1:], strict=False) if not key]
        return tuple(self.bodies.argument(name, kid) for name, kid in zip(row.takes, kids, strict=False))

    def _named(self, place: Expr, call: Expr, value: Value, arguments: tuple[Argument, ...]) -> Iterator[CallSite]:
        """What is made of a library's class, if the model that it is given is one that the library's row speaks of."""
        row = value.library
        model = next((str(one.literal) for one in arguments if one.name in _MODELS and one.literal), "")
        gone = dead_model(model) if row is not None and row.dead else None
        if row is None or (row.dead and (gone is None or gone.platform is not row.platform)):
            return
        if row.model is None or row.model.fullmatch(model):
            yield self._wrapper(place, call, value, arguments, model)

    def _built(self, expr: Expr) -> Iterator[CallSite]:
        """`BedrockChatModel.builder().modelId("…").build()`"""
        value, base = self.evaluator.value(expr), expr
        while base.op in ("call", "attr") and base.kids:
            base = base.kids[0]
        if value is not None and value.library is not None and value.kind == "client" and base.op == "name":
            found: dict[str, Argument] = {}
            self.bodies.opened(expr, found)
            yield from self._named(base, expr, value, tuple(found.values()))

    def _makes_by_calls(self) -> bool:
        return self.evaluator.language is Language.KOTLIN

    def _needs_no_new(self, fn: Expr) -> bool:
        """Kotlin makes objects by calls; functions are called everywhere."""
        return self._makes_by_calls() or fn.op in ("name", "call") or fn.text in FUNCTIONS

    def _options(self, call: Expr) -> tuple[Argument, ...]:
        """What a function is given: the model's id alone, or Go's `WithModel("…")`."""
        found = []
        for kid in call.kids[1:]:
            if kid.op == "call" and kid.kids[0].text.startswith("With") and len(kid.kids) > 1:
                found.append(self.bodies.argument(kid.kids[0].text[4:], kid.kids[1]))
        if not found and len(call.kids) > 1 and (text := self.evaluator.text(call.kids[1])):
            found.append(replace(self.bodies.argument("model", call.kids[1]), is_literal=True, literal=text))
        return tuple(found)

    def _wrapper(
        self, place: Expr, call: Expr, value: Value, arguments: tuple[Argument, ...] | None = None, model: str = ""
    ) -> CallSite:
        library = value.library
        assert library is not None  # noqa: S101 - both callers have looked
        why = f"{value.name} calls Chat with {model}, which no longer answers." if library.dead else ""
        return self.maker.site(
            place,
            call,
            library.kind,
            why or f"{value.name} {'reads a stream of Generate' if library.streams else 'calls Generate'}.",
            method=None,
            client=value.name,
            platform=library.platform,
            steps=value.steps,
            arguments=self.bodies.of_call(call) if arguments is None else arguments,
        )

    def heirs(self) -> Iterator[CallSite]:
        """Classes that extend one that calls Generate."""
        for _, base in self.program.bases:
            value = self.evaluator.value(base) if base.op != "other" else None
            for one in base.kids if base.op == "other" else ():
                value = value or self.evaluator.value(one)
            if value is not None and value.library is not None and value.kind == "class" and value.library.always:
                yield self.maker.site(
                    base,
                    None,
                    value.library.kind,
                    f"A subclass of {value.name}, which calls Generate.",
                    method=None,
                    client=value.name,
                    platform=value.library.platform,
                    steps=value.steps,
                )
