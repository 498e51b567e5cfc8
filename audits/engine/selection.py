"""Which of a tree's files take part, by what their bytes say and what the facts of those that were read say."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Set
from functools import cached_property

from audits.engine.extract.model import ModuleFacts
from audits.engine.filekinds import is_installed
from audits.engine.gate import names_of
from audits.engine.link.tree import Module
from audits.engine.link.wanted import wanted
from audits.engine.looks import Look
from audits.engine.providers import Providers


class Selection:
    """Chooses files round by round; what one round works out is there for the next."""

    def __init__(self, looks: Mapping[str, Look]) -> None:
        self.looks = looks
        self._providers = Providers()
        self.modules: dict[str, Module] = {}

    def further(self, facts: Mapping[str, ModuleFacts], tried: Set[str]) -> frozenset[str]:
        """The paths to read next, none when all that can take part have been: `tried` are those chosen before.

        First the files that name the API. Where one of them really holds a client, an address of the API or a
        framework's class for it: the files that hold a Generate method's name, fixtures, and importers of such modules;
        at last what stands between a call and its client.
        """
        looks = self.looks
        if not tried:
            return frozenset(path for path, look in looks.items() if look.names)
        if not self.goes_on(facts):
            return frozenset()
        chosen = {path for path, look in looks.items() if look.method and path not in tried and not is_installed(path)}
        absent = {path: look for path, look in looks.items() if path not in tried and not is_installed(path)}
        above = {folder for path, look in looks.items() if look.method for folder in _above(path)}
        chosen |= {path for path in absent if path.endswith("conftest.py") and path.rpartition("/")[0] in above}
        chosen |= {path for path, look in absent.items() if self._providers.meets(path, look.imports)}
        modules = {path: look.imports for path, look in absent.items() if path.endswith((".py", ".pyi"))}
        return frozenset(chosen) or wanted(facts, modules, self._providers.paths, self.modules, self._owners)

    @cached_property
    def _owners(self) -> dict[str, list[str]]:
        """The modules by the keys under which they may be imported, for all rounds."""
        # A list takes less than half of what a set does, and most names are of one file.
        found: dict[str, list[str]] = defaultdict(list)
        for path in self.looks:
            for key in names_of(path) if path.endswith((".py", ".pyi")) and not is_installed(path) else ():
                found[key].append(path)
        return dict(found)

    def goes_on(self, facts: Mapping[str, ModuleFacts]) -> bool:
        """Does a module hold something of the API, so that it matters what the other files import?"""
        fresh = {path: Module(path, row) for path, row in facts.items() if path not in self.modules}
        self.modules |= fresh
        self._providers.add({path: row for path, row in fresh.items() if not is_installed(path)})
        return bool(self._providers.paths)


def _above(path: str) -> Iterator[str]:
    """The folders around a file, "" for the whole tree."""
    while path:
        path = path.rpartition("/")[0]
        yield path
