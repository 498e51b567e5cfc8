"""Products that reach Generate for the code that sets them up."""

import pytest

from audits.engine.facts import FileKind
from tests.engine.languages.found import found, usages

CLIENT = 'import w from "weaviate-client";\n'
PORTKEY = 'import Portkey from "portkey-ai";\nconst p = new Portkey({ apiKey, %s });\n'


@pytest.mark.parametrize(
    ("kind", "source"),
    [
        (FileKind.GO, 'package a\nvar c = map[string]any{"generative-cohere": map[string]any{"model": "command"}}\n'),
        (FileKind.TYPESCRIPT, '\nconst c = { moduleConfig: { "generative-cohere": { model: "command" } } };\n'),
        (FileKind.TYPESCRIPT, f'{CLIENT}w.f({{ g: w.configure.generative.cohere({{ model: "command" }}) }});\n'),
        (FileKind.JAVA, 'class A {\nMap m = Map.of("generative-cohere", Map.of("model", "command")); }\n'),
    ],
)  # fmt: skip
def test_weaviates_module(kind: FileKind, source: str) -> None:
    assert found(kind, source) == [(2, "wrapper_other", "likely", "model")]
    (usage,) = usages(kind, source)
    assert usage.replacement is not None
    assert "Weaviate" in usage.replacement.notes[-1]


@pytest.mark.parametrize(
    "source",
    [
        'const c = { moduleConfig: { "generative-cohere": { model: "command-r-plus" } } };\n',
        CLIENT + 'w.f({ g: w.configure.generative.cohere({ model: "command-r" }) });\n',
    ],
)
def test_weaviates_module_with_a_model_of_chats_that_is_gone(source: str) -> None:
    assert [row[1:] for row in found(FileKind.TYPESCRIPT, source)] == [("dead_model", "confirmed", "model")]
    (usage,) = usages(FileKind.TYPESCRIPT, source)
    assert usage.replacement is not None


@pytest.mark.parametrize(
    "source",
    [
        'const c = { "generative-cohere": { model: "command-a-03-2025" } };\n',
        'const c = { "generative-aws": { model: "cohere.command-r-v1:0" } };\n',
        'import { generative } from "weaviate-client";\ngenerative.openAI({ model: "x" }); // cohere\n',
        'import { generative } from "other";\ngenerative.cohere({ model: "x" });\n',
        PORTKEY % 'provider: "coherent-labs"' + "p.completions.create({ prompt });\n",
        PORTKEY % 'provider: "openai"' + 'p.completions.create({ prompt: "cohere" });\n',
        PORTKEY % 'provider: "cohere"' + "p.chat.completions.create({ messages: [] });\n",
    ],
)
def test_other_modules_and_vendors_are_silent(source: str) -> None:
    assert found(FileKind.TYPESCRIPT, source) == []


def test_names_of_the_module_are_those_of_generate() -> None:
    source = 'const c = { "generative-cohere": { temperatureProperty: 0.2, maxTokensProperty: 9 } };\n'

    assert found(FileKind.JAVASCRIPT, source)[0][3] == "temperature max_tokens"


@pytest.mark.parametrize(("made", "level"), [('provider: "cohere"', "confirmed"), ('virtualKey: "cohere-1"', "likely")])
def test_portkeys_completions(made: str, level: str) -> None:
    source = PORTKEY % made + 'await p.completions.create({ model: "command", prompt: q, max_tokens: 3 });\n'

    assert found(FileKind.TYPESCRIPT, source) == [(3, "wrapper_other", level, "model prompt max_tokens")]
    (usage,) = usages(FileKind.TYPESCRIPT, source)
    assert usage.replacement is not None
    assert "chat.completions.create" in usage.replacement.notes[0]


def test_a_link_to_the_address_is_a_mention() -> None:
    address = '"https://api.cohere.ai/v1/generate"'
    page = f"const p = () => <><Card link={address} /><a href={{{address}}} /></>;\n"
    asked = 'const p = () => <Ask url="https://api.cohere.ai/v1/generate" />;\n'

    assert [use[1] for use in found(FileKind.TSX, page)] == ["mention", "mention"]
    assert [use[1] for use in found(FileKind.TSX, asked)] == ["raw_http"]


def test_completions_by_themselves() -> None:
    own = PORTKEY % 'provider: "cohere"'

    assert [
        use[:2]
        for use in found(FileKind.TYPESCRIPT, own + "const { completions } = p;\ncompletions.create({ prompt });\n")
    ] == [(4, "wrapper_other")]
    assert found(FileKind.TYPESCRIPT, own + "completions.create({ prompt });\n") == []


def test_the_class_under_another_name_and_the_module_before_its_settings() -> None:
    renamed = (
        'import { Portkey as P } from "portkey-ai";\nnew P({ provider: "cohere" }).completions.create({ prompt });\n'
    )
    below = 'const c = {\n "generative-cohere":\n  { model: "command" } };\n'

    assert [use[:2] for use in found(FileKind.TYPESCRIPT, renamed)] == [(2, "wrapper_other")]
    assert [(one.line, one.column) for one in usages(FileKind.TYPESCRIPT, below)] == [(2, 2)]


def test_a_variable_is_no_link() -> None:
    named = 'const link = "https://api.cohere.ai/v1/generate"; module.exports = { link };\n'

    assert [use[1] for use in found(FileKind.JAVASCRIPT, named)] == ["raw_http"]


@pytest.mark.parametrize(
    "made",
    [
        'builder.AddBedrockTextGenerationService("cohere.command-text-v14");',
        "Kernel.CreateBuilder().AddBedrockTextGenerationService(modelId: Id).Build();",
        'var s = new BedrockTextGenerationService("cohere.command-light-text-v14", runtime);',
    ],
)
def test_semantic_kernel_asks_a_model_of_generates(made: str) -> None:
    source = f'class A {{ const string Id = "cohere.command-text-v14"; void F() {{\n{made}\n}} }}\n'

    assert found(FileKind.CSHARP, source) == [(2, "wrapper_other", "confirmed", "model")]
    (usage,) = usages(FileKind.CSHARP, source)
    assert usage.platform == "bedrock"
    assert usage.replacement is not None
    assert any("AddBedrockChatCompletionService" in note for note in usage.replacement.notes)


@pytest.mark.parametrize(
    "made",
    [
        'builder.AddBedrockTextGenerationService("amazon.titan-text-premier-v1:0"); var n = "cohere.command-text-v14";',
        'builder.AddBedrockTextGenerationService("cohere.command-r-v1:0");',
        "builder.AddBedrockTextGenerationService(modelId);",
        'builder.AddBedrockTextEmbeddingGenerationService("cohere.embed-english-v3");',
    ],
)
def test_semantic_kernel_with_another_model_is_silent(made: str) -> None:
    assert found(FileKind.CSHARP, f"class A {{ void F(string modelId) {{\n{made}\n}} }}\n") == []
