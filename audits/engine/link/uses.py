"""Where a Generate method is named, and the call through which its arguments reach it."""

from collections.abc import Iterator
from dataclasses import dataclass

from audits.engine.catalogue import METHODS
from audits.engine.extract.interesting import PARAMETERS
from audits.engine.link.arguments import operands_of
from audits.engine.link.constants import texts_of
from audits.engine.link.tree import Module, Tree

FORWARDING = frozenset(
    {
        "to_thread",
        "submit",
        "partial",
        "run_sync",
        "run_in_executor",
        "run_in_threadpool",
        "apply_async",
        "methodcaller",
        "add_task",
        "enqueue",
    }
)
# Makes a method of a method of a class: the client comes with the call.
BINDING = "partialmethod"
# Functions that are given a method to look at it, and never call it: Python's own, and those of these modules.
_LOOKING = frozenset({"callable", "hash", "id", "isinstance", "repr", "type"})
_INSPECTING = frozenset(
    {
        "getdoc",
        "getsource",
        "isasyncgenfunction",
        "iscoroutinefunction",
        "isfunction",
        "isgeneratorfunction",
        "ismethod",
        "signature",
    }
)
_INSPECTORS = frozenset({"inspect", "asyncio"})
# `Thread(target=method, args=(…), kwargs={…})`
_HANDING = {"args": "*", "kwargs": "**", "kwds": "**"}


@dataclass(frozen=True, slots=True)
class Use:
    """The call `number` calls the method (`at` 0) or is handed it as operand `at` (from 1)."""

    number: int
    at: int = 0

    def forwards(self, module: Module) -> bool:
        """Does the call only pass on what stands beside the method?"""
        return module.nodes[module.nodes[self.number].kids[0]].text in FORWARDING

    def operands(self, module: Module) -> list[tuple[str, int]]:
        """The (label, node) pairs that belong to the method."""
        node = module.nodes[self.number]
        if self.at == 0:
            return operands_of(node)
        handed = [(_HANDING[label], number) for label, number in operands_of(node) if label in _HANDING]
        if handed:
            return handed
        forwards = self.forwards(module)
        rest = operands_of(node, self.at)
        before = operands_of(node)[: self.at - 1]
        named = [(label, number) for label, number in (*before, *rest) if label in PARAMETERS or label == "**"]
        return [row for row in rest if row in named or (forwards and row[0] in ("", "*"))] if forwards else named


def candidates(module: Module, tree: Tree | None = None) -> Iterator[int]:
    """Attributes with a Generate method's name, and `getattr` with it as a constant, an imported one too in `tree`."""
    for number in module.attributes_named(METHODS):
        parent = module.parents.get(number)
        if (parent is None or module.nodes[parent].op != "attr" or _is_call_of(module, parent)) and not _is_looked_at(
            module, number
        ):
            yield number
    met = dict.fromkeys(_by_name(module, tree))
    yield from met
    # The call of a `getattr` is what a call gives, too.
    yield from (number for number in _got(module, tree) if number not in met)


def _by_name(module: Module, tree: Tree | None) -> Iterator[int]:
    """What is called by the name of `getattr` or `methodcaller`, with a Generate method's name as a constant."""
    for at, names in ((2, ("getattr",)), (1, _method_callers(module))):
        for number in (call for name in names for call in module.calls.get(name, ())):
            kids = module.nodes[number].kids
            if len(kids) > at and _names_method(module, kids[at], tree) and not _is_looked_at(module, number):
                yield number


def _got(module: Module, tree: Tree | None) -> Iterator[int]:
    """Where `tree` holds an `attrgetter`: calls of one, of what one is kept under, and of what a call gives."""
    names = tree.getter_names if tree is not None else module.getter_names
    found = {
        call
        for name in names
        for alias in (name, *module.aliases.get(name, ()))
        for call in module.calls.get(alias, ())
    }
    for calls in module.calls.values() if names else ():
        found.update(
            at
            for call in calls
            if module.nodes[inner := module.nodes[call].kids[0]].op == "call"
            for at in (call, inner)
        )
    yield from sorted(found)


def _is_call_of(module: Module, number: int) -> bool:
    """Is it `method.__call__`, which is the method again?"""
    return module.nodes[number].op == "attr" and module.nodes[number].text == "__call__"


def _is_looked_at(module: Module, number: int) -> bool:
    """Is the method asked about (`callable(co.generate)`), not called?"""
    parent = module.parents.get(number, -1)
    node = module.nodes[parent] if parent >= 0 else None
    if node is None or node.op != "call" or node.kids[0] == number:
        return False
    callee = module.nodes[node.kids[0]]
    if callee.op == "attr":
        return callee.text in _INSPECTING and module.dotted(callee.kids[0]) in _INSPECTORS
    own = module.bindings.get((0, callee.text), ())
    if callee.text in _INSPECTING:
        return any(row.how == "import" and row.detail.partition(":")[0] in _INSPECTORS for row in own)
    return callee.op == "name" and callee.text in _LOOKING and not own


def _names_method(module: Module, number: int, tree: Tree | None) -> bool:
    return not METHODS.keys().isdisjoint(texts_of(module, number, tree))


def uses_of(module: Module, number: int) -> list[Use]:
    """The calls through which arguments reach the method named at `number`; none where only a variable holds it."""
    if is_method_caller(module, number):
        return [Use(number, 1)]
    parent = module.parents.get(number)
    while parent is not None and (module.nodes[parent].op == "either" or _is_call_of(module, parent)):
        number, parent = parent, module.parents.get(parent)
    if parent is not None and module.nodes[parent].op == "call":
        return [Use(parent, module.nodes[parent].kids.index(number))]
    names = {row.name for row in module.bound.get(number, ())} | module.held.get(number, set())
    return [Use(call) for name in sorted(names) for call in module.calls.get(name, ())]


def takes_client(module: Module, number: int) -> bool:
    """Is a method of a class, named at `number`, called with a client, or handed to what calls it with one?"""
    uses = uses_of(module, number)
    if any(module.nodes[module.nodes[use.number].kids[0]].text == BINDING for use in uses):
        return True
    first = (label for use in uses for label, _ in use.operands(module)[:1])
    return any(label in ("", "*") for label in first)


def is_method_caller(module: Module, number: int) -> bool:
    """Is this `operator.methodcaller("generate", …)`, under a name that an import may have given it?"""
    node = module.nodes[number]
    return node.op == "call" and module.nodes[node.kids[0]].text in _method_callers(module)


def _method_callers(module: Module) -> tuple[str, ...]:
    """The names that `operator.methodcaller` has in a module."""
    return ("methodcaller", *sorted(module.aliases.get("methodcaller", ())))


def is_awaited(module: Module, call: int) -> bool:
    """Does the call stand right behind `await`?"""
    parent = module.parents.get(call)
    return parent is not None and module.nodes[parent].op == "await"


def reads_of(module: Module, call: int) -> Iterator[int]:
    """`.generations` of a call's result: at once, or of the name that it is bound to in the same scope."""
    parent = module.parents.get(call, -1)
    if parent >= 0 and module.nodes[parent].op == "await":
        call, parent = parent, module.parents.get(parent, -1)
    if parent >= 0 and module.nodes[parent].op == "attr":
        yield from (parent,) if module.nodes[parent].text == "generations" else ()
        return
    if call in module.bound:
        yield from module.generations.get(call, ())
