"""`create` on clients that speak as OpenAI's does: its own and Instructor's to Cohere's Chat, Portkey's to Generate."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from audits.engine.catalogue import dead_model
from audits.engine.catalogue.frameworks.gateways import COMPATIBLE_ADDRESS, INSTRUCTOR_ROW, OPENAI_ROW, PORTKEY_ROW
from audits.engine.catalogue.frameworks.row import Framework
from audits.engine.facts import CallSite, Confidence, Platform
from audits.engine.link.arguments import Arguments, operands_of
from audits.engine.link.evaluate import Evaluator
from audits.engine.link.frames import Place
from audits.engine.link.makers import LEVELS, made, own_modules, proof_of, step_at
from audits.engine.link.models import Models
from audits.engine.link.texts import Texts
from audits.engine.link.tree import Module
from audits.engine.link.values import Value

_NAMES = ("create", "create_with_completion", "create_partial", "create_iterable", "parse", "stream")
_CHATS = frozenset({"chat", "completions", "messages"})


@dataclass(frozen=True, slots=True)
class Created:
    """Finds such calls of one tree."""

    evaluator: Evaluator
    arguments: Arguments

    def sites(self) -> Iterator[CallSite]:
        """All sites."""
        for module in own_modules(self.evaluator.tree):
            for name in _NAMES:
                for call in module.calls.get(name, ()):
                    yield from self._of(module, call)

    def _of(self, module: Module, call: int) -> Iterator[CallSite]:
        method = module.nodes[call].kids[0]
        at, way = module.nodes[method].kids[0] if module.nodes[method].op == "attr" else -1, ""
        while at >= 0 and module.nodes[at].op == "attr" and module.nodes[at].text in _CHATS:
            way, at = f"{module.nodes[at].text}.{way}", module.nodes[at].kids[0]
        for value in self.evaluator.evaluate(module, at) if at >= 0 else ():
            if value.kind != "instance":
                continue
            if value.name in INSTRUCTOR_ROW.others or value.name == INSTRUCTOR_ROW.path:
                yield from self._dead(module, call, method, value, INSTRUCTOR_ROW)
            elif value.name in (OPENAI_ROW.path, *OPENAI_ROW.others) and self._is_compatible(value):
                yield from self._dead(module, call, method, value, OPENAI_ROW)
            elif way == "completions." and value.name in (PORTKEY_ROW.path, *PORTKEY_ROW.others):
                yield from self._completed(module, call, method, value)
            return

    def _is_compatible(self, value: Value) -> bool:
        """Was the client told Cohere's address?"""
        owner = self.evaluator.tree.modules.get(value.path)
        if owner is None or value.index < 0:
            return False
        rows = (kid for label, kid in operands_of(owner.nodes[value.index]) if label == "base_url")
        texts = (text for kid in rows for text in Texts(self.evaluator).fold(Place(owner, kid)))
        return any(COMPATIBLE_ADDRESS.fullmatch(f"{text.value}/") for text in texts)

    def _dead(self, module: Module, call: int, method: int, value: Value, row: Framework) -> Iterator[CallSite]:
        operands = operands_of(module.nodes[call])
        model, doubt = Models(self.evaluator).of(module, operands)
        gone = dead_model(model) if model else None
        if gone is not None and gone.platform is Platform.COHERE:
            why = f"{row.path} calls Chat with {gone.name}, which is switched off."
            yield self._made(module, call, method, value, row, why, LEVELS[max(doubt, value.doubt)])

    def _completed(self, module: Module, call: int, method: int, value: Value) -> Iterator[CallSite]:
        owner = self.evaluator.tree.modules.get(value.path)
        if owner is None or value.index < 0:
            return
        for label, kid in operands_of(owner.nodes[value.index]):
            text = owner.text(kid) or ""
            if label in ("provider", "virtual_key") and "cohere" in text.lower():
                sure = Confidence.CONFIRMED if label == "provider" else Confidence.LIKELY
                why = f"{PORTKEY_ROW.path} posts completions for {text} to Generate."
                yield self._made(module, call, method, value, PORTKEY_ROW, why, sure)
                return

    def _made(
        self, module: Module, call: int, method: int, value: Value, row: Framework, why: str, confidence: Confidence
    ) -> CallSite:
        steps = [step_at(module, method), *value.steps]
        owner = self.evaluator.tree.modules.get(value.path)
        if owner is not None and value.index >= 0:
            steps.append(step_at(owner, owner.nodes[value.index].kids[0]))
        return replace(
            made(module, method, row.kind, why, call=call, method=module.nodes[method].text),
            client=row.path,
            confidence=confidence,
            proof=proof_of(self.evaluator.tree, steps),
            arguments=self.arguments.of_call(module, operands_of(module.nodes[call]), ()),
        )
