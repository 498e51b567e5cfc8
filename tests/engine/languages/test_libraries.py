"""Classes of other libraries that ask for a model which is gone, on Cohere's platform and on Bedrock."""

# ruff: noqa: E501 - a case a line reads better than wrapped source

import pytest

from audits.engine.facts import FileKind, Verdict
from tests.engine.languages.found import found, usages

L4J = "import dev.langchain4j.model."
AWS = 'import { ChatBedrockConverse } from "@langchain/aws";\n'
AI = 'import { bedrock } from "@ai-sdk/amazon-bedrock";\n'
R = "cohere.command-r-v1:0"


@pytest.mark.parametrize(
    ("kind", "source", "given"),
    [
        (
            FileKind.JAVA,
            f'{L4J}bedrock.BedrockChatModel;\nclass A {{ Object m = BedrockChatModel.builder()\n.modelId("{R}").build(); }}\n',
            "model_id",
        ),
        (
            FileKind.JAVA,
            f'{L4J}cohere.CohereChatModel;\nclass A {{ Object m = CohereChatModel.builder().modelName("command-r").build(); }}\n',
            "model_name",
        ),
        (FileKind.TYPESCRIPT, f'{AWS}const m = new ChatBedrockConverse({{ model: "{R}" }});\n', "model"),
        (FileKind.TYPESCRIPT, f'{AI}await generateText({{ model: bedrock("{R}"), prompt }});\n', "model"),
    ],
)
def test_a_class_of_chat_with_a_model_that_is_gone(kind: FileKind, source: str, given: str) -> None:
    assert found(kind, source) == [(2, "dead_model", "confirmed", given)]
    (usage,) = usages(kind, source)
    assert usage.replacement is not None
    assert usage.replacement.notes


def test_a_class_needs_no_import_in_its_own_package() -> None:
    chat = f'BedrockChatModel.builder().modelId("{R}").build()'
    java = (
        f"package dev.langchain4j.model.bedrock;\nclass A {{ static final Object A = {chat};\n"
        "Object own = BedrockCohereChatModel.builder().build(); }\n"
    )
    kotlin = f"package dev.langchain4j.model.bedrock\nval model = {chat}\n"

    assert found(FileKind.JAVA, java) == [(2, "dead_model", "confirmed", "model_id")]
    assert found(FileKind.KOTLIN, kotlin) == [(2, "dead_model", "confirmed", "model_id")]
    assert found(FileKind.JAVA, java.replace("package dev.", "package org.")) == []


def test_the_class_of_langchain4j_that_speaks_generate_only() -> None:
    source = (
        f"{L4J}bedrock.BedrockCohereChatModel;\nclass A {{ Object m = BedrockCohereChatModel.builder().build(); }}\n"
    )

    for kind in (FileKind.JAVA, FileKind.KOTLIN):
        written = source if kind is FileKind.JAVA else source.replace("Object m", "val m")
        built = written.replace("builder()", 'builder().model("x")')
        assert found(kind, written) == [(2, "wrapper_other", "confirmed", "")]
        assert found(kind, built) == [(2, "wrapper_other", "confirmed", "model")]


API = "import org.springframework.ai.bedrock.cohere.api.CohereChatBedrockApi;\nclass A {{ Object a = new CohereChatBedrockApi({}); }}\n"


@pytest.mark.parametrize(
    ("given", "model", "verdict"),
    [
        ('CohereChatModel.COHERE_COMMAND_V14.id(), "us-east-1"', "cohere.command-text-v14", Verdict.CHANGED),
        ("CohereChatBedrockApi.CohereChatModel.COHERE_COMMAND_LIGHT_V14.id(), Region.US_EAST_1.id()", "cohere.command-light-text-v14", Verdict.CHANGED),
        ('"cohere.command-text-v14", credentials, "us"', "cohere.command-text-v14", Verdict.CHANGED),
        ('id, "us"', None, Verdict.KEPT),
        ('Other.COHERE_COMMAND_V99.id(), "us"', None, Verdict.KEPT),
    ],
)  # fmt: skip
def test_what_spring_s_class_is_passed_first_is_the_model(given: str, model: str | None, verdict: Verdict) -> None:
    (usage,) = usages(FileKind.JAVA, API.format(given))

    assert (usage.kind, usage.model) == ("wrapper_other", model)
    assert [(row.name, row.verdict) for row in usage.parameters] == [("model", verdict)]


def test_an_enumeration_names_langchain4j_s_model() -> None:
    chat = "BedrockChatModel.builder().modelId(BedrockCohereChatModel.Types.{}.getValue()).build()"
    source = f"{L4J}bedrock.BedrockChatModel;\nclass A {{ Object m = {chat}; }}\n"

    assert found(FileKind.JAVA, source.replace("{}", "COHERE_COMMAND_R_PLUS_V1")) == [
        (2, "dead_model", "confirmed", "model_id")
    ]
    assert found(FileKind.JAVA, source.replace("{}", "COHERE_EMBED_V3")) == []


@pytest.mark.parametrize(
    ("kind", "source"),
    [
        (
            FileKind.JAVA,
            f'{L4J}bedrock.BedrockChatModel;\nclass A {{ Object m = BedrockChatModel.builder().modelId("cohere.x").build(); }}\n',
        ),
        (
            FileKind.JAVA,
            f"{L4J}bedrock.BedrockCohereEmbeddingModel;\nclass A {{ Object m = BedrockCohereEmbeddingModel.builder().build(); }}\n",
        ),
        (FileKind.JAVA, f'class A {{ Object m = BedrockChatModel.builder().modelId("{R}").build(); }}\n'),
        (FileKind.TYPESCRIPT, f'{AWS}const m = new ChatBedrockConverse({{ model: "cohere.command-a" }});\n'),
        (FileKind.TYPESCRIPT, f'// cohere\nconst m = bedrock("{R}");\n'),
    ],
)
def test_other_models_and_classes_are_silent(kind: FileKind, source: str) -> None:
    assert found(kind, source) == []


FUSION = 'import { CohereTextGenerationModel, CohereTextEmbeddingModel, cohere } from "modelfusion";\n'
AXFLOW = 'import { CohereGeneration } from "@axflow/models/cohere/generation";\n'


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        (f'{FUSION}new CohereTextGenerationModel({{ model: "command-nightly", temperature: 0.7 }});\n', [(2, "wrapper_other", "confirmed", "model temperature")]),
        (f'{FUSION}const m = cohere.TextGenerator({{ model: "command" }});\n', [(2, "wrapper_other", "confirmed", "model")]),
        (f'{FUSION}new CohereTextEmbeddingModel({{ model: "e" }});\ncohere.TextEmbedder({{ model: "e" }});\ncohere.Api({{ apiKey }});\n', []),
        (f'{AXFLOW}await CohereGeneration.run({{ model: "command", prompt: p }});\nCohereGeneration.streamTokens({{ prompt: p }});\n', [(2, "wrapper_other", "confirmed", "model prompt"), (3, "wrapper_other", "confirmed", "prompt")]),
        (f"{AXFLOW}CohereGeneration.other({{ prompt: p }});\n", []),
    ],
)  # fmt: skip
def test_libraries_that_post_to_generate(source: str, wanted: list[tuple[int, str, str, str]]) -> None:
    assert found(FileKind.TYPESCRIPT, source) == wanted
    for usage in usages(FileKind.TYPESCRIPT, source):
        assert usage.replacement is not None
        assert "@ai-sdk/cohere" in usage.replacement.notes[0]


def test_a_pointer_to_a_member_stays_one() -> None:
    source = (
        'package p\nimport cohere "github.com/cohere-ai/cohere-go"\nfunc f(c *cohere.Client, l L) {\n'
        " c.Generate(cohere.GenerateOptions{Prompt: p, MaxTokens: &l.opts.Max}) }\n"
    )
    (usage,) = usages(FileKind.GO, source)

    assert usage.replacement is not None
    assert "MaxTokens: &l.opts.Max" in usage.replacement.v2
