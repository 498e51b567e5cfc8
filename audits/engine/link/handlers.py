"""Frameworks that call a SageMaker endpoint with a payload that the project's own content handler builds."""

from collections.abc import Iterator

from audits.engine.catalogue.endpoints import FITTING_KEYS, TELLING_KEYS
from audits.engine.facts import Argument, Confidence, Kind, Platform
from audits.engine.link.arguments import Arguments
from audits.engine.link.bodies import Bodies
from audits.engine.link.evaluate import Evaluator
from audits.engine.link.found import Found, reads_generations, shown_step
from audits.engine.link.frames import Place
from audits.engine.link.reads import outermost, read_at
from audits.engine.link.tree import Module
from audits.engine.link.values import Step, Value

_CLASS = "SagemakerEndpoint"
_BUILDS, _READS = "transform_input", "transform_output"


class Handlers:
    """Finds constructions of such an endpoint whose handler speaks Generate."""

    def __init__(self, evaluator: Evaluator, bodies: Bodies, arguments: Arguments) -> None:
        self._evaluator = evaluator
        self._bodies = bodies
        self._arguments = arguments

    def found(self, module: Module) -> Iterator[Found]:
        """The constructions in one module."""
        for number in module.calls.get(_CLASS, ()):
            named = self._bodies.operands(Place(module, number))[1]
            handler = named.get("content_handler")
            values = self._evaluator.evaluate(module, handler.number) if handler is not None else ()
            for value in values:
                if value.kind == "object":
                    row = self._judged(module, number, value, named.get("model_kwargs"))
                    if row is not None:
                        yield row
                        break

    def _judged(self, module: Module, number: int, value: Value, options: Place | None) -> Found | None:
        owner = self._evaluator.tree.modules[value.path]
        built = [row for result in self._results(owner, value, _BUILDS) for row in self._bodies.arguments(result)]
        found = {row.name: row for row in built}
        if options is not None:
            # The framework hands them to the handler, which lays them over its payload.
            found.pop("**", None)
            found |= {row.name: row for row in self._bodies.arguments(options)}
        keys = {name for name in found if name}
        reads = tuple(
            read_at(owner, outermost(owner, at))
            for at in self._inside(owner, value, _READS)
            if reads_generations(owner, at)
        )
        strangers = keys - TELLING_KEYS - FITTING_KEYS - {"prompt", "**"}
        if "prompt" not in keys or strangers or not (reads or len(keys & TELLING_KEYS) > 1):
            return None
        if not (module.facts.names_api or owner.facts.names_api):
            return None
        why = f"A SageMaker endpoint whose {value.name} sends a prompt"
        why += " and reads `generations`." if reads else " with Generate's keys."
        steps = (shown_step(module, number), Step(value.name, owner.path, owner.scopes[value.index].line))
        arguments: tuple[Argument, ...] = tuple(found.values())
        place = (module, number, Kind.SAGEMAKER, Platform.SAGEMAKER)
        return Found(*place, Confidence.LIKELY, why, arguments, steps, reads)

    def _results(self, owner: Module, value: Value, name: str) -> Iterator[Place]:
        for row in owner.bindings.get((value.index, name), ()):
            if row.how == "def":
                yield from (Place(owner, result) for result in owner.scopes[row.node].results)

    def _inside(self, owner: Module, value: Value, name: str) -> Iterator[int]:
        for row in owner.bindings.get((value.index, name), ()):
            if row.how == "def":
                yield from (at for at, node in enumerate(owner.nodes) if owner.function_of(node.scope) == row.node)
