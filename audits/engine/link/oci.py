"""Generate on Oracle OCI: the class of the request tells."""

import re
from collections.abc import Iterator

from audits.engine.catalogue import dead_model
from audits.engine.catalogue.endpoints import ADDRESS_KEYWORDS, BODY_KEYWORDS, OCI_ASKING, OCI_DETAILS, OCI_REQUEST
from audits.engine.facts import Argument, Confidence, Kind, Platform
from audits.engine.link.bodies import Bodies
from audits.engine.link.evaluate import Evaluator
from audits.engine.link.found import Found, shown_step
from audits.engine.link.frames import Place
from audits.engine.link.makers import LEVELS, step_at
from audits.engine.link.models import Models, with_model
from audits.engine.link.senders import known_senders
from audits.engine.link.texts import Texts
from audits.engine.link.tree import Module

_ACTION = re.compile(r"/actions/generateText/?$")


class Oci:
    """Judges calls of GenerateText."""

    def __init__(self, evaluator: Evaluator, bodies: Bodies) -> None:
        self._evaluator = evaluator
        self._tree = evaluator.tree
        self._bodies = bodies
        self._texts = Texts(evaluator)

    def found(self, call: Place) -> Iterator[Found]:
        plain, named = self._bodies.operands(call)
        details = named.get("generate_text_details") or (plain[0] if plain else None)
        if details is None:
            return
        made = self._made(details, OCI_DETAILS)
        request = self._request(made) if made is not None else None
        if made is None or (request is None and self._is_another(made)):
            return
        arguments = self._fields(request) if request is not None else ()
        model = self._model_id(made)
        if model is not None:
            told, _ = Models(self._evaluator).of(model.module, [("model", model.number)])
            arguments = (*arguments, with_model(self._bodies.argument("model", model), told))
        confidence = Confidence.CONFIRMED if request is not None else Confidence.POSSIBLE
        what = OCI_REQUEST if request is not None else OCI_DETAILS
        shown = request or made
        steps = (shown_step(call.module, call.number), shown_step(shown.module, shown.number))
        yield Found(
            call.module,
            call.number,
            Kind.OCI,
            Platform.OCI,
            confidence,
            f"The call sends a {what} to OCI's GenerateText.",
            arguments,
            steps,
        )

    def switched_off(self, call: Place, method: str) -> Iterator[Found]:
        """`client.chat(ChatDetails(…))`, and `summarize_text`, with a model of Cohere's that OCI no longer has."""
        cls, keyword = OCI_ASKING[method]
        plain, named = self._bodies.operands(call)
        details = named.get(keyword) or (plain[0] if plain else None)
        made = self._made(details, cls) if details is not None else None
        model = self._model_id(made) if made is not None else None
        if model is None:
            return
        told, doubt = Models(self._evaluator).of(model.module, [("model", model.number)])
        gone = dead_model(told) if told else None
        if told and gone is not None and gone.platform is Platform.OCI:
            why = f"The call asks OCI for {told}, which no longer answers."
            argument = Argument("model", repr(told), None, True, told)
            steps = (step_at(model.module, model.number), shown_step(call.module, call.number))
            place = (call.module, call.number, Kind.DEAD_MODEL, Platform.OCI)
            yield Found(*place, LEVELS[doubt], why, (argument,), steps)

    def posted(self, module: Module) -> Iterator[Found]:
        """Requests to the REST action itself, whose body says that Cohere's runtime is meant."""
        if not any(_ACTION.search(module.nodes[number].text) for number in module.made_by("str")):
            return
        for number in sorted(known_senders(module)):
            call = Place(module, number)
            plain, named = self._bodies.operands(call)
            places = [*(named[key] for key in ADDRESS_KEYWORDS if key in named), *plain[:2]]
            told = [text for place in places for text in self._texts.fold(place) if _ACTION.search(text.value)]
            body = next((named[key] for key in BODY_KEYWORDS if key in named), None) if told else None
            inner = self._bodies.fold(body).entries.get("inferenceRequest") if body is not None else None
            fields = self._bodies.fold(Place(*inner)).entries if inner is not None else {}
            runtime = fields.pop("runtimeType", None)
            if runtime is None or runtime[0].text(runtime[1]) != "COHERE":
                continue
            arguments = tuple(self._bodies.argument(name, Place(*place)) for name, place in fields.items())
            why = "The request goes to OCI's action generateText and asks for Cohere's runtime."
            place = (module, number, Kind.OCI, Platform.OCI)
            yield Found(*place, Confidence.CONFIRMED, why, arguments, told[0].steps)

    def _request(self, made: Place) -> Place | None:
        """The CohereLlmInferenceRequest inside a GenerateTextDetails."""
        field = self._field(made, "inference_request")
        return self._made(field, OCI_REQUEST) if field is not None else None

    def _is_another(self, made: Place) -> bool:
        """Is the request known, and another vendor's?"""
        field = self._field(made, "inference_request")
        module = made.module
        return (field is not None and self._made(field, "LlamaLlmInferenceRequest") is not None) or (
            not module.facts.names_api
        )

    def _made(self, place: Place, name: str) -> Place | None:
        """The construction of a class of that name behind an expression."""
        module, node = place.module, place.module.nodes[place.number]
        if node.op == "call" and module.nodes[node.kids[0]].text == name:
            return place
        for value in self._evaluator.evaluate(module, place.number):
            owner = self._tree.modules.get(value.path)
            if value.kind == "instance" and value.name.endswith(f".{name}") and owner is not None and value.index >= 0:
                return Place(owner, value.index)
        # Of a name that a star import brings in nothing is known but what is called.
        bound = module.bound_once(node)
        return self._made(place.at(bound), name) if bound is not None and bound < place.number else None

    def _field(self, made: Place, name: str) -> Place | None:
        """A field: the constructor's keyword, or what is stored under the name that holds the object."""
        named = self._bodies.operands(made)[1]
        stored = dict(self._stored(made))
        return named.get(name) or stored.get(name)

    def _stored(self, made: Place) -> Iterator[tuple[str, Place]]:
        module = made.module
        holders = {(row.scope, row.name) for row in module.facts.bindings if row.node == made.number}
        for store in module.facts.stores:
            base = module.nodes[store.base]
            if store.kind == "attr" and base.op == "name" and (store.scope, base.text) in holders:
                yield store.key, Place(module, store.node)

    def _fields(self, request: Place) -> tuple[Argument, ...]:
        fields = {**self._bodies.operands(request)[1], **dict(self._stored(request))}
        return tuple(self._bodies.argument(name, place) for name, place in fields.items())

    def _model_id(self, made: Place) -> Place | None:
        serving = self._field(made, "serving_mode")
        mode = self._made(serving, "OnDemandServingMode") if serving is not None else None
        return self._field(mode, "model_id") if mode is not None else None
