"""The parameters that a call passes: from dicts, keywords, builders, structs and JSON in strings."""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property

from audits.engine.catalogue import dead_model
from audits.engine.catalogue.endpoints import CAMEL
from audits.engine.extract.interesting import KEPT
from audits.engine.facts import Argument, Language
from audits.engine.languages.conditions import conditional, may_choose
from audits.engine.languages.constants import constant_of, constant_of_sdk, is_word
from audits.engine.languages.evaluate import Evaluator
from audits.engine.languages.program import HOLE, Expr, Program, last_of
from audits.engine.languages.sdks import REQUESTS
from audits.engine.languages.taking import wires_in

_LIMIT = 600
_SCRIPTS = frozenset({Language.JAVASCRIPT, Language.TYPESCRIPT})
# Languages in which what is unpacked where a call takes an object is a list that begins with that object.
_LISTS = _SCRIPTS | {Language.RUBY}
# What the SDK for scripts takes behind the request.
_OPTIONS = frozenset({"timeoutInSeconds", "maxRetries", "abortSignal", "headers", "queryParams"})
_DEPTH = 10
_WRAPS = frozenset((
    "Int", "Uint", "Int64", "Int32", "Float64", "Float32", "String", "Bool", "Some", "of", "ofNullable", "Ptr", "ptr",
    "ToPtr", "Pointer", "StringPtr", "IntPtr", "Float64Ptr", "valueOf",
))  # fmt: skip
# Methods that give back the text that they are called on.
_SAME = frozenset({"to_string", "to_owned", "into", "as_str", "toString"})
_NO_PARAMETER = frozenset({"build", "builder", "apply", "also", "let", "toBuilder"})
# Languages whose fields may go out under other names.
_TYPED = frozenset({Language.GO, Language.RUST, Language.JAVA, Language.CSHARP, Language.SWIFT})
# What compilers of scripts write in place of `{ ...a, b }`, and what PHP does.
_SPREADERS = frozenset({"__spreadValues", "__spreadProps", "__assign", "_extends", "_objectSpread", "_objectSpread2"})
_SPREADERS |= {"array_merge"}
_UPPER = re.compile(r"(?<=[a-z0-9])([A-Z])")


def snake(name: str) -> str:
    """`maxTokens` and `MaxTokens` as `max_tokens`."""
    return CAMEL.get(name) or _UPPER.sub(r"_\1", name).lower()


class Parameters:
    """Reads what one file's calls of an SDK pass."""

    def __init__(self, program: Program, evaluator: Evaluator) -> None:
        self.program = program
        self.evaluator = evaluator
        # The expressions behind an argument, by its name and its text.
        self.origins: dict[tuple[str, str], dict[int, Expr]] = {}
        # What a function gives back, with the depth at which it was asked: many may spread one, and it again another.
        self._results: dict[int, tuple[int, dict[str, Argument]]] = {}

    # Calls of an SDK
    def of_call(self, call: Expr) -> tuple[Argument, ...]:
        """The parameters of a call of an SDK's method."""
        found: dict[str, Argument] = {}
        texts: list[Expr] = []
        for key, kid in zip(call.keys[1:], call.kids[1:], strict=False):
            if key in ("*", "**"):
                if not self.opened(kid, found, 0):
                    self._add(found, self.splat(kid, first=key == "*" and self.evaluator.language in _LISTS))
            elif key:
                self._add(found, self.argument(key, kid))
            elif found and kid.op == "dict" and kid.keys and _OPTIONS.issuperset(kid.keys):
                self._add(found, self.argument("request_options", kid))
            elif not self.opened(kid, found, 0):
                texts.append(kid)
        self._positional(found, texts, call.kids[1:2])
        return tuple(found.values())

    def _positional(self, found: dict[str, Argument], rest: list[Expr], start: list[Expr]) -> None:
        """What is no object: a context, options of the request, a prompt or a model."""
        first = next((kid for kid in rest if kid.op in ("str", "concat")), None)
        if first is not None:
            name = "model" if "prompt" in found or (len(rest) > 1 and not found) else "prompt"
            if name not in found:
                self._add(found, self.argument(name, first))
        elif not found:
            names = [kid for kid in rest if kid.op in ("name", "attr", "call") and not _is_context(kid)]
            if names:
                self._add(found, self.splat(names[-1]))
        elif self.evaluator.language in _SCRIPTS and rest[:1] == start and rest[0].op in ("name", "attr"):
            # The first SDK for scripts took the model before all else.
            self._add(found, self.argument("model", rest[0]))

    def opened(self, expr: Expr, found: dict[str, Argument], depth: int = 0) -> bool:
        """Add the entries of an object of parameters; False where it is none."""
        if depth > _DEPTH or id(expr) in self.program.distant:
            return False
        if expr.op == "dict":
            self.entries(expr, found, depth)
            return True
        if expr.op == "new":
            return self._struct(expr, found, depth)
        if expr.op == "call":
            return self._built(expr, found, depth)
        if expr.op in ("name", "attr"):
            return self._behind_name(expr, found, depth)
        return expr.op == "fn" and any(self._built(kid, found, depth) for kid in expr.kids if kid.op == "call")

    def _struct(self, expr: Expr, found: dict[str, Argument], depth: int) -> bool:
        """`GenerateRequest{Prompt: p}`, `new GenerateRequest { Prompt = p }`."""
        rows = [kid for kid in expr.kids[1:] if kid.op == "dict"]
        for key, kid in zip(expr.keys[1:], expr.kids[1:], strict=False):
            if key:
                self._add(found, self.argument(key, kid))
        for row in rows:
            self.entries(row, found, depth)
        return bool(rows or last_name(expr.kids[0]) in REQUESTS)

    def _behind_name(self, expr: Expr, found: dict[str, Argument], depth: int) -> bool:
        name = expr.text if expr.op == "name" else f".{expr.text}"
        for row in self.program.meant(expr) if expr.op == "name" else self.program.visible(name, expr.scope):
            # What stands in where nothing is passed is only one possible value.
            value = None if id(row.value) in self.program.defaults else row.value
            if value is not None and self.opened(value, found, depth + 1):
                self._set_later(expr, found)
                return True
        return False

    def _set_later(self, expr: Expr, found: dict[str, Argument]) -> None:
        """`request.setPrompt(p)` and `request.Prompt = p` on the same object."""
        for use in self.program.same(expr) if expr.op == "name" else ():
            for key, value in self.assigned(expr, use):
                self._add(found, self.argument(key, value))
            if use.parent is not None and use.parent.op == "attr" and use.parent.text[:3].lower() == "set":
                call = use.parent.parent
                if call is not None and call.op == "call" and len(call.kids) == 2 and len(use.parent.text) > 3:
                    self._add(found, self.argument(use.parent.text[3:], call.kids[1]))

    def _told_later(self, builder: Expr, found: dict[str, Argument]) -> None:
        """`builder.maxTokens(n);` in a statement of its own."""
        rows = self.program.visible(builder.text, builder.scope)
        for use in self.program.uses.get(builder.text, []):
            attr = use.parent if self.program.visible(use.text, use.scope) == rows else None
            while attr is not None and attr.op == "attr" and attr.parent is not None and attr.parent.op == "call":
                call = attr.parent
                if len(call.kids) == 2 and self.wire(attr.text) in KEPT:
                    self._add(found, self.argument(attr.text, call.kids[1]))
                attr = call.parent

    def assigned(self, expr: Expr, use: Expr) -> Iterator[tuple[str, Expr]]:
        """The member that is set where an object's name is used, with its value."""
        attr = use.parent
        if attr is None or attr.op != "attr" or attr.parent is not None:
            return
        rows = self.program.visible(expr.text, expr.scope)
        if rows and rows[0] in self.program.visible(use.text, use.scope) and self.wire(attr.text) in KEPT:
            for row in self.program.bindings.get(f".{attr.text}", ()):
                if row.value is not None and row.line == attr.line:
                    yield attr.text, row.value

    def _built(self, expr: Expr, found: dict[str, Argument], depth: int) -> bool:
        """`GenerateRequest.builder().prompt(p).build()`, `mapOf("prompt" to p)`, `Object.assign({…}, x)`."""
        links: list[tuple[str, Expr]] = []
        at = expr
        while at.op == "call" and at.kids[0].op == "attr":
            links.append((at.kids[0].text, at))
            at = at.kids[0].kids[0]
        started = bool(links) and links[0][0] == "build" and at.op == "name" and self._behind_name(at, found, depth + 1)
        if started:
            self._told_later(at, found)
        if started or any(name in ("builder", "Builder") for name, _ in links) or (at.op == "new" and links):
            for name, call in reversed(links):
                if name not in _NO_PARAMETER and len(call.kids) > 1:
                    self._add(found, self.argument(name, call.kids[1]))
            return True
        return self._mapped(expr, at, found, depth)

    def _mapped(self, expr: Expr, at: Expr, found: dict[str, Argument], depth: int) -> bool:
        """A call that makes an object of objects and pairs, or a function of the file; `at`: what its chain is on."""
        if merges(expr):
            return self._merged(expr.kids[1:], found, depth)
        rows = [kid for kid in expr.kids[1:] if kid.op == "dict"]
        for row in rows:
            self.entries(row, found, depth)
        if expr.kids[0].text == "of" and last_name(at) == "Map":
            # Java's `Map.of("model", m)`
            pairs = list(zip(expr.kids[1::2], expr.kids[2::2], strict=False))
            for key, value in pairs:
                if key.op == "str":
                    self._add(found, self.argument(key.text, value))
            return bool(pairs)
        if rows:
            return at.op == "name" or expr.kids[0].text in ("of", "array_merge", "merge")
        return self._given_back(expr.kids[0], found, depth)

    def _merged(self, kids: list[Expr], found: dict[str, Argument], depth: int) -> bool:
        """`Object.assign({}, defaults(), { prompt })`: the later of two wins."""
        for kid in kids:
            if not self.opened(kid, found, depth + 1):
                self._add(found, self.splat(kid))
        return bool(kids)

    def _given_back(self, fn: Expr, found: dict[str, Argument], depth: int) -> bool:
        """The object of parameters that a function of the file gives back: `defaults()`, `this.options(p)`."""
        name = fn.text if fn.op == "name" else f".{fn.text}"
        for row in self.program.visible(name, fn.scope) if fn.op in ("name", "attr") else ():
            given = zip(row.value.kids, row.value.keys, strict=False) if row.value and row.value.op == "fn" else ()
            for kid in [last_of(kid) for kid, key in given if key == "return"]:
                if kid.op in ("dict", "name") and KEPT.intersection(inner := self._result(kid, depth + 1)):
                    found |= inner
                    return True
        return False

    def _result(self, expr: Expr, depth: int) -> dict[str, Argument]:
        if depth < self._results.get(id(expr), (depth + 1, {}))[0]:
            inner: dict[str, Argument] = {}
            self._results[id(expr)] = depth, (inner if self.opened(expr, inner, depth) else {})
        return self._results[id(expr)][1]

    def entries(self, expr: Expr, found: dict[str, Argument], depth: int) -> None:
        for key, kid in zip(expr.keys, expr.kids, strict=False):
            if key == "**" and re.fullmatch(r"(?:\w+::)*default\(\)", self.program.written(kid).lstrip(".")):
                # Rust's `..Default::default()`: nothing is passed for the rest.
                continue
            asked = key == "**" and may_choose(self.program, self.evaluator.language, kid)
            rows = conditional(self.program, kid, self.wire, found) if asked else None
            for name, source in (rows or {}).items():
                self._add(found, Argument(name, source[:_LIMIT]))
            if key == "**" and rows is None and not self.opened(kid, found, depth + 1):
                self._add(found, self.splat(kid))
            elif key != "**" and key:
                self._add(found, self.argument(key, kid))

    def _add(self, found: dict[str, Argument], argument: Argument) -> None:
        key = argument.name or ""
        found.pop(key, None)
        found[key if key != "**" else f"**{argument.source}"] = argument

    def splat(self, expr: Expr, *, first: bool = False) -> Argument:
        """All that an object holds, or that the `first` of a list of operands does."""
        source = self.program.written(expr).lstrip(".*&")[:_LIMIT]
        source = f"({source})" if first and expr.op in ("either", "concat", "other") else source
        return self._noted(Argument("**", f"**{source}{'[0]' if first else ''}"), expr)

    def argument(self, key: str, expr: Expr) -> Argument:
        """One parameter under Generate's own name for it."""
        # Go's `&n`: the pointer is what is passed.
        pointed = self.evaluator.language is Language.GO and self.program.source[expr.start - 1 : expr.start] == "&"
        source = ("&" if pointed and expr.op in ("name", "attr") else "") + self.program.written(expr)[:_LIMIT]
        return self._noted(Argument(self.wire(key), source, None, *self._literal(expr)), expr)

    def wire(self, key: str) -> str:
        """Under which of Generate's names a field or a key goes out; one that has such a name already keeps it.

        What a file says of a field may be said of another class's.
        """
        name = snake(key)
        return name if name in KEPT else self._wires.get(key) or name

    @cached_property
    def _wires(self) -> Mapping[str, str]:
        return wires_in(self.program.source) if self.evaluator.language in _TYPED else {}

    def named(self, key: str, expr: Expr) -> Argument:
        """What an expression is, under a name as it stands there."""
        return Argument(key, self.program.written(expr)[:_LIMIT], None, *self._literal(expr))

    def _noted(self, argument: Argument, expr: Expr) -> Argument:
        self.origins.setdefault((argument.name or "", argument.source), {})[id(expr)] = expr
        return argument

    def _literal(self, expr: Expr) -> tuple[bool, str | int | float | bool | None]:
        if expr.op == "call" and len(expr.kids) == 2 and last_name(expr.kids[0]) in _WRAPS:
            return self._literal(expr.kids[1])
        if expr.op == "call" and len(expr.kids) == 1 and expr.kids[0].op == "attr" and expr.kids[0].text in _SAME:
            return self._literal(expr.kids[0].kids[0])
        if expr.op == "str" and HOLE not in expr.text:
            return True, expr.text
        if expr.op in ("attr", "call") and (chosen := constant_of_sdk(self.program.written(expr))):
            return True, chosen
        if expr.op == "const":
            return constant_of(expr.text)
        if expr.op in ("name", "attr", "concat", "either"):
            texts = list(dict.fromkeys(text for text in self.evaluator.texts(expr) if text and HOLE not in text))
            if len(texts) == 1 or (len(texts) > 1 and all(map(dead_model, texts))):
                # One of several models, all of which are gone.
                return True, texts[0]
            return constant_of(expr.text) if is_word(expr.text) else (False, None)
        return False, None


def merges(expr: Expr) -> bool:
    """Is it a call that makes one object of all those that it is given?"""
    fn = expr.kids[0] if expr.op == "call" else expr
    assigns = fn.op == "attr" and fn.text == "assign" and last_name(fn.kids[0]) == "Object"
    return expr.op == "call" and (assigns or fn.text in _SPREADERS)


def last_name(expr: Expr) -> str:
    return expr.text if expr.op in ("name", "attr") else ""


def _is_context(expr: Expr) -> bool:
    name = (last_name(expr.kids[0]) if expr.op == "call" else last_name(expr)).lower()
    return name in ("ctx", "context", "background", "todo", "cancellationtoken", "ct", "none")
