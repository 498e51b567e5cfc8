"""Where the id of a model that is gone is written down, where a call takes it from elsewhere."""

from dataclasses import dataclass, replace

from audits.engine.catalogue import dead_model
from audits.engine.facts import Argument, CallSite, Kind
from audits.engine.link import proof
from audits.engine.link.arguments import render
from audits.engine.link.evaluate import Evaluator
from audits.engine.link.makers import proof_of
from audits.engine.link.models import Models
from audits.engine.link.tree import Module
from audits.engine.link.uses import uses_of

_NAMES = ("model", "model_id", "model_name")


@dataclass(frozen=True, slots=True)
class ModelLines:
    """Adds to the proofs of one tree's uses the lines of defaults that name such a model."""

    evaluator: Evaluator

    def shown(self, site: CallSite) -> CallSite:
        """The same use, with the line of its model, unless the call writes it; first where that is the fault."""
        module = self.evaluator.tree.modules.get(site.path)
        model = next((row for row in site.arguments if row.name in _NAMES and _is_gone(row)), None)
        number = module.at(site.span.line, site.span.cell, site.span.column) if module and model else None
        if module is None or model is None or number is None or not site.proof:
            return site
        operands = [row for use in uses_of(module, number) for row in use.operands(module)]
        named = [("model", node) for _, node in operands if _source(module, node) == model.source]
        models = Models(self.evaluator)
        if models.of(module, named or operands)[0] != model.literal:
            return site
        steps = proof.elsewhere(models.written(str(model.literal)), module, operands)
        fresh = tuple(step for step in proof_of(self.evaluator.tree, steps) if step not in site.proof)
        return replace(site, proof=(*fresh, *site.proof) if site.kind is Kind.DEAD_MODEL else (*site.proof, *fresh))


def _is_gone(argument: Argument) -> bool:
    return isinstance(argument.literal, str) and dead_model(argument.literal) is not None


def _source(module: Module, number: int) -> str:
    return module.sources.get(number) or render(module, number)
