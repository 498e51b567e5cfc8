"""Addresses of Generate that a module writes down and no request in sight is made to: a person has to follow them.

Where a call takes one together with a prompt, whatever that call does with them, it is a request as far as one can see.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from audits.engine.catalogue.endpoints import COHERE_ADDRESS
from audits.engine.facts import Argument, CallSite, Confidence, Kind
from audits.engine.link.arguments import Arguments
from audits.engine.link.bodies import Bodies
from audits.engine.link.evaluate import Evaluator
from audits.engine.link.frames import Place
from audits.engine.link.makers import made, own_modules, proof_of
from audits.engine.link.senders import keeps, stands_in, takers
from audits.engine.link.tree import Module
from audits.engine.link.values import Step

_MENTION = "The address of Generate stands here; what sends a request to it could not be followed."
_REQUEST = "The call is given the address of Generate and a prompt; what it does with them could not be followed."
_Place = tuple[str, int | None, int]


@dataclass(frozen=True, slots=True)
class Addresses:
    """Finds them beside what the tree's requests explain."""

    evaluator: Evaluator
    arguments: Arguments

    def sites(self, found: Iterable[CallSite]) -> Iterator[CallSite]:
        """One for each whole address that no use of `found` is made of or leads through."""
        told = {place for site in found for place in _places(site)}
        for module in own_modules(self.evaluator.tree):
            for number in _addresses(module):
                line, cell = module.facts.place(module.nodes[number].line)
                if (module.path, cell, line) not in told:
                    site = self._request(module, number)
                    if (site.path, site.span.cell, site.span.line) not in told:
                        told.add((site.path, site.span.cell, site.span.line))
                        yield site

    def nearer(self, calls: Sequence[CallSite]) -> Sequence[CallSite]:
        """The same, without requests of which only the address is told, by an object that somebody makes elsewhere.

        In the place of such a one stands the call that takes the address and a prompt.
        """
        unclear = [site for site in calls if _is_unclear(site)]
        for module in own_modules(self.evaluator.tree) if unclear else ():
            for number in _addresses(module):
                line, cell = module.facts.place(module.nodes[number].line)
                through = [row for row in unclear if row.path != module.path and _leads(row, module.path, cell, line)]
                site = self._request(module, number) if through else None
                if site is not None and site.kind is Kind.RAW_HTTP:
                    calls = [*(row for row in calls if row not in through), site]
        return calls

    def _request(self, module: Module, number: int) -> CallSite:
        """The outermost call that takes the address and a prompt, else the address itself."""
        node = module.nodes[number]
        step = Step(node.text, module.path, node.line)
        proof = proof_of(self.evaluator.tree, (step,))
        for call in sorted(takers(module, number), key=lambda at: -at):
            arguments = self._prompted(module, call)
            if arguments and not keeps(module, call) and not stands_in(self.evaluator, module, call):
                callee = module.nodes[call].kids[0]
                site = made(module, callee, Kind.RAW_HTTP, _REQUEST, call=call, method=module.nodes[callee].text)
                return replace(site, confidence=Confidence.LIKELY, arguments=arguments, proof=proof)
        return replace(made(module, number, Kind.MENTION, _MENTION), callee=node.text, proof=proof)

    def _prompted(self, module: Module, call: int) -> tuple[Argument, ...]:
        """The entries of the first dictionary among a call's operands that holds a prompt, and is no answer."""
        todo = list(module.nodes[call].kids[1:])
        for _ in range(200):
            if not todo:
                break
            number = todo.pop(0)
            node = module.nodes[number]
            if node.op == "dict" and "prompt" in node.keys and "generations" not in node.keys:
                return Bodies(self.evaluator, self.arguments).arguments(Place(module, number))
            todo += node.kids
        return ()


def _is_unclear(site: CallSite) -> bool:
    told = any(argument.name == "prompt" for argument in site.arguments)
    return site.kind is Kind.RAW_HTTP and site.confidence is Confidence.LIKELY and not told


def _leads(site: CallSite, *place: str | int | None) -> bool:
    return any((step.path, step.cell, step.line) == place for step in site.proof)


def _addresses(module: Module) -> Iterator[int]:
    for number in module.made_by("str"):
        if "enerate" in (text := module.nodes[number].text) and COHERE_ADDRESS.fullmatch(text):
            yield number


def _places(site: CallSite) -> Iterator[_Place]:
    """The lines that a use covers, and those of its proof."""
    yield from ((site.path, site.span.cell, line) for line in range(site.span.line, site.span.end_line + 1))
    yield from ((step.path, step.cell, step.line) for step in site.proof)
