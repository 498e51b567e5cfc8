"""Requests to Generate that a program of its own sends: `curl` and its like through subprocess or a shell."""

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import replace

from audits.engine.catalogue.endpoints import COHERE_ADDRESS, HOST_OR_MODEL, PROGRAM_BODIES, PROGRAMS, RUNNERS
from audits.engine.extract.model import Node
from audits.engine.facts import Argument, Confidence, Kind, Platform
from audits.engine.link.bodies import templated, written
from audits.engine.link.evaluate import Evaluator
from audits.engine.link.found import Found
from audits.engine.link.frames import Place
from audits.engine.link.holes import HOLE, Text
from audits.engine.link.senders import holds_address
from audits.engine.link.texts import Texts
from audits.engine.link.tree import Module

_DEPTH, _WORDS = 8, 80
_LAST_NAMES = frozenset(name.rpartition(".")[2] for name in RUNNERS)


class Shell:
    """Finds such commands."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator
        self._texts = Texts(evaluator)

    def found(self) -> Iterator[Found]:
        """Each command once."""
        modules = self._evaluator.tree.modules.values()
        if not any(holds_address(module) or _holds_line(module) for module in modules):
            return
        for module in modules:
            for number in sorted(call for name in _LAST_NAMES for call in module.calls.get(name, ())):
                if self._runs(module, number):
                    yield from self._judged(Place(module, number))

    def _runs(self, module: Module, number: int) -> bool:
        values = self._evaluator.evaluate(module, module.nodes[number].kids[0])
        return any(value.kind == "external" and value.name in RUNNERS for value in values)

    def _judged(self, call: Place) -> Iterator[Found]:
        node = call.module.nodes[call.number]
        rows = list(zip(node.keys, node.kids[1:], strict=True))
        words = [word for key, kid in rows if key in ("", "*", "args", "cmd") for word in self._words(call.at(kid))]
        words = words[:_WORDS]
        if not any(word.value.rpartition("/")[2] in PROGRAMS for word in words):
            return
        address = next((word for word in words if COHERE_ADDRESS.fullmatch(word.value.removeprefix("--url="))), None)
        if address is None:
            return
        shown = address.value.replace(HOLE, "…")
        confidence = Confidence.CONFIRMED if address.sure else Confidence.LIKELY
        why = f"The command sends a request to {shown}."
        arguments, steps = self._body(words), address.steps
        yield Found(call.module, call.number, Kind.RAW_HTTP, Platform.COHERE, confidence, why, arguments, steps)

    def _body(self, words: list[Text]) -> tuple[Argument, ...]:
        """What follows `-d`, or comes with `--data=`, where it is written as JSON."""
        for at, word in enumerate(words):
            name, joined, rest = word.value.partition("=")
            if name in PROGRAM_BODIES and (joined or at + 1 < len(words)):
                text = rest if joined else words[at + 1].value
                return written(text) or templated(text)
        return (Argument("**", "**…"),)

    def _words(self, place: Place, depth: int = 0) -> Iterator[Text]:
        """The words of a command: a list's items, or a line taken apart as a shell does."""
        node = place.module.nodes[place.number]
        if depth > _DEPTH:
            return
        if node.op == "seq":
            for kid, key in zip(node.kids, node.keys, strict=True):
                yield from self._words(place.at(kid), depth + 1) if key == "*" else self._texts.fold(place.at(kid))[:1]
        elif inner := self._inner(place, node, depth):
            for number in inner:
                yield from self._words(place.at(number), depth + 1)
        else:
            yield from self._line(place, node)

    def _inner(self, place: Place, node: Node, depth: int) -> Sequence[int]:
        """The parts of a list that is put together, and what is taken apart to one."""
        if node.op == "op" and node.text in ("+", "aug") and self._is_list(place, node, depth):
            return node.kids
        if node.op == "call" and place.module.nodes[node.kids[0]].text == "split":
            return node.kids[1:2] or place.module.nodes[node.kids[0]].kids
        return self._bound(place, node) if node.op == "name" else ()

    def _line(self, place: Place, node: Node) -> Iterator[Text]:
        pieces = [place.module.nodes[kid].text for kid in node.kids if node.op == "fstr"]
        for text in self._texts.fold(place)[:2]:
            for word in _split(text.value):
                # A key that is filled in elsewhere in the line does not make the address doubtful.
                written_out = any(word in piece for piece in pieces)
                yield replace(text, value=word, sure=text.sure or written_out)

    def _is_list(self, place: Place, node: Node, depth: int) -> bool:
        return depth < _DEPTH and any(
            value.kind == "seq" for kid in node.kids for value in self._evaluator.evaluate(place.module, kid)
        )

    def _bound(self, place: Place, node: Node) -> list[int]:
        """What a name of a list is given, and what is put behind it."""
        module = place.module
        rows, scope = self._evaluator.defined(module, node, place.number) or ([], 0)
        values = [row.node for row in rows if row.how == "value"]
        if scope >= 0 or not any(_lists(module, number) for number in values):
            return []
        for name in ("append", "extend"):
            for call in module.calls.get(name, ()):
                callee = module.nodes[module.nodes[call].kids[0]]
                if callee.op == "attr" and module.nodes[callee.kids[0]].text == node.text and call < place.number:
                    values += module.nodes[call].kids[1:2]
        return values


def _holds_line(module: Module) -> bool:
    texts = (module.nodes[number].text for number in module.made_by("str"))
    return any("enerate" in text and HOST_OR_MODEL.search(text) is not None for text in texts)


def _lists(module: Module, number: int) -> bool:
    node = module.nodes[number]
    return node.op == "seq" or (node.op == "op" and any(_lists(module, kid) for kid in node.kids))


def _split(line: str) -> list[str]:
    try:
        return shlex.split(line.replace("\\\n", " "))
    except ValueError:
        return line.split()
