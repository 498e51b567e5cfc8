"""What Cohere's migration guide says, word for word (list marks left out)."""

from collections.abc import Mapping

from audits.engine.catalogue.sources import GUIDE

SOURCE = GUIDE

SLATED = "The Generate API is slated for deprecation on Aug 26, 2025."
NOT_DISABLED = (
    "We will not delete or disable the Generate endpoint, but we suggest fine-tuning models for use with the Chat "
    "endpoint in the future."
)
RAW_PROMPTS = (
    "While the Generate endpoint works with raw prompts, the Chat endpoint is designed for a conversational interface "
    "between a User and an Assistant."
)
UNSUPPORTED_INTRO = "The following parameters were previously available in Generate but are not supported by Chat."
PROMPT = (
    "Ensure that you’re using the message parameter instead of the prompt parameter. The primary way of communicating "
    "with the Chat API is via message. Going forward, send the contents of your prompt through message and not "
    "through prompt."
)
UNCHANGED = (
    "No changes have been made to k, p, frequency_penalty, presence_penalty, max_tokens, stream, or temperature, so "
    "those should behave as expected."
)
FINE_TUNED = (
    "Models that were fine-tuned to use the Generate API will work with the Chat API. Remember not to use the "
    "chat_history parameter, as this parameter is only supported for models fine-tuned for Chat."
)
_STOPS = (
    "stop_sequences and end_sequences: Going forward, we ask users to trim model outputs on their side instead of "
    "setting a stop sequence."
)
# The guide's six unsupported parameters, in its order.
UNSUPPORTED: Mapping[str, str] = {
    "num_generations": (
        "num_generations: To achieve the same outcome as num_generations=n in Chat, please call co.chat() n times."
    ),
    "stop_sequences": _STOPS,
    "end_sequences": _STOPS,
    "logit_bias": "logit_bias: This is not supported in the Chat endpoint.",
    "truncate": "truncate: This is not supported in the Chat endpoint.",
    "preset": (
        "preset: This is not supported in the Chat endpoint. Please create and store presets on your end instead of "
        "storing them via our endpoints."
    ),
}
# The seven it calls unchanged, in its order.
KEPT = ("k", "p", "frequency_penalty", "presence_penalty", "max_tokens", "stream", "temperature")
