"""LangChain: its first home, the community's package, and the partners' packages."""

from audits.engine.catalogue.frameworks.row import ANY_ON_BEDROCK, ON_OCI, Framework
from audits.engine.catalogue.sources import Source
from audits.engine.facts import Kind, Platform

COMMUNITY = Source("langchain-community", "https://github.com/langchain-ai/langchain-community")
PARTNER = Source("langchain-cohere", "https://github.com/langchain-ai/langchain-cohere")
AWS = Source("langchain-aws", "https://github.com/langchain-ai/langchain-aws")

_KIND = Kind.WRAPPER_LANGCHAIN
CHAT_COHERE = (
    "Use langchain_cohere.ChatCohere with a live model; its invoke() returns a message: read its .content. "
    "langchain_cohere's class Cohere is Generate too."
)

ROWS: tuple[Framework, ...] = (
    Framework(
        "langchain_community.llms.Cohere",
        _KIND,
        COMMUNITY,
        CHAT_COHERE,
        others=(
            "langchain_community.llms.cohere.Cohere",
            "langchain.llms.Cohere",
            "langchain.llms.cohere.Cohere",
            "langchain.Cohere",
            "langchain_classic.llms.Cohere",
            "langchain_classic.llms.cohere.Cohere",
        ),
    ),
    Framework(
        "langchain_cohere.llms.Cohere",
        _KIND,
        PARTNER,
        CHAT_COHERE,
        others=("langchain_cohere.Cohere",),
        note="invoke() raises TypeError where the model is set, as it always is in 0.6.0.",
    ),
    Framework(
        "langchain_aws.BedrockLLM",
        _KIND,
        AWS,
        "Use langchain_aws.ChatBedrockConverse with a chat model.",
        Platform.BEDROCK,
        others=(
            "langchain_aws.llms.BedrockLLM",
            "langchain_aws.llms.bedrock.BedrockLLM",
            "langchain_community.llms.Bedrock",
            "langchain_community.llms.bedrock.Bedrock",
            "langchain.llms.Bedrock",
            "langchain.llms.bedrock.Bedrock",
        ),
        model=ANY_ON_BEDROCK,
    ),
    Framework(
        "langchain_community.llms.OCIGenAI",
        _KIND,
        COMMUNITY,
        "Use ChatOCIGenAI with a live chat model.",
        Platform.OCI,
        others=("langchain_community.llms.oci_generative_ai.OCIGenAI", "langchain.llms.OCIGenAI"),
        model=ON_OCI,
    ),
)
