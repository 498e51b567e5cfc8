"""The Chat call that takes the place of a Generate call, written from the call's own arguments.

String work only; whether the result compiles is checked where hostile source may be parsed (`present`).
"""

from collections.abc import Mapping
from dataclasses import replace

from audits.engine import catalogue
from audits.engine.byhand import by_hand, read_by_hand
from audits.engine.catalogue.sources import AWS_SDK, BEDROCK_LIFECYCLE, CHAT_V2, GUIDE, OCI_NOTES, Source
from audits.engine.chatcall import call_arguments
from audits.engine.draft import Call, notes_of_both
from audits.engine.facts import Argument, CallSite, Kind, Platform, Replacement
from audits.engine.httpcall import request
from audits.engine.languages.replacing import LANGUAGES, replacement
from audits.engine.reads import read_notes
from audits.engine.receivers import Receiver, receivers
from audits.engine.secrets import mask
from audits.engine.spelling import words
from audits.engine.verdicts import is_aws

_WIDTH = 88
_WRITTEN = frozenset({Kind.SDK_CALL, Kind.SDK_STREAM, Kind.BATCH})
_MENTIONED = (
    "It changes with the calls that it stands for: once they call chat or chat_stream, name those here.",
    GUIDE.cited,
)
_BY_HAND: Mapping[Kind, str] = {
    Kind.WRAPPER_PROJECT: "Change the helper that this calls; the call stays while the helper's parameters do.",
    Kind.WRAPPER_LANGCHAIN: "Use langchain_cohere.ChatCohere, whose invoke() returns a message: read its .content.",
    Kind.WRAPPER_LLAMAINDEX: "Call .chat() in place of .complete(), with a live chat model.",
    Kind.WRAPPER_HAYSTACK: "Use CohereChatGenerator of cohere-haystack 1.1.0 or later.",
    Kind.WRAPPER_LITELLM: "Use LiteLLM 1.77.2.post1 or later, or the prefix cohere_chat/, with a live chat model.",
    Kind.WRAPPER_OTHER: f"Name a live chat model, such as {catalogue.RECOMMENDED}, and let what reads this call Chat.",
    Kind.DEAD_MODEL: f"Name a live model, such as {catalogue.RECOMMENDED}.",
    Kind.HALF_MIGRATED: "Finish the migration: Chat v2 takes model and messages and answers with message.content.",
    Kind.BEDROCK: "Call another model through Converse, or Chat through Cohere's own SDK.",
    Kind.SAGEMAKER: "With a Command R or A package behind it: cohere.SagemakerClientV2(…).chat(model=<name of "
    "the endpoint>, messages=[…]), and read message.content.",
    Kind.OCI: "Pass a ChatDetails whose chat_request is a CohereChatRequest(message=…) (or CohereChatRequestV2 with "
    "messages) to client.chat(), and read data.chat_response.",
}
_SOURCES: Mapping[Kind, Source] = {
    Kind.BEDROCK: BEDROCK_LIFECYCLE,
    Kind.SAGEMAKER: AWS_SDK,
    Kind.OCI: OCI_NOTES,
    Kind.WRAPPER_PROJECT: GUIDE,
}


def rewrite(site: CallSite, arguments: Mapping[str, Argument]) -> Replacement:
    """The replacement of a judged site; `arguments` are its arguments by parameter name.

    v2 and v1 are one expression each. Both are empty where only a person can write the code: the notes say what to do,
    and at last which page says so.
    """
    told = _replacement(site, arguments)
    if any(note.startswith("Source: ") for note in told.notes):
        return told
    return replace(told, notes=(*told.notes, _source(site, arguments).cited))


def _source(site: CallSite, arguments: Mapping[str, Argument]) -> Source:
    """The page behind what is to be done: where a model is what is gone, the one that says so."""
    named = next((arguments[name].literal for name in catalogue.MODEL_NAMES if name in arguments), None)
    dead = catalogue.dead_model(str(named)) if named and site.kind in (Kind.DEAD_MODEL, Kind.WRAPPER_OTHER) else None
    return dead.source if dead is not None else _SOURCES.get(site.kind, CHAT_V2)


def _replacement(site: CallSite, arguments: Mapping[str, Argument]) -> Replacement:
    if site.kind is Kind.MENTION:
        return Replacement("", "", _MENTIONED)
    if site.kind is Kind.RESPONSE_ACCESS:
        return Replacement("", "", read_by_hand(site))
    if site.language in LANGUAGES:
        return replacement(site, arguments)
    # What only a class's fields tell comes along with the splat itself.
    arguments = {name: row for name, row in arguments.items() if not row.field_of or name.startswith("**")}
    if site.kind is Kind.RAW_HTTP:
        return request(site, arguments)
    platform = catalogue.PLATFORMS[site.platform]
    if site.kind not in _WRITTEN:
        told = by_hand(site, arguments) or (_BY_HAND.get(site.kind, ""),)
        return Replacement("", "", tuple(note for note in (*told, platform.way_out) if note))
    v2 = call_arguments(site, arguments, "v2")
    receiver = receivers(site, _method(v2))
    v1 = call_arguments(site, arguments, "aws" if is_aws(site) and site.platform is not Platform.BEDROCK else "v1")
    notes = [*receiver.notes, *notes_of_both(v2, v1)]
    if site.platform not in (Platform.COHERE, Platform.UNKNOWN):
        notes.insert(0, platform.way_out)
    notes += _manner_notes(site, v2)
    notes += read_notes(site, many=bool(v2.repeat) or site.kind is Kind.BATCH, streams=v2.streams)
    return Replacement(
        _expression(site, receiver.v2, v2, receiver),
        _expression(site, receiver.v1, v1, receiver),
        tuple(dict.fromkeys(notes)),
    )


def _expression(site: CallSite, base: str, call: Call, receiver: Receiver) -> str:
    method = _method(call)
    if site.reference:
        return _reference(f"{base}.{method}", call)
    # Every stream method is a generator: nothing to await in front of it.
    awaits = receiver.awaits and method == "chat"
    code = _layout(f"{'await ' if awaits else ''}{base}.{method}", call.keywords)
    clauses = _clauses(site, call)
    if not clauses:
        return code
    # Text inside a string that spans lines must stay where it is.
    fixed = any(mark in code for mark in ('"""', "'''", "\\\n"))
    inner = code if fixed else code.replace("\n", "\n    ")
    return f"[\n    {inner}\n    {clauses}\n]"


def _method(call: Call) -> str:
    return "chat_stream" if call.streams and call.streams_by_method else "chat"


def _reference(method: str, call: Call) -> str:
    if call.prompt is None:
        name = _free("prompt", call)
        return _layout(f"lambda {name}: {method}", call.with_prompt(name))
    return _layout("partial", (("", method), *call.keywords))


def _clauses(site: CallSite, call: Call) -> str:
    parts = []
    if site.kind is Kind.BATCH and not site.reference:
        parts.append(f"for {call.each} in {call.prompts}")
    if call.repeat:
        parts.append(f"for {_free('_', call)} in range({call.repeat})")
    return "\n    ".join(parts)


def _free(name: str, call: Call) -> str:
    """`name`, or one like it that no argument of the call uses."""
    used = words(" ".join(value for _, value in call.with_prompt(call.prompt or "")))
    while name in used:
        name = "turn" if name == "_" else f"{name}_"
    return name


def _layout(head: str, keywords: tuple[tuple[str, str], ...]) -> str:
    parts = [value if name in ("", "*", "**") else f"{name}={value}" for name, value in keywords]
    line = f"{head}({', '.join(parts)})"
    if len(line) <= _WIDTH and "\n" not in line:
        return line
    return f"{head}(\n" + "".join(f"    {part},\n" for part in parts) + ")"


def _manner_notes(site: CallSite, call: Call) -> list[str]:
    notes = []
    if site.reference:
        notes.append(
            "The method is handed on as a value: hand on this callable in its place (partial is functools.partial)."
        )
        notes.append(
            "Where it is called later, the prompt goes in by keyword: messages=… in Chat v2, message=… in v1; Chat "
            "takes no positional arguments."
        )
    elif site.kind is Kind.BATCH:
        notes.append("One call a prompt, one after the other; a ThreadPoolExecutor makes them side by side.")
    if call.repeat and not call.streams:
        notes.append(f"{mask(call.repeat)} calls in a row: the prompt is billed each time, and the wait adds up.")
    return notes
