"""Generate on Amazon Bedrock, Amazon SageMaker and Oracle OCI through those clouds' own clients."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from audits.engine.catalogue import dead_model
from audits.engine.catalogue.endpoints import (
    BEDROCK_AGENTS,
    BEDROCK_CALLS,
    BEDROCK_CHATS,
    BEDROCK_MODEL,
    FITTING_KEYS,
    NAMES_COHERE,
    OCI_ASKING,
    OCI_CALL,
    SAGEMAKER_CALLS,
    TELLING_KEYS,
)
from audits.engine.facts import Argument, Confidence, Kind, Platform
from audits.engine.link.arguments import Arguments, render
from audits.engine.link.bodies import Bodies
from audits.engine.link.called import called
from audits.engine.link.evaluate import Evaluator
from audits.engine.link.evidence import below
from audits.engine.link.found import Found, answers_in, shown_step
from audits.engine.link.frames import Env, Frame, Place
from audits.engine.link.handlers import Handlers
from audits.engine.link.holes import HOLE, Text
from audits.engine.link.oci import Oci
from audits.engine.link.texts import Texts
from audits.engine.link.tree import Module
from audits.engine.link.values import Step

_LIFTS, _EXPANSIONS, _ENTRIES = 4, 1_000, 20
# No other vendor's model on Bedrock takes these.
_SOLE = frozenset({"num_generations", "return_likelihoods", "end_sequences"})
_BODY = ("body", "Body", "payload", "data")
_MODEL = ("modelId", "model_id", "ModelId")
_ENDPOINT = ("EndpointName", "endpoint_name", "Endpoint")
_PREDICTORS = re.compile(r"sagemaker.*|.*\.Predictor")


class Clouds:
    """Finds cloud calls."""

    def __init__(self, evaluator: Evaluator, arguments: Arguments) -> None:
        self._evaluator = evaluator
        self._tree = evaluator.tree
        self._texts = Texts(evaluator)
        self._bodies = Bodies(evaluator, arguments)
        self._handlers = Handlers(evaluator, self._bodies, arguments)
        self._oci = Oci(evaluator, self._bodies)
        self._left = _EXPANSIONS
        self._answers: dict[str, bool] = {}

    def found(self) -> Iterator[Found]:
        """Each use once."""
        seen: set[tuple[str, int]] = set()
        for module in self._tree.modules.values():
            for row in self._in_module(module):
                if row.place not in seen:
                    seen.add(row.place)
                    yield row

    def _in_module(self, module: Module) -> Iterator[Found]:
        calls = module.calls
        for number in called(module, BEDROCK_CALLS):
            yield from self._bedrock(Place(module, number), Place(module, number), 0)
        for number in called(module, BEDROCK_CHATS):
            yield from self._conversing(Place(module, number))
        for number in (call for name in BEDROCK_AGENTS for call in calls.get(name, ())):
            yield from self._agent(Place(module, number))
        for number in called(module, SAGEMAKER_CALLS):
            yield from self._sagemaker(Place(module, number), Place(module, number), 0)
        for number in calls.get("predict", ()):
            if self._is_predictor(module, number):
                yield from self._sagemaker(Place(module, number), Place(module, number), 0)
        yield from self._handlers.found(module)
        for number in calls.get(OCI_CALL, ()):
            yield from self._oci.found(Place(module, number))
        for method in OCI_ASKING:
            for number in called(module, {method}):
                yield from self._oci.switched_off(Place(module, number), method)
        yield from self._oci.posted(module)

    def _is_predictor(self, module: Module, number: int) -> bool:
        callee = module.nodes[module.nodes[number].kids[0]]
        return callee.op == "attr" and any(
            value.kind == "instance" and _PREDICTORS.fullmatch(value.name)
            for value in self._evaluator.evaluate(module, callee.kids[0])
        )

    # Bedrock: the model's id tells.

    def _bedrock(self, site: Place, call: Place, depth: int) -> Iterator[Found]:
        named = self._bodies.operands(call)[1]
        model = next((named[key] for key in _MODEL if key in named), None)
        body = next((named[key] for key in _BODY if key in named), None)
        if model is None:
            return
        texts = self._texts.fold(model)
        told = [text for text in texts if BEDROCK_MODEL.fullmatch(text.value)]
        others = [text for text in texts if HOLE not in text.value and text not in told]
        if told:
            yield self._on_bedrock(site, call, body, told[0], sure=not others)
            return
        gone = [text for text in others if _is_gone(text)]
        if gone and len(gone) == len(others):
            yield self._switched_off(site, call, gone[0], sure=len(texts) == 1)
            return
        if body is not None and not others and depth == 0:
            yield from self._shaped(site, model, body)
            yield from self._shaped_by_callers(site, call, model, body)
        if depth >= _LIFTS or not any(text.needs for text in texts):
            return
        needed = {(need.path, need.scope) for text in texts for need in text.needs}
        lifts = body is not None and self._comes_in(body)
        if depth == 0 and body is not None and not others:
            yield from self._looked_up(call, model, body, needed)
        for path, scope in sorted(needed):
            for frame, env in self._frames(path, scope, call):
                inner = Place(call.module, call.number, env)
                outer = Place(frame.module, frame.call) if lifts and self._is_around(site, path, scope) else site
                yield from self._bedrock(outer, inner, depth + 1)

    def _looked_up(self, call: Place, model: Place, body: Place, needed: set[tuple[str, int]]) -> Iterator[Found]:
        """`MODELS[which]` where no caller in sight tells which."""
        told = [text for text in self._entries(model) if BEDROCK_MODEL.fullmatch(text.value)]
        frames = [env for path, scope in sorted(needed) for _, env in self._frames(path, scope, call)] if told else []
        known = (text for env in frames for text in self._texts.fold(replace(model, env=env)))
        if told and not any(HOLE not in text.value for text in known):
            found = self._on_bedrock(call, call, body, told[0], sure=False)
            why = (
                f"The call asks Bedrock for a model out of a table that holds {told[0].value}, which only Generate has."
            )
            yield replace(found, confidence=Confidence.POSSIBLE, why=why)

    def _entries(self, model: Place) -> Iterator[Text]:
        """What a table may give under a key that is not written down."""
        module, node = model.module, model.module.nodes[model.number]
        bound = module.bound_once(node)
        node = module.nodes[bound] if bound is not None else node
        callee = module.nodes[node.kids[0]] if node.op == "call" else node
        base = node.kids[0] if node.op == "sub" else callee.kids[0] if callee.text == "get" and callee.kids else -1
        for value in self._evaluator.evaluate(module, base):
            owner = self._tree.modules[value.path] if value.kind == "dict" else module
            for kid in owner.nodes[value.index].kids[:_ENTRIES] if value.kind == "dict" else ():
                yield from self._texts.fold(Place(owner, kid))

    def _on_bedrock(self, site: Place, call: Place, body: Place | None, text: Text, *, sure: bool) -> Found:
        arguments = self._bodies.arguments(body) if body is not None else ()
        confidence = Confidence.CONFIRMED if sure and text.sure else Confidence.LIKELY
        why = f"The call asks Bedrock for {text.value}, a model that only Generate has."
        steps = (*text.steps, *_sent(site, call))
        return Found(site.module, site.number, Kind.BEDROCK, Platform.BEDROCK, confidence, why, arguments, steps)

    def _shaped(self, site: Place, model: Place, body: Place, *around: str) -> Iterator[Found]:
        """A model that the code does not tell, asked with a body that only Generate understands."""
        arguments = self._bodies.arguments(body)
        words = [*below(model.module, model.number), *(name for text in self._texts.fold(model) for name in text.names)]
        words += around
        told = self._weighed(
            site.module, arguments, words, "a model of Bedrock's that the code does not name", sole=True
        )
        if told is not None:
            yield Found(site.module, site.number, Kind.BEDROCK, Platform.BEDROCK, *told, arguments)

    def _shaped_by_callers(self, site: Place, call: Place, model: Place, body: Place) -> Iterator[Found]:
        """The same where whoever calls this function makes the body."""
        scope, path = self._bodies.parameter_of(body), self._bodies.peeled(body).module.path
        for frame, env in self._frames(path, scope, call) if scope >= 0 else ():
            if self._is_around(site, path, scope):
                around = frame.module.qualified(frame.module.nodes[frame.call].scope)
                yield from self._shaped(Place(frame.module, frame.call), model, replace(body, env=env), around)

    def _switched_off(self, site: Place, call: Place, text: Text, *, sure: bool) -> Found:
        """A chat model of Cohere's that Bedrock no longer has."""
        confidence = Confidence.CONFIRMED if sure and text.sure else Confidence.LIKELY
        why = f"The call asks Bedrock for {text.value}, which no longer answers."
        model = Argument("model", repr(text.value), None, True, text.value)
        steps = (*text.steps, *_sent(site, call))
        return Found(site.module, site.number, Kind.DEAD_MODEL, Platform.BEDROCK, confidence, why, (model,), steps)

    def _conversing(self, call: Place) -> Iterator[Found]:
        """`converse(modelId=…)`: Bedrock's own form of a chat, whatever the model."""
        model = self._bodies.operands(call)[1].get("modelId")
        texts = self._texts.fold(model) if model is not None else ()
        gone = [text for text in texts if _is_gone(text) or BEDROCK_MODEL.fullmatch(text.value)]
        if gone and all(text in gone or HOLE in text.value for text in texts):
            yield self._switched_off(call, call, gone[0], sure=len(texts) == 1)

    def _agent(self, call: Place) -> Iterator[Found]:
        """An agent of Bedrock's that is made of one of Generate's models."""
        model = self._bodies.operands(call)[1].get("foundationModel")
        for text in self._texts.fold(model) if model is not None else ():
            if BEDROCK_MODEL.fullmatch(text.value):
                why = f"The agent is made of {text.value}, a model that only Generate has."
                named = Argument("model", repr(text.value), None, True, text.value)
                place = (call.module, call.number, Kind.BEDROCK, Platform.BEDROCK)
                yield Found(*place, Confidence.LIKELY, why, (named,), text.steps)
                return

    # SageMaker: an endpoint's name tells little, the payload's shape more.

    def _sagemaker(self, site: Place, call: Place, depth: int) -> Iterator[Found]:
        plain, named = self._bodies.operands(call)
        body = next((named[key] for key in _BODY if key in named), plain[0] if plain else None)
        if body is None:
            return
        scope = self._bodies.parameter_of(body)
        if scope >= 0:
            path = self._bodies.peeled(body).module.path
            for frame, env in self._frames(path, scope, call) if depth < _LIFTS else ():
                outer = Place(frame.module, frame.call) if self._is_around(site, path, scope) else site
                yield from self._sagemaker(outer, Place(call.module, call.number, env), depth + 1)
            return
        arguments = self._bodies.arguments(body)
        endpoint = next((named[key] for key in _ENDPOINT if key in named), None)
        told = self._weighed(site.module, arguments, self._endpoint_words(endpoint, call), "a SageMaker endpoint")
        if told is not None:
            confidence, why = told
            steps = (shown_step(site.module, site.number), *_sent(site, call))
            yield Found(site.module, site.number, Kind.SAGEMAKER, Platform.SAGEMAKER, confidence, why, arguments, steps)

    def _endpoint_words(self, endpoint: Place | None, call: Place) -> list[str]:
        words = [render(call.module, call.module.nodes[call.number].kids[0])]
        callee = call.module.nodes[call.module.nodes[call.number].kids[0]]
        for value in self._evaluator.evaluate(call.module, callee.kids[0]) if callee.text == "predict" else ():
            owner = self._tree.modules.get(value.path) if value.kind == "instance" and value.index >= 0 else None
            # The endpoint is the first that a predictor is made with.
            words += [owner.text(kid) or "" for kid in owner.nodes[value.index].kids[1:3]] if owner is not None else []
        if endpoint is not None:
            for text in self._texts.fold(endpoint):
                words += [text.value, *text.names]
            words += below(endpoint.module, endpoint.number)
        return words

    def _weighed(
        self, module: Module, arguments: tuple[Argument, ...], words: Iterable[str], what: str, *, sole: bool = False
    ) -> tuple[Confidence, str] | None:
        """How sure it is that Generate is asked, and why; `sole`: nobody else there takes the keys of `_SOLE`."""
        keys = {argument.name for argument in arguments if argument.name}
        if "prompt" not in keys or not module.facts.names_api or keys - TELLING_KEYS - FITTING_KEYS - {"prompt", "**"}:
            return None
        telling = sorted(keys & TELLING_KEYS)
        named = any(NAMES_COHERE.search(word) for word in words)
        reads = self._reads(module)
        reasons = [f"the payload has Generate's keys ({', '.join(telling or sorted(keys - {'**'}))})"]
        if named:
            reasons.append("the endpoint's name says Cohere")
        if reads:
            reasons.append("`generations` is read from an answer")
        points = min(len(telling), 2) + 2 * named + reads + (sole and not _SOLE.isdisjoint(keys))
        if points < 2 or not (telling or named):
            return None
        confidence = Confidence.LIKELY if points > 2 or (telling and (named or reads)) else Confidence.POSSIBLE
        return confidence, f"The call invokes {what}: {' and '.join(reasons)}."

    def _reads(self, module: Module) -> bool:
        """Does the module take "generations" out of any answer?"""
        if module.path not in self._answers:
            self._answers[module.path] = bool(answers_in(module))
        return self._answers[module.path]

    def _frames(self, path: str, scope: int, call: Place) -> Iterator[tuple[Frame, Env]]:
        for caller, number, shift in self._evaluator.callers(self._tree.modules[path], scope):
            self._left -= 1
            if self._left < 0:
                return
            frame = Frame(path, scope, caller, number, shift, Env())
            yield frame, call.env.entered(frame)

    def _comes_in(self, body: Place) -> bool:
        return self._bodies.parameter_of(body) >= 0

    @staticmethod
    def _is_around(site: Place, path: str, scope: int) -> bool:
        """Is this the function in which the site stands?"""
        return (site.module.path, site.module.function_of(site.module.nodes[site.number].scope)) == (path, scope)


def _is_gone(text: Text) -> bool:
    row = dead_model(text.value)
    return row is not None and row.platform is Platform.BEDROCK


def _sent(site: Place, call: Place) -> tuple[Step, ...]:
    """The step that shows where a call sends that is reported elsewhere."""
    if (site.module.path, site.number) == (call.module.path, call.number):
        return ()
    return (shown_step(call.module, call.number),)
