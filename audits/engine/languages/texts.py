"""The texts that expressions are: constants, put together and formatted, as far as the file tells."""

import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice, product
from urllib.parse import urljoin

from audits.engine.languages.program import HOLE, Binding, Expr, Program

_DEPTH = 14
# How many texts of one that is put together are told apart.
_WAYS = 4
# How many texts one meaning of a name may have.
_TEXTS = 100
# Classes that put an address together of a base and what is relative to it, in either order.
_ADDRESSES = frozenset({"URL", "Uri", "URI"})
_FILLING = frozenset({"Sprintf", "format", "sprintf", "Format"})
# Calls that give a text.
FORMATS = _FILLING | {"urljoin", "join", "JoinPath"}


class Texts:
    """Folds the texts of one file."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._busy: set[int] = set()
        self._told: dict[int, list[str]] = {}

    def text(self, expr: Expr, depth: int = 0) -> str:
        """The text that an expression is, HOLE for each part that the file does not tell; "" for no text."""
        return next(self.texts(expr, depth), "")

    def texts(self, expr: Expr, depth: int = 0) -> Iterator[str]:
        """The texts that an expression may be."""
        if depth > _DEPTH or id(expr) in self._busy:
            return
        if not self._busy:
            self._told = {}
        self._busy.add(id(expr))
        try:
            yield from self._texts(expr, depth)
        finally:
            self._busy.discard(id(expr))

    def _texts(self, expr: Expr, depth: int) -> Iterator[str]:
        if expr.op == "str":
            yield self._filled(expr.text, expr.kids, depth)
        elif expr.op == "concat":
            rows = [list(islice(self.texts(kid, depth + 1), _WAYS)) or [HOLE] for kid in expr.kids]
            yield from ("".join(one or HOLE for one in row) for row in islice(product(*rows), _WAYS))
        elif expr.op == "either":
            for kid in expr.kids:
                yield from self.texts(kid, depth + 1)
        elif expr.op in ("name", "attr"):
            yield from self._named(expr, depth)
        elif expr.op == "call":
            yield from self._formatted(expr, depth)
        elif resolves(expr):
            yield from self._resolved(expr, depth)
        elif expr.op == "other" and len(expr.kids) == 1:
            yield from self.texts(expr.kids[0], depth + 1)

    def _resolved(self, expr: Expr, depth: int) -> Iterator[str]:
        """`new URL("/v1/generate", base)`, `new Uri(base, "generate")`"""
        # A base may be an object of the class itself.
        kids = [kid.kids[-1] if kid.op == "new" and len(kid.kids) == 2 else kid for kid in expr.kids[1:]]
        first, second = (self.text(kid, depth + 1) for kid in kids)
        base, rest = (first, second) if "://" in first else (second, first)
        if "://" in base and rest and HOLE not in base + rest:
            # Of what is no address nothing is told.
            with suppress(ValueError):
                yield urljoin(base, rest)

    def _named(self, expr: Expr, depth: int) -> Iterator[str]:
        """What a name or a member is given."""
        entries = self._entry(expr, depth) if expr.op == "attr" else iter(())
        first = next(entries, None)
        if first is not None:
            yield first
            yield from entries
            return
        name = expr.text if expr.op == "name" else f".{expr.text}"
        rows = self.program.meant(expr) if expr.op == "name" else self.program.visible(name, expr.scope)
        if not rows and expr.op == "attr":
            # `Config.URL`, a constant of a class in this file.
            rows = self.program.bindings.get(expr.text, [])
        for row in rows:
            if row.value is not None and row.value.op != "fn":
                yield from self._given_texts(row, row.value, depth)

    def _given_texts(self, row: Binding, value: Expr, depth: int) -> list[str]:
        """What one meaning of a name is: of one that is asked for again on the way, nothing more is learnt."""
        if id(row) not in self._told:
            self._told[id(row)] = []
            self._told[id(row)] = list(islice(self.texts(value, depth + 1), _TEXTS))
        return self._told[id(row)]

    def _entry(self, expr: Expr, depth: int) -> Iterator[str]:
        """`CONFIG.model` of `const CONFIG = { model: "…" }`; of `MODELS[name]` each that it may be."""
        any_of_them = self.program.written(expr).endswith(f"[{expr.text}]")
        for table in self._tables(expr.kids[0]):
            for key, kid in zip(table.keys, table.kids, strict=False):
                if key == expr.text or any_of_them:
                    yield from self.texts(kid, depth + 1)

    def _tables(self, expr: Expr, steps: int = 2) -> Iterator[Expr]:
        """The objects that a name is, or a member that is one: `this.options`, of `this.options = options`."""
        name = {"name": expr.text, "attr": f".{expr.text}"}.get(expr.op, "")
        for row in self.program.visible(name, expr.scope) if name else ():
            made = row.value
            if made is not None and made.op == "new" and made.kids:
                # Go's `map[string]string{…}`.
                made = made.kids[-1]
            if made is not None and made.op == "dict":
                yield made
            elif row.value is not None and steps:
                yield from self._tables(row.value, steps - 1)

    def _filled(self, text: str, holes: list[Expr], depth: int) -> str:
        for hole in holes:
            text = text.replace(HOLE, (self.text(hole, depth + 1) or "\1"), 1)
        return text.replace("\1", HOLE)

    def _formatted(self, expr: Expr, depth: int) -> Iterator[str]:
        """`fmt.Sprintf("%s/generate", base)`, `format!("{}/generate", base)`, `String.format(…)`; `x.trim()`."""
        fn = expr.kids[0]
        if fn.text in _FILLING and len(expr.kids) > 1:
            text = re.sub(r"%(?:\d\$)?[sdv]|\{\w*\}", HOLE, self.text(expr.kids[1], depth + 1))
            yield self._filled(text, expr.kids[2:], depth)
        elif fn.op == "attr" and fn.text in (
            "trim",
            "toString",
            "to_string",
            "concat",
            "as_str",
            "freeze",
            "strip",
            "to_owned",
        ):
            yield self.text(fn.kids[0], depth + 1) + "".join(self.text(kid, depth + 1) or HOLE for kid in expr.kids[1:])
        elif fn.text in ("join", "urljoin", "JoinPath"):
            yield "/".join((self.text(kid, depth + 1) or HOLE).strip("/") for kid in expr.kids[1:])
        elif fn.op == "attr" and fn.text == "https" and fn.kids[0].text == "Uri" and len(expr.kids) > 2:
            # Dart's `Uri.https(host, path)`.
            yield "/".join((self.text(kid, depth + 1) or HOLE).strip("/") for kid in expr.kids[1:3])
        elif fn.text in ("getenv", "env", "Getenv", "getOrDefault", "fetch", "get", "config") and len(expr.kids) > 2:
            yield self.text(expr.kids[-1], depth + 1)


def resolves(expr: Expr) -> bool:
    """Is it an address that is put together of two?"""
    return expr.op == "new" and len(expr.kids) == 3 and expr.kids[0].text in _ADDRESSES
