"""The parameters of the Chat request that takes a Generate request's place, in no language yet."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from audits.engine import catalogue
from audits.engine.draft import counted
from audits.engine.facts import Argument, CallSite, Kind
from audits.engine.secrets import mask
from audits.engine.verdicts import SPLATS, rule_for

_LIMIT = 600
_OWN_WAY = frozenset({"prompt", "model", "model_id", "stream", "num_generations", "stop_sequences", "end_sequences"})
_MOST = {"temperature": 1.0, "p": 0.99, "frequency_penalty": 1.0, "presence_penalty": 1.0}
_KEYWORDS = {"v2": catalogue.CHAT_V2_KEYWORDS, "v1": catalogue.CHAT_V1_KEYWORDS}


@dataclass(slots=True)
class Chat:
    """`model` and `prompt` are expressions as written; `rest` pairs a parameter's own name with its expression.

    `literal` is the model as a constant, "" where it is decided elsewhere. `splats` are what is unpacked.
    """

    model: str
    prompt: str
    literal: str = ""
    streams: bool = False
    repeat: str = ""
    rest: list[tuple[str, str]] = field(default_factory=list)
    splats: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    version: str = ""


def chat_of(site: CallSite, arguments: Mapping[str, Argument], version: str) -> Chat:
    """The Chat request of `version`, "v2" or "v1"."""
    chat = Chat(*_model(site, arguments))
    prompt = arguments.get("prompt")
    chat.prompt = _source(prompt, "prompt", chat) if prompt is not None else "prompt"
    if prompt is None:
        chat.notes.append("Put what is asked where `prompt` stands: the call does not show it.")
    chat.streams = site.kind is Kind.SDK_STREAM or _is_true(arguments.get("stream"))
    number = arguments.get("num_generations")
    if number is not None and not (number.is_literal and number.literal in (1, None)):
        chat.repeat = _source(number, "num_generations", chat)
        chat.notes.append(
            f"Send it {counted(chat.repeat)} times: Chat gives one answer a request and bills the prompt each time."
        )
    dropped = [name for name, row in arguments.items() if not _carry(chat, site, name, row, version)]
    for name in ("stop_sequences", "end_sequences"):
        if name in arguments and all(key != "stop_sequences" for key, _ in chat.rest):
            chat.rest.append(("stop_sequences", _source(arguments[name], name, chat)))
    if "temperature" not in arguments and not chat.splats and site.kind is not Kind.BEDROCK:
        chat.rest.append(("temperature", "0.75"))
        chat.notes.append("temperature=0.75 was the default of Generate; Chat's is another.")
    chat.version, chat.left_out = version, dropped
    return chat


def _model(site: CallSite, arguments: Mapping[str, Argument]) -> tuple[str, str, str]:
    row = arguments.get("model") or arguments.get("model_id")
    literal = row.literal if row is not None and isinstance(row.literal, str) else ""
    if row is None or (row.is_literal and not row.literal):
        literal = catalogue.RECOMMENDED
    elif dead := catalogue.dead_model(literal):
        literal = dead.replacement or catalogue.RECOMMENDED
    if literal:
        return f'"{literal}"', "", literal
    return mask(row.source.strip()) if row is not None else "", "", ""


def _source(argument: Argument, name: str, chat: Chat) -> str:
    if len(argument.source) >= _LIMIT or "…" in argument.source:
        chat.notes.append(f"Put the call's own expression where `{name}` stands.")
        return name
    return mask(argument.source.strip())


def _is_true(argument: Argument | None) -> bool:
    return argument is not None and argument.literal is not False and argument.source not in ("false", "False")


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
    if (name == "seed" and chat.repeat) or (name == "return_likelihoods" and argument.literal == "NONE"):
        return True
    rule = rule_for(site, name, argument)
    target = "" if rule is None else rule.chat_v2 if version == "v2" else rule.chat_v1
    if target not in _KEYWORDS[version]:
        return False
    if target == "logprobs":
        chat.rest.append((target, "true"))
        return True
    most = _MOST.get(name)
    value = argument.literal
    if most is not None and isinstance(value, (int, float)) and not isinstance(value, bool) and value > most:
        chat.notes.append(f"`{name}` lies above Chat's range: {most} is its maximum.")
        chat.rest.append((target, str(most)))
    else:
        chat.rest.append((target, _source(argument, name, chat)))
    return True
