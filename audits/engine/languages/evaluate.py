"""What an expression stands for, as far as the file itself says: a client of Cohere's, a class, a text."""

import re
from dataclasses import replace
from functools import cached_property

from audits.engine.facts import Language
from audits.engine.languages.holding import ITEM, declares_several, entry_of, gone_through, held, is_member
from audits.engine.languages.program import Binding, Expr, Program, brief, last_of
from audits.engine.languages.reaches import loads, reaches, whole_name
from audits.engine.languages.sdks import LANGCHAIN_RB_ROW, RUBY_CLIENTS, RUBY_LANGCHAIN, library_of, sdk_of
from audits.engine.languages.states import alike, inside, is_box, set_later
from audits.engine.languages.texts import Texts
from audits.engine.languages.value import Value as Value

_DEPTH = 14
# Each meaning of a name is looked at once for one value, so a way may be long.
_DEEP = 60
# Expressions looked at for one value; what is not told within them is said to be unread.
_STEPS = 5_000
# Characters of a type that are read.
_TYPE_LIMIT = 4_000
_NAMED_TYPE = re.compile(r"[A-Za-z_]\w*(?:(?:\.|::|\\)[A-Za-z_]\w*)*")
_PASSING = frozenset(
    {"useMemo", "useRef", "useState", "lazy", "memo", "cache", "once", "singleton", "Some", "Ok", "Arc"}
)
# Methods that give a client where a client, or what holds some, is asked.
_GIVING = ITEM | {"withRawResponse"}
# Interfaces of other libraries that a client may also implement: under them it makes no Generate call.
_OTHER_TYPE = re.compile(r"EmbeddingGenerator|IChatClient|ImageGenerator")
# Languages in which a member's name alone means the member of the object at hand.
_IMPLICIT = frozenset({Language.RUBY, Language.JAVA, Language.KOTLIN, Language.CSHARP})


class Evaluator(Texts):
    """Answers for one file."""

    def __init__(self, program: Program, language: Language) -> None:
        super().__init__(program)
        self.language = language
        self._walking: set[int] = set()
        self._typing: set[str] = set()
        self._steps = 0
        self._too_deep = False
        self._known_rows: dict[int, Value | None] = {}

    def value(self, expr: Expr, depth: int = 0) -> Value | None:
        """The client, class or module of Cohere's that an expression is; None for everything else."""
        if not self._walking:
            self._steps, self._known_rows, self._too_deep = 0, {}, False
        self._steps += 1
        self._too_deep = self._too_deep or depth > _DEEP
        if depth > _DEEP or self._steps > _STEPS or id(expr) in self._walking or not self._reaches:
            return None
        self._walking.add(id(expr))
        try:
            if expr.op == "name":
                return self._name(expr, depth)
            if expr.op == "attr":
                return self._member(expr, depth)
            if expr.op == "call":
                return self._call(expr, depth)
            if is_box(expr):
                return self._boxed(expr, depth)
            if expr.op == "new" and expr.kids:
                return self._made(self.value(expr.kids[0], depth + 1), expr)
            if expr.op in ("either", "list") or (expr.op == "other" and len(expr.kids) == 1):
                found = (self.value(kid, depth + 1) for kid in expr.kids)
                first = next((one for one in found if one is not None), None)
                return held(first, self.language) if expr.op == "list" else first
            return None
        finally:
            self._walking.discard(id(expr))

    def _boxed(self, expr: Expr, depth: int) -> Value | None:
        """`new Map<string, CohereClient>()`, `new Map([["a", new CohereClient()]])`."""
        typed = self.typed(self.program.written(expr).partition("(")[0].removeprefix("new "), depth + 1)
        kids = inside(expr)
        return typed or alike(kids, [self._given(kid, depth) for kid in kids])

    @property
    def is_lost(self) -> bool:
        """Was the last value not followed to its end?"""
        return self._steps > _STEPS or self._too_deep

    @cached_property
    def _reaches(self) -> bool:
        """Does the file ask for any module of theirs?"""
        return reaches(self.program, self.language, self.text)

    def _step(self, value: Value | None, text: str, line: int) -> Value | None:
        return replace(value, steps=((text, line), *value.steps)) if value is not None else None

    def _name(self, expr: Expr, depth: int) -> Value | None:
        rows = self.program.meant(expr)
        # What is made or imported before what is computed of it, as in `co = co.retry(3) || co`.
        for row in sorted(rows, key=lambda row: (self.program.rank(row), -row.line)):
            found = self._bound(row, depth)
            if found is not None:
                return found
        if any(row.value is not None or row.type or row.module for row in rows):
            return None
        through = gone_through(self.program, expr.text, expr.scope)
        several = self.value(through, depth + 1) if through is not None else None
        if several is not None and several.kind == "clients":
            return replace(several, kind="client")
        if rows:
            return None
        return self._known(expr.text) or (self._implicit(expr, depth) if self.language in _IMPLICIT else None)

    def _implicit(self, expr: Expr, depth: int) -> Value | None:
        """A member of the object at hand, or a method of it without brackets (Ruby)."""
        for row in reversed(self.program.visible(f".{expr.text}", expr.scope)):
            if row.value is not None and row.value.op == "fn":
                found = self._given(row.value, depth) if self.language is Language.RUBY else None
            else:
                found = self._bound(row, depth)
            if found is not None:
                return self._step(found, f"{expr.text} gives it back", row.line) if row.value else found
        return None

    def _known(self, name: str) -> Value | None:
        """A name that nothing in the file binds: a class of a namespace that is open, or of a gem."""
        name = name.removeprefix("::")
        if self.language is Language.RUBY and name in RUBY_CLIENTS:
            return Value("class", name)
        for module in self.program.namespaces:
            found = self._item(module, name)
            if found is not None:
                return found
        # A library's own classes make requests for others; only a model that is gone is a use in its package.
        own = self._item(self.program.package, name)
        return own if own is not None and own.library is not None and own.library.dead else None

    def _item(self, module: str, name: str) -> Value | None:
        """What a module holds under a name."""
        sdk = sdk_of(module, self.language)
        if sdk is not None and name in sdk.classes:
            return Value("class", f"{sdk.lead}{name}", sdk.classes[name], sdk)
        if sdk is not None and name in sdk.makers:
            return Value("maker", f"{sdk.lead}{name}", sdk=sdk)
        library = library_of(module, self.language, name)
        if library is not None and name in library.classes:
            return Value("class", f"{library.lead}{name}", library.platform, library=library)
        return None

    def _bound(self, row: Binding, depth: int) -> Value | None:
        """What a binding binds; of one that is asked for again on the way, nothing more is learnt."""
        if id(row) not in self._known_rows or not self._walking:
            self._known_rows[id(row)] = None
            self._known_rows[id(row)] = self._binds(row, depth)
        return self._known_rows[id(row)]

    def _binds(self, row: Binding, depth: int) -> Value | None:
        if row.module:
            return self.imported(row)
        kids = [row.value, *set_later(self.program, row)] if row.value is not None and row.value.op != "fn" else []
        values = [self._given(kid, depth) for kid in kids]
        found = next((value for value in values if value is not None), None)
        if is_box(row.value) or (row.value is not None and row.value.op == "list"):
            found = held(alike(kids, values), self.language)
        if found is not None and not _OTHER_TYPE.search(row.type):
            return self._step(found, f"{row.name.lstrip('.')} = {brief(row.value)}", row.line)
        if row.type and (row.value is None or row.value.op not in ("fn", "call", "new")):
            return self._step(
                self.typed(row.type, depth), f"{row.name.lstrip('.')}: {row.type.lstrip(': ')[:80]}", row.line
            )
        return None

    def imported(self, row: Binding) -> Value | None:
        module, _, item = row.module.rpartition(":")
        sdk, library = sdk_of(module, self.language), library_of(module, self.language)
        if sdk is None and library is None:
            whole = f"{module}.{item}"
            sdk = sdk_of(whole, self.language)
            return Value("module", whole, sdk=sdk) if sdk is not None else None
        text = f"{row.name} of {module}"
        if item in ("*", "default", "self"):
            return Value("module", module, sdk=sdk, library=library, steps=((text, row.line),))
        return self._step(self._item(module, item), text, row.line)

    def typed(self, text: str, depth: int = 0) -> Value | None:
        """An object of a declared type."""
        if text in self._typing or depth > _DEPTH:
            return None
        self._typing.add(text)
        try:
            return self._declared(text, depth)
        finally:
            self._typing.discard(text)

    def _declared(self, text: str, depth: int) -> Value | None:
        for word in _NAMED_TYPE.finditer(text, 0, _TYPE_LIMIT):
            found = None if is_member(text, word.start()) else self._dotted(re.split(r"\.|::|\\", word[0]), depth)
            if found is not None and found.kind == "class":
                return replace(found, kind="clients" if declares_several(text, *word.span()) else "client")
        return None

    def _dotted(self, parts: list[str], depth: int) -> Value | None:
        rows = self.program.visible(parts[0], 0)
        base = next((one for row in rows if (one := self._bound(row, depth + 1)) is not None), None)
        base = base or self._known(parts[0])
        if base is None:
            return self._item(*whole_name(".".join(parts), self.language))
        for part in parts[1:]:
            base = self._inside(base, part)
        return base

    def _inside(self, base: Value | None, name: str) -> Value | None:
        """A member of a module, a class or a client."""
        if base is None:
            return None
        if base.kind == "module":
            found = self._item(base.name, name)
            if found is None and name == "default":
                return base
            return replace(found, steps=base.steps) if found is not None else None
        if base.kind == "class" and self.language is Language.RUBY and name == "Client" and base.name == "Cohere":
            return replace(base, name="Cohere::Client")
        if base.kind == "builder":
            return base
        if base.kind == "clients":
            return replace(base, kind="client")
        if base.kind == "client":
            return base if name in ("WithRawResponse", "withRawResponse", "current", "value") else None
        return base

    def _member(self, expr: Expr, depth: int) -> Value | None:
        if self.language is Language.RUBY and self.program.written(expr).lstrip(":") == RUBY_LANGCHAIN:
            return Value("class", RUBY_LANGCHAIN, library=LANGCHAIN_RB_ROW)
        base = self.value(expr.kids[0], depth + 1)
        if base is not None:
            return self._inside(base, expr.text)
        for row in reversed(self.program.visible(f".{expr.text}", expr.scope)):
            if row.value is not None and row.value.op == "fn":
                continue
            found = self._bound(row, depth)
            if found is not None:
                return found
        kept = entry_of(self.program, expr)
        if kept is not None:
            return self.value(kept, depth + 1)
        return self._item(*whole_name(self.program.written(expr), self.language))

    def _call(self, expr: Expr, depth: int) -> Value | None:
        fn = expr.kids[0]
        if loads(self.program, fn):
            module = self.text(expr.kids[1]) if len(expr.kids) > 1 else ""
            sdk, library = sdk_of(module, self.language), library_of(module, self.language)
            if sdk is None and library is None:
                return None
            return Value("module", module, sdk=sdk, library=library, steps=((f"{module} is loaded", expr.line),))
        if (fn.op == "attr" and fn.text in _PASSING) or (fn.op == "name" and fn.text in _PASSING):
            return next((v for kid in expr.kids[1:] if (v := self._given(kid, depth)) is not None), None)
        found = self.value(fn, depth + 1)
        if found is None:
            return self._result(fn, depth)
        if found.kind == "maker":
            return replace(found, kind="client", name=found.name, made=True, steps=self._own_step(expr, found))
        if found.kind == "builder" or (found.kind == "class" and fn.op == "attr" and fn.text in ("builder", "Builder")):
            return (
                self._made(replace(found, kind="class"), expr) if fn.text == "build" else replace(found, kind="builder")
            )
        if found.kind == "class":
            # `Cohere.builder().token(…).build()`, `Cohere::Client.new(…)`, `Cohere::new(…)`; Kotlin's `Cohere(…)`.
            return self._made(found, expr)
        if fn.op == "attr" and fn.text in ("values", "toArray"):
            # All that a map holds.
            return held(found, self.language)
        return found if found.kind == "client" and fn.op == "attr" and fn.text in _GIVING else None

    def _own_step(self, expr: Expr, found: Value) -> tuple[tuple[str, int], ...]:
        return ((brief(expr), expr.line), *found.steps)

    def _given(self, expr: Expr, depth: int) -> Value | None:
        """What a function that is handed on gives back."""
        while expr.op == "other" and len(expr.kids) == 1:
            expr = expr.kids[0]
        if expr.op != "fn":
            return self.value(expr, depth + 1)
        kids = [kid for kid, key in zip(expr.kids, expr.keys, strict=False) if key == "return"] or expr.kids[-1:]
        return next((v for kid in kids if (v := self.value(last_of(kid), depth + 1)) is not None), None)

    def _result(self, fn: Expr, depth: int) -> Value | None:
        """What a function of the file gives back."""
        name = fn.text if fn.op == "name" else f".{fn.text}" if fn.op == "attr" else ""
        for row in self.program.visible(name, fn.scope) if name else ():
            if row.value is None or row.value.op != "fn":
                continue
            found = self._given(row.value, depth) or (self.typed(row.type, depth) if row.type else None)
            if found is not None:
                return self._step(found, f"{row.name.lstrip('.')}() gives it back", row.line)
        return None

    def _made(self, found: Value | None, expr: Expr) -> Value | None:
        if found is None or found.kind not in ("class", "client"):
            return None
        return replace(found, kind="client", made=True, steps=self._own_step(expr, found))
