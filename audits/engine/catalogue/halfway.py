"""What a call of Chat must not say any more: Generate's parameters, the other Chat's, and reads of the response."""

from collections.abc import Mapping

from audits.engine.catalogue.chat import AWS_CHAT_KEYWORDS, CHAT_V1_KEYWORDS, CHAT_V2_KEYWORDS
from audits.engine.catalogue.positions import ERAS

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
# Methods that take a chat model. embed, rerank and classify have models of their own, some with the same names.
MODEL_METHODS = frozenset({"chat", "chat_stream", "summarize", "tokenize", "detokenize"})
