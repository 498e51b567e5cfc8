"""LlamaIndex, DSPy, BERTopic, KeyBERT, Semantic Kernel, Weaviate, garak, HELM, Superduper, Manifest."""

from audits.engine.catalogue.frameworks.row import CHAT_ONLY, ON_BEDROCK, Framework
from audits.engine.catalogue.sources import Source
from audits.engine.facts import Kind, Platform

LLAMA_INDEX = Source("llama-index-llms-cohere", "https://pypi.org/project/llama-index-llms-cohere/")
LLAMA_INDEX_BEDROCK = Source(
    "llama-index-llms-bedrock",
    "https://github.com/run-llama/llama_index/tree/main/llama-index-integrations/llms/llama-index-llms-bedrock",
    "2026-11-26",
)
DSPY = Source("DSPy", "https://github.com/stanfordnlp/dspy")
KERNEL = Source("Semantic Kernel", "https://github.com/microsoft/semantic-kernel")
BERTOPIC = Source("BERTopic", "https://github.com/MaartenGr/BERTopic")
KEYBERT = Source("KeyBERT", "https://github.com/MaartenGr/KeyBERT", "2026-11-25")
WEAVIATE = Source("Weaviate", "https://github.com/weaviate/weaviate")
GARAK = Source("garak", "https://github.com/NVIDIA/garak", "2026-11-25")
HELM = Source("HELM", "https://github.com/stanford-crfm/helm")
SUPERDUPER = Source("Superduper", "https://github.com/superduper-io/superduper/tree/main/plugins/cohere", "2026-11-28")
MANIFEST = Source(
    "Manifest",
    "https://github.com/HazyResearch/manifest/blob/22654c8a6dc192ed6a2d37f8bb344843c1576cbd/manifest/clients/cohere.py",
    "2026-11-28",
)

_OTHER = Kind.WRAPPER_OTHER
COMPLETIONS = frozenset({"complete", "stream_complete", "acomplete", "astream_complete"})
UPGRADE_WEAVIATE = "Run a newer Weaviate, whose module calls Chat, and name a live model."
SEMANTIC_KERNEL = "semantic_kernel.connectors.ai.bedrock"
_CONFIGURE = ("classes.config", "classes", "collections.classes.config")
MODULE = "weaviate.classes.config.Configure.Generative.cohere"
MODULES = tuple(
    f"weaviate.{module}.{name}.cohere"
    for module in _CONFIGURE
    for name in ("Configure.Generative", "Reconfigure.Generative")
)

ROWS: tuple[Framework, ...] = (
    Framework(
        "llama_index.llms.cohere.Cohere",
        Kind.WRAPPER_LLAMAINDEX,
        LLAMA_INDEX,
        "Call .chat() in place of .complete(), with a live chat model (the default command-r is gone).",
        others=(
            "llama_index.llms.cohere.base.Cohere",
            "llama_index.llms.Cohere",
            "llama_index.legacy.llms.Cohere",
            "llama_index.legacy.llms.cohere.Cohere",
        ),
        completes=COMPLETIONS,
    ),
    Framework(
        "llama_index.llms.bedrock.Bedrock",
        Kind.WRAPPER_LLAMAINDEX,
        LLAMA_INDEX_BEDROCK,
        "Use llama_index.llms.bedrock_converse.BedrockConverse with another vendor's model.",
        Platform.BEDROCK,
        others=("llama_index.llms.bedrock.base.Bedrock", "llama_index.llms.Bedrock"),
        model=ON_BEDROCK,
        named=("model",),
        first=True,
    ),
    Framework(
        "dspy.Cohere",
        _OTHER,
        DSPY,
        'Use dspy.LM("cohere_chat/…") of DSPy 2.6 or later.',
        others=("dsp.Cohere", "dsp.modules.Cohere", "dsp.modules.cohere.Cohere"),
        package="dspy-ai",
        until="2.4.2",
        first=True,
    ),
    Framework(
        "bertopic.representation.Cohere",
        _OTHER,
        BERTOPIC,
        "Use BERTopic 0.17.0 or later with a live chat model.",
        others=("bertopic.representation._cohere.Cohere",),
        package="bertopic",
        until="0.16.4",
        order=("client", "model", "prompt", "delay_in_seconds", "nr_docs", "diversity", "doc_length", "tokenizer"),
    ),
    Framework(
        "keybert.llm.Cohere",
        _OTHER,
        KEYBERT,
        "Use another class of keybert.llm, such as LiteLLM or LangChain with ChatCohere: this one calls Generate in "
        "every release up to 0.9.0.",
        others=("keybert.llm._cohere.Cohere",),
        order=("client", "model", "prompt", "delay_in_seconds", "verbose"),
    ),
    Framework(
        f"{SEMANTIC_KERNEL}.BedrockTextCompletion",
        _OTHER,
        KERNEL,
        "Use BedrockChatCompletion with a chat model.",
        Platform.BEDROCK,
        others=(
            f"{SEMANTIC_KERNEL}.services.bedrock_text_completion.BedrockTextCompletion",
            f"{SEMANTIC_KERNEL}.services.BedrockTextCompletion",
        ),
        model=ON_BEDROCK,
        first=True,
    ),
    Framework(
        MODULE,
        _OTHER,
        WEAVIATE,
        UPGRADE_WEAVIATE,
        others=MODULES,
        unless=CHAT_ONLY,
        doubt=2,
        note="The server makes the call: older ones post to /v1/generate, newer ones to /v1/chat.",
    ),
    Framework(
        "garak.generators.cohere.CohereGenerator",
        _OTHER,
        GARAK,
        'Use garak 0.13.0 or later with api_version "v2", its default there.',
        package="garak",
        until="0.12.0",
        order=("name", "config_root"),
        named=("name",),
        option=("api_version", "v1"),
    ),
    Framework(
        "helm.clients.cohere_client.CohereClient",
        _OTHER,
        HELM,
        "Use a client of HELM's that calls Chat, with a live chat model.",
        others=("helm.proxy.clients.cohere_client.CohereClient",),
    ),
    Framework(
        "superduper_cohere.CohereGenerate",
        _OTHER,
        SUPERDUPER,
        "Write a model of your own that calls Chat: this class calls Generate in every release.",
        others=(
            "superduper_cohere.model.CohereGenerate",
            "superduperdb.ext.cohere.CohereGenerate",
            "superduperdb.ext.cohere.model.CohereGenerate",
        ),
        named=("identifier",),
    ),
    Framework(
        "manifest.Manifest",
        _OTHER,
        MANIFEST,
        "Call Chat yourself, or name another client: Manifest is no longer kept up, and has none that calls Chat.",
        others=("manifest.manifest.Manifest",),
        named=("engine",),
        option=("client_name", "cohere"),
    ),
)
