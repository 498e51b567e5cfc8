"""What follows a request or a method that is handed on: its answer's reads, and what it is called with."""

# ruff: noqa: E501 - a case a line reads better than wrapped source

import pytest

from audits.engine.extract.model import ModuleFacts
from audits.engine.facts import FileKind
from audits.engine.link import link
from audits.engine.steps import extract, placed
from tests.engine.languages.found import found, usages

JS, PHP = FileKind.JAVASCRIPT, FileKind.PHP
URL = '"https://api.cohere.ai/v1/generate"'
SENT = f'fetch({URL}, {{ method: "POST", body: JSON.stringify({{ prompt }}) }})'
SDK = 'import { CohereClient } from "cohere-ai";\nconst co = new CohereClient({});\n'


@pytest.mark.parametrize(
    ("source", "reads"),
    [
        (f"const r = await {SENT};\nconst a = await r.json();\nshow(a.generations[0]?.text);\n", ["a.generations[0]?.text"]),
        (f"{SENT}.then((r) => r.json()).then((data) => {{ show(data.generations[0].text); }});\n", ["data.generations[0].text"]),
        (f"const r = await axios.post({URL}, {{ prompt }});\nshow(r.data.generations[0].text);\n", ["r.data.generations[0].text"]),
        (f"const {{ data }} = await axios.post({URL}, {{ prompt }});\nshow(data.generations[0].text);\n", ["data.generations[0].text"]),
        (f"const r = await {SENT}.then((res) => res.json());\nconst [{{ text }}] = r.generations;\n", ["r.generations"]),
        (f"const r = await {SENT};\nconst {{ generations: [first] }} = await r.json();\n", ["generations: [first]"]),
        (f"const {{ data: {{ generations }} }} = await axios.post({URL}, {{ prompt }});\n", ["generations"]),
        (f"{SENT}.then((r) => r.json()).then(({{ generations }}) => show(generations[0]));\n", ["generations"]),
        (f"const r = await {SENT};\nother.json().generations[0];\n", []),
        (f"const r = await {SENT};\nconst {{ generations }} = await other.json();\n", []),
    ],
)  # fmt: skip
def test_the_answer_of_a_request_is_read(source: str, reads: list[str]) -> None:
    (usage,) = usages(JS, source)

    assert [row.text for row in usage.reads] == reads
    assert usage.replacement is not None
    assert "content[0]" not in " ".join(usage.replacement.notes)


ASKED = "const r = await co.generate({ prompt });\n"
STREAM = "const s = await co.generateStream({ prompt });\n"


@pytest.mark.parametrize(
    ("source", "reads"),
    [
        (ASKED + "for (const g of r.generations) {\n  show(g.text);\n}\n", ["r.generations", "g.text"]),
        (ASKED + "const all = r.generations;\nconst first = all[0];\nshow(first.text);\n", ["r.generations", "all[0]", "first.text"]),
        (ASKED + "r.generations.forEach((g) => {\n  show(g.id);\n});\n", ["r.generations.forEach((g) => { show(g.id); })", "g.id"]),
        ("const { generations } = await co.generate({ prompt });\nshow(generations[0].text);\n", ["generations", "generations[0].text"]),
        (STREAM + "for await (const e of s) {\n  if (e.eventType === 'text-generation')\n    show(e.text);\n  e.isFinished;\n}\n", ["e.eventType", "e.text", "e.isFinished"]),
        ("for await (const e of await co.generateStream({ prompt })) {\n  show(e.text);\n}\n", ["e.text"]),
        (STREAM + "for await (const { text } of s) show(text);\n", ["text"]),
        (STREAM + "for await (const e of other) show(e.text);\nfor (const k of s) show(k.size);\n", []),
        (ASKED + "for (const g of other.generations) show(g.text);\n", []),
    ],
)  # fmt: skip
def test_what_a_loop_goes_through_is_read(source: str, reads: list[str]) -> None:
    (usage,) = usages(JS, SDK + source)

    assert [row.text for row in usage.reads] == reads


def test_all_that_a_line_reads_of_an_event_is_told() -> None:
    loop = "for await (const e of s) {\n  if (e.eventType === 'text-generation') show(e.text);\n}\n"
    (usage,) = usages(JS, SDK + STREAM + loop)

    assert [(row.line, row.text) for row in usage.reads] == [(5, "e.eventType"), (5, "e.text")]


BEDROCK = (
    "const out = await c.send(new InvokeModelCommand({ modelId: 'cohere.command-text-v14',"
    " body: JSON.stringify({ prompt }) }));\n"
)
RUBY = "co = Cohere::Client.new(api_key: k)\nr = co.generate(prompt: p)\n"
LARAVEL = f"<?php $r = Http::post({URL}, ['prompt' => $p, 'k' => 1]);\n"


@pytest.mark.parametrize(
    ("kind", "source", "reads"),
    [
        (JS, BEDROCK + "show(JSON.parse(new TextDecoder().decode(out.body)).generations[0].text);\n", ["JSON.parse(new TextDecoder().decode(out.body)).generations[0].text"]),
        (JS, BEDROCK + "const t = JSON.parse(Buffer.from(out.body).toString());\nshow(t.generations[0].text);\n", ["t.generations[0].text"]),
        (JS, BEDROCK + "show(JSON.parse(new TextDecoder().decode(other.body)).generations[0].text);\n", []),
        (FileKind.RUBY, RUBY + 'puts r.dig("generations", 0, "text")\n', ['r.dig("generations", 0, "text")']),
        (FileKind.RUBY, RUBY + 'puts r.dig("meta", "tokens")\nputs q.dig("generations", 0)\n', []),
        (PHP, LARAVEL + "echo $r->json('generations.0.text');\n", ["$r->json('generations.0.text')"]),
        (PHP, LARAVEL + "echo $r->json('meta.generations');\necho $q->json('meta');\n", []),
    ],
)  # fmt: skip
def test_an_answer_is_read_by_a_key_or_when_it_is_decoded(kind: FileKind, source: str, reads: list[str]) -> None:
    (usage,) = usages(kind, source)

    assert [row.text for row in usage.reads] == reads


@pytest.mark.parametrize(
    ("call", "wanted"),
    [
        ("caller.run({ signal }, co.generate.bind(co), { prompt, k: 3 });\n", "prompt k"),
        ("caller.run(co.generate, { prompt, k: 3 });\n", "prompt k"),
        ("retry(co.generate, { retries: 3 });\n", ""),
        ("const ask = co.generate.bind(co, { model: 'command' }); ask();\n", "model"),
    ],
)
def test_what_a_method_is_handed_on_with(call: str, wanted: str) -> None:
    assert found(JS, SDK + call) == [(3, "sdk_call", "confirmed", wanted)]


def test_what_is_printed_is_no_use() -> None:
    source = f"console.log('API call:', {{ url: {URL}, model: 'command' }});\nlogger.info({{ cohere: {{ model: 'command-r' }} }});\n"

    assert found(JS, source) == []
    assert found(JS, f"export const config = {{ url: {URL} }};\n") == [(1, "raw_http", "possible", "")]


def test_prose_with_brackets_is_no_body() -> None:
    source = (
        "<?php $body = array('model' => 'command-a-03-2025', 'messages' => array(array('content' => 'Prompt: show { \"k\": 1 }')));\n"
        "$body = apply_filters('cohere_body', $body, $prompt);\n"
        "wp_remote_post('https://api.cohere.com/v2/chat', array('body' => wp_json_encode($body)));\n"
    )

    assert found(PHP, source) == []


def test_a_member_that_is_set_to_one_text_twice_is_that_text() -> None:
    source = (
        "<?php class A { private $model = 'command';\n"
        "function __construct($c) { $this->model = $c->model() ?? 'command'; }\n"
        "function f($p) { wp_remote_post('https://api.cohere.ai/v1/generate', array('body' => json_encode(array('model' => $this->model, 'prompt' => $p)))); } }\n"
    )

    (usage,) = usages(PHP, source)
    assert usage.model == "command"


def test_examples_of_installed_packages_are_no_mentions() -> None:
    facts = extract(
        FileKind.PYTHON,
        b'def f():\n    """\n    >>> import cohere\n    >>> cohere.Client("k").generate(prompt="x")\n    """\n',
    )
    assert isinstance(facts, ModuleFacts)
    assert len(list(placed("src/a.py", facts))) == 1
    assert list(placed("venv/lib/site-packages/cohere/a.py", facts)) == []
    assert [site.kind.value for site in link({"src/a.py": facts})] == ["mention"]
    assert link({"venv/lib/site-packages/cohere/a.py": facts}) == ()


def test_one_of_several_models_that_are_all_gone() -> None:
    lead = 'import { ChatCohere } from "@langchain/cohere";\nconst M = { a: "command-r", b: "%s" };\n'
    call = "export const f = (name) => new ChatCohere({ model: M[name] });\n"

    assert found(JS, lead % "command-r-plus" + call) == [(3, "dead_model", "confirmed", "model")]
    assert found(JS, lead % "command-a-03-2025" + call) == []


@pytest.mark.parametrize(
    ("build", "wanted"),
    [
        ("const build = (p) => ({ prompt: p.q, max_tokens: 5 });\nserve(url, key, build);\n", (3, "likely", "prompt max_tokens")),
        ("serve(url, key, (p) => { log(p); return { prompt: p, k: 3 }; });\n", (2, "likely", "prompt k")),
        ("serve(url, key, (p) => ({ title: p }));\n", (1, "possible", "")),
        ("serve(url, key, (p) => { const x = { prompt: p, k: 3 }; return p; });\n", (1, "possible", "")),
    ],
)  # fmt: skip
def test_a_call_that_is_given_the_address_and_what_makes_the_body_sends_it(
    build: str, wanted: tuple[int, str, str]
) -> None:
    ((line, kind, level, names),) = found(JS, f"const url = {URL};\n{build}")

    assert (kind, (line, level, names)) == ("raw_http", wanted)
