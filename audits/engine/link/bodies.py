"""The body of a request: from the expression that is sent back to the dictionary that it was made of."""

import json
import re

from audits.engine.catalogue.endpoints import BODY_KEYWORDS, DUMPS
from audits.engine.extract.model import Node
from audits.engine.facts import Argument
from audits.engine.link.arguments import Arguments
from audits.engine.link.evaluate import Evaluator
from audits.engine.link.fold import Fold
from audits.engine.link.frames import Frame, Place, passed
from audits.engine.link.sending import Operands, Sending
from audits.engine.link.splats import Splats
from audits.engine.link.texts import Texts
from audits.engine.link.tree import Module

_DEPTH = 12
_ENCODERS = ("encode", "decode", "getvalue")
_KEY = re.compile(r'[{,]\s*"(\w{1,40})"\s*:')


class Bodies:
    """Reads request bodies."""

    def __init__(self, evaluator: Evaluator, arguments: Arguments) -> None:
        self._evaluator = evaluator
        self._arguments = arguments
        self._splats = Splats(evaluator)
        self._texts = Texts(evaluator)

    def peeled(self, place: Place) -> Place:
        """The dictionary, or the name of one, below serialising, encoding and names that only pass it on."""
        for _ in range(_DEPTH):
            inner = self._inner(place, place.module.nodes[place.number])
            if inner is None:
                return place
            place = inner
        return place

    def _inner(self, place: Place, node: Node) -> Place | None:
        if node.op == "await":
            return place.at(node.kids[0])
        if node.op == "call":
            return self._serialised(place, node) or self._returned(place, node)
        if node.op == "sub" and len(node.kids) == 2:
            return self._entry(place, node)
        if node.op != "name":
            return None
        defined = self._evaluator.defined(place.module, node, place.number)
        if defined is None:
            return None
        rows, scope = defined
        if scope >= 0 and not rows:
            frame = place.env.of(place.module.path, scope)
            return passed(frame, self._evaluator, node.text) if frame is not None else None
        if len(rows) == 1 and rows[0].how == "value":
            below = place.at(rows[0].node)
            value = place.module.nodes[rows[0].node]
            # A name of a dictionary stays: what is stored under it later belongs to it.
            passes = value.op in ("name", "sub", "str", "fstr")
            passes = passes or (value.op == "op" and not self._is_united(below))
            passes = passes or (value.op == "call" and self._serialised(below, value) is not None)
            return below if passes else None
        return None

    def _entry(self, place: Place, node: Node) -> Place | None:
        """`options["body"]` of a dictionary that is written out."""
        key = place.module.nodes[node.kids[1]]
        for value in self._evaluator.evaluate(place.module, node.kids[0]) if key.op == "str" else ():
            if value.kind == "dict":
                owner = self._evaluator.tree.modules[value.path]
                row = owner.nodes[value.index]
                found = dict(zip(row.keys, row.kids, strict=True))
                if key.text in found:
                    return Place(owner, found[key.text], place.env)
        return None

    @staticmethod
    def _serialised(place: Place, node: Node) -> Place | None:
        callee = place.module.nodes[node.kids[0]]
        if callee.op == "attr" and callee.text in _ENCODERS:
            return place.at(callee.kids[0])
        if callee.text in DUMPS and len(node.kids) > 1:
            return place.at(node.kids[1])
        return None

    def _returned(self, place: Place, node: Node) -> Place | None:
        """What a helper of the tree serialises: `return json.dumps(body)`."""
        for value in self._evaluator.evaluate(place.module, node.kids[0]):
            owner = self._evaluator.tree.modules.get(value.path)
            results = owner.scopes[value.index].results if owner is not None and value.kind == "function" else ()
            if owner is not None and len(results) == 1 and owner.nodes[results[0]].op == "call":
                frame = Frame(
                    value.path, value.index, place.module, place.number, int(value.owner is not None), place.env
                )
                inner = Place(owner, results[0], place.env.entered(frame))
                return inner if self._serialised(inner, owner.nodes[results[0]]) is not None else None
        return None

    def fold(self, place: Place) -> Fold:
        """The entries of the dictionary that a body is."""
        place = self.peeled(place)
        self._splats.inside(place.env.frames)
        try:
            return self._splats.fold(place.module, place.number)
        finally:
            self._splats.inside(())

    def keys(self, place: Place) -> frozenset[str]:
        """The keys of a body as far as they are known."""
        return frozenset(argument.name for argument in self.arguments(place) if argument.name and argument.name != "**")

    def of_request(self, sending: Sending, address: Place) -> Place | None:
        """The body: the operand with a prompt among its keys, else the one that its keyword names."""
        rest = [row for row in sending.plain if row != address]
        named = [sending.named[key] for key in BODY_KEYWORDS if key in sending.named]
        return next((place for place in (*named, *rest) if "prompt" in self.keys(place)), sending.body)

    def arguments(self, place: Place) -> tuple[Argument, ...]:
        """A body's entries as arguments, "**" for a part that is not known."""
        place = self.peeled(place)
        node = place.module.nodes[place.number]
        if node.op == "str":
            return written(node.text)
        if (node.op in ("fstr", "op") and not self._is_united(place)) or (
            node.op == "call" and place.module.nodes[node.kids[0]].text == "format"
        ):
            return templated(self._texts.fold(place)[0].value)
        return self._arguments.of_body(place)

    def _is_united(self, place: Place) -> bool:
        """Does `|` or `|=` put a dictionary together, not `+=` a text?"""
        node = place.module.nodes[place.number]
        known = node.text == "aug" and self._splats.fold(place.module, place.number).entries
        return node.op == "op" and (node.text == "|" or bool(known))

    def argument(self, name: str, place: Place) -> Argument:
        """One entry by itself."""
        return self._arguments.of_call(place.module, [(name, place.number)], ())[0]

    def parameter_of(self, place: Place) -> int:
        """The scope of the function whose parameter the whole body is; -1 where it is put together here."""
        place = self.peeled(place)
        node = place.module.nodes[place.number]
        if node.op != "name":
            return -1
        defined = self._evaluator.defined(place.module, node, place.number)
        return defined[1] if defined is not None and not defined[0] else -1

    def operands(self, place: Place, *, callers: bool = True) -> tuple[list[Place], Operands]:
        """A call's positional operands, and its keyword ones, those out of a dictionary that it splats included.

        `callers`: what any caller may hand on counts too, where the call of this function is not known.
        """
        node = place.module.nodes[place.number]
        plain: list[Place] = []
        named: Operands = {}
        for kid, key in zip(node.kids[1:], node.keys, strict=True):
            if key == "":
                plain.append(place.at(kid))
            elif key == "**" and (handed := self._handed_on(place.at(kid))) is not None:
                named.update(handed)
            elif key == "**" and (callers or self._keywords_of(place.at(kid)) < 0):
                entries = self.fold(place.at(kid)).entries
                named.update({name: Place(module, at, place.env) for name, (module, at) in entries.items()})
            elif key != "*":
                named[key] = place.at(kid)
        return plain, named

    def hands_on(self, site: Place, function: int) -> bool:
        """Does a helper's call hand on what its function gets, and put no body together itself?"""
        module = site.module
        names = {row.name for row in module.scopes[function].parameters}
        kids = module.nodes[site.number].kids[1:]
        if any(module.nodes[self.peeled(site.at(kid)).number].op == "dict" for kid in kids):
            return False
        return any(is_passed(module, kid, names) for kid in kids)

    def open_keywords(self, place: Place) -> int:
        """The function whose own `**` parameter a call hands on, where its call is not known; else -1."""
        node = place.module.nodes[place.number]
        for kid, key in zip(node.kids[1:], node.keys, strict=True):
            scope = self._keywords_of(place.at(kid)) if key == "**" else -1
            if scope >= 0 and place.env.of(place.module.path, scope) is None:
                return scope
        return -1

    def _keywords_of(self, place: Place) -> int:
        """The function whose `**` parameter an expression is, else -1."""
        module, node = place.module, place.module.nodes[place.number]
        rows, scope = self._evaluator.defined(module, node, place.number) or ([], -1) if node.op == "name" else ([], -1)
        if scope < 0 or rows:
            return -1
        return (
            scope if any(row.name == node.text and row.kind == "**" for row in module.scopes[scope].parameters) else -1
        )

    def _handed_on(self, place: Place) -> Operands | None:
        """The keywords that the known call of this function gives its `**` parameter; None: it is none or not known."""
        module, scope = place.module, self._keywords_of(place)
        frame = place.env.of(module.path, scope) if scope >= 0 else None
        if frame is None:
            return None
        own = {row.name for row in module.scopes[scope].parameters if row.kind != "**"}
        named = self.operands(Place(frame.module, frame.call, frame.outer))[1]
        return {key: row for key, row in named.items() if key not in own}


def written(text: str) -> tuple[Argument, ...]:
    """A body that is written as JSON."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return ()
    if not isinstance(found, dict):
        return ()
    rows = []
    for name, value in found.items():
        plain = isinstance(value, (str, int, float, bool, type(None)))
        source = repr(value) if plain else "…"
        rows.append(Argument(name, source, None, plain, value if plain else None))
    return tuple(rows)


def templated(text: str) -> tuple[Argument, ...]:
    """A body that is written as JSON with places for values: only its keys are known."""
    return tuple(Argument(name, "…") for name in dict.fromkeys(_KEY.findall(text))) or (Argument("**", "**…"),)


def is_passed(module: Module, number: int, names: set[str]) -> bool:
    """Is it one of these parameters as it is, or serialised?"""
    node = module.nodes[number]
    while node.op == "call" and len(node.kids) > 1:
        node = module.nodes[node.kids[1]]
    return node.op == "name" and node.text in names
