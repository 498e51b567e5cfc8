"""Which row of the catalogue decides about an argument of a call of Chat."""

from collections.abc import Mapping

from audits.engine import catalogue
from audits.engine.catalogue import Rule
from audits.engine.catalogue.chat import CHAT_V1_KEYWORDS, CHAT_V2_KEYWORDS
from audits.engine.catalogue.halfway import (
    HISTORY,
    OTHER_CHAT,
    OTHER_CHAT_RULES,
    STREAM,
    SUMMARIZE,
    SUMMARIZE_RULES,
    TAKEN,
    TOKEN_RULES,
    TOKENS,
    V2_ONLY,
)
from audits.engine.facts import Argument, CallSite, Kind

CHAT_KINDS = frozenset({Kind.HALF_MIGRATED, Kind.DEAD_MODEL})
_KEYWORDS: Mapping[str, frozenset[str]] = {"v1": CHAT_V1_KEYWORDS, "v2": CHAT_V2_KEYWORDS}


def version_of(site: CallSite) -> str:
    """The Chat that a site calls: "v1" or "v2"."""
    name = site.client or ""
    client = catalogue.CLIENTS.get(name)
    if client is None:
        # In other languages than Python: a client's class, or the part of it that speaks v2.
        return "v2" if name.endswith(("V2", ".v2")) else "v1"
    return "v2" if client.chat == "self" else "v1"


def chat_rule(site: CallSite, name: str) -> Rule | None:
    """The row for an argument of Chat; None where only the rows of Generate's parameters can tell."""
    version = version_of(site)
    if site.method == SUMMARIZE and name in SUMMARIZE_RULES:
        return SUMMARIZE_RULES[name]
    if site.method in TOKENS and name in TOKEN_RULES:
        return TOKEN_RULES[name]
    if name == "chat_history" and any(_is_fine_tuned(row) for row in site.arguments):
        return HISTORY
    if name == OTHER_CHAT[version]:
        return OTHER_CHAT_RULES[version]
    if name == "stream":
        return STREAM
    if name == "model" and version == "v1" and any(is_v2_only(row) for row in site.arguments):
        return V2_ONLY
    return TAKEN[version] if name in _KEYWORDS[version] else None


def is_v2_only(argument: Argument) -> bool:
    """Whether an argument names a model that Chat v1 does not know."""
    return argument.name == "model" and argument.literal in catalogue.LIVE_V2_ONLY


def _is_fine_tuned(argument: Argument) -> bool:
    return argument.name == "model" and catalogue.names_fine_tuned(argument)
