"""Requests to Chat that no SDK makes, where they still speak Generate or name a model that is gone."""

from audits.engine.catalogue import dead_model
from audits.engine.catalogue.endpoints import CHAT_ADDRESS
from audits.engine.catalogue.halfway import GENERATE_ONLY
from audits.engine.facts import Argument, Kind
from audits.engine.link.holes import HOLE, Text
from audits.engine.link.tree import Module

_NEITHER = (GENERATE_ONLY["v1"] & GENERATE_ONLY["v2"]) - {"stream"}


def holds_chat_address(module: Module) -> bool:
    """Does the module write down the end of an address of Chat, beside Cohere's name?"""
    return module.facts.names_api and any(node.op == "str" and node.text.endswith("chat") for node in module.nodes)


def chat_post(address: Text, arguments: tuple[Argument, ...]) -> tuple[Kind, str, tuple[Argument, ...]] | None:
    """What is wrong with a request to Chat: the kind, a sentence, and the entries of its body that have to change."""
    if not CHAT_ADDRESS.fullmatch(address.value):
        return None
    shown = address.value.replace(HOLE, "…")
    model = next((row for row in arguments if row.name == "model" and isinstance(row.literal, str)), None)
    wrong = tuple(row for row in arguments if row.name in _NEITHER)
    if wrong:
        names = ", ".join(f"`{row.name}`" for row in wrong)
        return Kind.HALF_MIGRATED, f"The request goes to {shown}, and Chat takes no {names}.", wrong
    if model is not None and dead_model(str(model.literal)) is not None:
        return Kind.DEAD_MODEL, f"The request goes to {shown} with {model.literal}, which no longer answers.", (model,)
    return None
