"""Requests to Chat that no SDK makes, where they still speak Generate or name a model that is gone."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from audits.engine.catalogue import dead_model
from audits.engine.catalogue.endpoints import CHAT_ADDRESS
from audits.engine.catalogue.halfway import GENERATE_ONLY
from audits.engine.facts import Argument, Kind
from audits.engine.link.holes import HOLE, Text
from audits.engine.link.models import Constant
from audits.engine.link.tree import Module

_NEITHER = (GENERATE_ONLY["v1"] & GENERATE_ONLY["v2"]) - {"stream"}


def holds_chat_address(module: Module) -> bool:
    """Does the module write down the end of an address of Chat, beside Cohere's name?"""
    return module.facts.names_api and any(node.op == "str" and node.text.endswith("chat") for node in module.nodes)


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a request to Chat: `entries` of its body have to change; `sure`: no caller sends another.

    `followed` is the model's id that is written down elsewhere, else "".
    """

    kind: Kind
    why: str
    entries: tuple[Argument, ...]
    sure: bool = True
    followed: str = ""


def chat_post(address: Text, arguments: tuple[Argument, ...], model_of: Callable[[], Constant]) -> Wrong | None:
    """What is wrong with a request to Chat; `model_of` follows the model's id to where it is written down."""
    if not CHAT_ADDRESS.fullmatch(address.value):
        return None
    shown = address.value.replace(HOLE, "…")
    model = next((row for row in arguments if row.name == "model"), None)
    wrong = tuple(row for row in arguments if row.name in _NEITHER)
    if wrong:
        names = ", ".join(f"`{row.name}`" for row in wrong)
        return Wrong(Kind.HALF_MIGRATED, f"The request goes to {shown}, and Chat takes no {names}.", wrong)
    if model is None:
        return None
    named, doubt = (model.literal, 0) if isinstance(model.literal, str) else model_of()
    if named is None or dead_model(named) is None:
        return None
    why = f"The request goes to {shown} with {named}, which no longer answers."
    unless = " It is a default or one caller's choice: another may be named." if doubt else ""
    told = replace(model, is_literal=True, literal=named)
    followed = "" if isinstance(model.literal, str) else named
    return Wrong(Kind.DEAD_MODEL, why + unless, (told,), sure=not doubt, followed=followed)
