"""The packages through which code reaches Generate: which releases have it, and from which on a migration can start."""

from collections.abc import Mapping
from dataclasses import dataclass

from audits.engine.catalogue.frameworks.haystack import HAYSTACK, HAYSTACK_1
from audits.engine.catalogue.frameworks.langchain import COMMUNITY, PARTNER
from audits.engine.catalogue.frameworks.litellm import LITELLM
from audits.engine.catalogue.frameworks.others import BERTOPIC, DSPY, GARAK, KEYBERT, LLAMA_INDEX
from audits.engine.catalogue.frameworks.products import JUPYTER, MLFLOW
from audits.engine.catalogue.frameworks.spacy import SPACY
from audits.engine.catalogue.sources import AWS_SDK, PYTHON_SDK, Source

CHECKED = "2026-11-25"
TYPESCRIPT_SDK = Source("The TypeScript SDK", "https://github.com/cohere-ai/cohere-typescript")
GO_SDK = Source("The Go SDK", "https://github.com/cohere-ai/cohere-go", CHECKED)
JAVA_SDK = Source("The Java SDK", "https://github.com/cohere-ai/cohere-java", CHECKED)
RUBY_SDK = Source("cohere-ruby", "https://github.com/andreibondarev/cohere-ruby", CHECKED)
LANGCHAINRB = Source("langchainrb", "https://github.com/patterns-ai-core/langchainrb")
LANGCHAIN_JS = Source("LangChain.js", "https://github.com/langchain-ai/langchainjs")
VERCEL_AI = Source("Vercel's AI SDK", "https://ai-sdk.dev/providers/ai-sdk-providers/cohere")
RUST_SDK = Source("cohere-rust", "https://github.com/walterbm/cohere-rust")
CSHARP_SDK = Source("Cohere for .NET", "https://github.com/tryAGI/Cohere")
COHERE_AI_GEM = Source("cohere-ai", "https://rubygems.org/gems/cohere-ai")
PHP_CLIENT = Source("hkulekci/cohere", "https://packagist.org/packages/hkulekci/cohere", "2026-11-26")
PHP_CHATS = Source("Packagist", "https://packagist.org/search/?query=cohere", "2026-11-26")
TORNADO = Source("LLM Tornado", "https://github.com/lofcz/LLMTornado/issues/78")


@dataclass(frozen=True, slots=True)
class Note:
    """What is special in the releases from `since` to `until`, both included ("" = no bound), in a sentence."""

    since: str
    until: str
    text: str


@dataclass(frozen=True, slots=True)
class Package:
    """One package. `until`: the last release that calls Generate, "" where every one known does.

    `needs`: the first release with the Chat that a migration goes to, "" where none has it: then `instead` says what
    takes its place. `chats`: no release calls Generate. `known`: are its releases known at all? `beside`: it is told
    only where a manifest names another of these, since most who ask for it have nothing to do with Cohere.
    """

    ecosystem: str
    name: str
    source: Source
    needs: str = ""
    until: str = ""
    instead: str = ""
    notes: tuple[Note, ...] = ()
    chats: bool = False
    known: bool = True
    beside: bool = False

    @property
    def last(self) -> str:
        """`until` for people: a whole major release as `3.x`."""
        return self.until.replace(".99", ".x")


_COHERE = (
    Note("", "4.57", "Chat takes no stop_sequences and no penalties here; calls may be positional."),
    Note("5.0.0", "5.7.0", "Chat v1 only: ClientV2 came with 5.8.0."),
    Note("5.16.0", "5.20.4", "generate() raises AttributeError on every ClientV2."),
)
_CLASSES = (Note("", "", "Its class Cohere is Generate, ChatCohere is Chat."),)
_METHODS = (Note("", "", "complete() is Generate, chat() is Chat."),)
_NPM = (
    Note("", "6.99", "A module-level object with snake_case parameters, without Chat v2."),
    Note("7.18.0", "8.1.0", "generate() throws TypeError on every CohereClientV2."),
)
_CHAT_JS = "@langchain/cohere, with its class ChatCohere"
_STREAMS = (Note("", "3.99", "CohereStream and AWSBedrockCohereStream read Generate's streams."),)
_MAGICS = (Note("", "2.18.0", "`%%ai cohere:…` is Generate here."),)
_ROWS: tuple[Package, ...] = (
    Package("pypi", "cohere", PYTHON_SDK, "5.8.0", notes=_COHERE),
    Package("pypi", "cohere-aws", AWS_SDK, instead="cohere 5.13.0 or later, whose SagemakerClientV2 chats"),
    Package("pypi", "cohere-sagemaker", AWS_SDK, instead="cohere 5.13.0 or later, whose SagemakerClientV2 chats"),
    Package("pypi", "langchain-cohere", PARTNER, "0.4.1", notes=_CLASSES),
    Package("pypi", "langchain-community", COMMUNITY, instead="langchain-cohere, with its class ChatCohere"),
    Package("pypi", "llama-index-llms-cohere", LLAMA_INDEX, "0.1.0", notes=_METHODS),
    Package("pypi", "cohere-haystack", HAYSTACK, "1.1.0", "1.0.0"),
    Package("pypi", "farm-haystack", HAYSTACK_1, instead="Haystack 2 with cohere-haystack 1.1.0 or later"),
    Package("pypi", "litellm", LITELLM, "1.77.2.post1", "1.77.1"),
    Package("pypi", "dspy-ai", DSPY, "2.4.3", "2.4.2"),
    Package("pypi", "bertopic", BERTOPIC, "0.17.0", "0.16.4"),
    Package("pypi", "keybert", KEYBERT, instead="another class of keybert.llm, such as LangChain with ChatCohere"),
    Package("pypi", "spacy-llm", SPACY.source, instead="its LangChain models, with ChatCohere"),
    Package("pypi", "mlflow", MLFLOW, instead="its route type llm/v1/chat: llm/v1/completions is Generate"),
    Package("pypi", "jupyter-ai", JUPYTER, "2.18.1", "2.18.0", notes=_MAGICS, beside=True),
    Package("pypi", "jupyter-ai-magics", JUPYTER, "2.18.1", "2.18.0", notes=_MAGICS, beside=True),
    Package("pypi", "garak", GARAK, "0.13.0", "0.12.0"),
    Package("npm", "cohere-ai", TYPESCRIPT_SDK, "7.12.0", notes=_NPM),
    Package("npm", "@langchain/cohere", LANGCHAIN_JS, "0.0.1", notes=_CLASSES),
    Package("npm", "langchain", LANGCHAIN_JS, until="0.99", instead=_CHAT_JS, beside=True),
    Package("npm", "ai", VERCEL_AI, "4.0.0", "3.99", notes=_STREAMS, beside=True),
    Package("npm", "@ai-sdk/cohere", VERCEL_AI, chats=True),
    Package("go", "github.com/cohere-ai/cohere-go", GO_SDK, instead="its module /v2, v2.12.0 or later"),
    Package("go", "github.com/cohere-ai/cohere-go/v2", GO_SDK, "2.12.0"),
    Package("maven", "com.cohere:cohere-java", JAVA_SDK, "1.3.2"),
    Package("gem", "cohere-ruby", RUBY_SDK, "0.9.8", notes=(Note("0.9.8", "", "chat() is Chat v1."),)),
    Package("gem", "langchainrb", LANGCHAINRB, "0.12.1", notes=_METHODS),
    Package("gem", "cohere-ai", COHERE_AI_GEM, known=False),
    Package("cargo", "cohere-rust", RUST_SDK, known=False),
    Package("composer", "hkulekci/cohere", PHP_CLIENT, instead="a request to Chat: it has generate() and embed() only"),
    Package("composer", "talleu/cohere-php-client", PHP_CHATS, chats=True),
    Package("composer", "aisdk/cohere", PHP_CHATS, chats=True),
    Package("composer", "papi-ai/cohere", PHP_CHATS, chats=True),
    Package("nuget", "Cohere", CSHARP_SDK, known=False),
    Package("nuget", "LlmTornado", TORNADO, "3.7.39", "3.7.38"),
)
PACKAGES_BY_NAME: Mapping[tuple[str, str], Package] = {(row.ecosystem, row.name): row for row in _ROWS}
