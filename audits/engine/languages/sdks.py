"""Cohere's SDKs in other languages than Python, and the libraries around them, as data.

Sources: the repositories of the SDKs, of LangChain.js, langchainrb and Spring AI, named row by row.
"""

import re
from collections.abc import Mapping

from audits.engine.catalogue.models import live_model
from audits.engine.catalogue.sources import Source
from audits.engine.facts import CallSite, Kind, Language, Platform
from audits.engine.languages.sdkrow import Library, Sdk

# The package with the types of the Go SDK's requests, as a binding names it.
GO_PACKAGE = re.compile(r"github\.com/cohere-ai/cohere-go/v\d{1,3}:\*")
TYPESCRIPT_SDK = Source("The TypeScript SDK", "https://github.com/cohere-ai/cohere-typescript")
GO_SDK = Source("The Go SDK", "https://github.com/cohere-ai/cohere-go")
JAVA_SDK = Source("The Java SDK", "https://github.com/cohere-ai/cohere-java")
RUBY_SDK = Source("cohere-ruby", "https://github.com/patterns-ai-core/cohere-ruby")
RUST_SDK = Source("cohere-rust", "https://github.com/walterbm/cohere-rust")
CSHARP_SDK = Source("Cohere for .NET", "https://github.com/tryAGI/Cohere")
LANGCHAIN_JS = Source("LangChain.js", "https://github.com/langchain-ai/langchainjs")
LANGCHAIN4J = Source("LangChain4j", "https://github.com/langchain4j/langchain4j", "2026-11-26")
LANGCHAIN_RB = Source("langchainrb", "https://github.com/patterns-ai-core/langchainrb")
SPRING_AI = Source("Spring AI", "https://github.com/spring-projects/spring-ai")
MODELFUSION = Source("ModelFusion", "https://github.com/vercel/modelfusion", "2026-11-27")
AXFLOW = Source("axflow", "https://github.com/axflow/axflow", "2026-11-27")
LANGCHAIN_GO = Source("LangChainGo", "https://github.com/tmc/langchaingo/tree/main/llms/cohere", "2026-11-25")
KERNEL = Source("Semantic Kernel", "https://github.com/microsoft/semantic-kernel/tree/main/dotnet/src/Connectors")
VERCEL_AI = Source("Vercel's AI SDK", "https://ai-sdk.dev/providers/ai-sdk-providers/cohere", "2026-11-25")

CALLS: Mapping[str, Kind] = {
    **dict.fromkeys(("generate", "Generate", "generateAsync", "GenerateAsync", "GenerateV1Async"), Kind.SDK_CALL),
    **dict.fromkeys(
        ("generateStream", "GenerateStream", "generate_stream", "GenerateStreamAsync", "generatestream"),
        Kind.SDK_STREAM,
    ),
}
# Classes whose objects are built of Generate's parameters and passed to it.
REQUESTS = frozenset({"GenerateRequest", "GenerateOptions", "GenerateStreamRequest", "Generate", "GenerateRequestV1"})
_SCRIPTS = frozenset({Language.JAVASCRIPT, Language.TYPESCRIPT, Language.HTML})
_JVM = frozenset({Language.JAVA, Language.KOTLIN})


_CLOUDS = {
    "AwsClient": Platform.UNKNOWN,
    "BedrockClient": Platform.BEDROCK,
    "SagemakerClient": Platform.SAGEMAKER,
}
SDKS: tuple[Sdk, ...] = (
    Sdk(
        _SCRIPTS,
        re.compile(r"(?:npm:)?cohere-ai(?:@[^/]*)?(?:/.*)?|https?://[\w./-]*/(?:npm:)?cohere-ai(?:@[^/]*)?(?:/.*)?"),
        {"CohereClient": Platform.COHERE, "CohereClientV2": Platform.COHERE, **_CLOUDS},
        "cohere-ai.",
        TYPESCRIPT_SDK,
        singleton=True,
    ),
    Sdk(
        frozenset({Language.GO}),
        re.compile(r"github\.com/(?:cohere-ai|henomis)/cohere-go(?:/v\d+)?(?:/client)?"),
        {"Client": Platform.COHERE},
        "cohere-go.",
        GO_SDK,
        makers=frozenset({"CreateClient", "NewClient", "New"}),
    ),
    Sdk(
        _JVM,
        re.compile(r"com\.cohere\.api(?:\..*)?"),
        dict.fromkeys(("Cohere", "AsyncCohere", "CohereApiClient", "RawCohere"), Platform.COHERE),
        "com.cohere.api.",
        JAVA_SDK,
    ),
    Sdk(
        frozenset({Language.RUST}),
        re.compile(r"cohere_rust(?:::.*)?"),
        {"Cohere": Platform.COHERE},
        "cohere_rust.",
        RUST_SDK,
    ),
    Sdk(
        frozenset({Language.CSHARP}),
        re.compile(r"Cohere(?:\.\w+)*"),
        dict.fromkeys(("CohereClient", "ICohereClient", "CohereApi"), Platform.COHERE),
        "Cohere.",
        CSHARP_SDK,
    ),
    Sdk(
        frozenset({Language.PHP}),
        re.compile(r"(?:\w+\\)*Cohere(?:\\\w+)*"),
        dict.fromkeys(("Client", "Cohere", "CohereClient"), Platform.COHERE),
        "Cohere\\",
        Source("Cohere's API", "https://docs.cohere.com/v1/reference/generate"),
    ),
)
# Ruby finds a gem's constants without an import in the file.
RUBY_CLIENTS: Mapping[str, str] = {"Cohere::Client": "Cohere::Client", "Cohere": "Cohere"}
RUBY_LANGCHAIN = "Langchain::LLM::Cohere"

_CHAT_JS = "Use ChatCohere of @langchain/cohere with a live chat model; its invoke() gives a message: read .content."
_CONVERSE = "Use Bedrock's Converse (in LangChain.js ChatBedrockConverse) with a chat model."
_ANY_COMMAND = re.compile(r"(?:[a-z]{2,6}\.)?cohere\.command(?!-[ra])[\w.:-]*")
# What asks for Chat's models: languages, modules, classes or functions, what is shown before these, source, platform.
_CHATS = (
    (
        _SCRIPTS, r"(?:npm:)?@ai-sdk/cohere(?:@.*)?", ("cohere", "createCohere"), "@ai-sdk/cohere.", VERCEL_AI,
        Platform.COHERE,
    ),
    (
        _SCRIPTS, r"(?:npm:)?@ai-sdk/amazon-bedrock(?:@.*)?", ("bedrock", "createAmazonBedrock"),
        "@ai-sdk/amazon-bedrock.", VERCEL_AI, Platform.BEDROCK,
    ),
    (
        _SCRIPTS, r"(?:npm:)?@langchain/cohere(?:@.*)?|@langchain/community/chat_models/cohere(?:\.js)?",
        ("ChatCohere",), "@langchain/cohere.", LANGCHAIN_JS, Platform.COHERE,
    ),
    (
        _SCRIPTS,
        r"(?:npm:)?@langchain/aws(?:@.*)?|(?:@langchain/community|langchain)/chat_models/bedrock(?:/\w+)?(?:\.js)?",
        ("ChatBedrockConverse", "ChatBedrock", "BedrockChat"), "@langchain/aws.", LANGCHAIN_JS, Platform.BEDROCK,
    ),
    (
        _JVM, r"dev\.langchain4j\.(?:community\.)?model(?:\.cohere)?", ("CohereChatModel", "CohereStreamingChatModel"),
        "dev.langchain4j.model.cohere.", LANGCHAIN4J, Platform.COHERE,
    ),
    (
        _JVM, r"dev\.langchain4j\.model\.bedrock", ("BedrockChatModel", "BedrockStreamingChatModel"),
        "dev.langchain4j.model.bedrock.", LANGCHAIN4J, Platform.BEDROCK,
    ),
)  # fmt: skip
# Libraries that post to Generate: modules, class, what is shown before it, source, its methods, functions that make it.
_POSTING = (
    (r"modelfusion|ai-utils\.js", "CohereTextGenerationModel", "modelfusion.", MODELFUSION, (), ()),
    (r"modelfusion", "cohere", "modelfusion.", MODELFUSION, (), ("TextGenerator",)),
    (
        r"@axflow/models/cohere/generation", "CohereGeneration", "@axflow/models/cohere/generation.", AXFLOW,
        ("run", "stream", "streamBytes", "streamTokens"), (),
    ),
)  # fmt: skip
LIBRARIES: tuple[Library, ...] = (
    Library(
        _SCRIPTS,
        re.compile(
            r"(?:npm:)?@langchain/cohere(?:@.*)?|(?:@langchain/community|langchain)(?:/dist)?/llms(?:/cohere)?(?:/index)?(?:\.js)?"
        ),
        frozenset({"Cohere"}),
        Kind.WRAPPER_LANGCHAIN,
        "@langchain/cohere.",
        LANGCHAIN_JS,
        _CHAT_JS,
    ),
    Library(
        _SCRIPTS,
        re.compile(r"(?:@langchain/community|langchain)(?:/dist)?/llms/bedrock(?:/\w+)?(?:\.js)?"),
        frozenset({"Bedrock"}),
        Kind.WRAPPER_LANGCHAIN,
        "@langchain/community.",
        LANGCHAIN_JS,
        _CONVERSE,
        Platform.BEDROCK,
        model=_ANY_COMMAND,
    ),
    # A server's stream, read as Generate writes it; gone in ai 4.0.
    Library(
        _SCRIPTS,
        re.compile(r"(?:npm:)?ai(?:@[^/]*)?(?:/streams|/dist.*)?"),
        frozenset({"CohereStream", "AWSBedrockCohereStream"}),
        Kind.WRAPPER_OTHER,
        "ai.",
        VERCEL_AI,
        "Use streamText of ai with a live chat model of @ai-sdk/cohere: ai 4.0 has dropped these streams of Generate.",
        functions=frozenset({"CohereStream", "AWSBedrockCohereStream"}),
        streams=True,
    ),
    *(
        Library(
            _SCRIPTS,
            re.compile(modules),
            frozenset({name}),
            Kind.WRAPPER_OTHER,
            lead,
            source,
            "Use generateText of ai with a live chat model of @ai-sdk/cohere, or call Chat through cohere-ai.",
            completes=frozenset(methods),
            functions=frozenset(functions),
        )
        for modules, name, lead, source, methods, functions in _POSTING
    ),
    *(
        Library(
            languages,
            re.compile(modules),
            frozenset(names),
            Kind.DEAD_MODEL,
            lead,
            source,
            live_model(platform),
            platform,
            functions=frozenset(names if names[0][0].islower() else ()),
            dead=True,
        )
        for languages, modules, names, lead, source, platform in _CHATS
    ),
    Library(
        frozenset({Language.GO}),
        re.compile(r"github\.com/tmc/langchaingo/llms/cohere"),
        frozenset({"New"}),
        Kind.WRAPPER_LANGCHAIN,
        "langchaingo/llms/cohere.",
        LANGCHAIN_GO,
        "LangChainGo's cohere posts to /v1/generate in every release: call Chat with Cohere's own SDK for Go, or use "
        "another of its models.",
        functions=frozenset({"New"}),
    ),
    *(
        Library(
            _JVM,
            re.compile(r"org\.springframework\.ai\.bedrock\.cohere(?:\..*)?"),
            frozenset(names),
            Kind.WRAPPER_OTHER,
            "org.springframework.ai.bedrock.cohere.",
            SPRING_AI,
            "Use BedrockProxyChatModel with a chat model; Spring AI 1.0.0-M6 has dropped these classes.",
            Platform.BEDROCK,
            takes=takes,
        )
        for names, takes in (
            (("BedrockCohereChatClient", "BedrockCohereChatModel"), ()),
            (("CohereChatBedrockApi",), ("model",)),
        )
    ),
    Library(
        _JVM,
        re.compile(r"dev\.langchain4j\.model\.bedrock"),
        frozenset({"BedrockCohereChatModel"}),
        Kind.WRAPPER_OTHER,
        "dev.langchain4j.model.bedrock.",
        LANGCHAIN4J,
        "Use BedrockChatModel with another chat model: later releases of LangChain4j have dropped this class.",
        Platform.BEDROCK,
    ),
)
LANGCHAIN_RB_ROW = Library(
    frozenset({Language.RUBY}),
    re.compile("Langchain::LLM"),
    frozenset({"Cohere"}),
    Kind.WRAPPER_LANGCHAIN,
    "Langchain::LLM::",
    LANGCHAIN_RB,
    "Call chat(messages: […]) in place of complete(prompt: …), with a live chat model.",
    completes=frozenset({"complete"}),
)
KERNEL_ROW = Library(
    frozenset({Language.CSHARP}),
    re.compile(r"Microsoft\.SemanticKernel(?:\.Connectors\.Amazon)?"),
    frozenset({"BedrockTextGenerationService", "AddBedrockTextGenerationService"}),
    Kind.WRAPPER_OTHER,
    "Microsoft.SemanticKernel.",
    KERNEL,
    "Use AddBedrockChatCompletionService with a chat model.",
    Platform.BEDROCK,
)


FUNCTIONS = frozenset(name for row in LIBRARIES for name in row.functions)


def sdk_of(module: str, language: Language) -> Sdk | None:
    """The SDK that a module belongs to."""
    return next((row for row in SDKS if language in row.languages and row.modules.fullmatch(module)), None)


def library_of(module: str, language: Language, item: str = "") -> Library | None:
    """The library that a module belongs to: the one that has the item, where several share the module."""
    rows = [row for row in LIBRARIES if language in row.languages and row.modules.fullmatch(module)]
    return next((row for row in rows if item in row.classes), next(iter(rows), None))


def library_behind(site: CallSite) -> Library | None:
    """The library whose class a use names as its client."""
    client = site.client or ""
    for row in (*LIBRARIES, LANGCHAIN_RB_ROW, KERNEL_ROW):
        if site.kind is row.kind and client.startswith(row.lead) and client.removeprefix(row.lead) in row.classes:
            return row
    return None


def go_package(site: CallSite) -> str:
    """What the file of a use calls the Go SDK's own package; "" where another file makes the client, and this one does
    not import the package."""
    steps = (step.text.partition(" ← ") for step in site.proof if step.path in ("", site.path))
    own = all(step.path in ("", site.path) for step in site.proof)
    return next((name for name, _, module in steps if GO_PACKAGE.fullmatch(f"{module}:*")), "cohere" if own else "")
