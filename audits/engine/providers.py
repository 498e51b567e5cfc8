"""Which names of which modules hold something of the API: a client, an address, a framework's class, or their users."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import chain

from audits.engine.catalogue import PACKAGES
from audits.engine.catalogue.endpoints import HOST_OR_MODEL
from audits.engine.extract.model import Binding
from audits.engine.gate import joined, keys_of, names_of
from audits.engine.link.indexes import Indexes

_CLASS = re.compile(r"Cohere|CohereGenerator|CohereAI|CohereLLM|Cohere\w*Client\w*")
_LOADERS = frozenset({"import_module", "__import__"})
_ALL = "*"


class Providers:
    """Names by module; what a module holds only grows with the modules that are read later."""

    def __init__(self) -> None:
        self._modules: dict[str, _Module] = {}
        self._names: dict[str, set[str]] = defaultdict(set)
        # A name of dots alone ends like any module.
        self._tails: set[str] = {""}
        self.paths: set[str] = set()

    def add(self, modules: Mapping[str, Indexes]) -> None:
        """Take on those of the modules that are new, and what they and the others then hold."""
        fresh = {path: _Module(row) for path, row in modules.items() if path not in self._modules}
        self._modules |= fresh
        changed = bool(fresh)
        while changed:
            changed = False
            for module in self._modules.values():
                changed |= self._settle(module)

    def meets(self, path: str, imports: tuple[str, ...]) -> bool:
        """Does the file at `path` bring in one of the names by these imports (`module` or `module:name`)?"""
        # Round after round most files import nothing that ends like a module that is known.
        return not _ends(imports).isdisjoint(self._tails) and any(self._brings(path, row) for row in imports)

    def _brings(self, path: str, row: str) -> bool:
        head, _, item = row.partition(":")
        if item not in ("", _ALL) and item in self._tails and any(self._at(path, joined(head, item))):
            return True
        found = self._at(path, head)
        return any(not item or item == _ALL or item in names for names in found)

    def _at(self, path: str, name: str) -> list[set[str]]:
        """The names of the modules that `name` may mean; most names end like none of them and cost no more."""
        tail = name.rpartition(".")[2]
        if tail not in self._tails:
            return []
        return [self._names[key] for key in keys_of(path, name) if key in self._names]

    def _settle(self, module: "_Module") -> bool:
        """Take on what the module holds; False when it was known."""
        fresh = {row.name for row in module.imports if self._brings(module.path, row.detail)} - module.held
        starred = {name for name in fresh if name == _ALL}
        for row in module.imports if starred else ():
            for names in self._at(module.path, row.detail.partition(":")[0]) if row.name == _ALL else ():
                fresh |= names
        if not module.take(fresh):
            return False
        self.paths.add(module.path)
        for key in names_of(module.path):
            self._names[key] |= module.held
            self._tails.add(key.rpartition(".")[2].removeprefix("/"))
        return True


class _Module:
    """One module: which of its names hold something, as far as its own code tells."""

    def __init__(self, module: Indexes) -> None:
        self.path = module.path
        self.imports = [row for row in module.facts.bindings if row.how in ("import", "submodule")]
        self.held: set[str] = set()
        self._module = module
        self._facts = module.facts
        self._hot: set[int] = set()
        self._started = False
        self._users: dict[str, set[str]] | None = None

    def take(self, names: set[str]) -> bool:
        """Hold these names and all that are made with them; True when that adds one."""
        if not self._started:
            self._started = True
            names = names | self._own()
        todo = [name for name in names if name not in self.held]
        if not todo:
            return False
        if self._users is None:
            self._users = self._find_users()
        while todo:
            name = todo.pop()
            if name not in self.held:
                self.held.add(name)
                todo += self._users.get(name, ())
        return True

    def _own(self) -> set[str]:
        """Names that hold something by themselves: imports of the SDK or of a framework's class, and addresses."""
        found = {row.name for row in self.imports if _is_api(row)}
        nodes = self._module.nodes
        for number in (call for name in _LOADERS for call in self._module.calls.get(name, ())):
            if any(nodes[kid].text.partition(".")[0] in PACKAGES for kid in nodes[number].kids[1:]):
                self._hot.add(number)
        for number in self._module.made_by("str"):
            if "ohere" in (text := nodes[number].text) and HOST_OR_MODEL.search(text):
                self._hot.add(number)
        return found | {f"={number}" for number in self._hot}

    def _find_users(self) -> dict[str, set[str]]:
        """Top-level names by what their definition mentions: names, and "=number" for the module's own expressions."""
        facts, own = self._facts, self._hot
        owners = self._owners()
        around = [self._of_scope(scope) for scope in range(len(facts.scopes))]
        users: dict[str, set[str]] = defaultdict(set)
        for number in chain(self._module.made_by("name"), own):
            found = owners.get(number, ()) or around[facts.nodes[number].scope]
            for mentioned in self._mentioned(number):
                users[mentioned].update(found)
        for row in facts.stores:
            base = facts.nodes[row.base]
            while base.op in ("attr", "sub"):
                base = facts.nodes[base.kids[0]]
            for number in self._below(row.node):
                for mentioned in self._mentioned(number):
                    users[mentioned].add(base.text)
        return users

    def _mentioned(self, number: int) -> Iterator[str]:
        """What an expression is asked for by."""
        if number in self._hot:
            yield f"={number}"
        if self._facts.nodes[number].op == "name":
            yield self._facts.nodes[number].text

    def _owners(self) -> dict[int, set[str]]:
        """The names that top-level assignments (also by `global`) make of each expression."""
        owners: dict[int, set[str]] = defaultdict(set)
        for row in self._facts.bindings:
            if row.scope == 0 and row.how in ("value", "annotation") and row.node >= 0:
                for number in self._below(row.node):
                    owners[number].add(row.name)
        for scope in self._facts.scopes:
            if scope.parent == 0 and scope.kind == "class":
                for number in (at for base in scope.bases for at in self._below(base)):
                    owners[number].add(scope.name)
        return owners

    def _below(self, number: int) -> Iterable[int]:
        todo = [number] if number >= 0 else []
        while todo:
            at = todo.pop()
            yield at
            todo += self._facts.nodes[at].kids

    def _of_scope(self, scope: int) -> tuple[str, ...]:
        """The top-level function or class around a scope."""
        scopes = self._facts.scopes
        while scope > 0 and scopes[scope].parent > 0:
            scope = scopes[scope].parent
        return (scopes[scope].name,) if scope > 0 else ()


@lru_cache(1 << 13)
def _ends(imports: tuple[str, ...]) -> frozenset[str]:
    """The last names of the modules that imports may mean."""
    rows = [row.partition(":") for row in imports]
    return frozenset(chain((head.rpartition(".")[2] for head, _, _ in rows), (item for _, _, item in rows if item)))


def _is_api(row: Binding) -> bool:
    head, _, item = row.detail.partition(":")
    return head.partition(".")[0] in PACKAGES or bool(_CLASS.fullmatch(item))
