"""Classes that a container gives, and streams of an answer."""

# ruff: noqa: E501 - a case a line reads better than wrapped source

import pytest

from audits.engine.facts import FileKind
from tests.engine.languages.found import found, usages

SPRING = "import org.springframework.ai.bedrock.cohere.BedrockCohereChatClient;\n"
FIELD = "class A {{ private final BedrockCohereChatClient chat; A(BedrockCohereChatClient chat) {{ this.chat = chat; }}\n{}}}\n"


@pytest.mark.parametrize(
    ("kind", "source", "lines"),
    [
        (FileKind.JAVA, SPRING + FIELD.format("String f(String q) { return chat.call(q); }\nString g() { return chat.call(1); }\n"), [3]),
        (FileKind.JAVA, SPRING + FIELD.format("Object f(String q) { return this.chat.stream(q); }\n"), [3]),
        (FileKind.JAVA, SPRING + "class A { Runner r(BedrockCohereChatClient c) { return x -> c.call(x); } }\n", [2]),
        (FileKind.KOTLIN, "import org.springframework.ai.bedrock.cohere.BedrockCohereChatModel\nclass C(private val model: BedrockCohereChatModel) {\n fun ask(q: String) = model.call(q)\n}\n", [3]),
        (FileKind.JAVA, SPRING + FIELD.format("Object f() { return chat.getDefaultOptions(); }\n"), []),
        (FileKind.JAVA, SPRING.replace("bedrock.cohere", "openai") + FIELD.format("String f(String q) { return chat.call(q); }\n"), []),
    ],
)  # fmt: skip
def test_a_class_that_is_given_is_found_once_at_its_call(kind: FileKind, source: str, lines: list[int]) -> None:
    assert [(row[0], row[1], row[2]) for row in found(kind, source)] == [
        (line, "wrapper_other", "confirmed") for line in lines
    ]


STREAM = 'import { CohereStream } from "ai";\n'
SENT = 'fetch("https://api.cohere.ai/v1/generate", { method: "POST", body: JSON.stringify({ prompt, stream: true }) })'


def test_a_stream_of_an_answer_is_a_read_of_its_request() -> None:
    (usage,) = usages(FileKind.TYPESCRIPT, f"{STREAM}const r = await {SENT};\nconst s = CohereStream(r);\n")

    assert usage.kind == "raw_http"
    assert [(read.line, read.text) for read in usage.reads] == [(3, "CohereStream(r)")]


def test_a_stream_of_another_answer_is_a_use_of_its_own() -> None:
    (usage,) = usages(FileKind.TYPESCRIPT, f"{STREAM}export const f = (r: Response) => CohereStream(r);\n")

    assert (usage.kind, usage.why) == ("wrapper_other", "ai.CohereStream reads a stream of Generate.")
