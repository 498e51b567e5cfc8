"""LiteLLM, and the libraries that hand a model's id on to it."""

from dataclasses import replace

from audits.engine.catalogue.frameworks.row import ON_BEDROCK, PREFIXED, Framework
from audits.engine.catalogue.sources import Source
from audits.engine.facts import Kind, Platform

LITELLM = Source("LiteLLM's change to Chat", "https://github.com/BerriAI/litellm/pull/14676")
TXTAI = Source("txtai", "https://github.com/neuml/txtai")
GUIDANCE = Source("guidance", "https://github.com/guidance-ai/guidance")
DSPY = Source("DSPy", "https://github.com/stanfordnlp/dspy")

CREWAI = Source("CrewAI", "https://docs.crewai.com/concepts/llms", "2026-11-25")
SMOLAGENTS = Source("smolagents", "https://huggingface.co/docs/smolagents/reference/models", "2026-11-25")

NEWER = "Use LiteLLM 1.77.2.post1 or later, or the prefix cohere_chat/, with a live chat model."
ENDED = "Name another model: Bedrock's Generate models have ended."
UNTIL = "1.77.1"

_CALL = Framework(
    "litellm.completion",
    Kind.WRAPPER_LITELLM,
    LITELLM,
    NEWER,
    package="litellm",
    until=UNTIL,
    model=PREFIXED,
    named=("model",),
    first=True,
)
_ASKED = ("completion", "acompletion", "batch_completion")
# Behind the model it takes the messages; text_completion() and what is made of a class do not.
_CHATTING = replace(
    _CALL,
    others=tuple(f"{module}.{name}" for module in ("litellm", "litellm.main") for name in _ASKED)[1:],
    order=("model", "messages"),
)
_THROUGH: tuple[Framework, ...] = (
    _CHATTING,
    replace(
        _CALL,
        path="litellm.text_completion",
        others=("litellm.atext_completion", "litellm.main.text_completion", "litellm.main.atext_completion"),
    ),
    replace(
        _CALL,
        path="langchain_community.chat_models.ChatLiteLLM",
        others=(
            "langchain_community.chat_models.litellm.ChatLiteLLM",
            "langchain.chat_models.ChatLiteLLM",
            "langchain.chat_models.litellm.ChatLiteLLM",
            "langchain_litellm.ChatLiteLLM",
            "langchain_litellm.chat_models.ChatLiteLLM",
        ),
        named=("model", "model_name"),
        first=False,
    ),
    replace(
        _CALL,
        path="llama_index.llms.litellm.LiteLLM",
        others=("llama_index.llms.litellm.base.LiteLLM", "llama_index.llms.LiteLLM"),
    ),
    replace(_CALL, path="dspy.LM", source=DSPY, others=("dspy.clients.LM", "dspy.clients.lm.LM")),
    replace(
        _CALL,
        path="txtai.LLM",
        source=TXTAI,
        others=("txtai.pipeline.LLM", "txtai.pipeline.llm.LLM", "txtai.pipeline.llm.llm.LLM"),
        named=("path",),
    ),
    replace(_CALL, path="crewai.LLM", source=CREWAI, others=("crewai.llm.LLM",)),
    replace(
        _CALL,
        path="smolagents.LiteLLMModel",
        source=SMOLAGENTS,
        others=("smolagents.models.LiteLLMModel", "smolagents.LiteLLMRouterModel"),
        named=("model_id",),
    ),
    replace(
        _CALL,
        path="guidance.models.Cohere",
        source=GUIDANCE,
        others=("guidance.models.CohereCompletion", "guidance.models.CohereInstruct"),
    ),
)

ROWS: tuple[Framework, ...] = (
    *_THROUGH,
    *(
        replace(row, platform=Platform.BEDROCK, instead=ENDED, package="", until="", model=ON_BEDROCK)
        for row in _THROUGH
    ),
    Framework(
        "litellm.CohereConfig",
        Kind.WRAPPER_LITELLM,
        LITELLM,
        "Pass what Chat takes to completion(): this class holds Generate's parameters.",
        others=("litellm.llms.cohere.CohereConfig", "litellm.llms.cohere.completion.transformation.CohereTextConfig"),
        package="litellm",
        until=UNTIL,
    ),
)
