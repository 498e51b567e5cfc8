"""Models that code only names: constants, defaults, settings of a provider, and what a cloud's stack asks for."""

# ruff: noqa: E501 - a case a line reads better than wrapped source

import pytest

from audits.engine.extract.model import ModuleFacts
from audits.engine.facts import FileKind
from audits.engine.steps import extract
from tests.engine.languages.found import found, usages

TS, GO, JAVA = FileKind.TYPESCRIPT, FileKind.GO, FileKind.JAVA
DEAD, OTHER = (2, "dead_model", "likely", "model"), (2, "wrapper_other", "likely", "model")
CDK = (2, "bedrock", "likely", "model_id")


@pytest.mark.parametrize(
    ("kind", "source", "wanted"),
    [
        (GO, 'package a\nconst DefaultCohereModel = "command-r-plus"\n', DEAD),
        (TS, '\nexport const COHERE_MODEL = process.env.COHERE_MODEL || "command-light";\n', OTHER),
        (TS, '// api.cohere.com\nconst all = [{ id: "cohere", defaultModel: "command-r" }];\n', DEAD),
        (TS, '// COHERE_API_KEY\nconst all = { cohere: { model: "command" } };\n', OTHER),
        (TS, '// COHERE_API_KEY\nconst all = { cohere: { model: "command", permissions: [1] } };\n', OTHER),
        (TS, '\nexport const all = [{ provider: "cohere", model: "command-light" }, { provider: "cohere", model: "command-a-03-2025" }];\n', (2, "wrapper_other", "possible", "model")),
        (JAVA, 'class A {\nstatic final String COHERE_MODEL = "command-nightly"; }\n', OTHER),
        (FileKind.PHP, '<?php // api.cohere.com\nreturn ["cohere" => ["model" => "command-r"]];\n', DEAD),
        (TS, '// cohere\nconst cohereModelId = "cohere.command-text-v14";\n', (2, "bedrock", "possible", "model")),
        (TS, '// cohere\nconst m = bedrock.FoundationModelIdentifier.COHERE_COMMAND_TEXT_V14;\n', CDK),
        (TS, '// cohere\nconst m = new FoundationModelIdentifier("cohere.command-light-text-v14");\n', CDK),
    ],
)  # fmt: skip
def test_it_finds(kind: FileKind, source: str, wanted: tuple[int, str, str, str]) -> None:
    assert found(kind, source) == [wanted]
    (usage,) = usages(kind, source)
    assert usage.replacement is not None
    assert usage.replacement.notes


@pytest.mark.parametrize(
    "source",
    [
        'export const COHERE_MODEL = "command-a-03-2025";\n',
        '// cohere\nconst EMBED_MODEL = "small"; const cohereEmbedModel = "large";\n',
        '// cohere\nconst model = "command"; const command = "command";\n',
        'const COHERE_MODEL_NAME_LABEL = "Command R";\n',
        '// api.cohere.com\nconst prices = [{ provider: "cohere", model: "command-r", inputCost: 0.5 }];\n',
        '// api.cohere.com\nconst all = { cohere: { model: "command-a-03-2025" }, ollama: { model: "command-r" } };\n',
        'const all = [{ provider: "openrouter", model: "command-r" }]; // api.cohere.com\n',
        'const names = { cohere: { name: "Cohere", model: "command-r" } };\n',
        '// bedrock, cohere\nexpect(f({ modelId: "cohere.command-text-v14" })).toBe(1);\n',
        'const type: CohereModel = pick("command-r");\n',
        'route([{ provider: "cohere", model: "command-r" }, { provider: "other", model: "x" }]);\n',
        'expect(r).toEqual({ provider: "cohere", model: "command-r" });\n',
    ],
)
def test_it_is_silent_about(source: str) -> None:
    assert found(TS, source) == []


def test_an_id_that_a_use_of_the_file_names_is_told_once() -> None:
    source = (
        'import { CohereClient } from "cohere-ai";\n'
        'const COHERE_MODEL = "command-light";\n'
        "new CohereClient({}).generate({ prompt, model: COHERE_MODEL });\n"
    )

    assert found(TS, source) == [(3, "sdk_call", "confirmed", "prompt model")]


@pytest.mark.parametrize(
    "body",
    [
        'String body = "{\\"prompt\\": \\"x\\", \\"num_generations\\": 2}"; c.getOutputStream().write(body.getBytes());',
        'try (OutputStream o = c.getOutputStream()) { byte[] b = "{\\"prompt\\": \\"x\\", \\"num_generations\\": 2}".getBytes("utf-8"); o.write(b, 0, b.length); }',
        'JSONObject j = new JSONObject(); j.put("prompt", p); j.put("num_generations", 2); new DataOutputStream(c.getOutputStream()).writeBytes(j.toString());',
    ],
)
def test_what_is_written_to_a_connection_is_its_body(body: str) -> None:
    source = (
        "class A { void f() {\n"
        'HttpURLConnection c = (HttpURLConnection) new URL("https://api.cohere.ai/v1/generate").openConnection();\n'
        f"{body} }} void g() {{ x.write(\"{{'k': 1}}\"); }} }}\n"
    )

    assert found(JAVA, source) == [(2, "raw_http", "confirmed", "prompt num_generations")]


def test_the_constant_of_a_crate_is_the_model_that_it_stands_for() -> None:
    source = (
        "use cohere_rust::Cohere;\n"
        'fn f() { let co = Cohere::default(); co.generate(&GenerateRequest { prompt: "x", model: Some(GenerateModel::CommandLight), ..Default::default() }); }\n'
    )

    (usage,) = usages(FileKind.RUST, source)
    assert usage.model == "command-light"
    assert {row.name: row.verdict.value for row in usage.parameters}["model"] == "changed"


def test_names_with_a_hundred_meanings_do_not_hide_a_client_elsewhere() -> None:
    # As in a bundle: each name is given each other one, over and over.
    names = "abcdefghij"
    rows = [f"{one} = {other}.{one}; {one}.{other} = {other}({one});" for one in names for other in names]
    source = f"// cohere\nvar {', '.join(names)};\n" + "\n".join(rows) + "\na.b.c.generate({ prompt: a });\n"
    made = 'import { CohereClient } from "cohere-ai";\nconst co = new CohereClient({}); co.generate({ prompt: 1 });\n'

    assert found(TS, source) == []
    assert found(TS, made + source) == [(2, "sdk_call", "confirmed", "prompt")]


@pytest.mark.parametrize("first", ["let co = null; co = new CohereClient({});", "let co = mk();"])
@pytest.mark.parametrize("number", [1, 16, 60])
def test_a_client_that_is_given_its_own_name_again_and_again(first: str, number: int) -> None:
    lead = 'import { CohereClient } from "cohere-ai"; function mk() { return new CohereClient({}); }\n'
    again = "".join(f"if (f{at}) co = co.retry({at}) || co;\n" for at in range(number))
    source = f"{lead}{first}\n{again}await co.generate({{ prompt: 'x' }});\n"

    assert found(TS, source) == [(number + 3, "sdk_call", "confirmed", "prompt")]


def test_a_list_that_is_filtered_again_and_again() -> None:
    again = "".join(f"if (f{at}) rows = rows.filter((x) => x.k{at} && rows.length);\n" for at in range(40))

    assert (
        found(TS, f"import {{ CohereClient }} from 'cohere-ai';\nlet rows = load();\n{again}rows.generate();\n") == []
    )


def test_a_call_whose_receiver_is_not_followed_to_its_end_is_told() -> None:
    ways = ", ".join(f"x{at}.y.z" for at in range(2_000))
    facts = extract(
        TS, f"import {{ CohereClient }} from 'cohere-ai';\nlet c = [{ways}];\nc.generate({{ k: 1 }});\n".encode()
    )

    assert isinstance(facts, ModuleFacts)
    assert [fault.lines for fault in facts.faults] == [(3,)]


def test_a_receiver_behind_too_many_names_is_unread_and_not_clean() -> None:
    names = "".join(f"const g{at} = g{at - 1};\n" for at in range(1, 80))
    text = f'import {{ CohereClient }} from "cohere-ai";\nconst g0 = new CohereClient({{}});\n{names}'
    facts = extract(FileKind.TYPESCRIPT, f'{text}g79.generate({{ prompt: "x" }});\n'.encode())

    assert isinstance(facts, ModuleFacts)
    assert (facts.sites, [fault.lines for fault in facts.faults]) == ((), [(82,)])


@pytest.mark.parametrize(
    ("kind", "source", "wanted"),
    [
        (FileKind.GO, 'package p\nvar defaultProviderModel = map[string]string{\n"openai": "gpt-4",\n"cohere": "command-xlarge-nightly",\n}\n', [(4, "wrapper_other", "possible", "model")]),
        (FileKind.TYPESCRIPT, '// COHERE_API_KEY\nexport const DEFAULT_MODELS = { openai: "gpt-4", cohere: "command-light" };\n', [(2, "wrapper_other", "likely", "model")]),
        (FileKind.TYPESCRIPT, 'export const DEFAULT_MODELS = { openai: "gpt-4", cohere: "command-a-03-2025" };\n', []),
        (FileKind.TYPESCRIPT, 'export const MODEL_LABELS = { openai: "gpt-4", cohere: "command-light" };\n', []),
        (FileKind.TYPESCRIPT, 'export const DEFAULT_MODELS = { cli: "command", other: "command-light" }; // cohere\n', []),
    ],
)  # fmt: skip
def test_the_default_of_each_vendor(kind: FileKind, source: str, wanted: list[tuple[int, str, str, str]]) -> None:
    assert found(kind, source) == wanted


def test_a_name_made_of_its_own_beginning_is_read_once() -> None:
    """Each beginning in it would be looked at up to its end: five thousand million steps."""
    assert found(TS, f'const {"default" * 30_000} = {{ cohere: "command" }};\n') == []
