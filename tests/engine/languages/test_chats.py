"""Chat in other languages than Python: models that are gone, Generate's parameters, answers read as Generate's."""

import pytest

from audits.engine.facts import FileKind
from tests.engine.languages.found import found, usages

SCRIPT = """import { CohereClient, CohereClientV2 } from "cohere-ai";
const co = new CohereClient({ token });
const second = new CohereClientV2({ token });
await co.chat({ model: "command", message: p, chatHistory: [] });
await second.chat({ model: process.env.MODEL || "command-r", messages });
await second.chat({ model: "command-a-03-2025", messages, numGenerations: 2 });
const answer = await co.v2.chat({ model: "command-a-03-2025", messages });
console.log(answer.generations[0].text);
await co.chat({ model: "command-a-03-2025", message: p });
await other.chat({ model: "command", messages });
"""


def test_scripts() -> None:
    assert found(FileKind.TYPESCRIPT, SCRIPT) == [
        (4, "dead_model", "confirmed", "model message chat_history"),
        (5, "dead_model", "likely", "model messages"),
        (6, "half_migrated", "confirmed", "model messages num_generations"),
        (8, "half_migrated", "confirmed", ""),
    ]
    dead, _, half, read = usages(FileKind.TYPESCRIPT, SCRIPT)
    assert dead.replacement is not None
    assert dead.replacement.notes[0] == "Name a live model: command-a-03-2025."
    assert half.unsupported == ("num_generations",)
    assert read.replacement is not None
    assert read.replacement.notes[0].startswith("Read `response.message?.content")


@pytest.mark.parametrize(
    "taken", ['p, model = "command"', '{ p, model = "command" }', '{ p, model: model = "command" }']
)
@pytest.mark.parametrize("kind", [FileKind.JAVASCRIPT, FileKind.TYPESCRIPT])
def test_a_model_that_is_a_parameter_s_default(kind: FileKind, taken: str) -> None:
    source = (
        SCRIPT.splitlines()[0]
        + f"\nconst co = new CohereClient();\nconst ask = ({taken}) => co.chatStream({{ model }});\n"
    )

    assert [use[:3] for use in found(kind, source)] == [(3, "dead_model", "likely")]


def test_a_client_that_another_file_makes_is_likely_by_its_name() -> None:
    source = 'import { cohere } from "./clients";\ncohere.chat({ model: "command-r-plus", message });\n'

    assert found(FileKind.TYPESCRIPT, source) == [(2, "dead_model", "likely", "model message")]
    assert found(FileKind.TYPESCRIPT, source.replace("command-r-plus", "command-a-03-2025")) == []
    assert found(FileKind.TYPESCRIPT, source.replace("./clients", "./services/cohere.service")) == []


GO = """package a
import (
  cohere "github.com/cohere-ai/cohere-go/v2"
  sdk "github.com/cohere-ai/cohere-go/v2/client"
)
func f() {
  co := sdk.NewClient()
  co.Chat(ctx, &cohere.ChatRequest{Message: "x", Model: cohere.String("command-r")})
  co.V2.Chat(ctx, &cohere.V2ChatRequest{Model: "command", Messages: m})
}
"""
JAVA = """import com.cohere.api.Cohere;
class A { void f() {
  Cohere co = Cohere.builder().token("x").build();
  co.chat(ChatRequest.builder().message("hi").model("command-r").build());
  co.v2().chat(V2ChatRequest.builder().model("command").messages(x).build());
} }
"""
RUBY = 'client = Cohere::Client.new(api_key: k)\nclient.chat(message: "x", model: "command")\n'
PHP = """<?php
Http::withToken($k)->post('https://api.cohere.com/v2/chat', ['model' => 'command-r', 'messages' => $m]);
Http::withToken($k)->post('https://api.cohere.com/v1/chat', ['prompt' => $p, 'num_generations' => 2]);
Http::withToken($k)->post('https://api.cohere.com/v2/chat', ['model' => 'command-a-03-2025', 'messages' => $m]);
"""


@pytest.mark.parametrize(
    ("kind", "source", "expected"),
    [
        (FileKind.GO, GO, [(8, "dead_model", "message model"), (9, "dead_model", "model messages")]),
        (FileKind.JAVA, JAVA, [(4, "dead_model", "message model"), (5, "dead_model", "model messages")]),
        (FileKind.RUBY, RUBY, [(2, "dead_model", "message model")]),
        (FileKind.PHP, PHP, [(2, "dead_model", "model"), (3, "half_migrated", "prompt num_generations")]),
    ],
)
def test_other_languages(kind: FileKind, source: str, expected: list[tuple[int, str, str]]) -> None:
    assert [(line, what, names) for line, what, _, names in found(kind, source)] == expected


LIBRARIES = """import { cohere, createCohere } from "@ai-sdk/cohere";
import { ChatCohere } from "@langchain/cohere";
import { CohereStream } from "ai";
const own = createCohere({ apiKey });
streamText({ model: cohere("command-r-plus"), prompt });
streamText({ model: own("command"), prompt });
streamText({ model: cohere("command-a-03-2025"), prompt });
new ChatCohere({ model: "command-r" });
new ChatCohere({ model: "command-a-03-2025" });
const stream = CohereStream(response);
"""


def test_libraries_that_call_chat_and_one_that_reads_generate() -> None:
    assert [row[:2] for row in found(FileKind.TYPESCRIPT, LIBRARIES)] == [
        (5, "dead_model"),
        (6, "dead_model"),
        (8, "dead_model"),
        (10, "wrapper_other"),
    ]


def test_langchain_go_calls_generate() -> None:
    source = (
        'package a\nimport "github.com/tmc/langchaingo/llms/cohere"\n'
        'func f() {\n  llm, err := cohere.New(cohere.WithModel("command"))\n}\n'
    )

    assert found(FileKind.GO, source) == [(4, "wrapper_langchain", "confirmed", "model")]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            'async function askCohere(p) { return sm.send(new InvokeEndpointCommand({ EndpointName: "a",\n'
            "  Body: JSON.stringify({ prompt: p, max_tokens: 5 }) })); }\n",
            [("sagemaker", "prompt max_tokens")],
        ),
        (
            'import * as oci from "oci-generativeaiinference";\nconst d = { inferenceRequest: '
            '{ runtimeType: "COHERE", prompt: p, maxTokens: 5 } };\nclient.generateText({ generateTextDetails: d });\n',
            [("oci", "prompt max_tokens")],
        ),
        (
            'client.send(new ConverseCommand({ modelId: "cohere.command-r-plus-v1:0", messages }));\n',
            [("dead_model", "model_id")],
        ),
        (
            "// cohere\nnew InvokeEndpointCommand({ EndpointName: e, Body: JSON.stringify({ prompt: p }) });\n",
            [],
        ),
    ],
)
def test_clouds(source: str, expected: list[tuple[str, str]]) -> None:
    assert [(what, names) for _, what, _, names in found(FileKind.TYPESCRIPT, source)] == expected


def test_a_request_of_chat_is_not_told_by_the_body_of_another_under_the_same_name() -> None:
    source = """async function ask(here, prompt) {
  if (here) {
    const response = await fetch("https://api.cohere.com/v2/chat", {
      method: "POST",
      body: JSON.stringify({ model: "command-a-03-2025", messages: [{ role: "user", content: prompt }] }),
    });
    return response.json();
  }
  const response = await fetch(PROXY, { method: "POST", body: JSON.stringify({ prompt, k: 3 }) });
  return response.json();
}
"""
    assert usages(FileKind.JAVASCRIPT, source) == []
    (usage,) = usages(FileKind.JAVASCRIPT, source.replace('messages: [{ role: "user", content: prompt }]', "prompt"))
    assert (usage.line, usage.kind) == (3, "half_migrated")
