"""What a `partial` of a Generate method is called with, after it was made: `ask = partial(co.generate, model="…")`."""

from collections.abc import Iterator, Sequence
from itertools import islice

from audits.engine.link.evaluate import Evaluator
from audits.engine.link.tree import Module
from audits.engine.link.uses import FORWARDING, Use
from audits.engine.link.values import Value

_MAKER = "partial"
# Nobody calls one in more places; so many are looked at for that.
_MOST, _LOOKED_AT = 40, 200


def later_uses(
    evaluator: Evaluator, module: Module, uses: Sequence[Use], method: Value
) -> tuple[tuple[Module, Use], ...]:
    """The calls, in any module, of what the `partial` among `uses` gives, and of what hands it its arguments."""
    made = [use.number for use in uses if use.at == 1 and _is_maker(module, use.number)]
    found = {
        (other.path, use.number): (other, use)
        for number in made
        for other, use in islice(_candidates(evaluator, module, number), _LOOKED_AT)
        if use.number not in made and _is(evaluator, other, other.nodes[use.number].kids[use.at], method)
    }
    return tuple(found.values())[:_MOST]


def _is_maker(module: Module, call: int) -> bool:
    name = module.nodes[module.nodes[call].kids[0]].text
    return name == _MAKER or name in module.aliases.get(_MAKER, ())


def _candidates(evaluator: Evaluator, module: Module, number: int) -> Iterator[tuple[Module, Use]]:
    """Calls of the names that the `partial` has, and calls that are handed one of them or it itself."""
    parent = module.parents.get(number, -1)
    if parent >= 0 and module.nodes[parent].op == "call":
        yield from _handed(module, parent, module.nodes[parent].kids.index(number))
    for scope in (row for row in module.scopes if number in row.results and row.kind == "function"):
        yield from ((other, Use(call)) for other, call in evaluator.tree.calls_of_given(scope.name))
    names = {row.name for row in module.bound.get(number, ())} | module.held.get(number, set())
    for other, call in evaluator.tree.calls_spelled(tuple(sorted(names)), makes=False) if names else ():
        yield other, Use(call)
    for name in FORWARDING if names else ():
        for call in module.calls.get(name, ()):
            for at, kid in enumerate(module.nodes[call].kids[1:], 1):
                if module.nodes[kid].op in ("name", "attr") and module.nodes[kid].text in names:
                    yield module, Use(call, at)


def _handed(module: Module, call: int, at: int) -> Iterator[tuple[Module, Use]]:
    forwards = module.nodes[module.nodes[call].kids[0]].text in FORWARDING
    if at == 0 or forwards:
        yield module, Use(call, at)


def _is(evaluator: Evaluator, module: Module, number: int, method: Value) -> bool:
    return any(row.kind == "method" and row.key == method.key for row in evaluator.evaluate(module, number))
