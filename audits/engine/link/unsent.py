"""Bodies that only Generate takes and nothing in sight sends: one function of many that a table picks by provider."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from audits.engine.catalogue.endpoints import NAMES_COHERE
from audits.engine.facts import CallSite, Confidence, Kind, Platform
from audits.engine.filekinds import is_test
from audits.engine.link.arguments import Arguments
from audits.engine.link.bodies import Bodies
from audits.engine.link.evaluate import Evaluator
from audits.engine.link.frames import Place
from audits.engine.link.makers import made, own_modules, proof_of, step_at
from audits.engine.link.tree import Module

# No other vendor's API takes these.
_ONLY = frozenset({"num_generations", "return_likelihoods", "end_sequences"})
_SHOWN = re.compile(r"examples?|schema\w*|json_schema_extra|openapi\w*|properties", re.IGNORECASE)
_MOST = 5


@dataclass(frozen=True, slots=True)
class Unsent:
    """Finds them beside what the tree's uses explain."""

    evaluator: Evaluator
    arguments: Arguments

    def sites(self, found: Iterable[CallSite]) -> Iterator[CallSite]:
        """Those in modules that no use of `found` stands in or leads through, and whose entries none of them passes."""
        told: set[str] = set()
        passed: list[set[str]] = []
        for site in found:
            told |= {site.path, *(step.path for step in site.proof)}
            passed.append({row.name or "" for row in site.arguments})
        for module in own_modules(self.evaluator.tree):
            if module.facts.names_api and module.path not in told and not is_test(module.path):
                for number, sure in _bodies(module):
                    keys = {key for key in module.nodes[number].keys if key in _ONLY} | {"prompt"}
                    if not any(keys <= names for names in passed) and not self._goes_elsewhere(module, number):
                        yield self._made(module, number, sure=sure)

    def _goes_elsewhere(self, module: Module, number: int) -> bool:
        """Is it handed to a method of an object of a library's, which is not one of Generate's?"""
        return any(
            value.kind in ("instance", "client")
            for base in _given_to(module, number)
            for value in self.evaluator.evaluate(module, base)
        )

    def _made(self, module: Module, number: int, *, sure: bool) -> CallSite:
        bedrock = any("bedrock" in name.lower() for name in (module.path, *module.facts.imports))
        why = "The body is one that only Generate takes; what sends it could not be followed."
        return replace(
            made(module, number, Kind.BEDROCK if bedrock else Kind.RAW_HTTP, why),
            platform=Platform.BEDROCK if bedrock else Platform.COHERE,
            confidence=Confidence.LIKELY if sure else Confidence.POSSIBLE,
            arguments=Bodies(self.evaluator, self.arguments).arguments(Place(module, number)),
            proof=proof_of(self.evaluator.tree, (step_at(module, number),)),
        )


def _bodies(module: Module) -> list[tuple[int, bool]]:
    """Dictionaries with a prompt and an entry that is Generate's alone; (number, does the dictionary itself hold it).

    Where none has both, the prompt is spread together with what another function of the module fills in.
    """
    dicts = module.made_by("dict")
    asked = [number for number in dicts if _asks(module, number)]
    sure = [number for number in asked if not _ONLY.isdisjoint(module.nodes[number].keys)]
    if sure:
        return [(number, True) for number in sure[:_MOST]]
    filled = any(row.kind == "item" and row.key in _ONLY for row in module.facts.stores)
    filled = filled or any(not _ONLY.isdisjoint(module.nodes[number].keys) for number in dicts)
    spread = [number for number in asked if filled and "**" in module.nodes[number].keys]
    return [(number, False) for number in spread if _named(module, number)][:_MOST]


def _named(module: Module, number: int) -> bool:
    """Does the module's own name or what stands around the dictionary say that it is Cohere's?"""
    last = module.path.rpartition("/")[2]
    return any(NAMES_COHERE.search(name) for name in (last, module.qualified(module.nodes[number].scope)))


def _given_to(module: Module, number: int) -> Iterator[int]:
    """The objects whose methods take an expression, directly or inside another."""
    at = number
    while (parent := module.parents.get(at)) is not None:
        node = module.nodes[parent]
        callee = module.nodes[node.kids[0]] if node.op == "call" and node.kids[0] != at else None
        if callee is not None and callee.op == "attr":
            yield callee.kids[0]
        at = parent


def _asks(module: Module, number: int) -> bool:
    """Is it a body with a prompt, and no answer, no description of one and no example in a schema?"""
    node = module.nodes[number]
    if "prompt" not in node.keys or "generations" in node.keys:
        return False
    if module.nodes[node.kids[node.keys.index("prompt")]].op == "dict":
        return False
    at = number
    while (parent := module.parents.get(at)) is not None:
        around = module.nodes[parent]
        if around.op == "dict" and any(
            kid == at and _SHOWN.fullmatch(key) for key, kid in zip(around.keys, around.kids, strict=True)
        ):
            return False
        at = parent
    return True
