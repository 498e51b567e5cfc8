"""Receivers, operands and classes that are written in a roundabout way: what is told of them and what replaces them."""

# ruff: noqa: E501 - a case a line reads better than wrapped source

import pytest

from audits.engine.facts import FileKind, Usage
from audits.engine.languages.replacing import parses
from audits.engine.languages.sent import Bodies
from tests.engine.languages.found import found, usages

GO = 'import (\n cohere "github.com/cohere-ai/cohere-go/v2"\n client "github.com/cohere-ai/cohere-go/v2/client"\n)\n'
TS = 'import { CohereClient } from "cohere-ai";\nconst co = new CohereClient({ token: k });\n'
OCI = "import com.oracle.bmc.generativeaiinference.model.*;\nclass A { String ask(GenerativeAiInferenceClient client, String p) {\n"
POST = 'require("got");\nasync function ask(settings) {{ return {}.post("https://api.cohere.ai/v1/generate", settings).json(); }}\n'
GUZZLE = "<?php\nuse GuzzleHttp\\Client;\nfunction ask($options) { $c = new Client();\n return $c->post('https://api.cohere.ai/v1/generate', $options); }\n"


def only(kind: FileKind, source: str) -> Usage:
    (usage,) = usages(kind, source)
    return usage


@pytest.mark.parametrize(
    ("kind", "source", "receiver"),
    [
        (FileKind.GO, f"package p\n{GO}func f(m map[string]*client.Client, k string) {{ m[k].Generate(ctx, &cohere.GenerateRequest{{Prompt: p}}) }}\n", "m[k].V2.Chat("),
        (FileKind.GO, f"package p\n{GO}type S struct {{ all []*client.Client }}\nfunc (s *S) f() {{ s.all[0].Generate(ctx, &cohere.GenerateRequest{{Prompt: p}}) }}\n", "s.all[0].V2.Chat("),
        (FileKind.TYPESCRIPT, 'import { CohereClient } from "cohere-ai";\nconst all = { eu: new CohereClient({ token: k }) };\nall["eu"].generate({ prompt: p });\n', 'all["eu"].v2.chat('),
    ],
)  # fmt: skip
def test_an_item_stays_the_receiver(kind: FileKind, source: str, receiver: str) -> None:
    found = only(kind, source).replacement

    assert found is not None
    assert found.v2.startswith(receiver)
    assert parses(only(kind, source).language, found.v2)


@pytest.mark.parametrize(
    ("kind", "source", "wanted"),
    [
        (FileKind.TYPESCRIPT, f"{TS}const ask = (...args) => co.generate(...args);\n", "content: args[0].prompt"),
        (FileKind.TYPESCRIPT, f"{TS}const ask = (args) => co.generate({{ ...args }});\n", "content: args.prompt"),
        (FileKind.RUBY, 'require "cohere"\ndef ask(*args)\n Cohere::Client.new(api_key: k).generate(*args)\nend\n', "content: args[0][:prompt]"),
        (FileKind.RUBY, 'require "cohere"\ndef ask(**args)\n Cohere::Client.new(api_key: k).generate(**args)\nend\n', "content: args[:prompt]"),
    ],
)  # fmt: skip
def test_operands_that_are_unpacked_begin_with_the_object(kind: FileKind, source: str, wanted: str) -> None:
    found = only(kind, source).replacement

    assert found is not None
    assert wanted in found.v2
    assert parses(only(kind, source).language, found.v2)


@pytest.mark.parametrize(
    ("kind", "source", "names"),
    [
        (FileKind.JAVASCRIPT, POST.format("got"), ""),
        (FileKind.JAVASCRIPT, POST.format("axios"), "**settings"),
        (FileKind.PHP, GUZZLE, ""),
        (FileKind.PHP, GUZZLE.replace("$c->post", "Http::withToken($k)->post"), "**$options"),
        # What another call of the same module is given is no body of this one.
        (FileKind.JAVASCRIPT, 'const got = require("got");\nconst a = (o) => got.post("https://api.cohere.ai/v1/generate", o);\nconst b = (p) => got.post("https://x.com/y", { json: { prompt: p, max_tokens: 3 } });\n', ""),
    ],
)  # fmt: skip
def test_options_are_no_body(kind: FileKind, source: str, names: str) -> None:
    assert [row[3] for row in found(kind, source)] == [names]


@pytest.mark.parametrize(
    ("kind", "source", "names"),
    [
        (FileKind.JAVA, "class A {\n final com.cohere.api.Cohere co = com.cohere.api.Cohere.builder().token(k).build();\n String ask(String p) { return co.generate(com.cohere.api.requests.GenerateRequest.builder().prompt(p).maxTokens(3).build()).toString(); }\n}\n", "prompt max_tokens"),
        (FileKind.JAVA, "class A {\n String ask(com.cohere.api.Cohere co, String p) { return co.generate(com.cohere.api.requests.GenerateRequest.builder().prompt(p).build()).toString(); }\n}\n", "prompt"),
        (FileKind.KOTLIN, "class A {\n val co = com.cohere.api.Cohere.builder().token(k).build()\n fun ask(p: String) = co.generate(com.cohere.api.requests.GenerateRequest.builder().prompt(p).build())\n}\n", "prompt"),
        (FileKind.CSHARP, "class A {\n async Task Ask(string p) { var co = new Cohere.CohereClient(k); await co.GenerateAsync(new Cohere.GenerateRequest { Prompt = p }); }\n}\n", "prompt"),
        (FileKind.JAVA, "import com.cohere.api.Cohere;\nimport com.cohere.api.requests.GenerateRequest;\nclass A {\n Cohere co = Cohere.builder().token(k).build();\n String ask(String p) { GenerateRequest.Builder b = GenerateRequest.builder().prompt(p);\n  if (x) { b.maxTokens(3).temperature(0.4f); }\n  return co.generate(b.build()).toString(); }\n}\n", "prompt max_tokens temperature"),
        (FileKind.JAVA, f"{OCI} CohereLlmInferenceRequest.Builder b = CohereLlmInferenceRequest.builder().prompt(p).maxTokens(9);\n CohereLlmInferenceRequest r = b.build();\n return client.generateText(GenerateTextRequest.builder().generateTextDetails(GenerateTextDetails.builder().inferenceRequest(r).build()).build()).toString(); }}\n}}\n", "prompt max_tokens"),
        (FileKind.JAVA, f"{OCI} CohereLlmInferenceRequest.Builder b = CohereLlmInferenceRequest.builder();\n b.prompt(p);\n b.maxTokens(9);\n return client.generateText(GenerateTextRequest.builder().generateTextDetails(GenerateTextDetails.builder().inferenceRequest(b.build()).build()).build()).toString(); }}\n}}\n", "prompt max_tokens"),
    ],
)  # fmt: skip
def test_builders_and_classes_by_their_whole_name(kind: FileKind, source: str, names: str) -> None:
    assert [row[3] for row in found(kind, source)] == [names]


def test_a_class_of_the_same_name_elsewhere_is_not_cohere_s() -> None:
    source = "class A {\n String ask(org.cohere.Cohere x, String p) { return x.generate(p); }\n}\n"

    assert found(FileKind.JAVA, source) == []


def test_a_model_out_of_a_map_is_told() -> None:
    source = (
        'package p\nvar defaults = map[string]string{"openai": "gpt-4", "cohere": "command-xlarge-nightly"}\n'
        'func ask(prompt string) { body, _ := json.Marshal(map[string]any{"model": defaults["cohere"], "prompt": prompt})\n'
        ' http.Post("https://api.cohere.ai/v1/generate", "application/json", bytes.NewReader(body)) }\n'
    )
    replaced = only(FileKind.GO, source).replacement

    assert replaced is not None
    assert '"model": "command-a-03-2025"' in replaced.v2


def test_a_body_in_a_variable_keeps_the_variables_in_it() -> None:
    source = (
        'P="$1"\nBODY="{\\"model\\": \\"command\\", \\"prompt\\": \\"Say $P\\", \\"max_tokens\\": 20}"\n'
        'curl https://api.cohere.ai/v1/generate -d "$BODY"\n'
    )
    usage = only(FileKind.SHELL, source)

    assert [row.value for row in usage.parameters if row.name == "prompt"] == ['"Say $P"']
    assert usage.replacement is not None
    assert '"content": "Say $P"' in usage.replacement.v2


def test_what_is_passed_under_a_condition_keeps_it() -> None:
    given = 'prompt: p, ...(x ? { k: 3 } : {}), ...(n && { maxTokens: n, truncate: "END" }), ...(m ? { model: m } : {})'
    usage = only(FileKind.TYPESCRIPT, f"{TS}co.generate({{ {given} }});\n")

    assert [row.name for row in usage.parameters] == ["prompt", "k", "max_tokens", "truncate", "model"]
    assert usage.replacement is not None
    assert "k: x ? 3 : undefined" in usage.replacement.v2
    assert "maxTokens: n ? n : undefined" in usage.replacement.v2
    assert 'model: m ? m : "command-a-03-2025"' in usage.replacement.v2
    assert "truncate" not in usage.replacement.v2
    assert parses(usage.language, usage.replacement.v2)


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("k: 1, ...(x && { k: 3 })", "k: x ? 3 : 1"),
        ("...d, ...(x && { k: 3 })", "...x && { k: 3 }"),
        ("...((a ? b : c) && { k: 3 })", "k: (a ? b : c) ? 3 : undefined"),
        ("...(x // why\n ? { k: 3 } : {})", "? { k: 3 } : {}"),
        ("...(x && { numGenerations: n })", "length: x ? n : 1"),
        ('...(m ? { model: m } : { model: "command" })', 'model: m ? m : "command-a-03-2025"'),
        ("...(x ? {} : { model: m })", 'model: x ? "command-a-03-2025" : m'),
    ],
)
def test_a_condition_changes_nothing_else(given: str, written: str) -> None:
    usage = only(FileKind.TYPESCRIPT, f"{TS}co.generate({{ prompt: p, {given} }});\n")

    assert usage.replacement is not None
    assert written in usage.replacement.v2


def test_of_operands_that_are_chosen_the_first_is_meant() -> None:
    usage = only(FileKind.TYPESCRIPT, f"{TS}co.generate(...(x ? a : b));\n")

    assert usage.replacement is not None
    assert "...(x ? a : b)[0]" in usage.replacement.v2
    assert "content: (x ? a : b)[0].prompt" in usage.replacement.v2


def test_a_choice_of_anything_else_is_unpacked_as_it_stands() -> None:
    usage = only(FileKind.TYPESCRIPT, f"{TS}co.generate({{ prompt: p, ...(x ? a : b), ...(y && {{ ...c }}) }});\n")

    assert [row.name for row in usage.parameters] == ["prompt", "**x ? a : b", "**y && { ...c }"]


def test_a_file_of_nothing_but_requests_to_oci_is_looked_at_in_part(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    of_call = Bodies.of_call
    monkeypatch.setattr(Bodies, "of_call", lambda self, call: asked.append(call) or of_call(self, call))
    made = 'b = CohereLlmInferenceRequest.builder().prompt("x").build();\n' * 200
    source = f"import com.oracle.bmc.generativeaiinference.*;\nclass A {{ void f() {{\n{made}{'client.generateText(b);' * 5} }} }}"

    assert len(usages(FileKind.JAVA, source)) == 5
    assert len(asked) < 200
