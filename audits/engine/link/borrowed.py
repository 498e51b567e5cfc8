"""Framework classes that a tree takes over without making an object of them: subclasses, tables, imports alone."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from audits.engine.catalogue.frameworks import FRAMEWORKS, Framework
from audits.engine.extract.model import Binding
from audits.engine.facts import CallSite, Confidence, Kind, Span
from audits.engine.gate import joined
from audits.engine.link.frameworks import Frameworks
from audits.engine.link.makers import made, own_modules
from audits.engine.link.tree import Module

_LAST_NAMES = frozenset(path.rpartition(".")[2] for path in FRAMEWORKS)
_HOLDERS = frozenset({"dict", "seq", "either"})
# What is asked of a class here is what it is, not an object of it.
_ASKING = frozenset({"isinstance", "issubclass", "cast", "getattr", "hasattr", "patch", "object"})


@dataclass(frozen=True, slots=True)
class Borrowed:
    """Finds them beside what `frameworks` has found."""

    frameworks: Frameworks

    def sites(self, found: Iterable[CallSite]) -> Iterator[CallSite]:
        """All sites; `found` are the objects that the tree makes of framework classes."""
        made_of = {(site.path, site.client) for site in found}
        modules = own_modules(self.frameworks.evaluator.tree)
        called = {name for module in modules for name in module.calls}
        for module in modules:
            taken: set[str] = set()
            for site in self._heirs(module, called):
                taken.add(site.client or "")
                yield site
            for row in module.facts.bindings:
                framework = _borrowed(row)
                if framework is None or framework.path in taken or (module.path, framework.path) in made_of:
                    continue
                taken.add(framework.path)
                yield self._handed_on(module, row, framework) or _imported(module, row, framework)

    def _heirs(self, module: Module, called: set[str]) -> Iterator[CallSite]:
        """`class Mine(Cohere)` of which no object is made here: who subclasses it means to."""
        names = _LAST_NAMES | {row.name for row in module.facts.bindings if _borrowed(row) is not None}
        for scope in module.scopes:
            if scope.kind != "class" or scope.name in called:
                continue
            for number in scope.bases:
                last = module.nodes[number].text
                if last not in names and not module.aliases.keys() & {last}:
                    continue
                rows = self.frameworks.rows_of(module, number)
                if rows and rows[0].always:
                    why = f"{scope.name} is a {rows[0].path}, which calls Generate; no object of it is made here."
                    site = made(module, number, rows[0].kind, why)
                    yield replace(site, client=rows[0].path, platform=rows[0].platform, confidence=Confidence.LIKELY)

    def _handed_on(self, module: Module, row: Binding, framework: Framework) -> CallSite | None:
        """The class in a table or an argument, from where somebody else may make an object of it."""
        for number in module.names.get(row.name, ()):
            parent = module.parents.get(number)
            around = module.nodes[parent] if parent is not None else None
            if around is None or (around.op not in _HOLDERS and around.op != "call"):
                continue
            if around.op == "call" and (around.kids[0] == number or module.nodes[around.kids[0]].text in _ASKING):
                continue
            why = f"Hands {framework.path} on, which calls Generate; where an object of it is made is not known."
            site = made(module, number, framework.kind, why)
            return replace(
                site,
                client=framework.path,
                platform=framework.platform,
                confidence=Confidence.POSSIBLE,
                reference=True,
            )
        return None


def _borrowed(row: Binding) -> Framework | None:
    """The framework's class that an import brings in, where all objects of it call Generate."""
    head, _, item = row.detail.partition(":")
    if row.how != "import" or not item:
        return None
    rows = FRAMEWORKS.get(joined(head, item), ())
    return rows[0] if rows and rows[0].always else None


def _imported(module: Module, row: Binding, framework: Framework) -> CallSite:
    line, cell = module.facts.place(row.line)
    return CallSite(
        path=module.path,
        span=Span(line, line, 0, cell),
        scope=module.qualified(row.scope),
        callee=row.detail.replace(":", "."),
        method="",
        kind=Kind.MENTION,
        client=framework.path,
        platform=framework.platform,
        confidence=Confidence.CONFIRMED,
        why=f"Imports {framework.path}, which calls Generate; no object of it is made here.",
    )
