"""Whether a request to /generate on a host that is not Cohere's own is meant for Cohere all the same."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from audits.engine.catalogue.endpoints import ANY_ADDRESS, NAMES_COHERE, OTHER_VENDORS, TELLING_KEYS
from audits.engine.facts import Argument, Confidence
from audits.engine.link.arguments import render
from audits.engine.link.bodies import Bodies
from audits.engine.link.frames import Place
from audits.engine.link.holes import HOLE, Text
from audits.engine.link.tree import Module

_HOSTED = re.compile(r"https?://([^/\0]+)(?:/|$)", re.IGNORECASE)
_MODEL = re.compile(r"command(?:-(?:light|nightly|medium|xlarge)[\w-]*)?", re.IGNORECASE)
_WORDS = 60


@dataclass(frozen=True, slots=True)
class Told:
    """How sure, and the sentence that says why."""

    confidence: Confidence
    why: str


class Evidence:
    """Looks for Cohere's name around a request."""

    def __init__(self, bodies: Bodies) -> None:
        self._bodies = bodies

    def of(self, call: Place, headers: Place | None, text: Text, arguments: tuple[Argument, ...]) -> Told | None:
        """A judgement of an address that ends in /generate; None: nothing says that it is Cohere's."""
        unknown = text.value == HOLE
        if not (unknown or ANY_ADDRESS.fullmatch(text.value)) or not (call.module.facts.names_api or text.names):
            return None
        module = call.module
        callee = render(module, module.nodes[call.number].kids[0])
        address = f"{text.value} {' '.join(sorted(text.names))}"
        scope = module.qualified(module.nodes[call.number].scope)
        if OTHER_VENDORS.search(f"{address} {callee}") or OTHER_VENDORS.search(scope):
            return None
        reasons = []
        if NAMES_COHERE.search(address):
            reasons.append("the address's own names say Cohere")
        if headers is not None and any(NAMES_COHERE.search(word) for word in self._words(headers)):
            reasons.append("its headers carry Cohere's key or version")
        if NAMES_COHERE.search(callee):
            reasons.append("the client's name says Cohere")
        rooted = not unknown and ("://" in text.value or text.value.startswith(HOLE))
        if rooted and NAMES_COHERE.search(scope):
            reasons.append(f"it stands in `{scope}`")
        return _weighed(reasons, text, arguments, rooted)

    def _words(self, headers: Place) -> Iterator[str]:
        """Keys and names in a dictionary of headers, and what the names are given."""
        for key, (module, number) in self._bodies.fold(headers).entries.items():
            yield key
            yield from below(module, number)
        yield from below(headers.module, headers.number)


def below(module: Module, number: int) -> Iterator[str]:
    """Names and strings in an expression."""
    todo, count = [number], 0
    while todo and count < _WORDS:
        count += 1
        node = module.nodes[todo.pop()]
        if node.op in ("name", "attr", "str"):
            yield node.text
        todo += node.kids


def _weighed(reasons: list[str], text: Text, arguments: tuple[Argument, ...], rooted: bool) -> Told | None:
    keys = {argument.name for argument in arguments}
    model = next((row.literal for row in arguments if row.name == "model" and isinstance(row.literal, str)), "")
    prompted = "prompt" in keys
    if model and _MODEL.fullmatch(model) and rooted:
        reasons.append(f"the model is {model}")
    where = text.value.replace(HOLE, "…") if text.value != HOLE else "an address that the code does not tell"
    if text.value == HOLE and not prompted:
        return None
    if reasons and (prompted or not keys):
        why = f"The request goes to {where}, and {' and '.join(reasons)}."
        return Told(Confidence.LIKELY if prompted else Confidence.POSSIBLE, why)
    telling = sorted(key for key in keys & TELLING_KEYS if key)
    if rooted and prompted and len(telling) > 1:
        return Told(
            Confidence.POSSIBLE, f"The request goes to {where} with Generate's own keys ({', '.join(telling)})."
        )
    return None


def may_become(text: Text) -> bool:
    """Could what callers pass make an address of Generate out of this?"""
    if HOLE not in text.value:
        return False
    host = _HOSTED.match(text.value)
    if host is not None and not NAMES_COHERE.search(text.value):
        return False
    tail = text.value.rpartition(HOLE)[2].partition("?")[0].strip("/").rpartition("/")[2]
    return tail in ("", "generate")
