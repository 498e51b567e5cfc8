"""A function that a task queue runs: `ask.delay("…")`, `ask.apply_async(("…",), {"k": 3})`, `ask.remote("…")`.

The names are those of Celery (docs.celeryq.dev/en/stable/userguide/calling.html), Dramatiq, Huey, Prefect,
Procrastinate, Ray and TaskIQ. What a decorator makes of a function is not looked into: a name counts where the function
is one of the project's own, and decorated.
"""

from collections.abc import Iterable, Iterator

from audits.engine.link.arguments import operands_of
from audits.engine.link.evaluate import Evaluator
from audits.engine.link.tree import Module

# They take the function's own arguments.
_PLAIN = frozenset({"defer", "defer_async", "delay", "delay_on_commit", "kiq", "remote", "s", "send", "si", "submit"})
# They take these as a tuple and a dictionary, by place or by name, beside options of their own.
_PACKED = frozenset({"apply", "apply_async", "schedule", "send_with_options", "signature", "subtask"})
_METHODS = tuple(sorted(_PLAIN | _PACKED))
_LABELS = ("*", "**")
_NAMED = {"args": "*", "kwargs": "**"}


def calls_of_tasks(
    evaluator: Evaluator, callers: Iterable[Module], owner: Module, scope: int
) -> Iterator[tuple[Module, int, int]]:
    """(module, call, how many first parameters it does not write) of each call of a function through its task."""
    row = owner.scopes[scope]
    if owner.scopes[row.parent].kind == "class" or not row.decorators:
        return
    bound = int(bool(row.parameters) and row.parameters[0].name == "self")
    for caller in callers:
        for call in (call for name in _METHODS for call in caller.calls.get(name, ())):
            number = task_at(caller, caller.nodes[call].kids[0], row.name)
            values = evaluator.evaluate(caller, number) if number is not None else ()
            if any((value.path, value.index) == (owner.path, scope) for value in values):
                yield caller, call, bound


def task_at(module: Module, number: int, name: str) -> int | None:
    """The task of the method `number`, where it is one that calls the function `name`."""
    node = module.nodes[number]
    return node.kids[0] if node.op == "attr" and node.text != name and node.text in _METHODS else None


def operands_for(module: Module, call: int) -> list[tuple[str, int]]:
    """The (label, node) pairs that a task's method hands on to its function."""
    node = module.nodes[call]
    operands = operands_of(node)
    if module.nodes[node.kids[0]].text in _PLAIN:
        return operands
    placed = zip(_LABELS, (number for label, number in operands if label == ""), strict=False)
    return [*placed, *((_NAMED[label], number) for label, number in operands if label in _NAMED)]
