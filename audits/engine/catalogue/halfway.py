"""What a call of Chat must not say any more: Generate's parameters, the other Chat's, and reads of the response."""

from collections.abc import Mapping

from audits.engine.catalogue import guide
from audits.engine.catalogue.chat import AWS_CHAT_KEYWORDS, CHAT_V1_KEYWORDS, CHAT_V2_KEYWORDS
from audits.engine.catalogue.positions import ERAS
from audits.engine.catalogue.rules import Rule
from audits.engine.catalogue.sources import CHAT_V1, CHAT_V2, DEPRECATIONS, MODELS, PYTHON_SDK, V1_TO_V2
from audits.engine.facts import Verdict

# Also in a Generate request, though in no positional order.
_KEYWORDS = frozenset({"raw_prompting", "prompts", "stream", "return_likelihoods"})
_GENERATE = frozenset(name for names in ERAS.values() for name in names) | _KEYWORDS

# By Chat: what Generate takes and it refuses.
GENERATE_ONLY: Mapping[str, frozenset[str]] = {
    "v1": _GENERATE - CHAT_V1_KEYWORDS,
    "v2": _GENERATE - CHAT_V2_KEYWORDS,
    "aws": _GENERATE - AWS_CHAT_KEYWORDS,
}
# The other Chat's name for the prompt.
OTHER_CHAT: Mapping[str, str] = {"v1": "messages", "v2": "message"}
# By what is read: the Chats whose response has no such thing.
READS: Mapping[str, frozenset[str]] = {
    "generations": frozenset({"v1", "v2"}),
    "text": frozenset({"v2"}),
}
# The same of an event of a stream: v2's have `type` and `delta`.
STREAM_READS: Mapping[str, frozenset[str]] = {
    "event_type": frozenset({"v2"}),
    "is_finished": frozenset({"v2"}),
    "text": frozenset({"v2"}),
}
TOKENS = frozenset({"tokenize", "detokenize"})
# Methods that take a chat model. embed, rerank and classify have models of their own, some with the same names.
MODEL_METHODS = frozenset({"chat", "chat_stream", "summarize"}) | TOKENS

# What becomes of an argument of a call of Chat, by the Chat that is called; `TAKEN` for all that it takes.
TAKEN: Mapping[str, Rule] = {
    "v1": Rule("chat v1 takes it", "", Verdict.KEPT, "Chat v1 takes it.", CHAT_V1),
    "v2": Rule("chat v2 takes it", "", Verdict.KEPT, "Chat v2 takes it.", CHAT_V2),
}
V2_ONLY = Rule(
    "a model that only chat v2 knows",
    "model",
    Verdict.CHANGED,
    "Chat v1 does not know this model: call Chat v2, or name another one.",
    MODELS,
    chat_v1="model",
    chat_v2="model",
    sdk="Chat v2 only.",
)
OTHER_CHAT_RULES: Mapping[str, Rule] = {
    "v1": Rule(
        "messages to chat v1",
        "messages",
        Verdict.RENAMED,
        "Chat v1 takes the last message as `message` and those before it as `chat_history`; on the client's `.v2` the "
        "call is right as it is.",
        V1_TO_V2,
        chat_v1="message",
        chat_v2="messages",
        sdk="chat(messages=…) on a cohere.Client raises TypeError.",
    ),
    "v2": Rule(
        "message to chat v2",
        "message",
        Verdict.RENAMED,
        'Chat v2 takes `messages=[{"role": "user", "content": …}]`.',
        V1_TO_V2,
        chat_v1="message",
        chat_v2="messages",
        guide=guide.PROMPT,
        sdk="chat(message=…) on a cohere.ClientV2 raises TypeError.",
    ),
}
STREAM = Rule(
    "stream in chat",
    "stream",
    Verdict.CHANGED,
    "Call `chat_stream()` in place of `chat(stream=True)`.",
    PYTHON_SDK,
    guide=guide.UNCHANGED,
    sdk="From SDK 5 on chat(stream=True) raises ValueError.",
)
HISTORY = Rule(
    "chat_history of a fine-tuned model",
    "chat_history",
    Verdict.DISPUTED,
    "The guide forbids it for a model that was fine-tuned for Generate; such models are gone altogether, the "
    "deprecations page says.",
    DEPRECATIONS,
    guide=guide.FINE_TUNED,
    sdk="Deprecations page, 15 September 2025: “Previously fine-tuned models will no longer be accessible”.",
)
# Summarize went the same day as Generate; what it took has its place in the message of a Chat call.
SUMMARIZE = "summarize"
SUMMARIZE_RULES: Mapping[str, Rule] = {
    "text": Rule(
        "the text of summarize",
        "text",
        Verdict.RENAMED,
        "It goes into the message, behind the words that ask for a summary.",
        DEPRECATIONS,
        chat_v1="message",
        chat_v2="messages",
    ),
    **{
        name: Rule(
            f"{name} of summarize",
            name,
            Verdict.CHANGED,
            "Chat has none of this name: say it in the message, in words.",
            DEPRECATIONS,
        )
        for name in ("length", "format", "extractiveness", "additional_command")
    },
}
# What is cut into tokens, or put together from them, goes on as it is.
TOKEN_RULES: Mapping[str, Rule] = {
    name: Rule(f"{name} of tokenize", name, Verdict.KEPT, "It stays: the model alone is gone.", PYTHON_SDK)
    for name in ("text", "tokens", "offline")
}
CHAT_RULES = (
    *TOKEN_RULES.values(),
    V2_ONLY,
    *TAKEN.values(),
    *OTHER_CHAT_RULES.values(),
    STREAM,
    HISTORY,
    *SUMMARIZE_RULES.values(),
)
