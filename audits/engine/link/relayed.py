"""Arguments that reach a function through another one: `submit(ask, co)`, `run(ask, co)`, `fn(*rest)`."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property

from audits.engine.extract.model import Node
from audits.engine.link.externals import COLUMNS
from audits.engine.link.passing import Passing
from audits.engine.link.tree import Module
from audits.engine.link.values import Value

_LIMIT = 20
# Their function is the second operand.
_SECOND = frozenset({"run_in_executor", "call_later", "call_at", "Timer"})
# They are known to call the function with what follows it; whatever else is handed a function may.
_KNOWN = _SECOND | frozenset(
    [
        *("submit", "to_thread", "run_sync", "run_in_threadpool", "add_task", "call_soon", "call_soon_threadsafe"),
        "start_new_thread",
    ]
)
# They call it with each item of what follows, or with what `args` and `kwargs` hold.
_EACH = frozenset({"map", "filter", "starmap", "imap", "imap_unordered", "map_async"})
_PACKED = frozenset({"apply", "apply_async", "Thread", "Process", "Timer", "start_new_thread"})
_HELD = ("client", "object", "instance")
Operand = tuple[str, Module, int]


class Relayed(Passing):
    """Adds to a parameter what other functions, here or in libraries, are given for it."""

    def _passed_in(self, module: Module, scope: int, index: int, made: Value | None) -> Iterator[Value]:
        found = list(super()._passed_in(module, scope, index, made))
        yield from found
        if made is None and not any(value.kind in _HELD for value in found):
            position = index - self._shift(module, scope)
            for caller, call, operands, doubt in self._relays(module, scope):
                for value in self.matching(module, scope, index, position, (caller, call), operands):
                    yield value.doubted(doubt)
            for caller, call in self._decorating(module, module.scopes[scope].decorators):
                operands = list(self._operands(caller, caller.nodes[call]))
                yield from self.matching(module, scope, index, index, (caller, call), operands)

    def matching(
        self,
        module: Module,
        scope: int,
        index: int,
        position: int,
        call: tuple[Module, int],
        operands: Iterable[Operand],
        made: Value | None = None,
    ) -> Iterator[Value]:
        """What a call gives a parameter; one of several that it passes to one of several functions is doubtful."""
        found = list(super().matching(module, scope, index, position, call, operands, made))
        kinds = {value.kind for value in found}
        mixed = "client" in kinds and len(kinds) > 1 and self._is_one_of_several(*call)
        yield from (value.doubted(2) if mixed and value.kind == "client" else value for value in found)

    def _is_one_of_several(self, caller: Module, call: int) -> bool:
        """Does a call by another name than their own stand for several functions or classes?"""
        values = self.evaluate(caller, caller.nodes[call].kids[0])
        targets = {value.key[1:]: value.name for value in values if value.kind in ("function", "class")}
        text = caller.nodes[caller.nodes[call].kids[0]].text
        return len(targets) > 1 and text not in targets.values()

    def _decorating(self, module: Module, decorators: tuple[int, ...]) -> Iterator[tuple[Module, int]]:
        """The calls by which a decorator of the tree calls what it decorates: `return fn(Client(), *args)`."""
        for number in decorators:
            node = module.nodes[number]
            copies = node.op == "call" and module.nodes[node.kids[0]].text == "wraps"
            for value in self.evaluate(module, number) if not copies else ():
                owner = self.tree.modules[value.path] if value.kind == "function" else module
                taken = owner.scopes[value.index].parameters[:1] if value.kind == "function" else ()
                for call in (call for row in taken for call in owner.calls.get(row.name, ())):
                    inner = owner.nodes[call]
                    if owner.nodes[inner.kids[0]].op == "name" and _within(owner, inner.scope, value.index):
                        yield owner, call

    def _shift(self, module: Module, scope: int) -> int:
        row = module.scopes[scope]
        return int(module.scopes[row.parent].kind == "class" and not self._static(module, scope))

    def _relays(self, module: Module, scope: int) -> Iterator[tuple[Module, int, list[Operand], int]]:
        """(module, call, operands, doubt) of the calls that are handed the function together with its arguments."""
        if module.scopes[scope].kind == "lambda":
            yield from self._of_lambda(module, scope)
        for caller, call, at in self._handing(module, scope):
            yield from ((caller, call, way, doubt) for way, doubt in self._handed_on(caller, call, at))

    def running(self, module: Module, scope: int) -> list[tuple[Module, int, int]]:
        """The calls that have a function run with the operands behind it: `pool.submit(ask, prompt, model)`.

        As (module, call, how many first parameters of the function the call does not write); below 0 are operands
        before them.
        """
        return self.once(("running", module.path, scope), lambda: list(self._find_running(module, scope)))

    def _find_running(self, module: Module, scope: int) -> Iterator[tuple[Module, int, int]]:
        for caller, call, at in self._handing(module, scope):
            node = caller.nodes[call]
            name = caller.nodes[node.kids[0]].text
            if name in _KNOWN - _PACKED and at == 1 + (name in _SECOND) and set(node.keys[:at]) == {""}:
                bound = caller.nodes[node.kids[at]].op == "attr"
                yield caller, call, (self._shift(module, scope) if bound else 0) - at

    def _handing(self, module: Module, scope: int) -> Iterator[tuple[Module, int, int]]:
        """The calls that a function is handed to, and which operand it is."""
        targets = self._targets(module, scope) if module.scopes[scope].kind == "function" else set()
        names = {self.tree.modules[path].scopes[at].name for path, at in targets} - {"__init__"}
        rows = [row for name in sorted(names) for row in self._handed_functions.get(name, ())]
        for caller, call, at in rows[:_LIMIT]:
            values = self.evaluate(caller, caller.nodes[call].kids[at])
            if any(value.kind in ("function", "class") and (value.path, value.index) in targets for value in values):
                yield caller, call, at

    def _of_lambda(self, module: Module, scope: int) -> Iterator[tuple[Module, int, list[Operand], int]]:
        """`map(lambda c: …, clients)`, `max(clients, key=lambda c: …)`: a lambda that a call is given, or is of."""
        number = module.lambdas.get(scope, -1)
        call = module.parents.get(number, -1)
        node = module.nodes[call] if call >= 0 else None
        if node is not None and node.op == "call" and node.kids[0] == number:
            yield module, call, list(self._operands(module, node)), 0
        if node is None or node.op != "call" or number not in node.kids[1:]:
            return
        at = node.kids.index(number)
        if node.keys[at - 1] == "key":
            callee = module.nodes[node.kids[0]]
            held = callee.kids[0] if callee.op == "attr" and callee.text == "sort" else node.kids[1]
            yield from ((module, call, [("", *row)], 0) for row in list(self._items_of(module, held))[:_LIMIT])
        elif node.keys[at - 1] == "":
            yield from ((module, call, way, doubt) for way, doubt in self._handed_on(module, call, at))

    @cached_property
    def _handed_functions(self) -> dict[str, list[tuple[Module, int, int]]]:
        """By the last name of an operand that may be a function of the tree: (module, call, the operand's place)."""
        known = {
            name
            for module in self.tree.modules.values()
            for scope in module.scopes
            if scope.kind == "function" and scope.parameters
            for name in (scope.name, module.scopes[scope.parent].name if scope.name == "__init__" else scope.name)
        }
        found: dict[str, list[tuple[Module, int, int]]] = defaultdict(list)
        for module in self.tree.modules.values():
            for call in module.made_by("call"):
                for at, kid in enumerate(module.nodes[call].kids):
                    node = module.nodes[kid]
                    if at and node.text in known and node.op in ("name", "attr"):
                        found[node.text].append((module, call, at))
        return dict(found)

    def _handed_on(self, caller: Module, call: int, at: int) -> Iterator[tuple[list[Operand], int]]:
        """What the function that is operand `at` of a call gets for arguments there, and how doubtful that is."""
        node = caller.nodes[call]
        inner = [value for value in self.evaluate(caller, node.kids[0]) if value.kind == "function"]
        if inner:
            for value in inner:
                yield from ((way, 0) for way in self._called_inside(caller, node, at, value))
            return
        callee = caller.nodes[node.kids[0]]
        name = callee.text
        if name == "add_done_callback" and at == 1:
            yield [("", caller, callee.kids[0])], 0
            return
        if name in COLUMNS and at == 1 and callee.op == "attr":
            yield from (([("", *row)], 0) for row in list(self._answers_in(caller, callee.kids[0]))[:_LIMIT])
        packed = [
            (kid, key) for kid, key in zip(node.kids[1:], node.keys, strict=True) if key in ("args", "kwargs", "kwds")
        ]
        if packed or name in _PACKED:
            way = self._unpacked_operands(caller, node, at, packed)
            yield way, 0
            if name == "apply":
                # A table's column: the function gets a row before its arguments.
                yield [("", caller, -1), *way], 1
        elif name in _EACH:
            yield from ((way, 0) for way in self._each(caller, node, at, apart=name == "starmap"))
        elif at == 1 + (name in _SECOND):
            yield list(self._operands(caller, node))[at:], 0 if name in _KNOWN else 1

    def _unpacked_operands(self, caller: Module, node: Node, at: int, packed: list[tuple[int, str]]) -> list[Operand]:
        """`Thread(target=f, args=(…), kwargs={…})`, `apply_async(f, (…))`."""
        tuples = [kid for kid, key in packed if key == "args"] or [
            kid for kid, key in zip(node.kids[at + 1 : at + 2], node.keys[at:], strict=False) if key == ""
        ]
        found: list[Operand] = []
        for kid in tuples:
            found += (("", owner, item) for owner, item in self._items_of(caller, kid))
        taken = {kid for kid, _ in packed}
        named = zip(node.keys, node.kids[1:], strict=True)
        found += ((key, caller, kid) for key, kid in named if key not in ("", "*", "**") and kid not in taken)
        return found + [("**", caller, kid) for kid, key in packed if key != "args"]

    def _items_of(self, module: Module, number: int) -> Iterator[tuple[Module, int]]:
        node = module.nodes[number]
        valued = node.op == "call" and module.nodes[node.kids[0]].text == "values"
        for value in self.evaluate(module, number):
            if value.kind == "seq" or (value.kind == "dict" and valued):
                owner = self.tree.modules[value.path]
                yield from ((owner, kid) for kid in owner.nodes[value.index].kids)
                return
            if value.kind == "pairs" or value.streams or (value.kind == "client" and value.index < 0):
                # An annotation tells what the items are: the container stands for one.
                yield module, number
                return

    def _answers_in(self, module: Module, number: int) -> Iterator[tuple[Module, int]]:
        """A column of answers, which stands for each of them."""
        if any(value.streams for value in self.evaluate(module, number)):
            yield module, number

    def _each(self, caller: Module, node: Node, at: int, *, apart: bool) -> Iterator[list[Operand]]:
        """`map(f, clients, prompts)`, `starmap(f, [(client, prompt)])`."""
        columns = [list(self._items_of(caller, kid))[:_LIMIT] for kid in node.kids[at + 1 :]]
        if apart:
            for owner, item in columns[0] if columns else ():
                yield [("", module, kid) for module, kid in self._items_of(owner, item)]
            return
        for row in range(max(map(len, columns), default=0)):
            cells = [column[min(row, len(column) - 1)] if column else (caller, -1) for column in columns]
            yield [("", owner, item) for owner, item in cells]

    def _called_inside(self, caller: Module, node: Node, at: int, taker: Value) -> Iterator[list[Operand]]:
        """The arguments with which the function `taker` calls the parameter that operand `at` of a call is."""
        module = self.tree.modules[taker.path]
        given = self._bound(module, taker, caller, node)
        held = next((name for name, rows in given.items() if any(row[2] == node.kids[at] for row in rows)), None)
        for call in module.calls.get(held, ()) if held is not None else ():
            inner = module.nodes[call]
            if module.nodes[inner.kids[0]].op != "name" or not _within(module, inner.scope, taker.index):
                continue
            way: list[Operand] = []
            for kid, key in zip(inner.kids[1:], inner.keys, strict=True):
                row = module.nodes[kid]
                known = given.get(row.text) if row.op == "name" else None
                if known is None:
                    way.append((key, module, kid))
                else:
                    way += known if key in ("*", "**") else [(key, *known[0][1:])] if known else []
            yield way

    def _bound(self, module: Module, taker: Value, caller: Module, node: Node) -> dict[str, list[Operand]]:
        """By parameter of `taker`: the operands of one call of it; `*rest` and `**rest` hold what is left."""
        parameters = module.scopes[taker.index].parameters[self._shift(module, taker.index) :]
        plain = [row.name for row in parameters if row.kind == ""]
        named = {row.name for row in parameters if row.kind in ("", "keyword")}
        rest = next((row.name for row in parameters if row.kind == "*"), "")
        more = next((row.name for row in parameters if row.kind == "**"), "")
        found: dict[str, list[Operand]] = defaultdict(list)
        position = 0
        for key, owner, kid in self._operands(caller, node):
            if key == "":
                found[plain[position] if position < len(plain) else rest].append(("", owner, kid))
                position += 1
            elif key in named:
                found[key].append((key, owner, kid))
            else:
                found[rest if key == "*" else more].append((key, owner, kid))
        return {name: rows for name, rows in found.items() if name}

    def ways(self, caller: Module, node: Node) -> Iterator[list[Operand]]:
        """The operands of a call; `*rest` of a function's own rest, once for each of that function's callers."""
        plain = list(self._operands(caller, node))
        for at, (key, owner, kid) in enumerate(plain):
            scope = self._rest_scope(owner, kid) if key == "*" else -1
            if scope >= 0:
                for extra in self._rests(owner, scope):
                    yield [*plain[:at], *extra, *plain[at + 1 :]]
                return
        yield plain

    def _rest_scope(self, module: Module, number: int) -> int:
        """The function whose `*rest` an expression is, else -1."""
        node = module.nodes[number]
        rows, scope = (self.defined(module, node, number) or ([], -1)) if node.op == "name" else ([], -1)
        parameters = module.scopes[scope].parameters if scope >= 0 and not rows else ()
        return scope if any(row.name == node.text and row.kind == "*" for row in parameters) else -1

    def _rests(self, module: Module, scope: int) -> Iterator[list[Operand]]:
        asked = (module.path, "rest", scope)
        if not self.guarded(asked):
            return
        try:
            plain = sum(row.kind == "" for row in module.scopes[scope].parameters)
            for caller, call, shift in self.callers(module, scope):
                for way in self.ways(caller, caller.nodes[call]):
                    yield [row for row in way if row[0] in ("", "*")][plain - shift :]
        finally:
            self.leave(asked)


def _within(module: Module, scope: int, function: int) -> bool:
    """Is `function` the scope, or around it?"""
    while scope >= 0:
        if scope == function:
            return True
        scope = module.scopes[scope].parent
    return False
