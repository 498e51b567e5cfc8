"""The model of the Chat call that takes the place of a Generate call."""

from collections.abc import Mapping
from dataclasses import replace

from audits.engine import catalogue
from audits.engine.draft import Call, expression
from audits.engine.facts import Argument, CallSite, Kind, Platform
from audits.engine.secrets import mask
from audits.engine.spelling import tokens
from audits.engine.verdicts import rule_for


def name_model(call: Call, site: CallSite, arguments: Mapping[str, Argument]) -> None:
    """Write the model that the Chat call names, with what is to be said of it."""
    if call.version == "aws":
        named = [name for name in ("model", "model_id") if given(arguments.get(name))]
        call.before += [(name, expression(arguments[name], name, call)) for name in named]
        return
    argument = arguments.get("model") or arguments.get("model_id")
    below = argument is None and site.platform is not Platform.SAGEMAKER and may_hold_more(site, arguments)
    if below:
        call.assumed["model"] = f'"{catalogue.RECOMMENDED}"'
        call.notes.append(
            "Chat v2 requires a model, which only what is unpacked may name: where it names none, "
            f"{catalogue.RECOMMENDED}, a live one, holds."
        )
        return
    model = _model_expression(call, site, argument)
    call.before += [("model", model)] if model else []


def _model_expression(call: Call, site: CallSite, argument: Argument | None) -> str:
    if argument is None or (argument.is_literal and not argument.literal):
        if site.platform is Platform.SAGEMAKER:
            call.notes.append("`endpoint_name` stands for the name of the SageMaker endpoint.")
            return "endpoint_name"
        call.notes.append(f"The call names no model, Chat v2 requires one: {catalogue.RECOMMENDED} is a live one.")
        return f'"{catalogue.RECOMMENDED}"'
    literal = argument.literal if isinstance(argument.literal, str) else ""
    if catalogue.names_fine_tuned(argument):
        call.notes.append(f"The fine-tuned model is kept; where it is gone, take {catalogue.RECOMMENDED}.")
        return "" if argument.elsewhere else expression(argument, "model", call)
    dead = catalogue.dead_model(literal)
    if dead is not None and not argument.is_literal:
        return _possibly_gone(call, argument, dead)
    if dead is not None:
        return f'"{dead.replacement or catalogue.RECOMMENDED}"'
    if site.platform is Platform.BEDROCK and literal not in catalogue.LIVE:
        return f'"{catalogue.RECOMMENDED}"'
    if literal in catalogue.LIVE_V2_ONLY and call.version == "v1":
        return f'"{catalogue.RECOMMENDED}"'
    if literal and rule_for(site, "model", argument) is catalogue.UNLISTED:
        call.notes.append(
            f"Cohere has listed no model `{mask(literal)[:80]}`: where it is gone, take {catalogue.RECOMMENDED}."
        )
    if not literal:
        call.notes.append("The model is decided elsewhere: make sure that it names a live chat model.")
    # Where it is written other names hold: it stays in what is unpacked.
    return "" if argument.elsewhere else expression(argument, "model", call)


def _possibly_gone(call: Call, argument: Argument, dead: catalogue.Model) -> str:
    """An expression that may be the id of a model that is gone."""
    name, live = mask(argument.source)[:80], dead.replacement or catalogue.RECOMMENDED
    if argument.elsewhere:
        call.notes.append(f"`{name}` may be `{argument.literal}`, which is gone: name {live} where it is set.")
        return ""
    revived = _revived(argument.source)
    if revived == argument.source:
        call.notes.append(f"`{name}` may be `{argument.literal}`, which is gone: name {live} where it is set.")
    else:
        call.notes.append(f"`{name}` may be `{argument.literal}`, which is gone: {live} stands in its place.")
    return expression(replace(argument, source=revived), "model", call)


def _revived(source: str) -> str:
    """An expression with a live model's id for each gone one that it spells out."""
    return "".join(_live(text) if kind == "string" else text for kind, text in tokens(source))


def _live(literal: str) -> str:
    dead = catalogue.dead_model(literal[1:-1])
    return literal if dead is None else f"{literal[0]}{dead.replacement or catalogue.RECOMMENDED}{literal[-1]}"


def may_hold_more(site: CallSite, arguments: Mapping[str, Argument]) -> bool:
    """Is something unpacked into a call, which takes no keyword twice, that may hold what the code does not tell?"""
    return site.kind is not Kind.RAW_HTTP and any(
        row.name == "**" and (row.open or not row.whole) and not is_bound_later(site, row, arguments)
        for row in arguments.values()
    )


def is_handed_bare(site: CallSite, arguments: Mapping[str, Argument]) -> bool:
    """Is the method handed on without a prompt, so that a function of one takes its place?"""
    prompt = arguments.get("prompt")
    return site.reference and (prompt is None or prompt.elsewhere)


def is_bound_later(site: CallSite, splat: Argument, arguments: Mapping[str, Argument]) -> bool:
    """Does whoever calls a `partial` unpack it, where other names hold?"""
    return site.reference and splat.elsewhere and not is_handed_bare(site, arguments)


def given(argument: Argument | None) -> bool:
    """Is it passed, and not as None?"""
    return argument is not None and not (argument.is_literal and argument.literal is None)
