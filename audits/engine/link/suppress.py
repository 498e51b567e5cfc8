"""Uses that a comment in the source sets aside: `# last-call: ignore[reason]`."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from audits.engine.extract.model import ModuleFacts
from audits.engine.facts import CallSite


def suppressed(facts: Mapping[str, ModuleFacts], sites: Iterable[CallSite]) -> Iterator[CallSite]:
    """The sites, those with a comment on their line or in a line of its own above with its reason filled in."""
    reasons = {path: dict(row.ignores) for path, row in facts.items() if row.ignores}
    for site in sites:
        rows = reasons.get(site.path)
        if not rows:
            yield site
            continue
        lines = _lines(facts[site.path], site)
        reason = next((rows[line] for line in lines if line in rows), "")
        yield replace(site, suppressed=reason) if reason else site


def _lines(facts: ModuleFacts, site: CallSite) -> tuple[int, ...]:
    """The line of the parsed text on which the site stands."""
    span = site.span
    first = next((start for start, cell in facts.cells if cell == span.cell), 1)
    return (first + span.line - 1,)
