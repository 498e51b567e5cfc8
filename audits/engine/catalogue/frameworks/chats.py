"""Classes that call Chat, to be named where their model is switched off."""

import re
from dataclasses import replace

from audits.engine.catalogue.frameworks.haystack import HAYSTACK
from audits.engine.catalogue.frameworks.langchain import AWS, COMMUNITY, PARTNER
from audits.engine.catalogue.frameworks.litellm import ROWS as LITELLM_ROWS
from audits.engine.catalogue.frameworks.others import (
    KERNEL,
    LLAMA_INDEX,
    MODULE,
    MODULES,
    SEMANTIC_KERNEL,
    WEAVIATE,
)
from audits.engine.catalogue.frameworks.row import OF_COHERE, Framework
from audits.engine.catalogue.models import live_model
from audits.engine.catalogue.sources import Source
from audits.engine.facts import Kind, Platform

LANGCHAIN = Source("LangChain's init_chat_model", "https://github.com/langchain-ai/langchain")
PYDANTIC_AI = Source("Pydantic AI", "https://github.com/pydantic/pydantic-ai/pull/3201")

NEO4J = Source("Neo4j GraphRAG", "https://github.com/neo4j/neo4j-graphrag-python", "2026-11-25")
GRIPTAPE = Source("Griptape", "https://github.com/griptape-ai/griptape", "2026-11-25")
MIRASCOPE = Source(
    "Mirascope",
    "https://github.com/Mirascope/mirascope/blob/05c904159b119646dc2ccad30884eddcdde9c86f/mirascope/core/cohere/_utils/_setup_call.py",
    "2026-11-28",
)
PHIDATA = Source(
    "phidata",
    "https://github.com/phidatahq/phidata/blob/ca899d148aacb6e026f9260c5903534621105043/phi/model/cohere/chat.py",
    "2026-11-28",
)
AGNO = Source("Agno", "https://github.com/agno-agi/agno/blob/main/libs/agno/agno/models/cohere/chat.py", "2026-11-25")

_COHERE = "haystack_integrations.components.generators.cohere"
_BEDROCK = "haystack_integrations.components.generators.amazon_bedrock"


def _chat(path: str, source: Source, *others: str, first: bool = False, bedrock: bool = False) -> Framework:
    platform = Platform.BEDROCK if bedrock else Platform.COHERE
    return Framework(
        path,
        Kind.DEAD_MODEL,
        source,
        live_model(platform),
        platform,
        others=others,
        named=("model", "model_id", "model_name"),
        first=first,
        dead=True,
    )


# `cohere:` before the id, or the vendor in an argument of its own.
_SAID = re.compile(r"(?:cohere:)?(?:command|c4ai)[\w.-]*")

ROWS: tuple[Framework, ...] = (
    replace(
        _chat(
            "langchain.chat_models.init_chat_model",
            LANGCHAIN,
            "langchain.chat_models.base.init_chat_model",
            first=True,
        ),
        model=_SAID,
    ),
    replace(_chat("pydantic_ai.Agent", PYDANTIC_AI, "pydantic_ai.agent.Agent", first=True), model=_SAID),
    replace(
        _chat(
            "langchain_community.chat_models.ChatOCIGenAI",
            COMMUNITY,
            "langchain_community.chat_models.oci_generative_ai.ChatOCIGenAI",
            "langchain_oci.ChatOCIGenAI",
        ),
        platform=Platform.OCI,
    ),
    _chat(
        "langchain_cohere.ChatCohere",
        PARTNER,
        "langchain_cohere.chat_models.ChatCohere",
        "langchain_community.chat_models.ChatCohere",
        "langchain_community.chat_models.cohere.ChatCohere",
        "langchain.chat_models.ChatCohere",
    ),
    _chat(
        f"{_COHERE}.CohereChatGenerator",
        HAYSTACK,
        f"{_COHERE}.chat.chat_generator.CohereChatGenerator",
        # From 1.1.0 on it is a chat generator as well.
        f"{_COHERE}.CohereGenerator",
        f"{_COHERE}.generator.CohereGenerator",
    ),
    _chat(
        "llama_index.llms.cohere.Cohere",
        LLAMA_INDEX,
        "llama_index.llms.cohere.base.Cohere",
        "llama_index.llms.Cohere",
    ),
    # The server calls Chat with a model of Chat's, also where one question says which.
    _chat(
        MODULE,
        WEAVIATE,
        *MODULES,
        "weaviate.classes.generate.GenerativeConfig.cohere",
        "weaviate.collections.classes.generative.GenerativeConfig.cohere",
    ),
    _chat("neo4j_graphrag.llm.CohereLLM", NEO4J, "neo4j_graphrag.llm.cohere_llm.CohereLLM", first=True),
    replace(
        _chat("agno.models.cohere.Cohere", AGNO, "agno.models.cohere.chat.Cohere", first=True),
        named=("id",),
    ),
    replace(
        _chat("phi.model.cohere.CohereChat", PHIDATA, "phi.model.cohere.chat.CohereChat", first=True),
        named=("id",),
    ),
    _chat("phi.llm.cohere.CohereChat", PHIDATA, "phi.llm.cohere.chat.CohereChat"),
    _chat(
        "mirascope.core.cohere.call",
        MIRASCOPE,
        "mirascope.core.cohere.cohere_call",
        "mirascope.cohere.CohereCallParams",
        "mirascope.cohere.types.CohereCallParams",
        first=True,
    ),
    _chat(
        "griptape.drivers.CoherePromptDriver",
        GRIPTAPE,
        "griptape.drivers.prompt.cohere.CoherePromptDriver",
        "griptape.drivers.prompt.cohere_prompt_driver.CoherePromptDriver",
    ),
    _chat(
        "pydantic_ai.models.cohere.CohereModel",
        PYDANTIC_AI,
        first=True,
    ),
    _chat(
        "langchain_aws.ChatBedrockConverse",
        AWS,
        "langchain_aws.chat_models.ChatBedrockConverse",
        "langchain_aws.ChatBedrock",
        "langchain_aws.chat_models.ChatBedrock",
        "langchain_community.chat_models.BedrockChat",
        bedrock=True,
    ),
    _chat(
        f"{_BEDROCK}.AmazonBedrockChatGenerator",
        HAYSTACK,
        f"{_BEDROCK}.chat.chat_generator.AmazonBedrockChatGenerator",
        f"{_BEDROCK}.AmazonBedrockGenerator",
        f"{_BEDROCK}.generator.AmazonBedrockGenerator",
        first=True,
        bedrock=True,
    ),
    _chat(
        f"{SEMANTIC_KERNEL}.BedrockChatCompletion",
        KERNEL,
        f"{SEMANTIC_KERNEL}.services.bedrock_chat_completion.BedrockChatCompletion",
        f"{SEMANTIC_KERNEL}.services.BedrockChatCompletion",
        first=True,
        bedrock=True,
    ),
    *(
        replace(
            row,
            kind=Kind.DEAD_MODEL,
            instead=live_model(row.platform),
            model=OF_COHERE,
            dead=True,
            package="",
            until="",
        )
        for row in LITELLM_ROWS
        if row.model is not None
    ),
)
