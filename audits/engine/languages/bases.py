"""The expression before the method in a call, for code that calls Chat in its place."""

import re
from collections.abc import Mapping

from audits.engine.facts import CallSite, Language
from audits.engine.secrets import mask

_REPEATABLE = re.compile(r"[\w$@.:>()?\-]+(?:\[[\w$.:'\"`-]+\][\w$@.:>()?\-]*)*")
# What stands for a client that cannot be repeated.
_NAMES: Mapping[Language, str] = {
    Language.GO: "co",
    Language.RUST: "co",
    Language.CSHARP: "client",
    Language.RUBY: "client",
}


def base_of(site: CallSite) -> str:
    """The expression before the method where it can be repeated, else a name for it."""
    base = site.callee.rpartition(".")[0].replace("self.", "@" if site.language is Language.RUBY else "self.")
    return base if base and _REPEATABLE.fullmatch(base) else _NAMES.get(site.language, "cohere")


def stands_for(site: CallSite) -> str:
    """A sentence where a name stands for what is before the method, else ""."""
    base = site.callee.rpartition(".")[0]
    if not base or _REPEATABLE.fullmatch(base):
        return ""
    # What it is given may be a key.
    head, bracket, _ = base.partition("(")
    return f"`{base_of(site)}` stands for `{mask(head)}{'(…)' if bracket else ''}`."
