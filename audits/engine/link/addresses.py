"""Addresses of Generate that a module writes down and no request in sight is made to: a person has to follow them."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from audits.engine.catalogue.endpoints import COHERE_ADDRESS
from audits.engine.facts import CallSite, Kind
from audits.engine.link.makers import made, own_modules, proof_of
from audits.engine.link.tree import Module, Tree
from audits.engine.link.values import Step

_WHY = "The address of Generate stands here; what sends a request to it could not be followed."
_Place = tuple[str, int | None, int]


def unfollowed(tree: Tree, found: Iterable[CallSite]) -> Iterator[CallSite]:
    """A mention for each whole address that no use of `found` is made of or leads through."""
    told = {place for site in found for place in _places(site)}
    for module in own_modules(tree):
        for number in _addresses(module):
            site = made(module, number, Kind.MENTION, _WHY)
            if (site.path, site.span.cell, site.span.line) not in told:
                step = Step(module.nodes[number].text, module.path, module.nodes[number].line)
                yield replace(site, callee=module.nodes[number].text, proof=proof_of(tree, (step,)))


def _addresses(module: Module) -> Iterator[int]:
    for number, node in enumerate(module.nodes):
        if node.op == "str" and "enerate" in node.text and COHERE_ADDRESS.fullmatch(node.text):
            yield number


def _places(site: CallSite) -> Iterator[_Place]:
    """The lines that a use covers, and those of its proof."""
    yield from ((site.path, site.span.cell, line) for line in range(site.span.line, site.span.end_line + 1))
    yield from ((step.path, step.cell, step.line) for step in site.proof)
