"""The keywords of the Chat call, from a Generate call's own arguments."""

import re
from collections.abc import Iterator, Mapping

from audits.engine import catalogue
from audits.engine.chatmodel import given, is_bound_later, is_handed_bare, may_hold_more, name_model
from audits.engine.draft import SOURCE_LIMIT, Call, expression
from audits.engine.facts import Argument, CallSite, Kind
from audits.engine.secrets import mask
from audits.engine.spelling import bracketed, displayed, entries, joined_lists, words
from audits.engine.verdicts import SPLATS, is_aws, rule_for

_RANGES: Mapping[str, tuple[float, float]] = {
    "temperature": (0, 1.0),
    "k": (0, 500),
    "p": (0.01, 0.99),
    "frequency_penalty": (0, 1.0),
    "presence_penalty": (0, 1.0),
}
_MOST_STOPS = 5
_SENT = ("max_tokens", "20")
_OLDER = (
    " The client is made with a version date, as SDKs up to 3 take it: those up to 2.9.0 sent temperature=1.0, and "
    "those before 2.5.0 max_tokens=20 too."
)
# What may be asked twice.
_ASKABLE = re.compile(r"[\w.]{1,80}(?:\.(?:dict|model_dump|copy|_asdict|to_dict)\(\))?")
_OWN_WAY = frozenset(
    {"prompt", "prompts", "model", "model_id", "stream", "num_generations", "stop_sequences", "end_sequences"}
)
_KEYWORDS: Mapping[str, frozenset[str]] = {
    "v2": catalogue.CHAT_V2_KEYWORDS,
    "v1": catalogue.CHAT_V1_KEYWORDS,
    "aws": catalogue.AWS_CHAT_KEYWORDS,
}


def call_arguments(site: CallSite, arguments: Mapping[str, Argument], version: str) -> Call:
    """The Chat call for `version`: "v2", "v1" or "aws" (chat() of cohere_aws)."""
    call = Call(version)
    arguments = _with_rest(site, arguments)
    name_model(call, site, arguments)
    _prompt(call, site, arguments)
    _stream(call, site, arguments.get("stream"))
    _repeat(call, arguments.get("num_generations"))
    dropped = [name for name in arguments if not _carry(call, site, name, arguments)]
    _stops(call, site, arguments, dropped)
    _keep_defaults(call, site, arguments)
    _assume(call)
    _score(call, arguments)
    added = [name for name, argument in arguments.items() if (argument.name or "").startswith(catalogue.SMUGGLED)]
    if added and not _taken_out(call, added):
        shown = ", ".join(f"`{name}`" for name in added)
        call.notes.append(f"Take {shown} out of `request_options`: there it would reach Chat unchanged.")
        dropped = [name for name in dropped if name not in added]
    call.left_out = dropped
    return call


def _with_rest(site: CallSite, arguments: Mapping[str, Argument]) -> Mapping[str, Argument]:
    """The arguments; those beside the prompt that only later calls of the method pass reach a function together."""
    later = tuple(name for name, row in arguments.items() if row.elsewhere and name != "prompt")
    if not later or not is_handed_bare(site, arguments) or any(arguments[name].name == "**" for name in later):
        return arguments
    return {**arguments, "**": Argument("**", "**options", elsewhere=True, holds=later, whole=True)}


def _taken_out(call: Call, added: list[str]) -> bool:
    """Write `request_options` without what it adds to the body, where that is all written down in the call."""
    options = dict(call.after).get("request_options", "")
    rows = entries(options) or {}
    body = entries(rows.get(catalogue.ADDED_TO_BODY, ""))
    if body is None or not body.keys() >= set(added):
        return False
    rows[catalogue.ADDED_TO_BODY] = _display({name: value for name, value in body.items() if name not in added})
    left = _display({name: value for name, value in rows.items() if value})
    at = call.after.index(("request_options", options))
    call.after[at : at + 1] = [("request_options", left)] if left else []
    return True


def _display(rows: Mapping[str, str]) -> str:
    """A dict display, "" for an empty one."""
    inside = ", ".join(f'"{name}": {value}' for name, value in rows.items())
    return f"{{{inside}}}" if inside else ""


def _prompt(call: Call, site: CallSite, arguments: Mapping[str, Argument]) -> None:
    if site.kind is Kind.BATCH:
        prompts = arguments.get("prompts")
        call.prompts = "prompts" if prompts is None else expression(prompts, "prompts", call, ":=")
        used = words(" ".join(argument.source for name, argument in arguments.items() if name != "prompts"))
        while call.each in used:
            call.each += "_"
        return
    prompt = arguments.get("prompt")
    if prompt is not None and not prompt.elsewhere and not (prompt.is_literal and prompt.literal is None):
        call.prompt = expression(prompt, "prompt", call)
    elif prompt is not None and prompt.elsewhere and (source := _holder(site, arguments, "prompt")):
        call.prompt = f'{source}["prompt"]'
    elif any(row.name in SPLATS and not (site.reference and row.elsewhere) for row in arguments.values()):
        call.notes.append("The prompt comes out of what is unpacked: take it from there, put it where `prompt` stands.")
    elif not site.reference:
        call.notes.append("The call passes no prompt (a preset held it): write it where `prompt` stands.")


def _holder(site: CallSite, arguments: Mapping[str, Argument], name: str) -> str:
    """What is unpacked and holds `name`, where it can be asked for it: a name or a call's result; else ""."""
    rows = [
        row.source.removeprefix("**").strip()
        for row in arguments.values()
        if row.name == "**" and name in row.holds and not (site.reference and row.elsewhere)
    ]
    return mask(rows[0]) if len(rows) == 1 and _ASKABLE.fullmatch(rows[0]) else ""


def _stream(call: Call, site: CallSite, argument: Argument | None) -> None:
    if site.kind is Kind.RAW_HTTP:
        call.streams = argument is not None and argument.literal is not False
        if argument is not None and call.streams:
            call.after.append(("stream", expression(argument, "stream", call)))
        return
    if is_aws(site):
        call.streams = argument.literal is not False if argument is not None else not _is_read_whole(site)
        call.streams_by_method = call.version != "aws"
        if not call.streams_by_method and call.streams:
            call.after.append(("stream", "True" if argument is None else expression(argument, "stream", call)))
        if argument is None and not call.streams:
            call.notes.append(
                "generate() of this client streams unless told not to, but its answer is read as a whole here: chat() "
                "gives it as a whole."
            )
        return
    call.streams = site.kind is Kind.SDK_STREAM
    if argument is None:
        return
    if argument.is_literal:
        call.streams = call.streams or bool(argument.literal)
    elif not call.streams:
        call.notes.append("`stream` is decided at run time: where it is true, call chat_stream() in place of chat().")


def _is_read_whole(site: CallSite) -> bool:
    """Do the reads of the answer show that nobody loops over it?"""
    return bool(site.reads) and all(".generations" in read.text for read in site.reads)


def _repeat(call: Call, argument: Argument | None) -> None:
    if argument is not None and argument.elsewhere:
        call.notes.append("`num_generations` comes out of what is unpacked: call Chat that many times.")
    elif argument is not None and not (argument.is_literal and argument.literal in (1, None)):
        call.repeat = expression(argument, "num_generations", call, ":=")


def _carry(call: Call, site: CallSite, name: str, arguments: Mapping[str, Argument]) -> bool:
    """Write one argument; False: Chat has no place for it."""
    argument = arguments[name]
    if name in _OWN_WAY:
        return True
    if argument.name in SPLATS:
        return _splat(call, site, argument, arguments)
    if name == "seed" and call.repeat:
        call.notes.append("`seed` is left out: with one seed all answers are alike.")
        return True
    if argument.elsewhere and name in _KEYWORDS[call.version]:
        return True
    rule = rule_for(site, name, argument)
    if argument.is_literal and argument.literal is None:
        # Chat sends none either; what Generate never had is left out as any other value of it.
        return rule is not None
    target = "" if rule is None else rule.chat_v2 if call.version == "v2" else rule.chat_v1
    if target not in _KEYWORDS[call.version]:
        return name == "return_likelihoods" and argument.literal == "NONE"
    if target == "logprobs":
        return _logprobs(call, argument)
    value = _clipped(call, name, argument)
    if value:
        call.after.append((target, value))
    if rule is not None and rule.before == (5, 0, 0) and call.version == "v1":
        call.notes.append(f"chat() takes {target} from SDK 5.0.0 on: leave it out with an older one.")
    return True


def _splat(call: Call, site: CallSite, argument: Argument, arguments: Mapping[str, Argument]) -> bool:
    if site.reference and argument.elsewhere and (argument.name == "*" or is_bound_later(site, argument, arguments)):
        return True
    if argument.name == "*":
        return False
    source = argument.source.removeprefix("**").strip()
    holds = argument.holds
    if argument.elsewhere and is_handed_bare(site, arguments):
        source = call.rest = "options"
        holds = tuple(name for name in holds if name != "prompt")
    unpacked = bracketed(mask(source)) if len(source) < SOURCE_LIMIT else "options"
    out = [name for name in holds if not _stays(call, name, arguments)]
    more = argument.open or not argument.whole
    if out and (more or len(out) < len(holds)):
        test = f"!= {out[0]!r}" if len(out) == 1 else f"not in {tuple(out)!r}"
        unpacked = f"{{name: value for name, value in {unpacked}.items() if name {test}}}"
    if len(out) < len(holds) or more:
        call.after.append(("**", f"**{unpacked}"))
    if not argument.whole:
        call.notes.append(
            "Look through what is unpacked: it may hold parameters that Chat does not take, or ones written out here."
        )
    return True


def _assume(call: Call) -> None:
    """Lay what is unpacked over what holds where it names nothing of it: a call takes no keyword twice."""
    if call.assumed:
        splats = [value.removeprefix("**") for name, value in call.after if name == "**"]
        inner = ", ".join(f"**({row})" if " " in row and row[0] not in "{(" else f"**{row}" for row in splats)
        rest = [row for row in call.after if row[0] != "**"]
        below = ", ".join(f'"{name}": {value}' for name, value in call.assumed.items())
        call.after = [*rest, ("**", f"**{{{below}, {inner}}}")]


def _stays(call: Call, name: str, arguments: Mapping[str, Argument]) -> bool:
    """Does a name that a splat holds stay in it: Chat takes it, and it is not written out?"""
    inside = name not in arguments or arguments[name].elsewhere
    written = {keyword for keyword, _ in (*call.before, *call.after)}
    return inside and name in _KEYWORDS[call.version] - {"prompt", "stream"} and name not in written


def _logprobs(call: Call, argument: Argument) -> bool:
    if argument.is_literal:
        if argument.literal == "GENERATION":
            call.after.append(("logprobs", "True"))
    else:
        call.after.append(("logprobs", f'({expression(argument, "return_likelihoods", call)}) != "NONE"'))
    return True


def _clipped(call: Call, name: str, argument: Argument) -> str:
    """The expression, brought inside Chat's range where it is a literal outside; "" to leave it out."""
    bounds, value = _RANGES.get(name), argument.literal
    if bounds is None or isinstance(value, (bool, str)) or value is None or bounds[0] <= value <= bounds[1]:
        return expression(argument, name, call)
    if value < bounds[0]:
        call.notes.append(f"`{name}={mask(argument.source)}` lies below Chat's range and is left out.")
        return ""
    call.notes.append(f"`{name}={mask(argument.source)}` lies above Chat's range: {bounds[1]} is its maximum.")
    return str(bounds[1])


def _stops(call: Call, site: CallSite, arguments: Mapping[str, Argument], dropped: list[str]) -> None:
    named = [name for name in ("stop_sequences", "end_sequences") if given(arguments.get(name))]
    found = [name for name in named if not arguments[name].elsewhere]
    if "end_sequences" in named and "end_sequences" not in found:
        call.notes.append("`end_sequences` comes out of what is unpacked: pass it on as `stop_sequences`.")
    if not found:
        return
    if call.version == "aws":
        dropped.extend(found)
        return
    parts = [expression(arguments[name], name, call) for name in found]
    count = sum(displayed(arguments[name].source) for name in found)
    if count > _MOST_STOPS:
        call.notes.append(f"Chat takes at most {_MOST_STOPS} stop sequences, and these are {count}: leave some out.")
    call.after.append(("stop_sequences", parts[0] if len(parts) == 1 else joined_lists(*parts)))
    version = catalogue.parse_version(site.era)
    if call.version == "v1" and version is not None and version < (5, 0, 1):
        call.notes.append("chat() takes stop_sequences from SDK 5.0.1 on: with an older one trim the answer yourself.")


def _score(call: Call, arguments: Mapping[str, Argument]) -> None:
    """Say that Chat cannot rate a prompt without answering it."""
    most, rated = arguments.get("max_tokens"), arguments.get("return_likelihoods")
    asked = most is not None and most.literal == 0 and most.is_literal
    if asked and rated is not None and rated.literal not in ("NONE", None):
        call.notes.append("`max_tokens=0` asked for the likelihoods of the prompt alone: Chat has no such call.")


def _keep_defaults(call: Call, site: CallSite, arguments: Mapping[str, Argument]) -> None:
    """Pass what Generate assumed where the call left it open and Chat assumes something else."""
    if any(argument.name in SPLATS and not argument.whole for argument in arguments.values()):
        return
    below = may_hold_more(site, arguments)
    for name, value in _assumed(site):
        if name not in arguments:
            if below:
                call.assumed[name] = value
            else:
                call.after.append((name, value))
            whose = "the SDK before 2.5.0" if (name, value) == _SENT else "Generate"
            older = _OLDER if site.era == catalogue.DATED and name == "temperature" else ""
            call.notes.append(f"{name}={value} was the default of {whose}; Chat's is another.{older}")


def _assumed(site: CallSite) -> Iterator[tuple[str, str]]:
    if is_aws(site):
        yield from (("temperature", "1.0"), ("max_tokens", "400"))
    else:
        yield "temperature", catalogue.default_temperature(site.era)
        if catalogue.sends_length(site.era):
            yield _SENT
