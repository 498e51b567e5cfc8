"""What the finders share: a call's or an expression's place as a `CallSite`, and proof steps for a reader."""

from collections.abc import Iterable

from audits.engine.facts import Argument, CallSite, Confidence, Kind, Platform, ProofStep, Span
from audits.engine.filekinds import is_installed
from audits.engine.link.arguments import render
from audits.engine.link.proof import brief
from audits.engine.link.tree import Module, Tree
from audits.engine.link.uses import is_awaited
from audits.engine.link.values import Step

LEVELS = (Confidence.CONFIRMED, Confidence.LIKELY, Confidence.POSSIBLE)


def own_modules(tree: Tree) -> Iterable[Module]:
    """The modules that the repository's people write: no copy of the SDK, no checked-in environment."""
    return [row for row in tree.modules.values() if not tree.vendored(row.path) and not is_installed(row.path)]


def made(module: Module, number: int, kind: Kind, why: str, *, call: int = -1, method: str = "") -> CallSite:
    """A site at expression `number`, ending with `call` where one is given; nothing but its place is filled in."""
    node = module.nodes[number]
    line, cell = module.facts.place(node.line)
    end, _ = module.facts.place(max(node.end, module.nodes[call].end if call >= 0 else 0))
    return CallSite(
        path=module.path,
        span=Span(line, end, node.column, cell),
        scope=module.qualified(node.scope),
        callee=render(module, number),
        method=method,
        kind=kind,
        client=None,
        platform=Platform.COHERE,
        confidence=Confidence.CONFIRMED,
        why=why,
        awaited=call >= 0 and is_awaited(module, call),
    )


def proof_of(tree: Tree, steps: Iterable[Step]) -> tuple[ProofStep, ...]:
    """The steps with the places as a reader counts them."""
    found = []
    for step in dict.fromkeys(steps):
        line, cell = tree.modules[step.path].facts.place(step.line)
        found.append(ProofStep(step.text, step.path, line, cell))
    return tuple(found)


def step_at(module: Module, number: int) -> Step:
    """The hop that an expression is, as names only."""
    return Step(brief(module, number), module.path, module.nodes[number].line)


def outermost(module: Module, number: int) -> int:
    """The longest chain of attributes and items that begins with an expression; a method that it calls is left out."""
    while True:
        parent = module.parents.get(number)
        if parent is None or module.nodes[parent].op not in ("attr", "sub") or module.nodes[parent].kids[0] != number:
            return number
        around = module.parents.get(parent)
        if around is not None and module.nodes[around].op == "call" and module.nodes[around].kids[0] == parent:
            return number
        number = parent


def literal_of(arguments: Iterable[Argument], names: Iterable[str]) -> str | None:
    """The text of the first argument of one of these names that is a constant text."""
    by_name = {row.name: row for row in arguments if row.is_literal}
    return next((row.literal for name in names if (row := by_name.get(name)) and isinstance(row.literal, str)), None)
