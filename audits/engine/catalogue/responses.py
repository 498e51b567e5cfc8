"""What Generate answers with: the SDK's classes by name, and what is read from them."""

from audits.engine.catalogue.sources import PYTHON_SDK, PYTHON_SDK_4, Source

# Classes that only Generate's answers and requests have, by the releases that hold them.
RESPONSE_CLASSES: dict[str, Source] = {
    **dict.fromkeys(
        (
            "Generation",
            "SingleGeneration",
            "SingleGenerationInStream",
            "SingleGenerationTokenLikelihoodsItem",
            "GenerateStreamedResponse",
            "GenerateStreamText",
            "GenerateStreamEnd",
            "GenerateStreamEndResponse",
            "GenerateStreamError",
            "GenerateStreamEvent",
            "GenerateRequestTruncate",
            "GenerateRequestReturnLikelihoods",
            "GenerateStreamRequestTruncate",
            "GenerateStreamRequestReturnLikelihoods",
            "TextGenerationGenerateStreamedResponse",
            "StreamEndGenerateStreamedResponse",
            "StreamErrorGenerateStreamedResponse",
        ),
        PYTHON_SDK,
    ),
    **dict.fromkeys(("Generations", "StreamingGenerations", "StreamingText"), PYTHON_SDK_4),
}
# What is read from an answer, and from one generation of it.
ANSWER_FIELDS = frozenset({"generations", "texts", "prompt", "event_type", "is_finished", "finish_reason", "text"})
# What answers of Chat have too.
SHARED_FIELDS = frozenset({"event_type", "finish_reason", "is_finished", "prompt", "text"})
GENERATION_FIELDS = frozenset({"text", "likelihood", "token_likelihoods", "finish_reason", "id"})
