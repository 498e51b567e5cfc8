"""Which of a tree's files take part, by what their bytes say and what the facts of those that were read say."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from pathlib import PurePosixPath

from audits.engine.extract.model import ModuleFacts
from audits.engine.gate import asked_by, is_installed, names_of
from audits.engine.link.wanted import wanted


@dataclass(slots=True)
class Look:
    """What the bytes of one file say: that they name the API, that they hold a Generate method, what they import."""

    names: bool = False
    method: bool = False
    imports: frozenset[str] = frozenset()


def takes_part(path: str, look: Look) -> bool:
    """Is the file read in a tree that names the API, whatever the others say?"""
    return look.names or look.method or PurePosixPath(path).name == "conftest.py"


def further(looks: Mapping[str, Look], facts: Mapping[str, ModuleFacts], tried: Set[str]) -> frozenset[str]:
    """The paths to read next, none when all that can take part have been: `tried` are those that were chosen before.

    Importers of modules that hold a client come first; then what stands between a call and its client.
    """
    absent = {
        path: look.imports
        for path, look in looks.items()
        if path not in tried and path.endswith((".py", ".pyi")) and not is_installed(path)
    }
    if not absent:
        return frozenset()
    holders, keys = _holders(facts)
    importers = frozenset(path for path, imports in absent.items() if _meets(path, imports, keys))
    return importers or (wanted(facts, absent, holders) if holders else frozenset())


def _holders(facts: Mapping[str, ModuleFacts]) -> tuple[frozenset[str], frozenset[str]]:
    """The paths and the keys of the modules that hold a client: those that use the SDK, and those that import one."""
    rest = {path: facts for path, facts in facts.items() if not is_installed(path)}
    imports = {path: row.imports for path, row in rest.items()}
    keys: set[str] = set()
    more = [path for path, row in rest.items() if row.uses_sdk]
    while more:
        for path in more:
            keys |= names_of(path)
            del rest[path]
        more = [path for path in rest if _meets(path, imports[path], keys)]
    return frozenset(imports) - frozenset(rest), frozenset(keys)


def _meets(path: str, imports: Iterable[str], keys: Set[str]) -> bool:
    return any(key in keys for key in asked_by(path, imports))
