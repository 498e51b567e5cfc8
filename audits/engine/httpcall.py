"""The Chat request that takes the place of a raw Generate request: its body as an expression, and where it goes."""

import ast
import json
import re
from collections.abc import Mapping
from dataclasses import replace

from audits.engine import catalogue
from audits.engine.catalogue.endpoints import CAMEL, CHAT_URL, CHAT_V1_URL
from audits.engine.chatcall import call_arguments
from audits.engine.draft import DESCRIBED, Call, counted, notes_of_both
from audits.engine.facts import Argument, CallSite, Platform, Replacement
from audits.engine.filekinds import SETTINGS_LANGUAGES
from audits.engine.secrets import mask

_WIDTH = 88
# The whole answer, as a read of its generations shows it.
_OF_ANSWER = re.compile(r"""([^\W\d]\w{0,79})(?:\.get\('generations'[^()]{0,20}\)|\[["']generations["']\])\[0\]""")
# A read of the text, of the whole answer or (`first`) of its first generation.
_OF_TEXT = re.compile(
    r"""(?P<base>[^\W\d]\w{0,79}(?:\.json\(\))?)"""
    r"""(?P<first>(?:\.get\('generations'[^()]{0,20}\)|\[["']generations["']\])\[0\])?"""
    r"""(?:\.get\('text'[^()]{0,20}\)|\[["']text["']\])(?:\.\w{1,20}\(\))?"""
)
_READS = 8
_WHERE = (
    f"This is the request's body: post it to {CHAT_URL} (Chat v1: {CHAT_V1_URL}) with the same Authorization header "
    "and without `Cohere-Version`."
)
_TEXT = (
    'The text of the parsed answer is `"".join(part["text"] for part in answer["message"]["content"] if part["type"] '
    '== "text")` (Chat v1: `answer["text"]`).'
)
_TEXT_OF_SETTINGS = (
    "The answer's text is that of the parts in `message.content` whose `type` is `text` (Chat v1: `text` itself)."
)
_STREAM = (
    "Chat v2 streams server-sent events: the text is `delta.message.content.text` of those whose type is "
    "`content-delta`. Chat v1 keeps lines of JSON with `event_type` and `text`."
)
_IN_SETTINGS = (
    f"Write {CHAT_URL} here, and let what sends to this address post model and messages and read message.content."
)
_IN_DESCRIPTION = (
    "Describe Chat in its place: POST /v2/chat, whose body requires model and messages and whose answer holds "
    "message.content (Chat v1: /v1/chat, message and text)."
)
_BY_HAND = f"Post model and messages to {CHAT_URL}, and read message.content; the code does not show the whole body."


def request(site: CallSite, arguments: Mapping[str, Argument]) -> Replacement:
    """The replacement of a raw request; both bodies are empty where the prompt is not known."""
    way_out = () if site.platform is Platform.COHERE else (catalogue.PLATFORMS[site.platform].way_out,)
    named = {CAMEL.get(name, name): argument for name, argument in arguments.items()}
    if "prompt" not in named:
        by_hand = _IN_SETTINGS if site.language in SETTINGS_LANGUAGES else _BY_HAND
        return Replacement("", "", (by_hand, *way_out))
    # No SDK, so its versions say nothing.
    plain = replace(site, era=None)
    v2, v1 = call_arguments(plain, named, "v2"), call_arguments(plain, named, "v1")
    if all(argument.source == DESCRIBED for argument in named.values()):
        gone = [*v2.left_out, *(["num_generations"] if v2.repeat else [])]
        left_out = f"Take out {', '.join(f'`{name}`' for name in gone)}: Chat has none." if gone else ""
        return Replacement("", "", tuple(note for note in (_IN_DESCRIPTION, left_out, *way_out) if note))
    notes = [*way_out, _WHERE, *notes_of_both(v2, v1)]
    if v2.repeat:
        notes.append(
            f"Send it {counted(v2.repeat)} times: Chat gives one answer a request and bills the prompt each time."
        )
    settings = site.language in SETTINGS_LANGUAGES
    notes += [_STREAM] if v2.streams else [_TEXT_OF_SETTINGS] if settings else _read_notes(site)
    write = _json if settings else _body
    return Replacement(write(v2), write(v1), tuple(dict.fromkeys(notes)))


def _read_notes(site: CallSite) -> list[str]:
    """How each read of the text changes, or, where that is not plain, how the parsed answer is read."""
    # What has a text of its own may be one of the generations, where these are read apart.
    parted = any("generations" in read.text and not _OF_TEXT.fullmatch(read.text) for read in site.reads)
    notes = []
    for read in site.reads[:_READS]:
        found = _OF_TEXT.fullmatch(read.text)
        if found is not None and (found["first"] or not parted):
            where = f"Line {read.line}" if read.path == site.path else f"{read.path}:{read.line}"
            v2 = f'"".join(part["text"] for part in {found["base"]}["message"]["content"] if part["type"] == "text")'
            v1 = f'{found["base"]}["text"]'
            notes.append(f"{where}: `{mask(read.text)}` becomes `{mask(v2)}` (Chat v1: `{mask(v1)}`).")
    return notes or [_TEXT.replace("answer[", f"{_parsed(site)}[")]


def _parsed(site: CallSite) -> str:
    """What the code calls the parsed answer, where all reads of it begin with one name; else "answer"."""
    names = {match[1] if (match := _OF_ANSWER.match(read.text)) else "" for read in site.reads}
    return mask(names.pop()) if len(names) == 1 and "" not in names else "answer"


def _json(call: Call) -> str:
    """The body as JSON, where all of it is constants."""
    parts = ", ".join(value if name == "**" else f"{name!r}: {value}" for name, value in call.keywords)
    try:
        return json.dumps(ast.literal_eval(f"{{{parts}}}"), ensure_ascii=False, indent=4)
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        return _body(call)


def _body(call: Call) -> str:
    parts = [value if name == "**" else f'"{name}": {value}' for name, value in call.keywords]
    line = f"{{{', '.join(parts)}}}"
    if len(line) <= _WIDTH and "\n" not in line:
        return line
    return "{\n" + "".join(f"    {part},\n" for part in parts) + "}"
