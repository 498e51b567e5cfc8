"""What a person does about a use whose replacement cannot be written from the call alone."""

from collections.abc import Mapping

from audits.engine import catalogue
from audits.engine.catalogue.frameworks import framework_of
from audits.engine.catalogue.halfway import SUMMARIZE
from audits.engine.catalogue.sources import CHAT_V2, DEPRECATIONS
from audits.engine.chatrules import version_of
from audits.engine.facts import Argument, CallSite, Kind, Verdict
from audits.engine.reads import STREAM, changed_read
from audits.engine.secrets import mask
from audits.engine.verdicts import rule_for

_TEXT = '"".join(part.text for part in response.message.content or [] if part.type == "text")'

_SUMMARIZED = (
    "Summarize was switched off on the same day: a live model does not bring it back.",
    f"Call Chat with {catalogue.RECOMMENDED}, and say in the message what is to be summarized and how.",
    f"Where `.summary` is read, read `{_TEXT}` (Chat v1: `response.text`).",
    DEPRECATIONS.cited,
)


def by_hand(site: CallSite, arguments: Mapping[str, Argument]) -> tuple[str, ...]:
    """Sentences for a wrapper, a half migration or a model that is gone; () for other kinds."""
    if site.kind is Kind.DEAD_MODEL:
        return _SUMMARIZED if site.method == SUMMARIZE else _live_model(site, arguments)
    row = framework_of(site.client, site.kind, site.platform)
    if row is not None:
        return tuple(note for note in (row.instead, row.note, row.source.cited) if note)
    if site.kind is Kind.HALF_MIGRATED:
        return _finish(site, arguments)
    return ()


def _live_model(site: CallSite, arguments: Mapping[str, Argument]) -> tuple[str, ...]:
    named = next((arguments[name] for name in catalogue.MODEL_NAMES if name in arguments), None)
    dead = catalogue.dead_model(str(named.literal)) if named is not None and named.literal else None
    if dead is not None and dead.replacement:
        return (f"Name a live model: {dead.replacement}.",)
    return (catalogue.live_model(site.platform),)


def read_by_hand(site: CallSite) -> tuple[str, ...]:
    """How a read of the answer changes, and the page that says so."""
    if site.method == "chat_stream":
        return STREAM, CHAT_V2.cited
    changed = changed_read(site.callee)
    told = f"Read the text as `{_TEXT}` (Chat v2) or `response.text` (Chat v1)."
    if changed is not None:
        v1 = f", `{changed[1]}` in v1." if changed[1] else "."
        told = f"`{mask(site.callee)}` becomes `{mask(changed[0])}` in Chat v2{mask(v1)}"
    return told, CHAT_V2.cited


def _finish(site: CallSite, arguments: Mapping[str, Argument]) -> tuple[str, ...]:
    if not arguments:
        return read_by_hand(site)
    notes = []
    if "model" not in arguments and version_of(site) == "v2":
        notes.append(f"Chat v2 requires a model: {catalogue.RECOMMENDED} is a live one.")
    for name, argument in arguments.items():
        rule = rule_for(site, name, argument)
        if rule is not None and rule.verdict is not Verdict.KEPT and rule is not catalogue.DEAD_MODEL:
            notes.append(f"`{name}`: {rule.note}")
    if catalogue.dead_model(str(arguments["model"].literal)) if "model" in arguments else False:
        notes += _live_model(site, arguments)
    return tuple(notes)
