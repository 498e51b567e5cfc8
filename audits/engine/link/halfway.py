"""Half migrations on receivers that the tree does not resolve: the name, the arguments and the file have to tell."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from audits.engine.catalogue import dead_model
from audits.engine.catalogue.halfway import GENERATE_ONLY
from audits.engine.facts import Argument, CallSite, Confidence, Kind
from audits.engine.link.arguments import Arguments, operands_of, render
from audits.engine.link.chats import CHAT_METHODS
from audits.engine.link.evaluate import Evaluator
from audits.engine.link.guess import TELLING, known, names_cohere, names_some_client
from audits.engine.link.makers import literal_of, made, outermost, own_modules, proof_of, step_at
from audits.engine.link.models import Models
from audits.engine.link.tree import Module
from audits.engine.link.uses import reads_of

# Neither Chat takes them.
_NEITHER = GENERATE_ONLY["v1"] & GENERATE_ONLY["v2"]


@dataclass(slots=True)
class Halfway:
    """Finds calls of `chat` on what only its name shows to be a client."""

    evaluator: Evaluator
    arguments: Arguments
    models: Models

    def sites(self) -> Iterator[CallSite]:
        """All sites of one tree."""
        for module in own_modules(self.evaluator.tree):
            for number in module.attributes_named(CHAT_METHODS) if module.facts.names_api else ():
                call = module.parents.get(number, -1)
                if call >= 0 and module.nodes[call].op == "call" and module.nodes[call].kids[0] == number:
                    yield from self._judged(module, number, call)

    def _judged(self, module: Module, number: int, call: int) -> Iterator[CallSite]:
        base = module.nodes[number].kids[0]
        if module.nodes[base].op == "attr" and module.nodes[base].text == "v2":
            base = module.nodes[base].kids[0]
        name = module.nodes[base].text
        if module.nodes[base].op not in ("name", "attr") or known(self.evaluator, module, base):
            return
        named = names_cohere(name)
        if not (named or names_some_client(name)) or (name in ("self", "cls")):
            return
        operands = operands_of(module.nodes[call])
        arguments = self.arguments.of_call(module, operands, ("message",))
        sure = Confidence.LIKELY if named else Confidence.POSSIBLE
        who = (
            f"The name `{name}` says Cohere" if named else f"Nothing here says what `{name}` is; the file names Cohere"
        )
        told = self._call(module, operands, arguments, named=named)
        if told is not None:
            kind, why = told
            site = made(module, number, kind, f"{who}: {why}", call=call, method=module.nodes[number].text)
            proof = proof_of(self.evaluator.tree, (step_at(module, number),))
            yield replace(site, confidence=sure, arguments=arguments, proof=proof)
        for read in reads_of(module, call):
            why = f"{who}, and the response of chat() has no `.generations`."
            site = made(module, read, Kind.HALF_MIGRATED, why, method="chat")
            proof = proof_of(self.evaluator.tree, (step_at(module, read), step_at(module, number)))
            yield replace(site, confidence=sure, callee=render(module, outermost(module, read)), proof=proof)

    def _call(
        self, module: Module, operands: Sequence[tuple[str, int]], arguments: tuple[Argument, ...], *, named: bool
    ) -> tuple[Kind, str] | None:
        wrong = [row.name for row in arguments if row.name in (_NEITHER if named else _NEITHER & TELLING)]
        if wrong:
            shown = ", ".join(f"`{name}`" for name in dict.fromkeys(wrong))
            return Kind.HALF_MIGRATED, f"chat() takes no {shown}."
        model = literal_of(arguments, ("model",)) or self.models.of(module, operands)[0] or ""
        gone = dead_model(model)
        if gone is not None and (named or model.startswith(("command", "cohere.command"))):
            return Kind.DEAD_MODEL, f"the model {model} no longer answers."
        return None
