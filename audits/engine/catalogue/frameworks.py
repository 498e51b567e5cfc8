"""Classes and functions of other libraries that call Generate themselves."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from audits.engine.catalogue.sources import Source
from audits.engine.facts import Kind, Platform

_COMMUNITY = Source("langchain-community", "https://github.com/langchain-ai/langchain-community")
_PARTNER = Source("langchain-cohere", "https://github.com/langchain-ai/langchain-cohere")
_AWS = Source("langchain-aws", "https://github.com/langchain-ai/langchain-aws")
_LLAMA_INDEX = Source("llama-index-llms-cohere", "https://pypi.org/project/llama-index-llms-cohere/")
_HAYSTACK = Source("cohere-haystack", "https://github.com/deepset-ai/haystack-core-integrations")
_HAYSTACK_1 = Source("Haystack 1.26.4", "https://github.com/deepset-ai/haystack/tree/v1.26.4")
_LITELLM = Source("LiteLLM's change to Chat", "https://github.com/BerriAI/litellm/pull/14676")
_DSPY = Source("DSPy", "https://github.com/stanfordnlp/dspy")
_SPACY = Source("spaCy-llm", "https://github.com/explosion/spacy-llm")
_KERNEL = Source("Semantic Kernel", "https://github.com/microsoft/semantic-kernel")
_BERTOPIC = Source("BERTopic", "https://github.com/MaartenGr/BERTopic")

LANGCHAIN, HAYSTACK = Kind.WRAPPER_LANGCHAIN, Kind.WRAPPER_HAYSTACK
LITELLM, OTHER = Kind.WRAPPER_LITELLM, Kind.WRAPPER_OTHER


@dataclass(frozen=True, slots=True)
class Framework:
    """One class (or function) whose call reaches Generate.

    `package` with `until` (inclusive; "" = all releases): the releases that call Generate; later ones call Chat.
    `model`: only with a model id that matches, passed under one of `named` (or first, where `first`). `completes`: the
    methods that call Generate where others of the same object call Chat. `instead` says in a sentence what to do.
    """

    path: str
    kind: Kind
    source: Source
    instead: str
    platform: Platform = Platform.COHERE
    package: str = ""
    until: str = ""
    model: re.Pattern[str] | None = None
    named: tuple[str, ...] = ("model", "model_id")
    first: bool = False
    completes: frozenset[str] = frozenset()
    note: str = ""


# Methods of a LangChain model that send prompts; `.generate` takes a list of them.
LANGCHAIN_METHODS = frozenset({"generate"})
_ON_BEDROCK = re.compile(r"(?:bedrock/)?(?:[a-z]{2,6}\.)?cohere\.command-(?!r)[\w.:-]*")
_ANY_ON_BEDROCK = re.compile(r"(?:[a-z]{2,6}\.)?cohere\.command[\w.:-]*")
_ON_OCI = re.compile(r"cohere\.command(?!-a)[\w.-]*")
_OLD = re.compile(
    r"command(?:-light)?(?:-nightly)?|command-(?:xlarge|medium)[\w-]*|base(?:-light)?|x?large|medium|small"
)
_PREFIXED = re.compile(
    r"(?:cohere/)?(?:command|command-nightly|command-light-nightly|command-(?:xlarge|medium)[\w-]*|base(?:-light)?)"
    r"|cohere/[0-9a-f]{8}-[\w-]+-ft"
)
_CHAT_COHERE = (
    "Use langchain_cohere.ChatCohere with a live model; its invoke() returns a message: read its .content. "
    "langchain_cohere's class Cohere is Generate too."
)
_CONVERSE = "Use langchain_aws.ChatBedrockConverse with a chat model."
_CHAT_GENERATOR = "Use CohereChatGenerator, which takes chat messages; cohere-haystack 1.1.0 and later call Chat."
_COMPLETIONS = frozenset({"complete", "stream_complete", "acomplete", "astream_complete"})


def _langchain() -> list[tuple[Framework, tuple[str, ...]]]:
    cohere = Framework("langchain_community.llms.Cohere", LANGCHAIN, _COMMUNITY, _CHAT_COHERE)
    return [
        (
            cohere,
            (
                "langchain_community.llms.cohere.Cohere",
                "langchain.llms.Cohere",
                "langchain.llms.cohere.Cohere",
                "langchain.Cohere",
            ),
        ),
        (
            Framework(
                "langchain_cohere.llms.Cohere",
                LANGCHAIN,
                _PARTNER,
                _CHAT_COHERE,
                note="invoke() raises TypeError where the model is set, as it always is in 0.6.0.",
            ),
            ("langchain_cohere.Cohere",),
        ),
        (
            Framework("langchain_aws.BedrockLLM", LANGCHAIN, _AWS, _CONVERSE, Platform.BEDROCK, model=_ANY_ON_BEDROCK),
            (
                "langchain_aws.llms.BedrockLLM",
                "langchain_aws.llms.bedrock.BedrockLLM",
                "langchain_community.llms.Bedrock",
                "langchain_community.llms.bedrock.Bedrock",
                "langchain.llms.Bedrock",
                "langchain.llms.bedrock.Bedrock",
            ),
        ),
        (
            Framework(
                "langchain_community.llms.OCIGenAI",
                LANGCHAIN,
                _COMMUNITY,
                "Use ChatOCIGenAI with a live chat model.",
                Platform.OCI,
                model=_ON_OCI,
            ),
            ("langchain_community.llms.oci_generative_ai.OCIGenAI", "langchain.llms.OCIGenAI"),
        ),
    ]


def _haystack() -> list[tuple[Framework, tuple[str, ...]]]:
    layer = "Use a chat generator of Haystack 2, such as CohereChatGenerator."
    generator = "haystack_integrations.components.generators.cohere"
    return [
        (
            Framework(
                f"{generator}.CohereGenerator",
                HAYSTACK,
                _HAYSTACK,
                _CHAT_GENERATOR,
                package="cohere-haystack",
                until="1.0.0",
            ),
            (f"{generator}.generator.CohereGenerator",),
        ),
        # The package's first name: every release under it calls Generate.
        (
            Framework("cohere_haystack.generator.CohereGenerator", HAYSTACK, _HAYSTACK, _CHAT_GENERATOR),
            ("cohere_haystack.CohereGenerator", "cohere_haystack.generators.CohereGenerator"),
        ),
        (
            Framework(
                "haystack.nodes.PromptNode",
                HAYSTACK,
                _HAYSTACK_1,
                layer,
                model=_OLD,
                named=("model_name_or_path",),
                first=True,
            ),
            (
                "haystack.nodes.prompt.PromptNode",
                "haystack.nodes.prompt.prompt_node.PromptNode",
                "haystack.nodes.PromptModel",
                "haystack.nodes.prompt.PromptModel",
                "haystack.nodes.prompt.prompt_model.PromptModel",
            ),
        ),
        (
            Framework("haystack.nodes.prompt.invocation_layer.CohereInvocationLayer", HAYSTACK, _HAYSTACK_1, layer),
            (
                "haystack.nodes.prompt.CohereInvocationLayer",
                "haystack.nodes.prompt.invocation_layer.cohere.CohereInvocationLayer",
            ),
        ),
        (
            Framework(
                "haystack_integrations.components.generators.amazon_bedrock.AmazonBedrockGenerator",
                HAYSTACK,
                _HAYSTACK,
                "Use AmazonBedrockChatGenerator with a chat model.",
                Platform.BEDROCK,
                model=_ON_BEDROCK,
                first=True,
            ),
            (
                "haystack_integrations.components.generators.amazon_bedrock.generator.AmazonBedrockGenerator",
                "amazon_bedrock_haystack.generators.AmazonBedrockGenerator",
                "amazon_bedrock_haystack.generators.amazon_bedrock.AmazonBedrockGenerator",
            ),
        ),
    ]


def _litellm() -> list[tuple[Framework, tuple[str, ...]]]:
    names = ("completion", "acompletion", "text_completion", "atext_completion", "batch_completion")
    others = (*(f"litellm.{name}" for name in names[1:]), *(f"litellm.main.{name}" for name in names))
    return [
        (
            Framework(
                "litellm.completion",
                LITELLM,
                _LITELLM,
                "Use LiteLLM 1.77.2.post1 or later, or the prefix cohere_chat/, with a live chat model.",
                package="litellm",
                until="1.77.1",
                model=_PREFIXED,
                named=("model",),
                first=True,
            ),
            others,
        ),
        (
            Framework(
                "litellm.completion",
                LITELLM,
                _LITELLM,
                "Name another model: Bedrock's Generate models have ended.",
                Platform.BEDROCK,
                model=_ON_BEDROCK,
                named=("model",),
                first=True,
            ),
            others,
        ),
    ]


def _others() -> list[tuple[Framework, tuple[str, ...]]]:
    return [
        (
            Framework(
                "llama_index.llms.cohere.Cohere",
                Kind.WRAPPER_LLAMAINDEX,
                _LLAMA_INDEX,
                "Call .chat() in place of .complete(), with a live chat model (the default command-r is gone).",
                completes=_COMPLETIONS,
            ),
            (
                "llama_index.llms.cohere.base.Cohere",
                "llama_index.llms.Cohere",
                "llama_index.legacy.llms.Cohere",
                "llama_index.legacy.llms.cohere.Cohere",
            ),
        ),
        (
            Framework(
                "dspy.Cohere",
                OTHER,
                _DSPY,
                'Use dspy.LM("cohere_chat/…") of DSPy 2.6 or later.',
                package="dspy-ai",
                until="2.4.2",
            ),
            ("dsp.Cohere", "dsp.modules.Cohere", "dsp.modules.cohere.Cohere"),
        ),
        (
            Framework(
                "bertopic.representation.Cohere",
                OTHER,
                _BERTOPIC,
                "Use BERTopic 0.17.0 or later with a live chat model.",
                package="bertopic",
                until="0.16.4",
            ),
            ("bertopic.representation._cohere.Cohere",),
        ),
        (
            Framework(
                "semantic_kernel.connectors.ai.bedrock.BedrockTextCompletion",
                OTHER,
                _KERNEL,
                "Use BedrockChatCompletion with a chat model.",
                Platform.BEDROCK,
                model=_ON_BEDROCK,
                first=True,
            ),
            (
                "semantic_kernel.connectors.ai.bedrock.services.bedrock_text_completion.BedrockTextCompletion",
                "semantic_kernel.connectors.ai.bedrock.services.BedrockTextCompletion",
            ),
        ),
    ]


def _by_path() -> Mapping[str, tuple[Framework, ...]]:
    found: dict[str, tuple[Framework, ...]] = {}
    for row, others in (*_langchain(), *_haystack(), *_litellm(), *_others()):
        for path in dict.fromkeys((row.path, *others)):
            found[path] = (*found.get(path, ()), row)
    return found


# Every dotted import path -> its rows; of several the first whose model matches holds.
FRAMEWORKS: Mapping[str, tuple[Framework, ...]] = _by_path()
# The same by the row's own path, as a use names it.
FRAMEWORK_ROWS: Mapping[str, Framework] = {rows[0].path: rows[0] for rows in FRAMEWORKS.values()}
# `{"@llm_models": "spacy.Command.v2"}` in a configuration that is written in Python.
SPACY_KEY = "@llm_models"
SPACY = Framework(
    "spacy_llm.models.rest.cohere.Cohere",
    OTHER,
    _SPACY,
    "Register a model of your own that calls Chat, or use spaCy-llm's LangChain models with ChatCohere.",
    model=re.compile(r"spacy\.Command\.v\d+"),
)
