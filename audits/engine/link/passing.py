"""What a function's parameters may be: what the tree's callers pass, decorators, defaults, fixtures, annotations."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import chain

from audits.engine.extract.model import Node, Store
from audits.engine.link import proof
from audits.engine.link.externals import APPLIED, Externals
from audits.engine.link.tree import Module
from audits.engine.link.values import Value, Values, union

_CALLERS = 60
_SPARED = 4
# More than any function has parameters: no argument behind an unknown number of them has a place.
_MANY = 1_000


class Passing(Externals):
    """Parameters."""

    def parameter(self, module: Module, scope: int, name: str) -> Values:
        """What a parameter may be: `self`, what callers pass, its default, a fixture of that name, its annotation."""
        return self._asked(module, scope, name, None)

    def _asked(self, module: Module, scope: int, name: str, made: Value | None) -> Values:
        """The same; `made`: only where the constructor makes an object of this class or an heir's."""
        token = ("parameter", scope, name, made.key if made is not None else None)
        return self.answer(module.path, token, lambda: self._parameter(module, scope, name, made))

    def stored_for(self, module: Module, row: Store, cls: Value, base: Value) -> list[Value]:
        """What a store in a class gives its attribute on an object of an heir: siblings are made with other values."""
        found = self.stored(module, row)
        inherited = base.kind == "object" and cls.key[2:] != base.key[2:] and row.how == "value"
        # To ask anew for each heir is slow: only a client is worth it.
        if not inherited or not any(value.kind == "client" for value in found):
            return found
        scope = self._constructor(module, row.node)
        if scope < 0:
            told = self.of_heir(module, row.node, base)
            return found if told is None else [value.after(proof.stored(module, row)) for value in told]
        values = self._asked(module, scope, module.nodes[row.node].text, base)
        return [value.after(proof.stored(module, row)) for value in values]

    def of_heir(self, module: Module, number: int, base: Value) -> Values | None:
        """`self.make(…)`, `self.client` in a class, on an object of one of its heirs; None: it is neither."""
        node = module.nodes[number]
        callee = module.nodes[node.kids[0]] if node.op == "call" else node
        function = module.function_of(node.scope)
        first = module.scopes[function].parameters[:1] if function >= 0 else ()
        own = callee.op == "attr" and first and module.nodes[callee.kids[0]].text == first[0].name
        if not own or module.scopes[module.scopes[function].parent].kind != "class" or self._static(module, function):
            return None
        found = self.member(module, number, callee.text, base)
        if node.op == "attr":
            return found or None
        made = [row for value in found if value.kind == "function" for row in self.results(value)]
        return union(made) if any(value.kind == "function" for value in found) else None

    def _constructor(self, module: Module, number: int) -> int:
        """The `__init__` whose parameter an expression is, unchanged; else -1."""
        node = module.nodes[number]
        rows, scope = (self.defined(module, node, number) or ([], -1)) if node.op == "name" else ([], -1)
        plain = not rows and scope >= 0 and module.scopes[scope].name == "__init__"
        return scope if plain and module.scopes[scope].parameters[0].name != node.text else -1

    def _parameter(self, module: Module, scope: int, name: str, made: Value | None) -> Iterator[Value]:
        row = module.scopes[scope]
        index = next(at for at, parameter in enumerate(row.parameters) if parameter.name == name)
        parameter = row.parameters[index]
        if (
            index == 0
            and row.kind == "function"
            and module.scopes[row.parent].kind == "class"
            and not self._static(module, scope)
        ):
            kind = "class" if name == "cls" else "object"
            yield Value(kind, module.scopes[row.parent].name, module.path, row.parent)
            return
        if index == 0:
            yield from self._task(module, row.decorators, {"base", "bind"})
            yield from self._decorated(module, scope)
            yield from self.handed(module, row.decorators)
        if index == 1 and any(module.nodes[number].text == "setter" for number in row.decorators):
            yield from self.assigned(self.class_value(module, row.parent), row.name)
        if index == 1 and row.decorators:
            yield from self.registered_for(module, row.decorators, "singledispatchmethod")
        # To look through all callers may take every step there is: some are kept for what is asked after that.
        spared = self._left // _SPARED
        self._left -= spared
        found = list(self._passed_in(module, scope, index, made))
        self._left += spared
        step = proof.parameter(module, name, parameter.line, f"default {proof.brief(module, parameter.default)}")
        found += [value.after(step) for value in self.evaluate(module, parameter.default)]
        step = proof.parameter(module, name, parameter.line, "from a fixture")
        found += [value.after(step) for value in self.fixture(module, scope, name)]
        yield from found
        if not any(value.kind in ("client", "object", "instance") and value.doubt == 0 for value in found):
            origin = f"annotated {proof.annotation(module, parameter.annotation)}"
            step = proof.parameter(module, name, parameter.line, origin)
            yield from (value.after(step) for value in self.annotated(module, parameter.annotation))

    def _task(self, module: Module, decorators: tuple[int, ...], asked: set[str]) -> Iterator[Value]:
        """`@app.task(base=Task, bind=True)`: the first parameter is the task, and so is the function's name."""
        for number in decorators:
            node = module.nodes[number]
            if node.op == "call" and asked <= set(node.keys):
                base = node.kids[1 + node.keys.index("base")]
                for value in self.evaluate(module, base):
                    yield from (Value("object", *value.key[1:]),) if value.kind == "class" else ()

    def member(self, module: Module, number: int, name: str, base: Value) -> Values:
        """One attribute of one value."""
        if base.kind != "function":
            return super().member(module, number, name, base)
        owner = self.tree.modules[base.path]
        tasks = self._task(owner, owner.scopes[base.index].decorators, {"base"})
        return union(found for task in tasks for found in super(Passing, self).member(module, number, name, task))

    def _decorated(self, module: Module, scope: int) -> Iterator[Value]:
        """What the function is the decorator of, itself or as what a call of the function around it gives."""
        row = module.scopes[scope]
        around = module.scopes[row.parent] if row.parent >= 0 else row
        for name in dict.fromkeys((row.name, around.name)) if row.kind == "function" else ():
            for other, index, number in self._decorators.get(name, ()):
                found = self.evaluate(other, number)
                if any(
                    value.kind == "function" and (value.path, value.index) == (module.path, scope) for value in found
                ):
                    yield Value(other.scopes[index].kind, other.scopes[index].name, other.path, index)

    @cached_property
    def _decorators(self) -> dict[str, list[tuple[Module, int, int]]]:
        """By a decorator's name, as written or as imported from: (module, the decorated scope, the decorator)."""
        found: dict[str, list[tuple[Module, int, int]]] = defaultdict(list)
        for module in self.tree.modules.values():
            originals = {alias: name for name, aliases in module.aliases.items() for alias in aliases}
            for index, scope in enumerate(module.scopes):
                for number in scope.decorators:
                    node = module.nodes[number]
                    text = module.nodes[node.kids[0]].text if node.op == "call" else node.text
                    found[originals.get(text, text)].append((module, index, number))
        return dict(found)

    def _static(self, module: Module, scope: int) -> bool:
        return any(module.nodes[number].text == "staticmethod" for number in module.scopes[scope].decorators)

    def _passed_in(self, module: Module, scope: int, index: int, made: Value | None) -> Iterator[Value]:
        for caller, number, shift in chain(self._applied_calls(module, scope), self.callers(module, scope)):
            if made is not None and not self._may_make(caller, number, made):
                continue
            for operands in self.ways(caller, caller.nodes[number]):
                yield from self.matching(module, scope, index, index - shift, (caller, number), operands, made)

    def matching(
        self,
        module: Module,
        scope: int,
        index: int,
        position: int,
        call: tuple[Module, int],
        operands: Iterable[tuple[str, Module, int]],
        made: Value | None = None,
    ) -> Iterator[Value]:
        """What a call's operands give parameter `index`, whose place among the positional ones is `position`."""
        parameter, positional = module.scopes[scope].parameters[index], 0
        caller, number = call
        for key, owner, kid in operands:
            found: Iterable[Value] = ()
            here = key == "" and positional == position and parameter.kind == ""
            if here or (key == parameter.name and parameter.kind != "**"):
                found = self._operand(owner, kid, made)
            elif key == "**":
                found = self.item_of(owner, kid, parameter.name)
            positional += 1 if key == "" else _MANY if key == "*" else 0
            for value in found:
                origin = f"passed by {proof.place_of(caller, caller.nodes[number].scope)}"
                step = proof.parameter(module, parameter.name, parameter.line, origin)
                yield value.after(step, proof.passed(caller, number, kid) if owner is caller else step)

    def ways(self, caller: Module, node: Node) -> Iterator[list[tuple[str, Module, int]]]:
        """The operands of a call, once for each way in which it may be given them; a subclass knows more."""
        yield list(self._operands(caller, node))

    def _operands(self, caller: Module, node: Node) -> Iterator[tuple[str, Module, int]]:
        """(label, module, expression) of a call's arguments; `*rows` of a list in sight is its items."""
        for kid, key in zip(node.kids[1:], node.keys, strict=True):
            lists = [value for value in self.evaluate(caller, kid) if value.kind == "seq"] if key == "*" else []
            if len(lists) != 1:
                yield key, caller, kid
                continue
            owner = self.tree.modules[lists[0].path]
            row = owner.nodes[lists[0].index]
            yield from ((label, owner, at) for label, at in zip(row.keys, row.kids, strict=True))

    def keyword(self, module: Module, base: int, key: str) -> Iterator[Value]:
        """`kw["co"]` of a function's `**kw`: what its callers pass by that name."""
        node = module.nodes[base]
        rows, scope = (self.defined(module, node, base) or ([], -1)) if node.op == "name" else ([], -1)
        parameters = module.scopes[scope].parameters if scope >= 0 and not rows else ()
        if any(row.name == node.text and row.kind == "**" for row in parameters):
            for caller, number, _ in self.callers(module, scope):
                node = caller.nodes[number]
                for label, owner, kid in self._operands(caller, node) if {key, "*"} & set(node.keys) else ():
                    for value in self.evaluate(owner, kid) if label == key else ():
                        yield value.after(proof.passed(caller, number, kid))

    def _operand(self, module: Module, number: int, made: Value | None) -> Values:
        """An argument; where an heir's constructor hands its own parameter up, what it was given for such an object."""
        scope = self._constructor(module, number) if made is not None else -1
        return (
            self._asked(module, scope, module.nodes[number].text, made) if scope >= 0 else self.evaluate(module, number)
        )

    def _may_make(self, caller: Module, number: int, made: Value) -> bool:
        """Can this call of a constructor be the one that made an object of the class or of an heir?"""
        node = caller.nodes[number]
        own = {(cls.path, cls.index) for cls in (self.lineage(made)[0], *self.descendants(made))}
        callee = caller.nodes[node.kids[0]]
        if callee.text in ("__init__", "cls"):
            cls = caller.scopes[caller.function_of(node.scope)].parent
            above = {(row.path, row.index) for row in self.lineage(made)}
            return (caller.path, cls) in own | above
        called = node.kids[1] if callee.text in APPLIED else node.kids[0]
        values = self.evaluate(caller, called)
        return any(value.kind == "class" and (value.path, value.index) in own for value in values)

    def callers(self, module: Module, scope: int, limit: int = _CALLERS) -> list[tuple[Module, int, int]]:
        """Calls of a function of the tree: (module, call, how many first parameters it does not write)."""
        key = ("callers", module.path, scope, limit)
        return self.once(key, lambda: list(self._find_callers(module, scope, limit)))

    def _find_callers(self, module: Module, scope: int, limit: int) -> Iterator[tuple[Module, int, int]]:
        row = module.scopes[scope]
        if row.kind == "lambda":
            yield from self._callers_of_lambda(module, scope)
        if row.kind != "function":
            return
        in_class = module.scopes[row.parent].kind == "class"
        targets = self._targets(module, scope)
        makes = in_class and row.name == "__init__"
        names = sorted(
            {self.tree.modules[path].scopes[at].name for path, at in targets} - {"__init__"} if makes else {row.name}
        )
        count = 0
        for caller, number in self.tree.calls_spelled(tuple(names), makes=makes):
            if count < limit and self._calls(caller, number, targets):
                count += 1
                yield caller, number, int(in_class and not self._static(module, scope))

    def _callers_of_lambda(self, module: Module, scope: int) -> Iterator[tuple[Module, int, int]]:
        number = module.lambdas.get(scope, -1)
        rows = [*(row.name for row in module.bound.get(number, ())), *sorted(module.held.get(number, ()))]
        for caller, number in self.tree.calls_spelled(tuple(rows), makes=False)[:_CALLERS] if rows else ():
            if self._calls(caller, number, {(module.path, scope)}):
                yield caller, number, int(module.scopes[module.scopes[scope].parent].kind == "class")

    def _applied_calls(self, module: Module, scope: int) -> Iterator[tuple[Module, int, int]]:
        """`partial(f, …)` and the providers of a container: the call's first argument is the function or the class."""
        row = module.scopes[scope]
        targets = self._targets(module, scope) if row.kind == "function" and self._applying else set()
        shift = int(module.scopes[row.parent].kind == "class" and not self._static(module, scope))
        for caller, number in self._applying if targets else ():
            made = self.evaluate(caller, caller.nodes[number].kids[1])
            if any(value.kind in ("function", "class") and (value.path, value.index) in targets for value in made):
                yield caller, number, shift - 1

    @cached_property
    def _applying(self) -> list[tuple[Module, int]]:
        return [
            (module, number)
            for module in self.tree.modules.values()
            for name in APPLIED
            for number in module.calls.get(name, ())
            if len(module.nodes[number].kids) > 1
        ]

    def _targets(self, module: Module, scope: int) -> set[tuple[str, int]]:
        row = module.scopes[scope]
        found = {(module.path, scope)}
        if row.name == "__init__" and module.scopes[row.parent].kind == "class":
            cls = Value("class", module.scopes[row.parent].name, module.path, row.parent)
            found.add((module.path, row.parent))
            for heir in self.descendants(cls):
                if not self.tree.modules[heir.path].bindings.get((heir.index, "__init__")):
                    found.add((heir.path, heir.index))
        elif module.scopes[row.parent].kind == "class":
            found |= self.filled_in_by(module, scope)
        return found

    def _calls(self, caller: Module, number: int, targets: set[tuple[str, int]]) -> bool:
        callee = caller.nodes[number].kids[0]
        return any(
            value.kind in ("function", "class") and (value.path, value.index) in targets
            for value in self.evaluate(caller, callee)
        )
