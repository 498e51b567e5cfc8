"""Calls that have a function run elsewhere, with the arguments behind it: `pool.submit(ask, prompt, model)`."""

from collections.abc import Iterator
from itertools import islice

from audits.engine.link.evaluate import Evaluator
from audits.engine.link.tree import Module

# By name, the place of the function among what the call passes.
_RUNNERS = {"submit": 1, "to_thread": 1, "run_sync": 1, "run_in_threadpool": 1, "add_task": 1, "run_in_executor": 2}
_MOST = 12


def handed_calls(evaluator: Evaluator, module: Module, scope: int) -> list[tuple[Module, int, int]]:
    """The calls that hand a function on, as (module, call, how many first parameters it does not write)."""
    return evaluator.once(
        ("handed", module.path, scope), lambda: list(islice(_handed(evaluator, module, scope), _MOST))
    )


def _handed(evaluator: Evaluator, module: Module, scope: int) -> Iterator[tuple[Module, int, int]]:
    name = module.scopes[scope].name
    method = module.scopes[module.scopes[scope].parent].kind == "class"
    for caller, call, at in evaluator.once(("runs",), lambda: list(_running(evaluator))):
        number = caller.nodes[call].kids[at]
        if caller.nodes[number].text == name or name in caller.aliases:
            made = evaluator.evaluate(caller, number)
            if any((row.kind, row.path, row.index) == ("function", module.path, scope) for row in made):
                bound = method and caller.nodes[number].op == "attr"
                yield caller, call, int(bound) - at


def _running(evaluator: Evaluator) -> Iterator[tuple[Module, int, int]]:
    for caller in evaluator.tree.modules.values():
        for name, at in _RUNNERS.items():
            for call in caller.calls.get(name, ()):
                row = caller.nodes[call]
                if len(row.kids) > at and set(row.keys[:at]) == {""}:
                    yield caller, call, at
