"""The seven parameters that the guide calls unchanged, and where they are not."""

from audits.engine.catalogue import guide
from audits.engine.catalogue.rules import Rule, above, equals, outside, undecided
from audits.engine.catalogue.sources import GUIDE, PYTHON_SDK, PYTHON_SDK_4, SPEC
from audits.engine.facts import Verdict

KEPT, CHANGED, DISPUTED = Verdict.KEPT, Verdict.CHANGED, Verdict.DISPUTED

_SAME = guide.UNCHANGED
_NO_STREAM = "Python SDK 5.0.0 and later: neither chat() nor generate() takes `stream`; chat_stream() streams."
_PENALTIES = "SDK 4.x: chat() takes no penalties; from 5.0.0 on it does, 0 to 1."
_RANGE_NOTE = "This value lies outside Chat's range of {}: bring it inside, or leave the argument out."

UNCHANGED_RULES: tuple[Rule, ...] = (
    Rule(
        "temperature above 1",
        "temperature",
        DISPUTED,
        "Generate took up to 5, Chat's reference allows 0 to 1: bring it down to 1 or less.",
        SPEC,
        chat_v1="temperature",
        chat_v2="temperature",
        guide=_SAME,
        sdk="Chat's OpenAPI description: minimum 0, maximum 1; default 0.3 where Generate's was 0.75.",
        when=above(1),
    ),
    Rule(
        "temperature from elsewhere",
        "temperature",
        KEPT,
        "Same meaning; the value is decided elsewhere: Chat's range is 0 to 1, Generate's was 0 to 5.",
        SPEC,
        chat_v1="temperature",
        chat_v2="temperature",
        guide=_SAME,
        sdk="Chat's range is 0 to 1 (Generate: 0 to 5), its default 0.3 (Generate: 0.75).",
        when=undecided,
    ),
    Rule(
        "temperature",
        "temperature",
        KEPT,
        "Same meaning, within Chat's range of 0 to 1.",
        GUIDE,
        chat_v1="temperature",
        chat_v2="temperature",
        guide=_SAME,
        sdk="Chat's range is 0 to 1 (Generate: 0 to 5), its default 0.3 (Generate: 0.75).",
    ),
    Rule(
        "k outside 0-500",
        "k",
        CHANGED,
        _RANGE_NOTE.format("0 to 500"),
        SPEC,
        chat_v1="k",
        chat_v2="k",
        guide=_SAME,
        sdk="0 to 500, default 0, in Generate and in Chat.",
        when=outside(0, 500),
    ),
    Rule(
        "k",
        "k",
        KEPT,
        "Same meaning.",
        GUIDE,
        chat_v1="k",
        chat_v2="k",
        guide=_SAME,
        sdk="0 to 500, default 0, in Generate and in Chat.",
    ),
    Rule(
        "p outside 0.01-0.99",
        "p",
        CHANGED,
        "Old code passes 0 or 1 to switch it off; Chat's range is 0.01 to 0.99: use 0.99, or leave it out.",
        SPEC,
        chat_v1="p",
        chat_v2="p",
        guide=_SAME,
        sdk="0.01 to 0.99, default 0.75, in Generate and in Chat.",
        when=outside(0.01, 0.99),
    ),
    Rule(
        "p",
        "p",
        KEPT,
        "Same meaning.",
        GUIDE,
        chat_v1="p",
        chat_v2="p",
        guide=_SAME,
        sdk="0.01 to 0.99, default 0.75, in Generate and in Chat.",
    ),
    *(
        Rule(
            f"{name} outside 0-1",
            name,
            CHANGED,
            _RANGE_NOTE.format("0 to 1"),
            SPEC,
            chat_v1=name,
            chat_v2=name,
            guide=_SAME,
            sdk=_PENALTIES,
            when=outside(0, 1),
        )
        for name in ("frequency_penalty", "presence_penalty")
    ),
    *(
        Rule(
            f"{name} before SDK 5",
            name,
            DISPUTED,
            "chat() of the SDK that this code asks for does not take it: it does from 5.0.0 on, 0 to 1.",
            PYTHON_SDK_4,
            chat_v1=name,
            chat_v2=name,
            guide=_SAME,
            sdk=_PENALTIES,
            before=(5, 0, 0),
        )
        for name in ("frequency_penalty", "presence_penalty")
    ),
    *(
        Rule(name, name, KEPT, "Same meaning.", GUIDE, chat_v1=name, chat_v2=name, guide=_SAME, sdk=_PENALTIES)
        for name in ("frequency_penalty", "presence_penalty")
    ),
    Rule(
        "max_tokens",
        "max_tokens",
        KEPT,
        "Same meaning.",
        GUIDE,
        chat_v1="max_tokens",
        chat_v2="max_tokens",
        guide=_SAME,
        sdk="In Chat v1 and v2; left out, v2 goes up to the model's own maximum.",
    ),
    Rule(
        "stream=False",
        "stream",
        DISPUTED,
        "Leave it out: chat() answers in one piece, and SDK 5 has no such parameter.",
        PYTHON_SDK,
        guide=_SAME,
        sdk=_NO_STREAM,
        when=equals(False, None),
    ),
    Rule(
        "stream",
        "stream",
        DISPUTED,
        "Becomes a method: call chat_stream() and leave `stream` out.",
        PYTHON_SDK,
        guide=_SAME,
        sdk=_NO_STREAM,
    ),
)
