"""A use that no SDK makes, on its way to a call site."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from audits.engine.facts import Argument, CallSite, Confidence, Kind, Platform, ProofStep, ResponseRead, Span
from audits.engine.link.arguments import render
from audits.engine.link.eras import Eras
from audits.engine.link.reads import outermost, read_at
from audits.engine.link.tree import Module, Tree
from audits.engine.link.uses import is_awaited
from audits.engine.link.values import Step

_READS = 20


@dataclass(frozen=True, slots=True)
class Found:
    """The call `number` in `module` sends a Generate request."""

    module: Module
    number: int
    kind: Kind
    platform: Platform
    confidence: Confidence
    why: str
    arguments: tuple[Argument, ...] = ()
    steps: tuple[Step, ...] = ()
    reads: tuple[ResponseRead, ...] = ()

    @property
    def place(self) -> tuple[str, int]:
        """What makes two of them the same."""
        return self.module.path, self.number


def site_of(found: Found, tree: Tree, eras: Eras, reads: Sequence[ResponseRead], answers: Sequence[int]) -> CallSite:
    """The call site; its line is that of the name that is called.

    `reads` are those that lead back to the call, `answers` those of `answers_in` its module that lead nowhere.
    """
    module, node = found.module, found.module.nodes[found.number]
    callee = module.nodes[node.kids[0]]
    line, cell = module.facts.place(callee.line)
    end, _ = module.facts.place(max(node.end, callee.line))
    return CallSite(
        path=module.path,
        span=Span(line, end, callee.column, cell),
        scope=module.qualified(node.scope),
        callee=render(module, node.kids[0]),
        method=callee.text,
        kind=found.kind,
        client=None,
        platform=found.platform,
        confidence=found.confidence,
        why=found.why,
        proof=tuple(_proof(tree, step) for step in found.steps[:12] or (shown_step(module, found.number),)),
        arguments=found.arguments,
        reads=tuple(dict.fromkeys((*found.reads, *reads, *_reads(module, found.number, answers)))),
        era=eras.of(module),
        awaited=is_awaited(module, found.number),
    )


def shown_step(module: Module, call: int) -> Step:
    """The step that shows a call by the name that it calls."""
    callee = module.nodes[call].kids[0]
    return Step(module.shown(callee), module.path, module.nodes[callee].line)


def _proof(tree: Tree, step: Step) -> ProofStep:
    line, cell = tree.modules[step.path].facts.place(step.line)
    return ProofStep(step.text, step.path, line, cell)


def _reads(module: Module, call: int, answers: Sequence[int]) -> Iterator[ResponseRead]:
    """`…["generations"]` further down in the function (or the top level) that sends."""
    function = module.function_of(module.nodes[call].scope)
    later = (at for at in answers if at > call and module.function_of(module.nodes[at].scope) == function)
    yield from (read_at(module, outermost(module, at)) for at in islice(later, _READS))


def answers_in(module: Module) -> tuple[int, ...]:
    """The expressions that take "generations" out of a parsed answer."""
    reading = (*module.made_by("sub"), *module.calls.get("get", ()))
    return tuple(number for number in sorted(reading) if reads_generations(module, number))


def reads_generations(module: Module, number: int) -> bool:
    """Does this expression take "generations" out of a parsed answer?"""
    node = module.nodes[number]
    if node.op == "sub" and len(node.kids) == 2:
        return module.nodes[node.kids[1]].text == "generations"
    if node.op == "call" and len(node.kids) > 1 and module.nodes[node.kids[0]].text == "get":
        return module.nodes[node.kids[1]].text == "generations"
    return False


def is_whole(row: Found) -> bool:
    """Cohere's own address, and a prompt: enough to believe a call whose name says nothing."""
    return row.platform is Platform.COHERE and any(argument.name == "prompt" for argument in row.arguments)
