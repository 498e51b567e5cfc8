"""Which version of a package the files above a module ask for."""

import re
from collections.abc import Mapping

from audits.engine.catalogue.frameworks import framework_of
from audits.engine.extract.model import ModuleFacts
from audits.engine.facts import CallSite, Confidence

_PIN = re.compile(r"(?P<name>\S+) (?P<operator>===?|~=|>=|<=|<|>|\^|~)?(?P<version>\d[\w.]*)")


class Pins:
    """Answers by module and package; the nearest folder's file decides, a notebook's own install first."""

    def __init__(self, facts: Mapping[str, ModuleFacts]) -> None:
        self._rows = [(path, pin) for path, row in facts.items() for pin in row.requirements]

    def allows(self, path: str, package: str, until: str) -> bool | None:
        """Do the files above `path` ask for a release up to `until`? None: they do not tell."""
        found: list[tuple[bool, int, bool | None]] = []
        for where, pin in self._rows:
            match = _PIN.match(pin)
            if match is None or match["name"].lower().replace("_", "-") != package:
                continue
            above = where.rpartition("/")[0]
            if where == path or not above or f"{path.rpartition('/')[0]}/".startswith(f"{above}/"):
                answer = _allows(match["operator"] or "==", match["version"], until)
                found.append((where == path, above.count("/") + bool(above), answer))
        return max(found, key=lambda row: row[:2])[2] if found else None


def _allows(operator: str, version: str, until: str) -> bool | None:
    asked, last = _numbers(version), _numbers(until)
    if operator in ("<", "<="):
        return True if asked <= last else None
    if asked > last:
        return False
    return True if operator.startswith("==") else None


def _numbers(version: str) -> tuple[int, ...]:
    """The first three numbers of a version; what is not written counts as 0."""
    found = [int(part[:6]) for part in re.findall(r"\d+", version)[:3]]
    return (*found, *(0,) * (3 - len(found)))


def by_release(path: str, site: CallSite, pins: Pins) -> Confidence | None:
    """How sure it is that a setting reaches Generate, None where the release that is asked for calls Chat."""
    row = framework_of(site.client, site.kind, site.platform)
    if row is None or not row.until:
        return site.confidence
    allowed = pins.allows(path, row.package, row.until)
    if allowed is None:
        return site.confidence
    return Confidence.CONFIRMED if allowed else None
