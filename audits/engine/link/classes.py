"""The classes of a tree: what each inherits from, and who inherits from it."""

from collections import defaultdict, deque
from functools import cached_property

from audits.engine.catalogue import CLIENTS
from audits.engine.link import proof
from audits.engine.link.core import Core
from audits.engine.link.tree import Module, Tree
from audits.engine.link.values import Value

# Nobody inherits from more classes.
_LINEAGE = 24


class Classes(Core):
    """Inheritance. Each class is asked for its bases and its heirs once, however long the chains are."""

    def __init__(self, tree: Tree) -> None:
        super().__init__(tree)
        self._heirs: dict[tuple[str, str, str, int], list[Value]] = {}
        self._above: dict[tuple[str, str, str, int], list[Value]] = {}
        self._below: dict[tuple[str, int], list[Value]] = {}
        self._annotated_in: dict[str, dict[int, list[str]]] = {}

    def lineage(self, base: Value) -> list[Value]:
        """The class and its bases in the tree, nearest first."""
        cls = Value("class", base.name, base.path, base.index)
        known = self._above.get(cls.key)
        if known is None:
            known = self._find_lineage(cls)
            if all(self.is_settled(("bases", row.path, row.index)) for row in known):
                self._above[cls.key] = known
        return known

    def _find_lineage(self, cls: Value) -> list[Value]:
        found: dict[tuple[str, int], Value] = {}
        todo = deque([cls])
        while todo and len(found) < _LINEAGE:
            cls = todo.popleft()
            if (cls.path, cls.index) not in found:
                found[(cls.path, cls.index)] = cls
                todo += self._bases(cls)
        return list(found.values())

    def filled_in_by(self, module: Module, scope: int) -> set[tuple[str, int]]:
        """Methods of base classes that do nothing and that only this one fills in: whoever calls one calls this one."""
        name, cls = module.scopes[scope].name, self.class_value(module, module.scopes[scope].parent)
        found = set()
        for base in self.lineage(cls)[1:]:
            owner = self.tree.modules[base.path]
            empty = [
                row.node
                for row in owner.bindings.get((base.index, name), ())
                if row.how == "def" and not owner.scopes[row.node].results
            ]
            heirs = self.descendants(base) if empty else ()
            # Of several that do, nobody here knows which one is called.
            if sum((heir.index, name) in self.tree.modules[heir.path].bindings for heir in heirs) == 1:
                found |= {(base.path, number) for number in empty}
        return found

    def _bases(self, cls: Value) -> list[Value]:
        return self.once(("bases", cls.path, cls.index), lambda: self._find_bases(cls))

    def _find_bases(self, cls: Value) -> list[Value]:
        module = self.tree.modules[cls.path]
        numbers = module.scopes[cls.index].bases
        return [value for number in numbers for value in self.evaluate(module, number) if value.kind == "class"]

    def class_value(self, module: Module, scope: int) -> Value:
        """The class whose body is `scope`."""
        return Value("class", module.scopes[scope].name, module.path, scope)

    def foreign_bases(self, cls: Value) -> list[Value]:
        """External bases of one class that are Cohere clients."""
        module = self.tree.modules[cls.path]
        return [
            value.after(proof.based(module, cls.index, number))
            for number in module.scopes[cls.index].bases
            for value in self.evaluate(module, number)
            if value.kind == "external" and value.name in CLIENTS
        ]

    def fields(self, cls: Value) -> list[str]:
        """The names that the body of a class annotates."""
        known = self._annotated_in.get(cls.path)
        if known is None:
            known = self._annotated_in[cls.path] = defaultdict(list)
            for row in self.tree.modules[cls.path].facts.bindings:
                if row.how == "annotation":
                    known[row.scope].append(row.name)
        return known.get(cls.index, [])

    def descendants(self, base: Value) -> list[Value]:
        """Classes of the tree that inherit from this one, directly or not."""
        known = self._below.get((base.path, base.index))
        if known is None:
            known = self._below[(base.path, base.index)] = []
            todo, seen = [base], {(base.path, base.index)}
            while todo:
                for heir in self._children(todo.pop()):
                    if (heir.path, heir.index) not in seen:
                        seen.add((heir.path, heir.index))
                        known.append(heir)
                        todo.append(heir)
        return known

    def _children(self, parent: Value) -> list[Value]:
        """The classes that name this one among their bases."""
        known = self._heirs.get(parent.key)
        if known is None:
            known = self._heirs[parent.key] = []
            for path, index in self._by_base.get(parent.name, ()):
                heir = self.class_value(self.tree.modules[path], index)
                if any((cls.path, cls.index) == (parent.path, parent.index) for cls in self._bases(heir)):
                    known.append(heir)
        return known

    @cached_property
    def _by_base(self) -> dict[str, list[tuple[str, int]]]:
        """Classes by the name of a base, as written or as imported from."""
        found: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for path, module in self.tree.modules.items():
            originals = {alias: name for name, aliases in module.aliases.items() for alias in aliases}
            for index, scope in enumerate(module.scopes):
                for number in scope.bases:
                    text = module.nodes[number].text
                    found[originals.get(text, text)].append((path, index))
        return found

    def beside(self, base: Value, lineage: list[Value], name: str) -> list[Value]:
        """The heirs, and what else these inherit from, that may have a member of this name.

        A mixin is used by what it is mixed with.
        """
        heirs = self.descendants(base)
        key = ("beside", base.path, base.index)
        found = self.once(key, lambda: self._mixed(heirs, {(cls.path, cls.index) for cls in lineage})) if heirs else []
        modules = self.tree.modules
        return [
            cls for cls in found if name in modules[cls.path].stores or (cls.index, name) in modules[cls.path].bindings
        ]

    def _mixed(self, heirs: list[Value], known: set[tuple[str, int]]) -> list[Value]:
        found: list[Value] = []
        for heir in heirs:
            todo = deque([heir])
            while todo:
                cls = todo.popleft()
                # What stands above a class that was met is known as well.
                if (cls.path, cls.index) not in known:
                    known.add((cls.path, cls.index))
                    found.append(cls)
                    todo += self._bases(cls)
        return found
