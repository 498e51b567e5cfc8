"""pytest fixtures: what a test's parameter of a fixture's name is."""

from collections.abc import Iterator

from audits.engine.extract.model import Binding
from audits.engine.link.boxes import Boxes
from audits.engine.link.tree import Module
from audits.engine.link.values import Value


class Fixtures(Boxes):
    """Finds fixtures by name."""

    def fixture(self, module: Module, scope: int, name: str) -> Iterator[Value]:
        """A pytest fixture of the parameter's name, here or in a conftest at or above this folder."""
        folder = module.path.rpartition("/")[0]
        for path, other in self.tree.modules.items():
            if path != module.path:
                above, _, file = path.rpartition("/")
                if file != "conftest.py" or (above and not f"{folder}/".startswith(f"{above}/")):
                    continue
            for index in other.fixtures.get(name, ()):
                if (path, index) != (module.path, scope):
                    yield from self.results(Value("function", other.scopes[index].name, other.path, index))
            for row in other.bindings.get((0, name), ()):
                if row.how == "import":
                    yield from self._imported_fixture(other, row, name)

    def _imported_fixture(self, module: Module, row: Binding, name: str) -> Iterator[Value]:
        for value in self.bound(module, row):
            if value.kind == "function" and value.index in self.tree.modules[value.path].fixtures.get(name, ()):
                yield from self.results(value)
