"""Which of a tree's files take part, by what their bytes say and what the facts of those that were read say."""

import re
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass

from audits.engine.extract.model import ModuleFacts
from audits.engine.gate import asked_by, is_installed, names_of
from audits.engine.link.wanted import wanted

_CLASS = re.compile(r"\.(?:Cohere|CohereGenerator|CohereAI|CohereLLM|Cohere\w*Client\w*)$")


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
    holders, keys = _holders(facts)
    if not holders:
        return frozenset()
    chosen = {path for path, look in looks.items() if look.method and path not in tried}
    absent = {path: look for path, look in looks.items() if path not in tried and not is_installed(path)}
    chosen |= {
        path for path, look in absent.items() if path.endswith("conftest.py") or _meets(path, look.imports, keys)
    }
    modules = {path: look.imports for path, look in absent.items() if path.endswith((".py", ".pyi"))}
    return frozenset(chosen or wanted(facts, modules, holders))


def _holders(facts: Mapping[str, ModuleFacts]) -> tuple[frozenset[str], frozenset[str]]:
    """The paths and the keys of the modules that hold a client: those that use the SDK, and those that import one.

    A module that writes down an address of the API holds one as well.
    """
    rest = {path: facts for path, facts in facts.items() if not is_installed(path)}
    imports = {path: row.imports for path, row in rest.items()}
    keys: set[str] = set()
    more = [path for path, row in rest.items() if row.uses_sdk or row.holds_address or _frames(imports[path])]
    while more:
        for path in more:
            keys |= names_of(path)
            del rest[path]
        more = [path for path in rest if _meets(path, imports[path], keys)]
    return frozenset(imports) - frozenset(rest), frozenset(keys)


def _frames(imports: Iterable[str]) -> bool:
    """Is a class imported by which a framework calls the API?"""
    return any(_CLASS.search(name) for name in imports)


def _meets(path: str, imports: Iterable[str], keys: Set[str]) -> bool:
    return any(key in keys for key in asked_by(path, imports))
