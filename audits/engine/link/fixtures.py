"""pytest fixtures: what a test's parameter of a fixture's name is, and what a fixture is asked with."""

from collections.abc import Iterator
from functools import cached_property

from audits.engine.extract.model import Node
from audits.engine.link.containers import Containers
from audits.engine.link.tree import Module
from audits.engine.link.values import Value

Expression = tuple[Module, int]


class Fixtures(Containers):
    """Finds fixtures by name."""

    def fixture(self, module: Module, scope: int, name: str) -> Iterator[Value]:
        """A pytest fixture of the parameter's name, here or in a conftest at or above this folder."""
        for value in self._nearest(module, scope, name):
            yield from self.results(value)
        for owner, number in self._parametrized(module, scope, name, indirect=False):
            yield from self.evaluate(owner, number)

    def asked_for(self, module: Module, scope: int, name: str) -> Iterator[Expression]:
        """What fixtures return, and tests are parametrized with, for a parameter."""
        for value in self._nearest(module, scope, name):
            owner = self.tree.modules[value.path]
            yield from ((owner, number) for number in owner.scopes[value.index].results)
        yield from self._parametrized(module, scope, name, indirect=False)

    def asked_with(self, module: Module, node: Node) -> Iterator[Expression]:
        """What `request.param` may be in the fixture where it stands; nothing for any other attribute."""
        if node.text == "param" and module.nodes[node.kids[0]].text == "request":
            scope = module.function_of(node.scope)
            for name in [name for name, scopes in module.fixtures.items() if scope in scopes]:
                yield from self._asked_with(module, scope, name)

    def _nearest(self, module: Module, scope: int, name: str) -> list[Value]:
        """The fixtures that serve a parameter: the nearest take the place of those further up."""
        found = (list(self._serving(other, module, scope, name)) for other in self._around(module))
        return next((row for row in found if row), [])

    def _around(self, module: Module) -> Iterator[Module]:
        """The module, and the conftests at or above its folder, the nearest first."""
        yield module
        folder = module.path.rpartition("/")[0]
        for above, other in self._conftests:
            if other.path != module.path and (not above or f"{folder}/".startswith(f"{above}/")):
                yield other

    @cached_property
    def _conftests(self) -> list[tuple[str, Module]]:
        rows = (path.rpartition("/") for path in self.tree.modules)
        found = [
            (folder, self.tree.modules["/".join((folder, name)).lstrip("/")])
            for folder, _, name in rows
            if name == "conftest.py"
        ]
        return sorted(found, key=lambda row: -len(row[0]))

    def _serving(self, module: Module, asking: Module, scope: int, name: str) -> Iterator[Value]:
        """The fixtures of a name that a module has for a function of another: of several those of its own class."""
        own = [index for index in module.fixtures.get(name, ()) if (module.path, index) != (asking.path, scope)]
        if len(own) > 1:
            classes = (asking.scopes[scope].parent if module is asking else 0, 0)
            ranks = [[index for index in own if module.scopes[index].parent == parent] for parent in classes]
            own = next((rank for rank in ranks if rank), own)
        yield from (Value("function", module.scopes[index].name, module.path, index) for index in own)
        for row in module.bindings.get((0, name), ()) if not own else ():
            for value in self.bound(module, row) if row.how == "import" else ():
                if value.kind == "function" and value.index in self.tree.modules[value.path].fixtures.get(name, ()):
                    yield value

    def _parametrized(self, module: Module, scope: int, name: str, *, indirect: bool) -> Iterator[Expression]:
        """`@pytest.mark.parametrize("co, n", [(cohere.Client(), 1)])` on a test or its class."""
        parent = module.scopes[scope].parent if scope >= 0 else -1
        rows = [*(module.scopes[scope].decorators if scope >= 0 else ())]
        rows += module.scopes[parent].decorators if parent >= 0 else ()
        for node in (module.nodes[number] for number in rows):
            if node.op != "call" or module.nodes[node.kids[0]].text != "parametrize" or len(node.kids) < 3:
                continue
            names = _names(module, node.kids[1])
            if name in names and ("indirect" in node.keys) is indirect:
                yield from self._column(module, node.kids[2], names.index(name), len(names))

    def _column(self, module: Module, rows: int, at: int, width: int) -> Iterator[Expression]:
        for value in self.evaluate(module, rows):
            owner = self.tree.modules[value.path] if value.kind == "seq" else module
            for kid in owner.nodes[value.index].kids if value.kind == "seq" else ():
                node = owner.nodes[kid]
                cells = node.kids if node.op == "seq" and width > 1 else (kid,)
                if node.op == "call" and owner.nodes[node.kids[0]].text == "param":
                    cells = node.kids[1:]
                yield from ((owner, cells[at]),) if at < len(cells) else ()

    def attribute(self, module: Module, number: int, node: Node) -> Iterator[Value]:
        """`base.text` where it stands; of a fixture's `request` too."""
        yield from super().attribute(module, number, node)
        for owner, at in self.asked_with(module, node):
            yield from self.evaluate(owner, at)
        if node.text == "cls" and module.nodes[node.kids[0]].text == "request":
            scope = module.function_of(node.scope)
            for name in [name for name, scopes in module.fixtures.items() if scope in scopes]:
                yield from self._users(name)

    def _asked_with(self, module: Module, scope: int, name: str) -> Iterator[Expression]:
        """`request.param`: of the fixture's own `params`, and of tests that parametrize it by its name."""
        for node in (module.nodes[number] for number in module.scopes[scope].decorators):
            if node.op == "call" and "params" in node.keys:
                yield from self._column(module, node.kids[1 + node.keys.index("params")], 0, 1)
        for other in self.tree.modules.values():
            for index, row in enumerate(other.scopes) if "parametrize" in other.calls else ():
                if row.kind == "function" and row.decorators:
                    yield from self._parametrized(other, index, name, indirect=True)

    def _users(self, name: str) -> Iterator[Value]:
        """The classes of tests that ask for a fixture by `@pytest.mark.usefixtures`."""
        for module in self.tree.modules.values():
            for index, row in enumerate(module.scopes) if "usefixtures" in module.calls else ():
                asked = [module.nodes[number] for number in row.decorators if row.kind == "class"]
                used = [
                    node for node in asked if node.op == "call" and module.nodes[node.kids[0]].text == "usefixtures"
                ]
                if any(module.nodes[kid].text == name for node in used for kid in node.kids[1:]):
                    yield self.class_value(module, index)


def _names(module: Module, number: int) -> list[str]:
    """`"a, b"` or `["a", "b"]`."""
    node = module.nodes[number]
    if node.op == "seq":
        return [module.nodes[kid].text for kid in node.kids]
    return [part.strip() for part in node.text.split(",")] if node.op == "str" else []
