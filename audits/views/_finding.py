"""What the page of one finding says, put together from its row and its stored usage."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from audits import exports, query
from audits.engine.catalogue.platforms import PLATFORMS
from audits.engine.facts import Parameter, Platform, Usage, Verdict
from audits.hosts import permalink
from audits.models import Finding
from audits.query.state import NO_PROGRESS
from audits.query.words import REASONS

PROOF_TITLES = {"confirmed": "Why it is certain", "likely": "Why it is likely", "possible": "Why it may be one"}
# The worst first: this order is that of the table.
VERDICTS = {
    Verdict.UNSUPPORTED: "unsupported",
    Verdict.DISPUTED: "disputed",
    Verdict.CHANGED: "changed",
    Verdict.UNKNOWN: "unknown",
    Verdict.RENAMED: "renamed",
    Verdict.KEPT: "kept",
}
# FindingEvent.verb: icon, colour, words; the reason follows where there is one.
EVENTS = {
    "opened": ("circle-dot", "accent", "Found for the first time"),
    "resolved": ("circle-check", "green", "Resolved"),
    "left_out": ("circle-help", "", "No longer counted"),
    "reopened": ("rotate-ccw", "red", "Came back"),
    "lost_sight": ("circle-help", "amber", "Not to be told: its file could not be read"),
    "seen": ("circle-dot", "", "Seen again"),
    "moved": ("arrow-right", "", "Moved, still the same finding"),
}


@dataclass(frozen=True)
class Note:
    """The sentence on top: colour and icon, what is the case, and what to do."""

    colour: str
    icon: str
    lead: str
    rest: str


@dataclass(frozen=True)
class Place:
    """A line of the repository with a short text, and its page on the host where there is one."""

    text: str
    path: str
    line: int
    cell: int | None
    href: str | None


def context(row: Finding) -> dict[str, Any]:
    """Everything the template needs of `row`; it costs the queries of its history."""
    usage = exports.usage_of(row)
    target = PLATFORMS[usage.platform]
    state = query.state_of(row)
    return {
        "finding": row,
        "repository": row.repository,
        "usage": usage,
        "state": state,
        "note": _note(row, usage, state),
        "target": target,
        "days_overdue": query.days_overdue(row.platform) if state == "overdue" else None,
        "age_days": (timezone.localdate() - timezone.localdate(row.first_seen_at)).days,
        "permalink": _link(row, usage.path, usage.line, usage.end_line, usage.cell),
        "proof_title": PROOF_TITLES[usage.confidence],
        "proof": [_place(row, step.text, step.path, step.line, step.cell) for step in usage.proof],
        "reads": [_place(row, read.text, read.path, read.line, read.cell) for read in usage.reads],
        "parameters": _worst_first(usage.parameters),
        "defaults": usage.defaults,
        "verdicts": _verdicts(usage.parameters + usage.defaults),
        "has_call_mark": any(line.mark == "call" for line in usage.excerpt),
        "has_read_mark": any(line.mark == "read" for line in usage.excerpt),
        "events": [(EVENTS.get(event.verb, ("circle", "", event.verb)), event) for event in _events(row)],
    }


def _events(row: Finding) -> Any:
    return row.events.select_related("actor", "scan").order_by("-at", "-pk")[:50]


def _link(row: Finding, path: str, line: int, end_line: int, cell: int | None) -> str | None:
    # A line of a cell is not a line of the file: the link then goes to the file only.
    first, last = (line, end_line) if cell is None else (0, 0)
    return permalink(row.repository.url, row.commit, path, first, last)


def _place(row: Finding, text: str, path: str, line: int, cell: int | None) -> Place:
    return Place(text, path, line, cell, _link(row, path, line, line, cell))


def _note(row: Finding, usage: Usage, state: str) -> Note:
    target = PLATFORMS[usage.platform]
    if state == "resolved":
        return Note("green", "circle-check", "This call is gone.", "Nothing is left to do here.")
    if row.absent_reason in NO_PROGRESS:
        return Note("", "info", "This is not counted.", f"Nobody need have migrated it: {REASONS[row.absent_reason]}.")
    if state == "out_of_scope":
        return Note("", "info", "This is not counted.", usage.why)
    if state == "stale":
        rest = "The last scan could not read its file, so nobody knows whether the call is still there."
        return Note("amber", "triangle-alert", "This call could not be checked.", rest)
    if target.off_since and query.days_overdue(usage.platform):
        since = f"{target.off_since.day} {target.off_since:%b %Y}"
        return Note("red", "triangle-alert", f"This call has failed since {since}.", f"{target.state} {target.way_out}")
    if usage.platform is Platform.UNKNOWN:
        return Note("amber", "circle-help", "It is not known who answers this call.", target.way_out)
    return Note("amber", "triangle-alert", "This call may still be answered.", f"{target.state} {target.way_out}")


def _worst_first(parameters: tuple[Parameter, ...]) -> list[Parameter]:
    return sorted(parameters, key=lambda parameter: list(VERDICTS).index(parameter.verdict))


def _verdicts(parameters: tuple[Parameter, ...]) -> str:
    """ "1 unsupported, 2 kept": the worst first."""
    counts = Counter(parameter.verdict for parameter in parameters)
    return ", ".join(f"{counts[verdict]} {word}" for verdict, word in VERDICTS.items() if counts[verdict])
