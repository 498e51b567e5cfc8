"""Haystack 1 and 2, with their integrations."""

from audits.engine.catalogue.frameworks.row import OLD, ON_BEDROCK, Framework
from audits.engine.catalogue.sources import Source
from audits.engine.facts import Kind, Platform

HAYSTACK = Source("cohere-haystack", "https://github.com/deepset-ai/haystack-core-integrations")
HAYSTACK_1 = Source("Haystack 1.26.4", "https://github.com/deepset-ai/haystack/tree/v1.26.4")

_KIND = Kind.WRAPPER_HAYSTACK
_GENERATOR = "haystack_integrations.components.generators.cohere"
_BEDROCK = "haystack_integrations.components.generators.amazon_bedrock"
CHAT_GENERATOR = "Use CohereChatGenerator, which takes chat messages; cohere-haystack 1.1.0 and later call Chat."
CHAT_OF_HAYSTACK_2 = "Use a chat generator of Haystack 2, such as CohereChatGenerator."
BEDROCK_CHAT = "Use AmazonBedrockChatGenerator with a chat model."

ROWS: tuple[Framework, ...] = (
    Framework(
        f"{_GENERATOR}.CohereGenerator",
        _KIND,
        HAYSTACK,
        CHAT_GENERATOR,
        others=(f"{_GENERATOR}.generator.CohereGenerator",),
        package="cohere-haystack",
        until="1.0.0",
    ),
    # The package's first name: every release under it calls Generate.
    Framework(
        "cohere_haystack.generator.CohereGenerator",
        _KIND,
        HAYSTACK,
        CHAT_GENERATOR,
        others=("cohere_haystack.CohereGenerator", "cohere_haystack.generators.CohereGenerator"),
    ),
    Framework(
        "haystack.nodes.PromptNode",
        _KIND,
        HAYSTACK_1,
        CHAT_OF_HAYSTACK_2,
        others=(
            "haystack.nodes.prompt.PromptNode",
            "haystack.nodes.prompt.prompt_node.PromptNode",
            "haystack.nodes.PromptModel",
            "haystack.nodes.prompt.PromptModel",
            "haystack.nodes.prompt.prompt_model.PromptModel",
        ),
        model=OLD,
        named=("model_name_or_path",),
        first=True,
    ),
    Framework(
        "haystack.nodes.prompt.invocation_layer.CohereInvocationLayer",
        _KIND,
        HAYSTACK_1,
        CHAT_OF_HAYSTACK_2,
        others=(
            "haystack.nodes.prompt.CohereInvocationLayer",
            "haystack.nodes.prompt.invocation_layer.cohere.CohereInvocationLayer",
        ),
    ),
    Framework(
        f"{_BEDROCK}.AmazonBedrockGenerator",
        _KIND,
        HAYSTACK,
        BEDROCK_CHAT,
        Platform.BEDROCK,
        others=(
            f"{_BEDROCK}.generator.AmazonBedrockGenerator",
            "amazon_bedrock_haystack.generators.AmazonBedrockGenerator",
            "amazon_bedrock_haystack.generators.amazon_bedrock.AmazonBedrockGenerator",
        ),
        model=ON_BEDROCK,
        first=True,
    ),
)
