"""The sentence on top of a finding's page: what is the case, and what to do."""

from dataclasses import dataclass

from audits import query
from audits.engine.catalogue.platforms import PLATFORMS
from audits.engine.facts import Confidence, Kind, Language, Platform, Usage
from audits.engine.filekinds import SETTINGS_LANGUAGES
from audits.lifecycle import Gone
from audits.models import Finding
from audits.query.state import NO_PROGRESS
from audits.query.words import REASONS

# How sure the page is that Generate is called, between "This call" and "since".
_FAILED = {
    Confidence.CONFIRMED: "has failed",
    Confidence.LIKELY: "has most likely failed",
    Confidence.POSSIBLE: "may have failed",
}
_HALFWAY = "Chat does not know what it still has of Generate: change that, too."
_MADE = {
    Kind.WRAPPER_LANGCHAIN,
    Kind.WRAPPER_LLAMAINDEX,
    Kind.WRAPPER_HAYSTACK,
    Kind.WRAPPER_LITELLM,
    Kind.WRAPPER_OTHER,
}
# Nothing is called in these: what reads them calls.
SETTINGS = SETTINGS_LANGUAGES - {Language.HTTP}


@dataclass(frozen=True)
class Note:
    """Colour and icon, what is the case, and what to do."""

    colour: str
    icon: str
    lead: str
    rest: str


def note(row: Finding, usage: Usage, state: str, *, back: bool = False) -> Note:
    """What a person should know first of a finding in this state; `back`: it is there again, as another finding."""
    if state == "resolved":
        lead = f"This call is gone: {REASONS[row.absent_reason]}."
        return Note("green", "circle-check", lead, "" if back else "Nothing is left to do here.")
    if state == "out_of_scope":
        return _uncounted(row, usage)
    if row.absent_reason:
        rest = "It had been dismissed before, so it counts neither as left nor as done."
        return Note("", "info", f"This call is gone: {REASONS[row.absent_reason]}.", rest)
    if state == "stale":
        if row.held_reason:
            return Note("amber", "triangle-alert", "It is not known whether this call is gone.", "")
        if row.hidden_in:
            where = row.hidden_in[0] if len(row.hidden_in) == 1 else "files"
            rest = f"It is no longer where it was, and may stand in {where} now, which the last scan could not read."
            return Note("amber", "triangle-alert", "It is not known whether this call is gone.", rest)
        rest = (
            "The last scan could not read its file, or the history that leads to it: nobody knows whether it is there."
        )
        return Note("amber", "triangle-alert", "This call could not be checked.", rest)
    return _halfway(usage) or _answered(usage)


def mark_words(usage: Usage) -> str:
    """What the marked lines of the source are."""
    words = {
        Kind.MENTION: "names Generate",
        Kind.RESPONSE_ACCESS: "reads the response",
        Kind.WRAPPER_PROJECT: "calls the helper",
        Kind.HALF_MIGRATED: "left over from Generate",
        Kind.DEAD_MODEL: "names a dead model",
    }
    if usage.language in SETTINGS and usage.kind not in words:
        return "leads to Generate"
    if usage.kind in _MADE and usage.kind is not Kind.WRAPPER_LITELLM and usage.method is None:
        return "makes the wrapper"
    return words.get(usage.kind, "call to Generate")


def _uncounted(row: Finding, usage: Usage) -> Note:
    if row.absent_reason == Gone.PATH_EXCLUDED:
        rest = "What was decided about it is kept, and it counts again as soon as the rule is taken back."
        return Note("", "info", "This is not counted: a path rule excludes its path.", rest)
    if row.absent_reason in NO_PROGRESS:
        rest = f"It left the list without being migrated: {REASONS[row.absent_reason]}."
        return Note("", "info", "This is not counted any more.", rest)
    if row.absent_reason:
        return Note("green", "circle-check", "This is gone, and was never counted.", usage.why)
    if usage.kind is Kind.WRAPPER_PROJECT:
        return Note("", "info", "This is not counted: the call in the helper is.", usage.why)
    return Note("", "info", "This is not counted.", usage.why)


def _halfway(usage: Usage) -> Note | None:
    """For code that calls Chat already: whether Generate is off says nothing about it."""
    if usage.kind is Kind.HALF_MIGRATED:
        return Note("amber", "triangle-alert", "This was moved to Chat half way.", _HALFWAY)
    if usage.kind is not Kind.DEAD_MODEL:
        return None
    said = [row.note for row in usage.parameters if row.name == "model" and row.note]
    return Note("red", "triangle-alert", "The model that this call names is gone.", " ".join(said) or usage.why)


def _answered(usage: Usage) -> Note:
    target = PLATFORMS[usage.platform]
    rest = f"{target.state} {target.way_out}"
    if target.off_since and query.days_overdue(usage.platform):
        since = f"{target.off_since.day} {target.off_since:%b %Y}"
        if usage.language in SETTINGS or (usage.kind in _MADE and usage.method is None):
            lead = f"What this sends to Generate {_FAILED[usage.confidence]} since {since}."
        else:
            lead = f"This call {_FAILED[usage.confidence]} since {since}."
        # The day stands in the sentence above already.
        rest = rest.replace(f" since {target.off_since.day} {target.off_since:%B %Y}", "", 1)
        return Note("red", "triangle-alert", lead, rest)
    if usage.platform is Platform.UNKNOWN:
        return Note("amber", "circle-help", "It is not known who answers this call.", target.way_out)
    return Note("amber", "triangle-alert", "This call may still be answered.", rest)
