"""Which of a tree's files take part, by what their bytes say and what the facts of those that were read say."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from pathlib import PurePosixPath

from audits.engine.extract.model import ModuleFacts
from audits.engine.gate import is_installed
from audits.engine.link.wanted import wanted
from audits.engine.providers import Providers


@dataclass(slots=True)
class Look:
    """What the bytes of one file say: that they name the API, that they hold a Generate method, what they import."""

    names: bool = False
    method: bool = False
    imports: frozenset[str] = frozenset()


def further(looks: Mapping[str, Look], facts: Mapping[str, ModuleFacts], tried: Set[str]) -> frozenset[str]:
    """The paths to read next, none when all that can take part have been: `tried` are those that were chosen before.

    First the files that name the API. Where one of them really holds a client, an address of the API or a framework's
    class for it: the files that hold a Generate method's name, fixtures, and importers of such modules; at last what
    stands between a call and its client.
    """
    if not tried:
        return frozenset(path for path, look in looks.items() if look.names)
    providers = _providers(facts)
    if not providers.paths:
        return frozenset()
    chosen = {path for path, look in looks.items() if look.method and path not in tried}
    absent = {path: look for path, look in looks.items() if path not in tried and not is_installed(path)}
    above = {str(folder) for path, look in looks.items() if look.method for folder in PurePosixPath(path).parents}
    chosen |= {path for path in absent if path.endswith("conftest.py") and str(PurePosixPath(path).parent) in above}
    chosen |= {path for path, look in absent.items() if providers.meets(path, look.imports)}
    modules = {path: look.imports for path, look in absent.items() if path.endswith((".py", ".pyi"))}
    return frozenset(chosen or wanted(facts, modules, providers.paths))


def goes_on(facts: Mapping[str, ModuleFacts]) -> bool:
    """Does a module hold something of the API, so that it matters what the other files import?"""
    return bool(_providers(facts).paths)


def _providers(facts: Mapping[str, ModuleFacts]) -> Providers:
    return Providers({path: row for path, row in facts.items() if not is_installed(path)})
