"""What the SDK of a language takes of Chat's parameters where that is not all, though the API takes them."""

from collections.abc import Mapping
from typing import NamedTuple

from audits.engine.catalogue import Rule
from audits.engine.catalogue.sources import Source
from audits.engine.facts import CallSite, Kind, Language
from audits.engine.languages import sdks

_SDK = frozenset({Kind.SDK_CALL, Kind.SDK_STREAM})


class Narrow(NamedTuple):
    """An SDK's request: the version of Chat that it speaks alone, what it is called, and what it takes."""

    version: str
    who: str
    takes: frozenset[str]
    source: Source

    def lacks(self, rule: Rule) -> bool:
        """Has it no place for what Chat itself takes?"""
        target = rule.chat_v2 if self.version == "v2" else rule.chat_v1
        return bool(rule.chat_v2 or rule.chat_v1) and target not in self.takes | _ALWAYS


_ALWAYS = frozenset({"messages", "message", "model", "stream"})
# That of .NET through its IChatClient, the crate in its ChatRequest.
_NARROW: Mapping[Language, Narrow] = {
    Language.CSHARP: Narrow(
        "v2",
        "ChatOptions",
        frozenset({"max_tokens", "temperature", "stop_sequences", "k", "p", "seed"}),
        sdks.CSHARP_SDK,
    ),
    Language.RUST: Narrow(
        "v1", "the crate's ChatRequest", frozenset({"max_tokens", "temperature", "k"}), sdks.RUST_SDK
    ),
}


def narrow_of(site: CallSite) -> Narrow | None:
    """The row of the SDK that a use goes through, None where it takes all that Chat does."""
    return _NARROW.get(site.language) if site.kind in _SDK else None
