"""Calls of a Generate method inside the tree's function or class that it is handed to: `score(rows, co.generate)`."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice

from audits.engine.link.evaluate import Evaluator
from audits.engine.link.module import told_once
from audits.engine.link.tree import Module
from audits.engine.link.uses import Use
from audits.engine.link.values import Value

# A taker calls what it is given in few places; so many of its calls are looked at.
_MOST, _LOOKED_AT = 10, 200


def calls_inside(
    evaluator: Evaluator, module: Module, uses: Sequence[Use], method: Value
) -> tuple[tuple[Module, Use], ...]:
    """The calls of the method by whom `uses` hand it to, in whatever module; none where a library takes it."""
    found = (
        (owner, Use(call))
        for owner, call in islice(_candidates(evaluator, module, uses), _LOOKED_AT)
        if any(row.kind == "method" and row.key == method.key for row in _called(evaluator, owner, call))
    )
    return tuple(dict.fromkeys(islice(found, _MOST)))


def _called(evaluator: Evaluator, module: Module, call: int) -> tuple[Value, ...]:
    return evaluator.evaluate(module, module.nodes[call].kids[0])


def _candidates(evaluator: Evaluator, module: Module, uses: Sequence[Use]) -> Iterator[tuple[Module, int]]:
    """Calls of a name or an attribute in the body of each function and class that is handed the method."""
    for use in uses:
        for taker in _called(evaluator, module, use.number) if use.at > 0 and not use.forwards(module) else ():
            owner = evaluator.tree.modules.get(taker.path)
            if owner is None or taker.kind not in ("function", "class"):
                continue
            yield from ((owner, call) for call in _may_call(owner).get(taker.index, ()))


@told_once
def _may_call(module: Module) -> dict[int, list[int]]:
    """By each function and class the first calls in it that may be of what it is given: many may be given something."""
    found: dict[int, list[int]] = defaultdict(list)
    names = [{row.name for row in scope.parameters} for scope in module.scopes]
    for call, node in enumerate(module.nodes):
        callee, scope = module.nodes[node.kids[0]] if node.op == "call" else node, node.scope
        while node.op == "call" and scope > 0:
            told = callee.op == "attr" if module.scopes[scope].kind == "class" else callee.text in names[scope]
            if told and len(found[scope]) < _LOOKED_AT:
                found[scope].append(call)
            scope = module.scopes[scope].parent
    return dict(found)
