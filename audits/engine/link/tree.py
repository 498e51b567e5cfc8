"""The modules of a tree, and how imports find them."""

import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import chain
from types import MappingProxyType

from audits.engine.catalogue import CLIENTS, PACKAGES
from audits.engine.catalogue.frameworks import FRAMEWORKS
from audits.engine.extract.model import ModuleFacts, Store
from audits.engine.filekinds import is_installed, is_test
from audits.engine.gate import module_parts
from audits.engine.link.module import MAKING
from audits.engine.link.module import Module as Module
from audits.engine.link.places import common, module_folder, reachable
from audits.engine.link.renamed import Renamed

_HTTP = frozenset(
    {"requests", "httpx", "aiohttp", "urllib3", "httplib2", "pycurl", "treq", "boto3", "botocore", "openai"}
)
# What an import of such a name means, whatever folder of the tree is called so.
_LIBRARIES = sys.stdlib_module_names | {path.partition(".")[0] for path in FRAMEWORKS} | _HTTP

_ALIASES = 4


class Tree:
    """All modules of a tree, and the way from an import to one of them.

    `absent` are paths of the tree whose facts are not there; `wanted` collects those of them that imports led to.
    `modules` are those made before: their indexes are not made again.
    """

    def __init__(
        self,
        facts: Mapping[str, ModuleFacts],
        absent: Iterable[str] = (),
        modules: Mapping[str, Module] = MappingProxyType({}),
    ) -> None:
        self.modules = {path: modules.get(path) or Module(path, row) for path, row in facts.items() if row.scopes}
        self.wanted: set[str] = set()
        self._absent = frozenset(absent)
        self._calls: dict[tuple[tuple[str, ...], bool], list[tuple[Module, int]]] = {}
        self._by_last: dict[str, list[str]] = defaultdict(list)
        self._by_suffix: dict[tuple[str, ...], list[str]] = {}
        self._copies: dict[str, bool] = {}
        for path in chain(self.modules, self._absent):
            # A program without an ending is imported by nobody.
            for last in module_parts(path)[-1:] if "." in path[path.rfind("/") + 1 :] else ():
                self._by_last[last].append(path)

    def vendored(self, path: str) -> bool:
        """Is this file part of a copy of the SDK itself?"""
        parts = path.split("/")
        return any(
            part in PACKAGES and self._is_copy(self.modules.get("/".join([*parts[: index + 1], "client.py"])))
            for index, part in enumerate(parts[:-1])
        )

    def _is_copy(self, client: Module | None) -> bool:
        """Is a file where the SDK has its client that one? A project's own makes one of the SDK's."""
        if client is None:
            return False
        if client.path not in self._copies:
            self._copies[client.path] = not _makes_client(client)
        return self._copies[client.path]

    @cached_property
    def stores(self) -> dict[str, list[tuple[Module, Store]]]:
        """Stores by attribute name or item key, of all modules."""
        found: dict[str, list[tuple[Module, Store]]] = defaultdict(list)
        for module in self.modules.values():
            for row in module.facts.stores:
                found[row.key].append((module, row))
        return dict(found)

    @cached_property
    def getter_names(self) -> frozenset[str]:
        """What `attrgetter` and what it makes are called, in any module."""
        return frozenset().union(*(module.getter_names for module in self.modules.values()))

    def calls_spelled(self, names: tuple[str, ...], *, makes: bool) -> list[tuple[Module, int]]:
        """All calls that may be of a function with one of these names, found once: many ask for the same."""
        known = self._calls.get((names, makes))
        if known is None:
            under = tuple(dict.fromkeys((*names, *(new for name in names for new in self._renamed.get(name, ())))))
            words = (*under, *MAKING) if makes else under
            # A tree of thousands of modules asks for thousands of names: each looks at the modules that have it.
            places = sorted({place for word in words for place in self._having.get(word, ())})
            known = [
                (module, call)
                for module in map(self._in_order.__getitem__, places)
                for spelled in module.spelled(under, makes=makes)
                for call in module.calls.get(spelled, ())
            ]
            known += self._other_names.calls(under, known, makes=makes)
            self._calls[names, makes] = known
        return known

    def calls_of_given(self, name: str) -> list[tuple[Module, int]]:
        """All calls that may be of what a function of this name gives."""
        return self._other_names.calls((name,), boxes=1)

    @cached_property
    def _other_names(self) -> Renamed:
        return Renamed(self.modules.values())

    @cached_property
    def _renamed(self) -> dict[str, list[str]]:
        """By name: those under which packages give it on, `from .core import gen as generate`."""
        found: dict[str, set[str]] = defaultdict(set)
        for path, module in self.modules.items():
            for name, aliases in module.aliases.items() if path.endswith("__init__.py") else ():
                found[name] |= aliases
        return {name: sorted(aliases)[:_ALIASES] for name, aliases in found.items()}

    @cached_property
    def _in_order(self) -> list[Module]:
        return list(self.modules.values())

    @cached_property
    def _having(self) -> dict[str, list[int]]:
        """By name the places, in the order of the modules, of those that call it or import it under another name."""
        found: dict[str, list[int]] = defaultdict(list)
        for place, module in enumerate(self._in_order):
            for word in {*module.calls, *module.aliases}:
                found[word].append(place)
        return dict(found)

    def find(self, importer: str, dotted: str) -> str | None:
        """The path of the module that `dotted` (with leading dots for relative imports) names in `importer`."""
        path = self._find(importer, dotted)
        if path not in self._absent:
            return path
        self.wanted.add(path)
        return None

    def missing(self, importer: str, dotted: str) -> str | None:
        """The absent path that `dotted` names in `importer`, without asking for it."""
        path = self._find(importer, dotted)
        return path if path in self._absent else None

    def _find(self, importer: str, dotted: str) -> str | None:
        levels = len(dotted) - len(dotted.lstrip("."))
        parts = tuple(part for part in dotted[levels:].split(".") if part)
        here = module_folder(importer)
        if levels:
            base = here[: len(here) - (levels - 1)] if levels > 1 else here
            return self._file((*base, *parts))
        if not parts or parts[-1] not in self._by_last:
            # Most imports are of libraries.
            return None
        found = [path for path in self._ending_in(parts) if path != importer and reachable(path, parts, here)]
        # What is installed is a library's: nobody reads a library's copy to learn what the library does.
        found = found if is_installed(importer) else [path for path in found if not is_installed(path)]
        if not found and len(parts) == 1:
            found = self._namesakes(parts[0], here) if parts[0] in PACKAGES else self._alone(parts[0])
        return min(found, key=lambda path: (-common(module_folder(path), here), len(path), path), default=None)

    def _namesakes(self, package: str, here: tuple[str, ...]) -> list[str]:
        """A package of the repository's own with the SDK's name, beside the importer or at the top; no copy of it."""
        folders = {"/".join((*root, package)) for root in ((), here) if package not in here}
        copies = {folder for folder in folders if self._knows(f"{folder}/client.py")}
        return [path for folder in sorted(folders - copies) if self._knows(path := f"{folder}/__init__.py")]

    def _alone(self, package: str) -> list[str]:
        """The only package of this name that lies in none of the tree's: another part of the repository installs it."""
        if package in _LIBRARIES:
            return []
        ends = f"/{package}/__init__.py"
        tops = [path for path in self._ending_in((package,)) if path.endswith(ends) and not is_installed(path)]
        tops = [
            path for path in tops if not self._knows(f"{path.removesuffix(ends)}/__init__.py") and not is_test(path)
        ]
        return tops if len(tops) == 1 else []

    def _knows(self, path: str) -> bool:
        return path in self.modules or path in self._absent

    def _ending_in(self, parts: tuple[str, ...]) -> list[str]:
        """The modules whose dotted path ends so; an index of all endings would hold most of them for nothing."""
        known = self._by_suffix.get(parts)
        if known is None:
            same = self._by_last.get(parts[-1], ()) if parts else ()
            known = [path for path in same if module_parts(path)[-len(parts) :] == parts]
            self._by_suffix[parts] = known
        return known

    def _file(self, parts: tuple[str, ...]) -> str | None:
        stem = "/".join(parts)
        names = (f"{stem}.py", f"{stem}/__init__.py" if stem else "__init__.py", f"{stem}.ipynb")
        return next((name for name in names if self._knows(name)), None)


def _makes_client(module: Module) -> bool:
    """Does a module make one of the SDK's clients, by an import of the SDK?"""
    imports = {row.name: row.detail for row in module.facts.bindings if row.how == "import"}
    for path in CLIENTS:
        package, _, name = path.rpartition(".")
        for spelled in (name, *module.aliases.get(name, ())):
            for call in module.calls.get(spelled, ()):
                dotted = module.dotted(module.nodes[call].kids[0])
                head, _, rest = dotted.partition(".")
                if imports.get(head) in (f"{package}:{name}", package.partition(".")[0]) and rest in ("", name):
                    return True
    return False
