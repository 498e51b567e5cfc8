"""Where the files of a tree write down Generate's address as a setting, by the setting's name."""

import posixpath
import re
from collections.abc import Mapping

from audits.engine.extract.model import ModuleFacts
from audits.engine.facts import Confidence, Kind, ProofStep
from audits.engine.filekinds import SETTINGS_LANGUAGES
from audits.engine.ways import TABLE

# A shorter name may be anybody's.
_SHORT = 8


class Settings:
    """The settings that are Generate's address; names are compared without marks and capitals."""

    def __init__(self, facts: Mapping[str, ModuleFacts]) -> None:
        self._by_file: dict[str, dict[str, ProofStep]] = {}
        for path, row in facts.items():
            for site in row.sites:
                told = site.kind is Kind.RAW_HTTP and site.confidence is not Confidence.POSSIBLE
                if told and site.language in SETTINGS_LANGUAGES:
                    name = f"{site.scope}.{site.callee.partition(': ')[0]}"
                    self._add(path, name, ProofStep(site.callee, path, site.span.line))
            for name, line in row.addresses:
                if name.startswith(TABLE):
                    self._add(path, name, ProofStep(name.lstrip(f"{TABLE}."), path, line))

    def _add(self, path: str, name: str, step: ProofStep) -> None:
        self._by_file.setdefault(path, {}).setdefault(_plain(name), step)

    def steps(self, asking: str, key: str) -> tuple[ProofStep, ...]:
        """The place of a setting that a file asks for: by its name, or in a file (`file#name`); () for no such one."""
        module, mark, name = key.rpartition("#")
        wanted = _plain(name)
        near = posixpath.normpath(posixpath.join(posixpath.dirname(asking), module))
        for path, known in self._by_file.items():
            if mark and path != near and not f"/{path}".endswith(f"/{module}"):
                continue
            for own, step in known.items():
                if own == wanted or (not mark and _is_end(own, wanted)):
                    return (step,)
        return ()


def _is_end(one: str, other: str) -> bool:
    return min(len(one), len(other)) >= _SHORT and (one.endswith(other) or other.endswith(one))


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.lower())
