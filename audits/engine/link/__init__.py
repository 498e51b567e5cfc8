"""The facts of a tree's modules to its uses of Generate."""

from collections.abc import Mapping

from audits.engine.extract.model import ModuleFacts
from audits.engine.facts import CallSite
from audits.engine.link.sites import Linker

__all__ = ["link"]


def link(tree: Mapping[str, ModuleFacts]) -> tuple[CallSite, ...]:
    """All uses in a tree given as path -> facts, by path and place. Pure: the same facts give the same uses."""
    found = Linker(tree).sites()
    return tuple(sorted(found, key=lambda site: (site.path, site.span.cell or 0, site.span.line, site.span.column)))
