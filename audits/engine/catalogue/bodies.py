"""What differs where no SDK makes the request: keys of a body on the wire, and the names of OCI's classes."""

from collections.abc import Mapping

from audits.engine.catalogue import guide
from audits.engine.catalogue.parameters import RULES, by_name
from audits.engine.catalogue.rules import Rule, equals
from audits.engine.catalogue.sources import OCI_NOTES, SPEC
from audits.engine.facts import Verdict

_HTTP: tuple[Rule, ...] = (
    Rule(
        "http stream=False",
        "stream",
        Verdict.KEPT,
        "Chat's body has it too, with the same meaning.",
        SPEC,
        chat_v1="stream",
        chat_v2="stream",
        guide=guide.UNCHANGED,
        when=equals(False),
    ),
    Rule(
        "http stream",
        "stream",
        Verdict.CHANGED,
        "Chat's body has it too, but v2 answers with server-sent events in place of lines of JSON.",
        SPEC,
        chat_v1="stream",
        chat_v2="stream",
        guide=guide.UNCHANGED,
        sdk="POST /v2/chat streams text/event-stream, POST /v1/generate application/stream+json.",
    ),
)
_OCI: tuple[Rule, ...] = (
    Rule(
        "oci is_stream",
        "is_stream",
        Verdict.KEPT,
        "CohereChatRequest has it too.",
        OCI_NOTES,
    ),
    Rule("oci top_k", "top_k", Verdict.KEPT, "CohereChatRequest has it too.", OCI_NOTES),
    Rule("oci top_p", "top_p", Verdict.KEPT, "CohereChatRequest has it too.", OCI_NOTES),
    Rule(
        "oci is_echo",
        "is_echo",
        Verdict.UNSUPPORTED,
        "OCI's Chat does not repeat the prompt in this way.",
        OCI_NOTES,
    ),
    Rule(
        "oci return_likelihoods",
        "return_likelihoods",
        Verdict.UNSUPPORTED,
        "OCI's CohereChatRequest gives no likelihoods.",
        OCI_NOTES,
    ),
)
BODY_RULES: tuple[Rule, ...] = (*_HTTP, *_OCI)


def _over(rows: tuple[Rule, ...]) -> Mapping[str, tuple[Rule, ...]]:
    """The SDK's rows with those of the same name replaced."""
    names = {rule.name for rule in rows}
    return by_name((*rows, *(rule for rule in RULES if rule.name not in names)))


HTTP_PARAMETERS: Mapping[str, tuple[Rule, ...]] = _over(_HTTP)
OCI_PARAMETERS: Mapping[str, tuple[Rule, ...]] = _over(_OCI)
