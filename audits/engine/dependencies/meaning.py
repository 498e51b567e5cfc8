"""What a dependency means for a migration: whether the release has Generate, and the Chat that calls go to."""

from dataclasses import dataclass
from enum import StrEnum

from audits.engine.catalogue.packages import PACKAGES_BY_NAME, Note, Package
from audits.engine.dependencies.versions import ZERO, Bounds, bounds, numbers
from audits.engine.facts import Dependency

_NOT_KNOWN = "Not known: which of its releases have Generate, and which is the first with the Chat that calls go to."
_CHATS = "It has no Generate: it calls Chat."


class Readiness(StrEnum):
    """Can a migration start on the release that is asked for?

    `outdated`: it lacks the Chat that calls go to; `ready`: it has it; `open`: the specifier allows both;
    `replace`: no release of the package has it.
    """

    OUTDATED = "outdated"
    OPEN = "open"
    READY = "ready"
    REPLACE = "replace"


@dataclass(frozen=True, slots=True)
class Meaning:
    """A dependency explained. `generate`: whether the releases asked for call Generate, None where some do."""

    readiness: Readiness
    generate: bool | None
    needs: str
    text: str
    source: str


def meaning(dependency: Dependency) -> Meaning | None:
    """What it means; None for a package that the catalogue does not know."""
    package = PACKAGES_BY_NAME.get((dependency.ecosystem, dependency.package))
    if package is None:
        return None
    if not package.known:
        return Meaning(Readiness.OPEN, None, "", _NOT_KNOWN, package.source.url)
    if package.chats:
        return Meaning(Readiness.READY, False, "", _CHATS, package.source.url)
    allowed = bounds(dependency.version or dependency.spec)
    generate = _generates(package, allowed)
    readiness = _readiness(package, allowed)
    sentences = [_about_generate(generate, package), _about_chat(readiness, package)]
    sentences += [note.text for note in package.notes if _holds(note, allowed)]
    return Meaning(readiness, generate, package.needs, " ".join(sentences), package.source.url)


def _generates(package: Package, allowed: Bounds | None) -> bool | None:
    if not package.until:
        return True
    last = numbers(package.until)
    if allowed is None:
        return None
    if allowed.low > last:
        return False
    below = bool(package.needs) and allowed.below(numbers(package.needs))
    return True if below or allowed.meets(ZERO, last) else None


def _readiness(package: Package, allowed: Bounds | None) -> Readiness:
    if not package.needs:
        return Readiness.READY if _generates(package, allowed) is False else Readiness.REPLACE
    needed = numbers(package.needs)
    if allowed is None:
        return Readiness.OPEN
    if allowed.from_on(needed):
        return Readiness.READY
    return Readiness.OUTDATED if allowed.below(needed) else Readiness.OPEN


def _holds(note: Note, allowed: Bounds | None) -> bool:
    if not note.since and not note.until:
        return True
    if allowed is None:
        return False
    return allowed.meets(numbers(note.since) if note.since else ZERO, numbers(note.until) if note.until else None)


def _about_generate(generate: bool | None, package: Package) -> str:
    if generate is None:
        return f"Releases up to {package.last} call Generate, later ones Chat; which one is installed is not said."
    if not generate and not package.needs:
        return f"Without Generate, which was in releases up to {package.last}; Chat is in {package.instead}."
    return "This release has Generate." if generate else f"Calls Chat: Generate was in releases up to {package.last}."


def _about_chat(readiness: Readiness, package: Package) -> str:
    if readiness is Readiness.REPLACE:
        return f"In its place: {package.instead}."
    if readiness is Readiness.READY:
        return "A migration can start on it."
    if readiness is Readiness.OUTDATED:
        return f"A migration needs {package.needs} or later."
    return f"A migration needs {package.needs} or later: ask for that."
