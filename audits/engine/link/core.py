"""The evaluator's frame: memory, the guard against cycles, and lookups of names."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from audits.engine.catalogue import CLIENTS, PACKAGES
from audits.engine.catalogue.frameworks import FRAMEWORKS
from audits.engine.extract.model import Binding, Node
from audits.engine.gate import module_parts
from audits.engine.link import proof
from audits.engine.link.tree import Module, Tree
from audits.engine.link.values import Value, Values, union

_DEPTH = 48
# Expressions looked at for one question, for all of a tree, and for one once the tree's are spent: code that is made to
# be slow must not be.
_STEPS_EACH, _STEPS_ALL, _STEPS_LEAST = 1_000, 1_000_000, 60
# Deeper than any level: nothing was cut short.
_WHOLE = 1_000_000
_NOTHING = (None, 0, 0, -1)
_T = TypeVar("_T")


class Core:
    """Evaluates expressions of a tree to the values they may have; subclasses know the operators.

    Questions that are open stand at levels, the first at 1. One that is asked inside itself is cut short, and so is all
    that hangs on it, up to the level where it stands: that answer is whole again, the others hold while it is open.
    An answer for which the steps ran out is found anew by the next question, which spends all of its own on it again.
    So in a tree that is one knot, where that makes nothing else known for good, it holds, after `patience` steps, for
    whoever has no more steps left than it had.
    """

    patience = 200_000

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self._known: dict[object, Any] = {}
        self._held: dict[object, tuple[Any, int, int, int]] = {}
        self._held_at: dict[int, list[object]] = {}
        self._open: dict[object, int] = {}
        self._depth = 0
        self._cut = _WHOLE
        self._left = 0
        self._total = _STEPS_ALL

    def evaluate(self, module: Module, number: int) -> Values:
        """The values that expression `number` may have; () where the tree does not tell."""
        if number < 0:
            return ()
        key = (module.path, number)
        known: Values | None = self._known.get(key)
        if known is None and self._holds(key):
            known = self._taken(key)
        if known is not None:
            return known
        if not self.guarded(key):
            return ()
        before = self._enter()
        try:
            found = union(self.compute(module, number, module.nodes[number]))
        finally:
            self.leave(key)
        return self._kept(key, found, before)

    def answer(self, path: str, token: object, find: Callable[[], Iterable[Value]], about: object = None) -> Values:
        """The answer to a guarded question, remembered like that to an expression; `about` is what else it hangs on."""
        key = (path, token, about)
        known: Values | None = self._known.get(key)
        if known is None and self._holds(key):
            known = self._taken(key)
        if known is not None:
            return known
        if not self.guarded((path, token)):
            return ()
        before = self._enter()
        try:
            found = union(find())
        finally:
            self.leave((path, token))
        return self._kept(key, found, before)

    def is_settled(self, key: object) -> bool:
        """Is the answer known for good, so that asking again costs and changes nothing?

        The key of an expression is its path and number.
        """
        return key in self._known

    def once(self, key: object, find: Callable[[], _T]) -> _T:
        """What follows from answers alone, remembered for as long as these hold."""
        if key in self._known or self._holds(key):
            known: _T = self._known[key] if key in self._known else self._taken(key)
            return known
        before = self._enter()
        return self._kept(key, find(), before)

    def _enter(self) -> tuple[int, int, int]:
        """Before an answer is looked for: how it stands with cuts, the steps left (its own one too), what is known."""
        cut, self._cut = self._cut, _WHOLE
        return cut, self._left + 1, len(self._known)

    def _kept(self, key: object, found: _T, before: tuple[int, int, int]) -> _T:
        """Remember what was found below the open questions; `before` is what `_enter` gave."""
        cut, left, known = before
        if self._cut > self._depth or self._depth == 0:
            self._known[key] = found
            self._cut = cut
            return found
        if self._cut or (self._total < _STEPS_ALL - self.patience and len(self._known) == known):
            self._held[key] = found, self._cut, self._depth, left
        if self._cut:
            self._held_at.setdefault(self._cut, []).append(key)
        self._cut = min(cut, self._cut)
        return found

    def _holds(self, key: object) -> bool:
        """Is an answer that was cut short as good as one that is looked for here? Nearer the top there is more room."""
        _, level, depth, left = self._held.get(key, _NOTHING)
        return depth <= self._depth if level else self._depth > 0 and left >= self._left

    def _taken(self, key: object) -> Any:
        found, level, *_ = self._held[key]
        self._cut = min(self._cut, level)
        return found

    def guarded(self, key: object) -> bool:
        """Enter a question that must not ask itself; False: it is being asked already, or too deep or dear.

        Whoever asks the first one gets new steps.
        """
        if self._depth == 0:
            self._left = min(_STEPS_EACH, max(self._total, _STEPS_LEAST))
        if key in self._open or self._depth > _DEPTH or self._left <= 0:
            # What is too deep holds at most for the first question.
            self._cut = min(self._cut, self._open.get(key, int(self._left > 0)))
            return False
        self._depth += 1
        self._open[key] = self._depth
        self._left -= 1
        self._total -= 1
        return True

    def leave(self, key: object) -> None:
        """The end of what `guarded` entered."""
        for held in self._held_at.pop(self._open.pop(key), ()):
            self._held.pop(held, None)
        self._depth -= 1

    def compute(self, module: Module, number: int, node: Node) -> Iterable[Value]:
        """One operator; a subclass knows."""
        raise TypeError(node.op)

    def parameter(self, module: Module, scope: int, name: str) -> Values:
        """A parameter's values; a subclass knows."""
        raise TypeError(name)

    def annotated(self, module: Module, number: int) -> Values:
        """Instances of what an annotation names; a subclass knows."""
        raise TypeError(str(number))

    def name(self, module: Module, node: Node, number: int) -> Iterator[Value]:
        """A name where it stands."""
        place = self.defined(module, node, number)
        if place is not None:
            found = self._in_scope(module, node, *place)
            yield from found
            if all(value.kind == "external" for value in found):
                yield from self._as_annotated(module, node.text, place[0])
            if not found:
                yield from self.narrowed(module, node)
            return
        yield from self._starred(module, node.text)
        if (0, node.text) not in module.bindings:
            yield Value("external", f"builtins.{node.text}")

    def defined(self, module: Module, node: Node, number: int) -> tuple[list[Binding], int] | None:
        """The bindings that may give a name its value, and the scope whose parameter it may be too, else -1.

        None: no scope around knows the name.
        """
        scope, frame = node.scope, module.frame(node.scope)
        first = True
        while scope >= 0:
            row = module.scopes[scope]
            if (first or row.kind != "class") and node.text not in row.outer:
                rows = module.bindings.get((scope, node.text), [])
                mine = any(parameter.name == node.text for parameter in row.parameters)
                if rows or mine:
                    settled = False
                    if module.frame(scope) == frame:
                        rows, settled = reaching(module, rows, number, node.block, mine)
                    return rows, scope if mine and not settled else -1
            first = first and row.kind == "comprehension"
            scope = row.parent
        return None

    def _in_scope(self, module: Module, node: Node, rows: list[Binding], scope: int) -> Values:
        values = [value for row in rows for value in self.bound(module, row)]
        if scope >= 0:
            values += self.parameter(module, scope, node.text)
        return union(values)

    def _as_annotated(self, module: Module, name: str, rows: list[Binding]) -> Iterator[Value]:
        """A name whose value tells nothing: what an annotation in its scope says of it holds for all its values."""
        for row in module.bindings.get((rows[0].scope, name), ()) if rows else ():
            if row.how == "annotation" and row not in rows:
                yield from self.bound(module, row)

    def narrowed(self, module: Module, node: Node) -> Iterator[Value]:
        """A name, or a chain of them, of which nothing else is known, where `isinstance` says what it is."""
        for row in module.narrowed.get((module.frame(node.scope), node.text), ()):
            if module.inside(node.block, row.block):
                yield from _after(self.annotated(module, row.node), module, row)

    def bound(self, module: Module, row: Binding) -> Values:
        """What a binding gives its name."""
        if row.how == "value":
            return _after(self.evaluate(module, row.node), module, row)
        if row.how == "annotation":
            return _after(self.annotated(module, row.node), module, row)
        if row.how == "def":
            return (Value("function", row.name, module.path, row.node),)
        if row.how == "class":
            return (Value("class", row.name, module.path, row.node),)
        if row.how == "import":
            return _after(self.imported(module, row.detail), module, row)
        return ()

    def imported(self, module: Module, detail: str) -> Values:
        """The value of an import: `a.b` or `a.b:name`."""
        dotted, _, name = detail.partition(":")
        path = self.tree.find(module.path, dotted)
        if not name and "." in dotted and _is_itself(module.path, dotted):
            # A rename that went too far: the file has no client, and means the SDK that has.
            return (Value("external", dotted.rpartition(".")[2], doubt=1),)
        if not name:
            return (Value("module", dotted, path),) if path else (Value("external", dotted),)
        if path is not None:
            found = self.exported(self.tree.modules[path], name)
            if found:
                return found
        inner = self.tree.find(module.path, dotted + ("" if dotted.endswith(".") else ".") + name)
        if inner is not None:
            return (Value("module", name, inner),)
        return () if dotted.startswith(".") else (Value("external", f"{dotted}.{name}"),)

    def exported(self, module: Module, name: str) -> Values:
        """What `name` is at the end of a module: all that its top level, or a `global`, ever gives it."""
        return self.answer(module.path, ("export", name), lambda: self._export(module, name))

    def _export(self, module: Module, name: str) -> Values:
        rows = module.bindings.get((0, name), [])
        values = [value for row in rows for value in self.bound(module, row)]
        return union(values) if rows else self._starred(module, name) or self.made_when_asked(module, name)

    def made_when_asked(self, module: Module, name: str) -> Values:
        """What a module's own `__getattr__` gives for a name; a subclass knows."""
        raise TypeError(name)

    def results(self, function: Value) -> Values:
        """What a function of the tree returns; a subclass knows."""
        raise TypeError(function.name)

    def _starred(self, module: Module, name: str) -> Values:
        values: list[Value] = []
        for row in module.bindings.get((0, "*"), ()):
            dotted = row.detail.partition(":")[0]
            path = self.tree.find(module.path, dotted)
            if path is not None:
                values += self.exported(self.tree.modules[path], name)
            elif f"{dotted}.{name}" in CLIENTS or f"{dotted}.{name}" in FRAMEWORKS:
                step = proof.starred(module, row, name)
                values.append(Value("external", f"{dotted}.{name}", steps=(step,)))
        return union(values)


def _is_itself(path: str, dotted: str) -> bool:
    """Does a file called as the SDK import itself: `import app.cohere` in app/cohere.py?"""
    parts = tuple(dotted.split("."))
    return parts[-1] in PACKAGES and module_parts(path)[-len(parts) :] == parts


def _after(values: Values, module: Module, row: Binding) -> Values:
    step = proof.bound(module, row) if values else None
    return tuple(value.after(step) for value in values) if step is not None else ()


def reaching(module: Module, rows: list[Binding], number: int, block: int, mine: bool) -> tuple[list[Binding], bool]:
    """The bindings that can be in force at a place of the same scope, and whether one of them surely is."""
    found: list[Binding] = []
    for row in reversed(rows):
        if row.at > number or not module.leads_to(row.block, block):
            continue
        found.append(row)
        if row.how != "annotation" and module.inside(block, row.block):
            return found, True
    return (found if found or mine else rows), False
