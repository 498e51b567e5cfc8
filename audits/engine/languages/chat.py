"""The parameters of the Chat request that takes a Generate request's place, in no language yet."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from audits.engine import catalogue
from audits.engine.draft import counted
from audits.engine.facts import Argument, CallSite, Kind, Language
from audits.engine.languages.conditions import otherwise
from audits.engine.languages.narrow import Narrow, narrow_of
from audits.engine.secrets import mask
from audits.engine.verdicts import SPLATS, rule_for

_LIMIT = 600
_OWN_WAY = frozenset({"prompt", "model", "model_id", "stream", "num_generations", "stop_sequences", "end_sequences"})
_MOST = {"temperature": 1.0, "p": 0.99, "frequency_penalty": 1.0, "presence_penalty": 1.0}
# A model that an expression gives under a condition or by default.
_CHOICE = re.compile(r"(?<=[?:|] )([\"'])([\w.:/-]{1,80})\1")
_KEYWORDS = {"v2": catalogue.CHAT_V2_KEYWORDS, "v1": catalogue.CHAT_V1_KEYWORDS}


def _some(value: str) -> str:
    """A list that may be missing, where it is not written out."""
    return value if value.startswith("[") else f"{value} ?? []"


def _bracketed(value: str) -> str:
    return value if value.startswith("[") else f"({_some(value)})"


# Two lists as one, in languages that do not need to know what they hold; either may be missing in scripts.
JOINS: Mapping[Language, Callable[[str, str], str]] = {
    **dict.fromkeys(
        (Language.JAVASCRIPT, Language.TYPESCRIPT),
        lambda *rows: f"[{', '.join(f'...{_bracketed(row)}' for row in rows)}]",
    ),
    Language.RUBY: lambda one, two: f"[*{one}, *{two}]",
    Language.PHP: lambda one, two: f"array_merge({_some(one)}, {_some(two)})",
    Language.GO: lambda one, two: f"append(append([]string{{}}, {one}...), {two}...)",
    **dict.fromkeys((Language.KOTLIN, Language.SWIFT), lambda one, two: f"{one} + {two}"),
    Language.DART: lambda one, two: f"[...{one}, ...{two}]",
    Language.JAVA: lambda one, two: f"Stream.concat({one}.stream(), {two}.stream()).toList()",
    Language.CSHARP: lambda one, two: f"{one}.Concat({two}).ToArray()",
    Language.RUST: lambda one, two: f"[{one}, {two}].concat()",
}
# Are likelihoods asked for: where a value may be missing, and is a text.
ASKS: Mapping[Language, str] = {
    **dict.fromkeys((Language.JAVASCRIPT, Language.TYPESCRIPT), '({} ?? "NONE") !== "NONE"'),
    Language.RUBY: '({} || "NONE") != "NONE"',
    Language.PHP: "({} ?? 'NONE') !== 'NONE'",
}

# The prompt in an object that is all that a call is passed.
_ENTRIES: Mapping[Language, str] = {
    **dict.fromkeys((Language.JAVASCRIPT, Language.TYPESCRIPT), "{}.prompt"),
    Language.RUBY: "{}[:prompt]",
    Language.PHP: "{}['prompt']",
    Language.DART: "{}['prompt']",
}


@dataclass(slots=True)
class Chat:
    """`model` and `prompt` are expressions as written; `rest` pairs a parameter's own name with its expression.

    `literal` is the model as a constant, "" where it is decided elsewhere. `splats` are what is unpacked, `defaults`
    what is unpacked before parameters that win over it. `stream` is what a request's body says of it.
    """

    model: str
    prompt: str
    literal: str = ""
    streams: bool = False
    stream: str = "true"
    repeat: str = ""
    rest: list[tuple[str, str]] = field(default_factory=list)
    splats: list[str] = field(default_factory=list)
    defaults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    version: str = ""


def chat_of(site: CallSite, arguments: Mapping[str, Argument], version: str) -> Chat:
    """The Chat request of `version`, "v2" or "v1"."""
    chat = Chat(*_model(site, arguments))
    prompt = arguments.get("prompt")
    chat.prompt = _source(prompt, "prompt", chat) if prompt is not None else "prompt"
    if prompt is None and (entry := _entry(site, arguments)):
        chat.prompt = entry
    elif prompt is None:
        chat.notes.append("Put what is asked where `prompt` stands: the call does not show it.")
    _stream(chat, site, arguments.get("stream"))
    number = arguments.get("num_generations")
    if number is not None and not (number.is_literal and number.literal in (1, None)):
        known = isinstance(number.literal, int) and not isinstance(number.literal, bool)
        chat.repeat = str(number.literal) if known else otherwise(_source(number, "num_generations", chat), "1")
        pointed = re.fullmatch(r"&([^&].*)", chat.repeat) if site.language is Language.GO else None
        often = pointed[1] if pointed is not None else chat.repeat
        chat.notes.append(
            f"Send it {counted(often)} times: Chat gives one answer a request and bills the prompt each time."
        )
    dropped = [name for name, row in arguments.items() if not _carry(chat, site, name, row, version)]
    named = [at for at, row in enumerate(arguments.values()) if row.name not in SPLATS]
    # Where nothing else is passed, what Chat needs wins over what is unpacked: that is for Generate.
    last = max(named, default=len(arguments))
    before = [row for row in list(arguments.values())[:last] if row.name in SPLATS]
    chat.defaults, chat.splats = chat.splats[: len(before)], chat.splats[len(before) :]
    _stops(chat, site, arguments)
    if "temperature" not in arguments and not (chat.splats or chat.defaults) and site.kind is not Kind.BEDROCK:
        chat.rest.append(("temperature", "0.75"))
        chat.notes.append("temperature=0.75 was the default of Generate; Chat's is another.")
    chat.version, chat.left_out = version, dropped
    if (narrow := narrow_of(site)) is not None:
        _leave_out(chat, narrow)
    return chat


def _leave_out(chat: Chat, narrow: Narrow) -> None:
    """Leave out what an SDK has no place for, though the API has."""
    gone = [name for name, _ in chat.rest if name not in narrow.takes]
    chat.rest = [row for row in chat.rest if row[0] in narrow.takes]
    if gone and chat.version == narrow.version:
        chat.notes.append(f"Left out, as {narrow.who} has none: {', '.join(f'`{name}`' for name in gone)}.")


def _entry(site: CallSite, arguments: Mapping[str, Argument]) -> str:
    """The prompt in the object that is all that a call is passed, "" where it is passed something else."""
    wholes = [row.source.lstrip("*.") for row in arguments.values() if row.name == "**"]
    alone = len(wholes) == len(arguments) == 1 and site.language in _ENTRIES
    return _ENTRIES[site.language].format(*wholes) if alone else ""


def _model(site: CallSite, arguments: Mapping[str, Argument]) -> tuple[str, str, str]:
    row = arguments.get("model") or arguments.get("model_id")
    literal = row.literal if row is not None and isinstance(row.literal, str) else ""
    if row is None or (row.is_literal and not row.literal):
        literal = catalogue.RECOMMENDED
    elif dead := catalogue.dead_model(literal):
        literal = dead.replacement or catalogue.RECOMMENDED
    if literal:
        return f'"{literal}"', "", literal
    # Generate had a default where none is passed.
    source = otherwise(row.source.strip(), f'"{catalogue.RECOMMENDED}"') if row is not None else ""
    return mask(_CHOICE.sub(_live, source)), "", ""


def _live(choice: re.Match[str]) -> str:
    dead = catalogue.dead_model(choice[2])
    return f'"{dead.replacement or catalogue.RECOMMENDED}"' if dead else choice[0]


def _source(argument: Argument, name: str, chat: Chat) -> str:
    if len(argument.source) >= _LIMIT or "…" in argument.source:
        chat.notes.append(f"Put the call's own expression where `{name}` stands.")
        return name
    return mask(argument.source.strip())


def _stream(chat: Chat, site: CallSite, argument: Argument | None) -> None:
    chat.streams = site.kind is Kind.SDK_STREAM
    if argument is None or argument.literal is False or argument.source in ("false", "False"):
        return
    if argument.is_literal or argument.source in ("true", "True"):
        chat.streams = chat.streams or argument.literal is not None
    elif site.kind is Kind.RAW_HTTP:
        chat.streams, chat.stream = True, _source(argument, "stream", chat)
        chat.notes.append("`stream` is decided at run time: where it is false, the answer is read as a whole.")
    elif not chat.streams:
        chat.notes.append("`stream` is decided at run time: where it is true, call the stream's method in its place.")


def _stops(chat: Chat, site: CallSite, arguments: Mapping[str, Argument]) -> None:
    """What ends the text, of both names: Chat has one for them."""
    named = [name for name in ("stop_sequences", "end_sequences") if name in arguments]
    named = [name for name in named if not (arguments[name].is_literal and arguments[name].literal is None)]
    rows = [_source(arguments[name], name, chat) for name in named]
    if not rows:
        return
    whole = rows[0]
    if len(rows) > 1:
        join = JOINS.get(site.language)
        listed = [row[1:-1].strip() for row in rows if row.startswith("[") and row.endswith("]")]
        if len(listed) == len(rows):
            whole = f"[{', '.join(row for row in listed if row)}]"
        elif join is not None:
            whole = join(*rows)
        else:
            chat.notes.append("Add `end_sequences` to `stop_sequences`: Chat has one list for both.")
    chat.rest.append(("stop_sequences", whole))


def _logprobs(chat: Chat, site: CallSite, argument: Argument) -> bool:
    asks = ASKS.get(site.language)
    if argument.is_literal:
        chat.rest.append(("logprobs", "true"))
    elif asks is not None:
        chat.rest.append(("logprobs", asks.format(_source(argument, "return_likelihoods", chat))))
    else:
        chat.notes.append(
            "`return_likelihoods` is decided at run time: set `logprobs` where it asks for more than NONE."
        )
    return True


def _carry(chat: Chat, site: CallSite, name: str, argument: Argument, version: str) -> bool:
    """Write one parameter; False: Chat has no place for it."""
    if name in _OWN_WAY:
        return True
    if argument.name in SPLATS:
        chat.splats.append(argument.source.removeprefix("**"))
        chat.notes.append("Look through what is unpacked: it may hold parameters that Chat does not take.")
        return True
    if argument.is_literal and argument.literal is None:
        return True
    if name == "seed" and chat.repeat:
        chat.notes.append("`seed` is left out: with one seed all answers are alike.")
        return True
    if name == "return_likelihoods" and argument.literal == "NONE":
        return True
    rule = rule_for(site, name, argument)
    target = "" if rule is None else rule.chat_v2 if version == "v2" else rule.chat_v1
    if target not in _KEYWORDS[version]:
        return False
    if target == "logprobs":
        return _logprobs(chat, site, argument)
    most = _MOST.get(name)
    value = argument.literal
    if most is not None and isinstance(value, (int, float)) and not isinstance(value, bool) and value > most:
        chat.notes.append(f"`{name}` lies above Chat's range: {most} is its maximum.")
        chat.rest.append((target, str(most)))
    else:
        chat.rest.append((target, _source(argument, name, chat)))
    return True
