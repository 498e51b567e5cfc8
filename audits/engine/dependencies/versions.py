"""Which releases a version specifier allows, whatever the ecosystem: by the first three numbers of each version."""

import re
from typing import NamedTuple

_ONE = re.compile(r"(?P<operator>===?|=>|~=|~>|>=|<=|!=|<|>|\^|~|=|)\s*v?(?P<version>\d[\w.*+-]*)")
_MAVEN = re.compile(r"[\[(]\s*(?P<low>[\w.]*)\s*,\s*(?P<high>[\w.]*)\s*[\])]")
_POST = re.compile(r"\.?post(\d+)")

Numbers = tuple[int, int, int, int]
ZERO: Numbers = (0, 0, 0, 0)


class Bounds(NamedTuple):
    """The releases from `low` (included) to `high` (not included; None: all later ones)."""

    low: Numbers
    high: Numbers | None

    def below(self, version: Numbers) -> bool:
        """Is every allowed release older than `version`?"""
        return self.high is not None and self.high <= version

    def from_on(self, version: Numbers) -> bool:
        """Is every allowed release `version` or newer?"""
        return self.low >= version

    def meets(self, first: Numbers, last: Numbers | None) -> bool:
        """Is every allowed release one of those from `first` to `last`, both included?"""
        return self.low >= first and (last is None or (self.high is not None and self.high <= after(last)))


def numbers(version: str) -> Numbers:
    """The first three numbers of a version and its post-release; what is not written counts as 0."""
    post = _POST.search(version)
    found = [int(part[:6]) for part in re.findall(r"\d+", version[: post.start()] if post else version)[:3]]
    first, second, third = (*found, 0, 0, 0)[:3]
    return first, second, third, int(post.group(1)[:6]) if post else 0


def after(version: Numbers) -> Numbers:
    """The smallest that is larger."""
    return (*version[:3], version[3] + 1)


def bounds(spec: str) -> Bounds | None:
    """The bounds of a specifier such as `==4.5`, `^7.5`, `>=4,<5`, `~> 0.9`, `[1.0,2.0)`; None where it has none.

    A bare version is that release and no other.
    """
    maven = _MAVEN.fullmatch(spec.strip())
    if maven is not None:
        high = maven["high"]
        return Bounds(
            numbers(maven["low"]),
            None if not high else after(numbers(high)) if spec.strip()[-1] == "]" else numbers(high),
        )
    low, high_found = ZERO, None
    told = False
    for match in _ONE.finditer(spec.split("||")[-1]):
        one = _bounds(match["operator"], match["version"])
        if one is None:
            continue
        told = True
        low = max(low, one.low)
        if one.high is not None:
            high_found = one.high if high_found is None else min(high_found, one.high)
    return Bounds(low, high_found) if told else None


def _bounds(operator: str, version: str) -> Bounds | None:
    at = numbers(version)
    written = len(re.findall(r"\d+", version.split("*")[0].split("-")[0])[:3])
    if operator in ("!=",):
        return None
    if operator in (">=", "=>"):
        return Bounds(at, None)
    if operator == ">":
        return Bounds(after(at), None)
    if operator == "<":
        return Bounds(ZERO, at)
    if operator == "<=":
        return Bounds(ZERO, after(at))
    if operator == "^":
        return Bounds(at, _next(at, 0 if at[0] else 1 if at[1] else 2))
    if operator == "~":
        return Bounds(at, _next(at, 1 if written > 1 else 0))
    if operator in ("~=", "~>"):
        return Bounds(at, _next(at, max(written - 2, 0)))
    if "*" in version or ".x" in version:
        return Bounds(at, _next(at, max(written - 1, 0)))
    return Bounds(at, after(at))


def _next(version: Numbers, place: int) -> Numbers:
    """The next version with another number at `place`."""
    found = [*version[:place], version[place] + 1, 0, 0, 0]
    return found[0], found[1], found[2], 0
