"""The facts of a tree's modules to its uses of Generate."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from audits.engine.extract.model import ModuleFacts
from audits.engine.facts import CallSite
from audits.engine.filekinds import is_installed
from audits.engine.link.accesses import Accesses
from audits.engine.link.addresses import Addresses
from audits.engine.link.borrowed import Borrowed
from audits.engine.link.chats import ChatSite
from audits.engine.link.configured import Configured
from audits.engine.link.created import Created
from audits.engine.link.frameworks import Frameworks
from audits.engine.link.halfway import Halfway
from audits.engine.link.mentions import Mentions
from audits.engine.link.migrations import Migrations
from audits.engine.link.modellines import ModelLines
from audits.engine.link.models import Models
from audits.engine.link.paired import Paired
from audits.engine.link.pins import Pins
from audits.engine.link.sites import Linker
from audits.engine.link.suppress import suppressed
from audits.engine.link.tree import Module
from audits.engine.link.unsent import Unsent
from audits.engine.link.wrappers import ProjectWrappers

__all__ = ["Linked", "link", "linked"]


@dataclass(frozen=True, slots=True)
class Linked:
    """All uses of a tree and its calls of Chat, each by path and place."""

    sites: tuple[CallSite, ...]
    chats: tuple[ChatSite, ...]


def link(tree: Mapping[str, ModuleFacts], modules: Mapping[str, Module] = MappingProxyType({})) -> tuple[CallSite, ...]:
    """All uses in a tree given as path -> facts, by path and place. Pure: the same facts give the same uses.

    `modules` are those of these facts that an earlier step has indexed.
    """
    return linked(tree, modules).sites


def linked(tree: Mapping[str, ModuleFacts], modules: Mapping[str, Module] = MappingProxyType({})) -> Linked:
    """The same, with the calls of Chat that stand beside them."""
    linker = Linker(tree, modules)
    migrations = Migrations(linker.evaluator, linker.arguments, linker.eras, Models(linker.evaluator), linker.keys)
    told = suppressed(tree, _found(linker, tree, migrations))
    found = linker.keys.hidden(tuple(told), linker.tree.modules)
    sites = sorted(found, key=lambda site: (site.path, site.span.cell or 0, site.span.line, site.span.column))
    return Linked(tuple(sites), tuple(migrations.chats))


def _written(tree: Mapping[str, ModuleFacts]) -> Iterator[CallSite]:
    """The uses that a file itself tells: a notebook's commands, a docstring's examples; none of installed packages."""
    for path, facts in tree.items():
        for site in facts.sites if not is_installed(path) else ():
            proof = tuple(replace(step, path=path) for step in site.proof)
            yield replace(site, path=path, proof=proof, reads=tuple(replace(read, path=path) for read in site.reads))


def _found(linker: Linker, tree: Mapping[str, ModuleFacts], migrations: Migrations) -> Iterator[CallSite]:
    """The calls of Generate that the tree makes, and what follows from them or stands beside them."""
    addresses, lines = Addresses(linker.evaluator, linker.arguments), ModelLines(linker.evaluator)
    calls = tuple(map(lines.shown, addresses.nearer(tuple(linker.sites()))))
    yield from calls
    yield from map(lines.shown, _beside(linker, tree, migrations, addresses, calls))


def _beside(
    linker: Linker,
    tree: Mapping[str, ModuleFacts],
    migrations: Migrations,
    addresses: Addresses,
    calls: Sequence[CallSite],
) -> Iterator[CallSite]:
    """What follows from the calls or stands beside them."""
    yield from _written(tree)
    half = (*migrations.sites(), *Halfway(linker.evaluator, linker.arguments, Models(linker.evaluator)).sites())
    yield from half
    yield from Accesses(linker.evaluator).sites((*calls, *half))
    frameworks = Frameworks(linker.evaluator, linker.arguments, tree)
    wrapped = tuple(frameworks.sites(calls))
    yield from wrapped
    yield from Borrowed(frameworks).sites(wrapped)
    yield from Configured(linker.evaluator, linker.arguments, Pins(tree)).sites()
    yield from Paired(linker.evaluator).sites((*calls, *half, *wrapped))
    yield from ProjectWrappers(linker.evaluator, linker.arguments).sites(calls)
    yield from Created(linker.evaluator, linker.arguments).sites()
    yield from Mentions(linker.evaluator).sites()
    yield from addresses.sites((*calls, *half, *wrapped))
    yield from Unsent(linker.evaluator, linker.arguments).sites((*calls, *half, *wrapped))
