"""Requests to a Generate endpoint that no SDK makes, through any client library or helper of the tree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial

from audits.engine.catalogue.endpoints import (
    ADDRESS_KEYWORDS,
    BASE_KEYWORDS,
    COHERE_ADDRESS,
    ONLY_REQUESTS,
    OTHER_VERBS,
    REQUESTS,
    SENDERS,
    SENDS_REQUEST,
)
from audits.engine.facts import Argument, Confidence, Kind, Platform
from audits.engine.link.arguments import Arguments, operands_of
from audits.engine.link.bodies import Bodies, is_passed
from audits.engine.link.chatposts import chat_post, holds_chat_address
from audits.engine.link.evaluate import Evaluator
from audits.engine.link.evidence import Evidence, may_become
from audits.engine.link.found import Found, is_whole, shown_step
from audits.engine.link.frames import Env, Frame, Place
from audits.engine.link.holes import HOLE, Need, Text, slashed
from audits.engine.link.kinship import makes
from audits.engine.link.models import Constant, Models, with_model
from audits.engine.link.partials import Partials
from audits.engine.link.proof import elsewhere
from audits.engine.link.senders import (
    called_as,
    handed_senders,
    holds_address,
    kept_requests,
    known_senders,
    may_be_anothers,
    other_senders,
    stands_in,
)
from audits.engine.link.sending import Operands, Sending
from audits.engine.link.sessions import Sessions
from audits.engine.link.texts import Texts
from audits.engine.link.tree import Module

_LIFTS, _EXPANSIONS = 4, 2_000
_LAST = re.compile(r"enerate|chat|\0")
_OPTIONS = {"URL": "url", "POSTFIELDS": "data", "COPYPOSTFIELDS": "data", "HTTPHEADER": "headers"}


class Http:
    """Finds raw requests."""

    def __init__(self, evaluator: Evaluator, arguments: Arguments) -> None:
        self._evaluator = evaluator
        self._tree = evaluator.tree
        self._texts = Texts(evaluator)
        self._bodies = Bodies(evaluator, arguments)
        self._partials = Partials(evaluator, self._bodies)
        self._evidence = Evidence(self._bodies)
        self._sessions = Sessions(self._texts)
        self._models = Models(evaluator)
        self._left = _EXPANSIONS

    def found(self) -> Iterator[Found]:
        """Each use once."""
        if not any(holds_address(row) or holds_chat_address(row) for row in self._tree.modules.values()):
            return
        seen: set[tuple[str, int]] = set()
        sent: set[tuple[str, int]] = set()
        for module in self._tree.modules.values():
            for row in self._among(module, self._candidates(module), seen):
                sent.update((step.path, step.line) for step in row.steps if row.kind is Kind.RAW_HTTP)
                yield row
            for number in module.calls.get("perform", ()):
                for row in self._texts.whichever(partial(self._performed, Place(module, number))):
                    if row.place not in seen:
                        seen.add(row.place)
                        yield row
        # What an object holds is sent by somebody: where nobody is seen to send that address, it is the request.
        for module in self._tree.modules.values():
            kept = ((number, False) for number in kept_requests(self._evaluator, module))
            rows = self._among(module, kept, seen)
            yield from (row for row in rows if sent.isdisjoint((step.path, step.line) for step in row.steps))

    def _among(self, module: Module, calls: Iterable[tuple[int, bool]], seen: set[tuple[str, int]]) -> Iterator[Found]:
        for number, known in calls:
            for row in self._texts.whichever(partial(self._followed, self._sending(Place(module, number)), 0)):
                if row.place not in seen and (known or is_whole(row)):
                    seen.add(row.place)
                    yield row if known else replace(row, confidence=Confidence.LIKELY)

    def _candidates(self, module: Module) -> Iterator[tuple[int, bool]]:
        """Calls that may send, and whether their name says so."""
        silent = {number for scope in module.scopes for number in scope.decorators}
        handed = {number for number in handed_senders(module) if self._is_handed(module, number)}
        known = {number for number in known_senders(module) if self._may_send(module, number)} | handed
        known = {number for number in known if (module.path, number) not in self._partials.made}
        known |= {number for path, number in self._partials.calls if path == module.path}
        others = other_senders(self._evaluator, module) - known
        for number in sorted((known | others) - silent):
            if not stands_in(self._evaluator, module, number):
                yield number, number in known and not may_be_anothers(self._evaluator, module, number)

    def _is_handed(self, module: Module, number: int) -> bool:
        """Is the sender that a call is given none of the tree's own functions, whoever is to call it?"""
        kids = [kid for kid in module.nodes[number].kids[1:] if module.nodes[kid].text in SENDERS]
        values = [value for kid in kids for value in self._evaluator.evaluate(module, kid)]
        return bool(kids) and not any(value.kind in ("function", "class", "object") for value in values)

    def _performed(self, site: Place) -> Iterator[Found]:
        """pycurl: what was set on the handle that performs."""
        module = site.module
        callee = module.nodes[module.nodes[site.number].kids[0]]
        handle = module.dotted(callee.kids[0]) if callee.op == "attr" else ""
        named: Operands = {}
        for number in module.calls.get("setopt", ()):
            node = module.nodes[number]
            setter = module.nodes[node.kids[0]]
            if len(node.kids) == 3 and setter.op == "attr" and module.dotted(setter.kids[0]) == handle:
                option = module.nodes[node.kids[1]].text
                named[_OPTIONS.get(option, option)] = site.at(node.kids[2])
        if "url" in named:
            yield from self._followed(Sending(site, site, (), named), 0)

    def _may_send(self, module: Module, number: int) -> bool:
        """A function of the tree is no sender itself: what it calls is. Some names send only what was put together."""
        callee = module.nodes[number].kids[0]
        if called_as(module, callee) in ONLY_REQUESTS:
            operands = module.nodes[number].kids[1:2]
            return any(self._request_behind(Place(module, kid)) is not None for kid in operands)
        return not any(value.kind == "function" for value in self._evaluator.evaluate(module, callee))

    def _sending(self, site: Place) -> Sending:
        call = site
        node = site.module.nodes[site.number]
        if called_as(site.module, node.kids[0]) in SENDS_REQUEST:
            for kid in node.kids[1:2]:
                call = self._request_behind(site.at(kid)) or site
        plain, named = self._partials.operands(call)
        if call is not site:
            # `urlopen(request, data)`: the body may come at the last moment.
            late, options = self._partials.operands(site)
            plain, named = [*plain, *late[1:]], {**named, **options}
        return Sending(site, call, tuple(plain), named)

    def _request_behind(self, place: Place, depth: int = 0) -> Place | None:
        """The call that puts a request together, behind names and `prepare`."""
        module, node = place.module, place.module.nodes[place.number]
        if depth > _LIFTS:
            return None
        if node.op == "name":
            rows, _ = self._evaluator.defined(module, node, place.number) or ([], -1)
            places = [place.at(row.node) for row in rows if row.how == "value"]
            return next((found for row in places if (found := self._request_behind(row, depth + 1))), None)
        if node.op != "call":
            return None
        callee = module.nodes[node.kids[0]]
        if callee.text == "prepare" and callee.op == "attr":
            return self._request_behind(place.at(callee.kids[0]), depth + 1)
        if callee.text == "prepare_request" and len(node.kids) > 1:
            return self._request_behind(place.at(node.kids[1]), depth + 1)
        return place if called_as(module, node.kids[0]) in REQUESTS else None

    def _followed(self, sending: Sending, depth: int) -> Iterator[Found]:
        """What a call sends, and where its address is a parameter what its callers make it send."""
        if self._another_verb(sending):
            return
        needs: dict[Need, None] = {}
        rows: list[Found] = []
        for text, place in self._addresses(sending):
            found = self._judged(sending, text, place)
            if found is not None:
                rows.append(found)
            elif text.needs and may_become(text):
                needs.update(dict.fromkeys(sorted(text.needs, key=lambda need: (need.path, need.scope))))
        # What goes to Chat or to Generate, as it comes, is a request to Generate.
        yield from sorted(rows, key=lambda row: row.kind is not Kind.RAW_HTTP)
        handed = self._bodies.open_keywords(sending.call)
        if handed >= 0:
            needs[Need(sending.call.module.path, handed)] = None
        for need in needs if depth < _LIFTS else ():
            for frame, env in self._frames(need, sending):
                self._left -= 1
                if self._left < 0:
                    return
                yield from self._followed(self._lifted(self._within(sending, env), frame), depth + 1)

    def _within(self, sending: Sending, env: Env) -> Sending:
        """The same call under other frames."""
        if len(sending.call.module.nodes[sending.call.number].kids) == 1:
            named = {key: replace(row, env=env) for key, row in sending.named.items()}
            return replace(sending, named=named)
        call = replace(sending.call, env=env)
        plain, named = self._partials.operands(call)
        return Sending(sending.site, call, tuple(plain), named)

    def _frames(self, need: Need, sending: Sending) -> Iterator[tuple[Frame, Env]]:
        module = self._tree.modules[need.path]
        env = sending.call.env
        for caller, call, shift in self._evaluator.callers(module, need.scope):
            if need.within is None or makes(self._evaluator, caller, call, need.within):
                frame = Frame(need.path, need.scope, caller, call, shift, Env())
                yield frame, env.surrounded(frame)
        if need.within is not None and module.scopes[need.scope].name == "__init__":
            owner = self._tree.modules[need.within[0]]
            for caller, call in self._texts.constructions(self._evaluator.class_value(owner, need.within[1])):
                frame = Frame(need.path, need.scope, caller, call, 1, Env())
                yield frame, env.surrounded(frame)

    def _lifted(self, sending: Sending, frame: Frame) -> Sending:
        """Reported at the caller where both the address and the body come from it."""
        if not frame.holds(sending.site) or not self._passes_body(sending, frame.scope):
            return sending
        return replace(sending, site=Place(frame.module, frame.call))

    def _passes_body(self, sending: Sending, function: int) -> bool:
        module, body = sending.call.module, sending.body
        if sending.site.function != sending.call.function:
            return self._bodies.hands_on(sending.site, function)
        names = {row.name for row in module.scopes[function].parameters}
        operands = operands_of(module.nodes[sending.call.number])
        if any(key == "**" and module.nodes[kid].text in names for key, kid in operands):
            return True
        places = [body.number] if body is not None and body.module is module else [kid for _, kid in operands]
        return any(is_passed(module, kid, names) for kid in places)

    def _another_verb(self, sending: Sending) -> bool:
        places = [*sending.plain[:2], *(sending.named[key] for key in ("method",) if key in sending.named)]
        texts = [sending.call.module.nodes[row.number] for row in places if row.module is sending.call.module]
        return any(node.op == "str" and node.text.upper() in OTHER_VERBS for node in texts)

    def _addresses(self, sending: Sending) -> Iterator[tuple[Text, Place]]:
        named = [sending.named[key] for key in ADDRESS_KEYWORDS if key in sending.named]
        for place in (*named, *sending.plain[:3]):
            for text in self._texts.fold(place):
                for whole in self._based(sending, text):
                    yield whole, place

    def _based(self, sending: Sending, text: Text) -> Iterator[Text]:
        """A path becomes an address by what its session was made with."""
        if "://" in text.value or text.value.startswith(HOLE) or "/" not in f"/{text.value}"[:1]:
            yield text
            return
        bases = list(self._bases(sending)) if _LAST.search(text.value) else []
        yield from (slashed((base, text)) for base in bases)
        if not bases:
            yield text

    def _bases(self, sending: Sending) -> Iterator[Text]:
        for key in BASE_KEYWORDS[:3]:
            if key in sending.named:
                yield from self._texts.fold(sending.named[key])
        yield from self._sessions.bases(sending.call)

    def _judged(self, sending: Sending, text: Text, place: Place) -> Found | None:
        body = self._bodies.of_request(sending, place)
        arguments = self._bodies.arguments(body) if body is not None else ()
        keys = {argument.name for argument in arguments if argument.name}
        if "generations" in keys:
            return None
        module, number = sending.site.module, sending.site.number
        steps = text.steps
        if (sending.call.module.path, sending.call.number) != (module.path, number):
            steps = (*steps, shown_step(sending.call.module, sending.call.number))
        if COHERE_ADDRESS.fullmatch(text.value):
            shown = text.value.replace(HOLE, "…")
            confidence = Confidence.CONFIRMED if text.sure else Confidence.LIKELY
            why = f"The request goes to {shown}" + ("." if text.sure else ", as far as the code tells.")
            arguments = self._told(body, arguments)
            named = (str(row.literal or "") for row in arguments if row.name == "model" and not row.is_literal)
            steps = (*steps, *elsewhere(self._models.written(next(named, "")), module, ()))
            return Found(module, number, Kind.RAW_HTTP, Platform.COHERE, confidence, why, arguments, steps)
        half = chat_post(text, arguments, lambda: self._model(body))
        if half is not None and not self._texts.any_entry:
            confidence = Confidence.CONFIRMED if text.sure and half.sure else Confidence.LIKELY
            steps = (*steps, *elsewhere(self._models.written(half.followed), module, ()))
            return Found(module, number, half.kind, Platform.COHERE, confidence, half.why, half.entries, steps)
        told = self._evidence.of(sending.call, sending.named.get("headers"), text, arguments)
        if told is None:
            return None
        platform = Platform.UNKNOWN if text.value == HOLE else Platform.PRIVATE
        return Found(module, number, Kind.RAW_HTTP, platform, told.confidence, told.why, arguments, steps)

    def _told(self, body: Place | None, arguments: tuple[Argument, ...]) -> tuple[Argument, ...]:
        """The arguments; a model that is decided elsewhere, with the id that a default or a caller gives."""
        if body is None or all(row.name != "model" for row in arguments):
            return arguments
        model, _ = self._model(body)
        return tuple(with_model(row, model) for row in arguments)

    def _model(self, body: Place | None) -> Constant:
        """The id of the model that a body names."""
        found = self._bodies.fold(body).entries.get("model") if body is not None else None
        return self._models.of(found[0], [("model", found[1])]) if found is not None else (None, 0)
