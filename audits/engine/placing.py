"""The uses that a file itself tells, where it lies in a tree."""

from collections.abc import Iterator
from dataclasses import replace

from audits.engine.catalogue.endpoints import NAMES_COHERE
from audits.engine.extract.model import ModuleFacts
from audits.engine.facts import CallSite, Confidence
from audits.engine.filekinds import SETTINGS_LANGUAGES, is_installed
from audits.engine.link.pins import Pins, by_release

NO_PINS = Pins({})


def placed(path: str, facts: ModuleFacts, pins: Pins = NO_PINS) -> Iterator[CallSite]:
    """The uses that a file itself tells, at its path, those that a comment sets aside with its reason.

    Left out are those of a library that calls Chat in the release that the files around ask for.
    """
    reasons = dict(facts.ignores)
    # What a checked-in environment's packages show in their own pages is no word of this repository's.
    for site in () if is_installed(path) else facts.sites:
        confidence = by_release(path, site, pins) if site.language in SETTINGS_LANGUAGES else site.confidence
        if site.by_path:
            confidence = Confidence.LIKELY if NAMES_COHERE.search(path) else None
        if confidence is None:
            continue
        yield replace(
            site,
            path=path,
            confidence=confidence,
            proof=tuple(replace(step, path=step.path or path) for step in site.proof),
            reads=tuple(replace(read, path=path) for read in site.reads),
            suppressed=site.suppressed or reasons.get(site.span.line, ""),
        )
