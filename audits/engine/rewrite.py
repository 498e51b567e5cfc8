"""The Chat call that takes the place of a Generate call, written from the call's own arguments.

String work only; whether the result compiles is checked where hostile source may be parsed (`present`).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from audits.engine import catalogue
from audits.engine.byhand import by_hand, read_by_hand
from audits.engine.catalogue.sources import AWS_SDK, BEDROCK_LIFECYCLE, CHAT_V2, GUIDE, OCI_NOTES, Source
from audits.engine.chatcall import call_arguments
from audits.engine.draft import Call, counted, notes_of_both
from audits.engine.facts import Argument, CallSite, Kind, Later, Platform, Replacement
from audits.engine.httpcall import request
from audits.engine.languages.replacing import LANGUAGES, replacement
from audits.engine.reads import read_notes
from audits.engine.receivers import Receiver, receivers
from audits.engine.secrets import mask
from audits.engine.spelling import words
from audits.engine.verdicts import client_of, is_aws

_WIDTH = 88
_CALLS_TOLD = 8
_CALLS = re.compile(r"[\w)\]]\(|\bawait\b")
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


def rewrite(
    site: CallSite, arguments: Mapping[str, Argument], calls: Sequence[tuple[Later, Mapping[str, Argument]]] = ()
) -> Replacement:
    """The replacement of a judged site; `arguments` are its arguments by parameter name, as beside each of its `calls`.

    v2 and v1 are one expression each. Both are empty where only a person can write the code: the notes say what to do,
    and at last which page says so.
    """
    told = _replacement(site, arguments)
    told = replace(told, notes=(*told.notes, *_called_so(site, calls)))
    notes = sorted(told.notes, key=lambda note: note.startswith("Source: "))
    if not notes or not notes[-1].startswith("Source: "):
        notes.append(_source(site, arguments).cited)
    return replace(told, notes=tuple(notes))


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
    if site.kind is Kind.WRAPPER_PROJECT:
        return Replacement("", "", (_BY_HAND[site.kind],))
    if site.language in LANGUAGES:
        return replacement(site, arguments)
    # What only a class's fields tell comes along with the splat itself.
    arguments = {name: row for name, row in arguments.items() if not row.field_of or name.startswith("**")}
    if site.kind is Kind.RAW_HTTP:
        return request(site, arguments)
    platform = catalogue.PLATFORMS[site.platform]
    if site.kind not in _WRITTEN:
        told = by_hand(site, arguments) or (_BY_HAND.get(site.kind, ""),)
        # On Cohere's own platform there is no other way out than what is told.
        way_out = "" if site.platform is Platform.COHERE and any(told) else platform.way_out
        return Replacement("", "", tuple(note for note in (*told, way_out) if note))
    v2 = call_arguments(site, arguments, "v2")
    receiver = receivers(site, _method(v2))
    v1 = call_arguments(site, arguments, "aws" if is_aws(site) and site.platform is not Platform.BEDROCK else "v1")
    notes = [*receiver.notes, *notes_of_both(v2, v1)]
    if site.platform not in (Platform.COHERE, Platform.UNKNOWN):
        notes.insert(0, platform.way_out)
    notes += _manner_notes(site, v2)
    many = _in_a_row(site, v2) or site.kind is Kind.BATCH
    raw = receiver.v2.endswith(catalogue.RAW_ATTRIBUTE)
    notes += read_notes(site, many=many, streams=v2.streams, raw=raw)
    return Replacement(
        _expression(site, receiver.v2, v2, receiver),
        _expression(site, receiver.v1, v1, receiver),
        tuple(dict.fromkeys(notes)),
    )


def _expression(site: CallSite, base: str, call: Call, receiver: Receiver) -> str:
    method = _method(call)
    if site.later:
        return f"{base}.{method}"
    if site.reference:
        return _reference(f"{base}.{method}", call)
    # Every stream method is a generator: nothing to await in front of it.
    awaits = receiver.awaits and method == "chat"
    listed = site.kind is Kind.BATCH or _in_a_row(site, call)
    once, keywords = _worked_out(call) if listed else ([], call.keywords)
    code = _layout(f"{'await ' if awaits else ''}{base}.{method}", keywords)
    if not listed:
        return code
    # Text inside a string that spans lines must stay where it is.
    fixed = any(mark in code for mark in ('"""', "'''", "\\\n"))
    inner = code if fixed else code.replace("\n", "\n    ")
    clauses = "\n    ".join([*once, *_clauses(site, call)])
    return f"[\n    {inner}\n    {clauses}\n]"


def _in_a_row(site: CallSite, call: Call) -> bool:
    """May a list of calls stand in place of the one? Not of streams, nor where it is handed on or awaited elsewhere."""
    client = client_of(site)
    handed = client is not None and client.asynchronous and not site.awaited
    return bool(call.repeat) and not (call.streams or site.reference or handed)


def _worked_out(call: Call) -> tuple[list[str], tuple[tuple[str, str], ...]]:
    """Clauses that evaluate once what more than one of the calls would evaluate anew, and the keywords then."""
    once, changed = [], []
    prompt = call.prompt or call.each
    if _CALLS.search(prompt):
        name = _free("prompt", call)
        once.append(f"for {name} in [{prompt}]")
        prompt = name
    for name, value in call.with_prompt(prompt):
        if name in ("model", "messages", "message", "**", "*") or not _CALLS.search(value):
            changed.append((name, value))
            continue
        kept = _free(name, call)
        once.append(f"for {kept} in [{value}]")
        changed.append((name, kept))
    return once, tuple(changed)


def _method(call: Call) -> str:
    return "chat_stream" if call.streams and call.streams_by_method else "chat"


def _reference(method: str, call: Call) -> str:
    if call.prompt is None:
        name = _free("prompt", call)
        takes = f"{name}, **{call.rest}" if call.rest else name
        return _layout(f"lambda {takes}: {method}", call.with_prompt(name))
    return _layout("partial", (("", method), *call.keywords))


def _clauses(site: CallSite, call: Call) -> list[str]:
    parts = []
    if site.kind is Kind.BATCH and not site.reference:
        parts.append(f"for {call.each} in {call.prompts}")
    if call.repeat:
        parts.append(f"for {_free('_', call)} in range({call.repeat})")
    return parts


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


def _called_so(site: CallSite, calls: Sequence[tuple[Later, Mapping[str, Argument]]]) -> list[str]:
    """Each call of a method that was kept, from its own arguments."""
    notes = []
    for row, arguments in calls[:_CALLS_TOLD]:
        place = f"Line {row.line}" if row.cell is None else f"Cell {row.cell}, line {row.line}"
        notes.append(f"{place}: call it so: `{_one_line(row.callee, call_arguments(site, arguments, 'v2'))}`.")
    if len(calls) > _CALLS_TOLD:
        notes.append(f"{len(calls) - _CALLS_TOLD} further calls of it: each with its own arguments, as these.")
    return notes


def _one_line(callee: str, call: Call) -> str:
    parts = ", ".join(value if name == "**" else f"{name}={value}" for name, value in call.keywords)
    return f"{mask(callee)}({parts})"


def _manner_notes(site: CallSite, call: Call) -> list[str]:
    notes = []
    if site.later:
        if not site.calls:
            notes.append(f"Where it is called, call it so: `{_one_line(site.later, call)}`.")
    elif site.reference:
        notes.append(
            "The method is handed on as a value: hand on this callable in its place (partial is functools.partial), "
            "without the arguments of Generate that stand beside it: they are in it."
        )
        notes.append(
            "It takes the prompt as the method did: what calls it stays as it is."
            if call.prompt is None
            else "Where it is called later, the prompt goes in by keyword: messages=… in Chat v2, message=… in v1; "
            "Chat takes no positional arguments."
        )
    elif site.kind is Kind.BATCH:
        notes.append("One call a prompt, one after the other; a ThreadPoolExecutor makes them side by side.")
    if site.awaited and _method(call) == "chat_stream":
        notes.append("Without `await`: chat_stream() gives an asynchronous generator at once.")
    if call.repeat and not call.streams and _in_a_row(site, call):
        notes.append(f"{counted(call.repeat)} calls in a row: the prompt is billed each time, and the wait adds up.")
    elif call.repeat:
        notes.append(
            f"`num_generations={mask(call.repeat)}` asked for that many answers, and Chat gives one a call: make this "
            "call that often, and take the answers together."
        )
    return notes
