"""pytest fixtures: what a test's parameter of a fixture's name is, and what a fixture is asked with."""

from collections.abc import Iterator
from functools import cached_property

from audits.engine.extract.model import Binding, Node
from audits.engine.link.ambient import Ambient
from audits.engine.link.tree import Module
from audits.engine.link.values import Value


class Fixtures(Ambient):
    """Finds fixtures by name."""

    def fixture(self, module: Module, scope: int, name: str) -> Iterator[Value]:
        """A pytest fixture of the parameter's name, here or in a conftest at or above this folder."""
        folder = module.path.rpartition("/")[0]
        for path, other in self._around(module):
            above = path.rpartition("/")[0]
            if path != module.path and above and not f"{folder}/".startswith(f"{above}/"):
                continue
            for index in other.fixtures.get(name, ()):
                if (path, index) != (module.path, scope):
                    yield from self.results(Value("function", other.scopes[index].name, other.path, index))
            for row in other.bindings.get((0, name), ()):
                if row.how == "import":
                    yield from self._imported_fixture(other, row, name)
        yield from self._parametrized(module, scope, name, indirect=False)

    def _around(self, module: Module) -> Iterator[tuple[str, Module]]:
        """The module and all conftests."""
        yield module.path, module
        yield from ((path, other) for path, other in self._conftests if path != module.path)

    @cached_property
    def _conftests(self) -> list[tuple[str, Module]]:
        return [row for row in self.tree.modules.items() if row[0].rpartition("/")[2] == "conftest.py"]

    def _imported_fixture(self, module: Module, row: Binding, name: str) -> Iterator[Value]:
        for value in self.bound(module, row):
            if value.kind == "function" and value.index in self.tree.modules[value.path].fixtures.get(name, ()):
                yield from self.results(value)

    def _parametrized(self, module: Module, scope: int, name: str, *, indirect: bool) -> Iterator[Value]:
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

    def _column(self, module: Module, rows: int, at: int, width: int) -> Iterator[Value]:
        for value in self.evaluate(module, rows):
            owner = self.tree.modules[value.path] if value.kind == "seq" else module
            for kid in owner.nodes[value.index].kids if value.kind == "seq" else ():
                node = owner.nodes[kid]
                cells = node.kids if node.op == "seq" and width > 1 else (kid,)
                if node.op == "call" and owner.nodes[node.kids[0]].text == "param":
                    cells = node.kids[1:]
                yield from self.evaluate(owner, cells[at]) if at < len(cells) else ()

    def attribute(self, module: Module, number: int, node: Node) -> Iterator[Value]:
        """`base.text` where it stands; of a fixture's `request` too."""
        yield from super().attribute(module, number, node)
        if node.text in ("param", "cls") and module.nodes[node.kids[0]].text == "request":
            scope = module.function_of(node.scope)
            for name in [name for name, scopes in module.fixtures.items() if scope in scopes]:
                yield from self._users(name) if node.text == "cls" else self._asked_with(module, scope, name)

    def _asked_with(self, module: Module, scope: int, name: str) -> Iterator[Value]:
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
