"""Where the files of a tree write down Generate's address as a setting, by the setting's name."""

import posixpath
import re
from collections.abc import Mapping

from audits.engine.extract.model import ModuleFacts
from audits.engine.facts import Confidence, Kind, ProofStep
from audits.engine.filekinds import SETTINGS_LANGUAGES
from audits.engine.ways import TABLE

_Way = tuple[str, ...]

# A shorter name may be anybody's.
_SHORT = 8
# Where those who read a folder's settings keep them.
_HOMES = re.compile(r"(?:^|/)(?:src/main/resources|config)$")
# What stands before a setting's name where it is asked for.
_ASKING = frozenset({"process", "import", "meta", "env", "environ", "dotenv", "config", "configuration", "settings"})


class Settings:
    """The settings that are Generate's address; names are compared without marks and capitals."""

    def __init__(self, facts: Mapping[str, ModuleFacts]) -> None:
        self._by_file: dict[str, dict[_Way, ProofStep]] = {}
        for path, row in facts.items():
            for site in row.sites:
                told = site.kind is Kind.RAW_HTTP and site.confidence is not Confidence.POSSIBLE
                if told and site.language in SETTINGS_LANGUAGES:
                    name = f"{site.scope}.{site.callee.partition(': ')[0]}"
                    self._add(path, name, ProofStep(site.callee, path, site.span.line))
            for name, line in row.addresses:
                if name.startswith(TABLE):
                    self._add(path, name.removeprefix(TABLE), ProofStep(name.lstrip(f"{TABLE}."), path, line))

    def _add(self, path: str, name: str, step: ProofStep) -> None:
        self._by_file.setdefault(path, {}).setdefault(_way(name), step)

    def steps(self, asking: str, key: str) -> tuple[ProofStep, ...]:
        """The place of a setting that a file asks for: by its name, or in a file (`file#name`); () for no such one.

        Settings of other folders are another program's, so the nearest above the file is taken.
        """
        module, mark, name = key.rpartition("#")
        near = posixpath.normpath(posixpath.join(posixpath.dirname(asking), module))
        for path in sorted(self._by_file, key=lambda path: -len(_home(path))):
            if not (path == near if mark else _is_above(path, asking)) and not (
                mark and _is_table(path, module, asking)
            ):
                continue
            for own, step in self._by_file[path].items():
                if _is_same(own, _way(name), ends=not mark):
                    return (step,)
        return ()


def _home(path: str) -> str:
    """The folder whose programs read a file of settings."""
    return _HOMES.sub("", posixpath.dirname(path))


def _is_above(path: str, asking: str) -> bool:
    home = _home(path)
    return not home or asking.startswith(f"{home}/")


def _is_table(path: str, module: str, asking: str) -> bool:
    """Laravel's `config/services.php`, from wherever below its folder."""
    return f"/{path}".endswith(f"/{module}") and _is_above(path, asking)


def _is_same(own: _Way, wanted: _Way, *, ends: bool) -> bool:
    if "".join(own) == "".join(wanted):
        return True
    rest = tuple(part for part in wanted if part not in _ASKING)
    count = min(len(own), len(rest))
    return ends and count > 0 and own[-count:] == rest[-count:] and len("".join(own[-count:])) >= _SHORT


def _way(name: str) -> _Way:
    """The names on the way to a setting."""
    parts = (re.sub(r"[\W_]+", "", part.lower()) for part in re.split(r"[^\w-]+", name))
    return tuple(part for part in parts if part)
