"""The six parameters that the guide calls unsupported."""

from audits.engine.catalogue import guide
from audits.engine.catalogue.rules import Rule, equals
from audits.engine.catalogue.sources import CHAT_V2, GUIDE
from audits.engine.facts import Verdict

UNSUPPORTED, DISPUTED = Verdict.UNSUPPORTED, Verdict.DISPUTED

_SIX = guide.UNSUPPORTED

SIX_RULES: tuple[Rule, ...] = (
    Rule(
        "num_generations=1",
        "num_generations",
        UNSUPPORTED,
        "Chat gives one answer a call, which is what 1 asks for: leave it out.",
        GUIDE,
        guide=_SIX["num_generations"],
        when=equals(1),
    ),
    Rule(
        "num_generations",
        "num_generations",
        UNSUPPORTED,
        "Chat gives one answer a call: call it as many times; input tokens are billed each time.",
        GUIDE,
        guide=_SIX["num_generations"],
        sdk="In neither chat(); Generate took 5 at most.",
    ),
    Rule(
        "stop_sequences",
        "stop_sequences",
        DISPUTED,
        "Kept in the replacement. Generate leaves the marker at the end of the text, Chat removes it.",
        CHAT_V2,
        chat_v1="stop_sequences",
        chat_v2="stop_sequences",
        guide=_SIX["stop_sequences"],
        sdk="In Chat v1 (Python's SDK: 5.0.1 and later) and v2: stop_sequences exists, at most 5 strings.",
    ),
    Rule(
        "end_sequences",
        "end_sequences",
        DISPUTED,
        "Becomes `stop_sequences`, which means the same in Chat: the text ends before the marker.",
        CHAT_V2,
        chat_v1="stop_sequences",
        chat_v2="stop_sequences",
        guide=_SIX["end_sequences"],
        sdk="In Chat v1 (Python's SDK: 5.0.1 and later) and v2: stop_sequences cuts as end_sequences did, 5 at most.",
    ),
    Rule(
        "logit_bias",
        "logit_bias",
        UNSUPPORTED,
        "Has no counterpart: steer by instructions, by `response_format`, or filter the answers.",
        GUIDE,
        guide=_SIX["logit_bias"],
        sdk="In no chat() since SDK 4.45, in no generate() since 4.48.",
    ),
    Rule(
        'truncate="NONE"',
        "truncate",
        UNSUPPORTED,
        "Leave it out: a prompt that is too long is an error in Chat, as NONE asks for.",
        GUIDE,
        guide=_SIX["truncate"],
        when=equals("NONE"),
    ),
    Rule(
        "truncate",
        "truncate",
        UNSUPPORTED,
        "Chat refuses a prompt that is too long: cut it yourself, with tokenize() and detokenize().",
        GUIDE,
        guide=_SIX["truncate"],
        sdk="Chat v1's `prompt_truncation` drops only chat history and documents; Chat v2 has none.",
    ),
    Rule(
        "preset",
        "preset",
        UNSUPPORTED,
        "Its contents live on Cohere's side and cannot be read from code: write them down as a dict and splat it.",
        GUIDE,
        guide=_SIX["preset"],
        sdk="In neither chat(). With a preset SDK 4 needed no prompt.",
    ),
)
