"""Numbers and words of the languages as values."""

import re

from audits.engine.catalogue.models import DEAD
from audits.engine.facts import Platform

_WORDS = {"true": True, "false": False, "True": True, "False": False}
_NOTHING = frozenset({"null", "nil", "None", "undefined", "NULL"})
# `GenerateRequestReturnLikelihoods.GENERATION`, `Truncate::End`, `cohere.GenerateRequestTruncateEnd.Ptr()`.
_CHOICE = re.compile(
    r"(?:\w+(?:\.|::))*(?:[A-Z]\w*)?(?:ReturnLikelihoods|Truncate)(?:\.|::)?((?i:none|generation|all|start|end))(?:\.Ptr\(\))?"
)
# The Rust crate's constants for models: `GenerateModel::CommandNightly`.
_MODEL = re.compile(r"(?:\w+::)*GenerateModel::(\w+)")
# Enumerations of Bedrock's models: `CohereChatModel.COHERE_COMMAND_V14.id()`, `Types.COHERE_COMMAND_TEXT_V14`.
_BEDROCK = re.compile(r"(?:\w+\.)+(?:COHERE_)?(COMMAND_\w+)(?:\.(?:id|get(?:Id|Value|ModelId)|value|modelId)\(\))?")
_BY_ENUM = {
    re.sub(r"\W", "_", name.removeprefix("cohere.").partition(":")[0]).upper().replace("_TEXT", ""): name
    for name, row in DEAD.items()
    if row.platform is Platform.BEDROCK and name.startswith("cohere.")
}
_UPPER = re.compile(r"(?<=[a-z0-9])([A-Z])")


def is_word(text: str) -> bool:
    """Is it one of the words for true, false and nothing?"""
    return text in _WORDS or text in _NOTHING


def constant_of(text: str) -> tuple[bool, str | int | float | bool | None]:
    """Whether a text is a constant, and its value; the letters that say of which type a number is count for nothing."""
    if text in _WORDS:
        return True, _WORDS[text]
    if text in _NOTHING:
        return True, None
    plain = text.rstrip("fFdDlLuUmM").replace("_", "")
    for kind in (int, float):
        try:
            return True, kind(plain)
        except ValueError:
            continue
    return False, None


def constant_of_sdk(text: str) -> str:
    """What an SDK's own constant says in a request, "" for all else."""
    if found := _CHOICE.fullmatch(text):
        return found[1].upper()
    if listed := _BEDROCK.fullmatch(text):
        return _BY_ENUM.get(listed[1].replace("_TEXT", ""), "")
    model = _MODEL.fullmatch(text)
    return _UPPER.sub(r"-\1", model[1]).lower() if model is not None else ""
