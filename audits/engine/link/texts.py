"""Strings put together from parts: constants of any module, concatenation, formatting, joins, enums, defaults."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import product

from audits.engine.extract.model import Node
from audits.engine.link.evaluate import Evaluator
from audits.engine.link.frames import Env, Frame, Place
from audits.engine.link.holes import (
    HOLE,
    UNKNOWN,
    Need,
    Text,
    concatenated,
    joined,
    resolved,
    slashed,
    trimmed,
    unsplit,
)
from audits.engine.link.templates import FILLING, Templates
from audits.engine.link.values import Step, Value

_ROWS = 40
# Calls that put an address together of a tuple, which begins with scheme, host and path.
_UNSPLIT, _ADDRESS = ("urlunsplit", "urlunparse"), 3
_MANY, _DEPTH, _LENGTH, _BUDGET = 8, 24, 600, 3_000
_TOLD = re.compile(r"[\w:/.-]*(?:cohere|generate|command)[\w:/.-]*", re.IGNORECASE)
_ESCAPED = re.compile(r"""["'\\]""")
# The text stays what it is, but for slashes at its ends.
_SAME = frozenset(
    {"lower", "strip", "encode", "decode", "geturl", "as_posix", "unicode_string", "human_repr", "format"}
)
_CONVERTERS = frozenset(
    {"str", "URL", "Path", "PurePosixPath", "parse_url", "HttpUrl", "AnyHttpUrl", "quote", "cast", "Template"}
)
_DEFAULTING = frozenset({"getenv", "get", "env", "config", "str", "Field", "get_env", "Option", "pop"})


class Texts(Templates):
    """Folds expressions to the texts that they may be."""

    def __init__(self, evaluator: Evaluator) -> None:
        super().__init__(evaluator)
        self._left = 0
        self._depth = 0

    def fold(self, place: Place) -> tuple[Text, ...]:
        """The texts of an expression, at most eight; a lone HOLE where nothing is known."""
        key = (place.module.path, place.number, len(place.env.frames))
        if self._depth == 0:
            self._left = _BUDGET
        if place.number < 0 or self._left <= 0 or self._depth > _DEPTH or key in self.open:
            return (UNKNOWN,)
        self._left -= 1
        self._depth += 1
        self.open.add(key)
        try:
            return self._distinct(self._compute(place, place.module.nodes[place.number]))
        finally:
            self.open.discard(key)
            self._depth -= 1

    @staticmethod
    def _distinct(texts: Iterable[Text]) -> tuple[Text, ...]:
        found: dict[tuple[str, frozenset[Need]], Text] = {}
        for text in texts:
            key = (text.value, text.needs)
            if key not in found or (text.sure and not found[key].sure):
                found[key] = text
            if len(found) >= _MANY:
                break
        return tuple(found.values()) or (UNKNOWN,)

    def _compute(self, place: Place, node: Node) -> Iterable[Text]:
        compute = _OPERATORS.get(node.op)
        return compute(self, place, node) if compute is not None else (UNKNOWN,)

    def _string(self, place: Place, node: Node) -> Iterable[Text]:
        told = _TOLD.search(node.text) if node.line > 0 and node.line == node.end and node.text.isprintable() else None
        # Of a text that may be written with escapes the word that tells is shown: that stands in the source.
        shown = node.text if told is None or not _ESCAPED.search(node.text) else told.group()
        steps = (Step(shown[:160], place.module.path, node.line),) if told else ()
        return (Text(node.text[:_LENGTH], steps=steps),)

    def _formatted(self, place: Place, node: Node) -> Iterable[Text]:
        parts = [self._piece(place, node, kid) for kid in node.kids]
        return (concatenated(row) for row in product(*(part[:4] for part in parts[:12])))

    def _piece(self, place: Place, node: Node, kid: int) -> tuple[Text, ...]:
        piece = place.module.nodes[kid]
        if piece.op == "str" and piece.line == 0:
            return tuple(self._string(place, piece._replace(line=node.line, end=node.end)))
        return self.fold(place.at(kid))

    def _operation(self, place: Place, node: Node) -> Iterable[Text]:
        if node.text == "%":
            return self.percent(place, node)
        if node.text not in ("+", "aug", "/"):
            return (UNKNOWN,)
        left, right = (self.fold(place.at(kid)) for kid in node.kids)
        if node.text == "/":
            return [slashed((one, other)) for one, other in product(left, right)]
        return [concatenated(row) for row in product(left, right)]

    def _either(self, place: Place, node: Node) -> Iterable[Text]:
        left, right = (self.fold(place.at(kid)) for kid in node.kids[:2])
        # Of the many that may come first the last one, the default, must not be cut off.
        return [replace(text, sure=False) for text in (*left[:1], *right, *left[1:])]

    def _inner(self, place: Place, node: Node) -> Iterable[Text]:
        return self.fold(place.at(node.kids[0]))

    def _each(self, place: Place, node: Node) -> Iterable[Text]:
        for value in self.evaluator.evaluate(place.module, node.kids[0]):
            if value.kind == "seq":
                owner = self.evaluator.tree.modules[value.path]
                for kid in owner.nodes[value.index].kids:
                    yield from (replace(text, sure=False) for text in self.fold(Place(owner, kid, place.env)))

    def _item(self, place: Place, node: Node) -> Iterator[Text]:
        """`for id, name in [("…", "…")]`, `for id, row in models.items()`, `id, name = "…", "…"`."""
        source = place.module.nodes[node.kids[0]]
        if source.op != "iter":
            yield from self._cells(place, self.evaluator.evaluate(place.module, node.kids[0]), int(node.text))
            return
        each = place.module.nodes[source.kids[0]]
        callee = place.module.nodes[each.kids[0]] if each.op == "call" else each
        if each.op == "call" and callee.op == "attr" and callee.text == "items":
            yield from self._of_table(place, callee.kids[0], key=node.text == "0")
        elif each.op == "call" and callee.text in ("zip", "enumerate"):
            at = int(node.text) + (callee.text == "zip")
            yield from self._each(place, node._replace(kids=(each.kids[at],))) if 0 < at < len(each.kids) else ()
        else:
            for value in self.evaluator.evaluate(place.module, source.kids[0]):
                owner = self.evaluator.tree.modules[value.path] if value.kind == "seq" else place.module
                for kid in owner.nodes[value.index].kids[:_ROWS] if value.kind == "seq" else ():
                    cells = self._cells(place, self.evaluator.evaluate(owner, kid), int(node.text))
                    yield from (replace(text, sure=False) for text in cells)

    def _cells(self, place: Place, values: Iterable[Value], at: int) -> Iterator[Text]:
        """Item `at` of each list or tuple."""
        for value in values:
            owner = self.evaluator.tree.modules[value.path] if value.kind == "seq" else place.module
            kids = owner.nodes[value.index].kids if value.kind == "seq" else ()
            yield from self.fold(Place(owner, kids[at], place.env)) if at < len(kids) else ()

    def _of_table(self, place: Place, base: int, *, key: bool) -> Iterator[Text]:
        """The keys, or the values, of a dictionary that is written down."""
        for value in self.evaluator.evaluate(place.module, base):
            owner = self.evaluator.tree.modules[value.path] if value.kind == "dict" else place.module
            row = owner.nodes[value.index]
            pairs = zip(row.keys, row.kids, strict=True) if value.kind == "dict" else ()
            for label, kid in pairs:
                told = (Text(label),) if key else self.fold(Place(owner, kid, place.env))
                yield from (replace(text, sure=False) for text in told if label not in ("?", "**"))

    def _call(self, place: Place, node: Node) -> Iterator[Text]:
        module, callee = place.module, place.module.nodes[node.kids[0]]
        texts = self._method(place, node, callee) if callee.op == "attr" else None
        if texts is not None:
            yield from texts
            return
        known = False
        for value in self.evaluator.evaluate(module, node.kids[0]):
            if value.kind == "function":
                known = True
                yield from self._function(place, value)
            elif value.kind == "class" and len(node.kids) > 1:
                known = True
                yield from self.fold(place.at(node.kids[1]))
        if not known:
            yield from self._foreign(place, node, callee)

    def _function(self, place: Place, value: Value) -> Iterator[Text]:
        if place.env.of(value.path, value.index) is not None:
            # It calls itself: what it gives is what its other ways give.
            return
        owner = self.evaluator.tree.modules[value.path]
        bound = owner.scopes[owner.scopes[value.index].parent].kind == "class" and value.owner is not None
        static = any(owner.nodes[row].text == "staticmethod" for row in owner.scopes[value.index].decorators)
        frame = Frame(value.path, value.index, place.module, place.number, int(bound and not static), place.env)
        within = (value.owner.path, value.owner.index) if value.owner is not None else None
        step = Step(value.name, owner.path, owner.scopes[value.index].line)
        for text in self.results(owner, value.index, Env((*place.env.frames, frame), within)):
            yield text.named(value.name, step)
        if not owner.scopes[value.index].results and value.owner is not None and value.owner.kind == "object":
            yield from self._filled_in(value, Env((*place.env.frames, frame)))

    def _filled_in(self, value: Value, env: Env) -> Iterator[Text]:
        """What the methods of heirs give in place of one that returns nothing."""
        assert value.owner is not None  # noqa: S101 - the caller has looked
        for heir in self.evaluator.descendants(value.owner):
            module = self.evaluator.tree.modules[heir.path]
            for row in module.bindings.get((heir.index, value.name), ()):
                step = Step(value.name, module.path, row.line)
                inner = Env(env.frames, (heir.path, heir.index))
                for text in self.results(module, row.node, inner) if row.how == "def" else ():
                    yield replace(text.named(value.name, step), sure=False)

    def _method(self, place: Place, node: Node, callee: Node) -> Iterable[Text] | None:
        """A method of a string or an address; None: it is none that is known."""
        name, base = callee.text, place.at(callee.kids[0])
        if name == "join":
            return self._join(place, node, callee)
        if name in FILLING and len(node.kids) > 1:
            return self.formatted(place, node, callee)
        if name in ("rstrip", "lstrip", "removesuffix", "removeprefix", "replace"):
            arguments = [self.fold(place.at(kid))[0].value for kid in node.kids[1:]]
            return [replace(text, value=trimmed(text.value, name, arguments)) for text in self.fold(base)]
        if name in ("joinpath", "with_path"):
            return [slashed(row) for row in product(self.fold(base), *(self.fold(place.at(k)) for k in node.kids[1:4]))]
        return self.fold(base) if name in _SAME else None

    def _join(self, place: Place, node: Node, callee: Node) -> Iterable[Text]:
        items = self._written(place.at(node.kids[1])) if len(node.kids) == 2 else None
        if items is not None:
            separator = self.fold(place.at(callee.kids[0]))[0]
            parts = [self.fold(item)[:3] for item in items[:8]]
            return [joined(separator, row) for row in product(*parts)]
        whose = self.evaluator.evaluate(place.module, callee.kids[0])
        parts = [self.fold(place.at(kid))[:3] for kid in node.kids[1:8]]
        if not any(value.kind == "external" and value.name in ("os.path", "posixpath", "ntpath") for value in whose):
            parts.insert(0, self.fold(place.at(callee.kids[0])))
        return [slashed(row) for row in product(*parts)]

    def _written(self, place: Place) -> list[Place] | None:
        """The items of a list that is written down, also behind a name."""
        node = place.module.nodes[place.number]
        if node.op == "seq":
            return [place.at(kid) for kid in node.kids]
        rows = [row for row in self.evaluator.evaluate(place.module, place.number) if row.kind == "seq"]
        if len(rows) != 1:
            return None
        owner = self.evaluator.tree.modules[rows[0].path]
        return [Place(owner, kid, place.env) for kid in owner.nodes[rows[0].index].kids]

    def _foreign(self, place: Place, node: Node, callee: Node) -> Iterator[Text]:
        operands = dict(zip(node.keys, node.kids[1:], strict=True))
        plain = [kid for kid, key in zip(node.kids[1:], node.keys, strict=True) if not key]
        if callee.text == "urljoin" and len(plain) == 2:
            pairs = product(self.fold(place.at(plain[0])), self.fold(place.at(plain[1])))
            yield from (resolved(base, rest) for base, rest in pairs)
        elif callee.text in _UNSPLIT and len(plain) == 1:
            parts = [self.fold(item)[:3] for item in (self._written(place.at(plain[0])) or ())[:3]]
            yield from (unsplit(*row) for row in product(*parts) if len(parts) == _ADDRESS)
        elif callee.text == "join" and len(plain) > 1:
            yield from (slashed(row) for row in product(*(self.fold(place.at(kid))[:3] for kid in plain[:8])))
        elif callee.text in _CONVERTERS and plain:
            yield from self.fold(place.at(plain[-1]))
        else:
            yield from self._defaulting(place, callee, plain, operands)

    def _defaulting(self, place: Place, callee: Node, plain: list[int], operands: dict[str, int]) -> Iterator[Text]:
        """`os.getenv(name, default)` and its like: the default, or something that is not known."""
        key = self.fold(place.at(plain[0]))[0] if plain else UNKNOWN
        if callee.op == "attr" and callee.text in ("get", "pop") and plain:
            yield from (text for text in self.entry(place, callee.kids[0], key) if text.value != HOLE)
        default = operands.get("default", -1)
        if default < 0 and callee.text in _DEFAULTING and len(plain) > 1:
            default = plain[1]
        if default < 0 and callee.text == "Field" and plain:
            default = plain[0]
        if default >= 0:
            yield from (replace(text.named(key.value), sure=False) for text in self.fold(place.at(default)))
        yield Text(HOLE, sure=False, names=frozenset({key.value, callee.text}))


_OPERATORS: dict[str, Callable[[Texts, Place, Node], Iterable[Text]]] = {
    "str": Texts._string,
    "fstr": Texts._formatted,
    "op": Texts._operation,
    "either": Texts._either,
    "await": Texts._inner,
    "item": Texts._item,
    "iter": Texts._each,
    "name": Texts.name,
    "attr": Texts.attribute,
    "sub": Texts.subscript,
    "call": Texts._call,
}
