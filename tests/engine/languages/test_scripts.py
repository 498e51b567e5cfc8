"""TypeScript and JavaScript."""

import pytest

from audits.engine.extract.model import ModuleFacts
from audits.engine.facts import FileKind
from audits.engine.steps import extract
from tests.engine.languages.found import found, usages

MODULE = 'import { CohereClient } from "cohere-ai";\n'


@pytest.mark.parametrize(
    "before",
    [
        MODULE + "const co = new CohereClient({ token: key });",
        'import { CohereClient as C } from "cohere-ai";\nconst co = new C({ token: key });',
        'import * as all from "cohere-ai";\nconst co = new all.CohereClientV2();',
        'const { CohereClient } = require("cohere-ai");\nlet co; co = new CohereClient();',
        'const sdk = require("cohere-ai");\nconst co = new sdk.CohereClient();',
        'const C = require("cohere-ai").CohereClient;\nconst co = new C();',
        'import co from "cohere-ai";\nco.init(key);',
        'const co = require("cohere-ai");\nco.init(key);',
        MODULE + "const make = () => new CohereClient({});\nconst co = make();",
        MODULE + "function make(): CohereClient { return cached; }\nconst co = make();",
        MODULE + "const co = useMemo(() => new CohereClient({}), []);",
        MODULE + "const co = old ?? new CohereClient({});",
        'const { CohereClient } = await import("cohere-ai");\nconst co = new CohereClient();',
        'import { CohereClient } from "npm:cohere-ai@7";\nconst co = new CohereClient();',
    ],
)
def test_a_client_that_the_file_makes_is_certain(before: str) -> None:
    source = f"{before}\nconst r = await co.generate({{ prompt: p, maxTokens: 5, numGenerations: 2 }});\n"

    (use,) = found(FileKind.TYPESCRIPT, source)
    assert use[1:] == ("sdk_call", "confirmed", "prompt max_tokens num_generations")


@pytest.mark.parametrize(
    "before",
    [
        MODULE + "const { generate: ask } = new CohereClient({});",
        MODULE + "const co = new CohereClient({});\nconst ask = co.generate;",
        MODULE + "const co = new CohereClient({});\nconst ask = co.generate.bind(co);",
        MODULE + "const { co: { generate: ask } } = { co: new CohereClient({}) };",
        'const { init, generate: ask } = require("cohere-ai");',
        'import { generate as ask } from "cohere-ai";',
    ],
)
@pytest.mark.parametrize("kind", [FileKind.JAVASCRIPT, FileKind.TYPESCRIPT])
def test_a_method_under_a_name_of_its_own_is_called(kind: FileKind, before: str) -> None:
    source = f"{before}\nawait ask({{ prompt: p, k: 1 }});\n"

    assert [use[1:] for use in found(kind, source)] == [("sdk_call", "confirmed", "prompt k")]


def test_a_parameter_hides_a_method_of_its_name() -> None:
    source = (
        MODULE + "const { generate: run } = new CohereClient({});\n"
        "app.get('/', ({ run }) => run({ id: 1 }));\nfunction g(run) { return run({ id: 2 }); }\n"
        "const h = run => run({ id: 3 });\nconst ask = (q) => run({ prompt: q });\n"
        "const f = (g = run) => run({ k: 1 });\n"
    )

    assert [use[0] for use in found(FileKind.JAVASCRIPT, source)] == [6, 7]
    assert [use[0] for use in found(FileKind.TYPESCRIPT, source)] == [6, 7]
    named = 'import { generate as ask } from "cohere-ai";\nfunction f(ask) { return ask(1); }\n'
    assert found(FileKind.JAVASCRIPT, named) == []


def test_boxes_of_boxes_cost_no_more_than_their_number() -> None:
    boxes = "".join(f"const b{n} = {{ c: b{n + 1}.c, c: b{n + 1}.c, c: b{n + 1}.c }};\n" for n in range(200))

    assert found(FileKind.JAVASCRIPT, f"// cohere\n{boxes}b0.c.generate({{ id: 1 }});\n") == []


def test_a_method_that_is_handed_on_is_told_where_it_is_read() -> None:
    source = MODULE + "const { generate } = new CohereClient({});\nretry(generate);\n"

    assert found(FileKind.JAVASCRIPT, source) == [(2, "sdk_call", "confirmed", "")]


@pytest.mark.parametrize(
    "body",
    [
        "constructor() { this.co = new CohereClient({}); }",
        "private readonly co = new CohereClient({});",
        "private readonly co: CohereClient;",
        "constructor(private readonly co: CohereClient) {}",
        "co?: CohereClient | null = null;",
    ],
)
def test_members_are_clients(body: str) -> None:
    source = f"{MODULE}class Service {{\n{body}\nask(p) {{ return this.co.generate({{ prompt: p }}); }}\n}}\n"

    (usage,) = usages(FileKind.TYPESCRIPT, source)
    assert (usage.line, usage.client, usage.scope) == (4, "cohere-ai.CohereClient", "Service.ask")
    assert usage.confidence == "confirmed"


def test_names_and_verdicts_are_those_of_the_catalogue() -> None:
    source = MODULE + (
        'new CohereClient().generate({ prompt: "a", model: "command", endSequences: ["x"], returnLikelihoods: "ALL",'
        " ...rest });\n"
    )
    (usage,) = usages(FileKind.JAVASCRIPT, source)

    assert [row.name for row in usage.parameters] == [
        "prompt", "model", "end_sequences", "return_likelihoods", "**rest",
    ]  # fmt: skip
    assert {row.name: row.verdict.value for row in usage.parameters if row.name != "model"} == {
        "prompt": "renamed", "end_sequences": "disputed", "return_likelihoods": "unsupported", "**rest": "unknown",
    }  # fmt: skip
    assert usage.model == "command"
    assert "end_sequences" in usage.unsupported
    assert usage.language == "javascript"


def test_streams_destructured_methods_variables_and_references() -> None:
    source = MODULE + (
        "const co = new CohereClient();\n"
        "for await (const e of await co.generateStream({ prompt })) {}\n"
        "const { generate } = co;\n"
        "generate({ prompt });\n"
        'const options = { prompt: "x", k: 0 };\n'
        "retry(() => co.generate(options));\n"
        "queue.push(co.generate.bind(co));\n"
    )

    assert found(FileKind.JAVASCRIPT, source) == [
        (3, "sdk_stream", "confirmed", "prompt"),
        (5, "sdk_call", "confirmed", "prompt"),
        (7, "sdk_call", "confirmed", "prompt k"),
        (8, "sdk_call", "confirmed", ""),
    ]


def test_reads_of_the_answer() -> None:
    source = MODULE + (
        "const co = new CohereClient();\n"
        "const r = await co.generate({ prompt });\n"
        "show(r.generations[0].text);\n"
        "show((await co.generate({ prompt })).generations.length);\n"
    )
    first, second = usages(FileKind.TYPESCRIPT, source)

    assert [(read.line, read.text) for read in first.reads] == [(4, "r.generations[0].text")]
    assert [read.line for read in second.reads] == [5]


def test_a_client_of_another_file_is_likely_by_its_name() -> None:
    source = 'import { cohere as shared } from "./clients";\nshared.generate({ prompt, maxTokens: 5 });\n'

    assert found(FileKind.TYPESCRIPT, source) == [(2, "sdk_call", "likely", "prompt max_tokens")]


@pytest.mark.parametrize(
    "source",
    [
        'import { PrismaClient } from "@prisma/client";\nnew PrismaClient().generate({ prompt: "cohere" });',
        'import { genkit } from "genkit";\nconst ai = genkit({ cohere });\nai.generate({ prompt });',
        "const cohere = new CohereService();\ncohere.generate({ prompt });",
        'import { cohere } from "@ai-sdk/cohere";\ngenerateText({ model: cohere("command-r-08-2024"), prompt });',
        'import { ChatCohere } from "@langchain/cohere";\nnew ChatCohere().generate([["x"]]);',
        'import { CohereClient } from "cohere-ai";\nnew CohereClient().chat({ message: "x" });',
        'import { CohereClient } from "cohere-ai";\nconst co = new OpenAI();\nco.generate({ prompt });',
        "cohere.generate({ messages, prompt });",
        "// cohere.generate({ prompt })\nconst s = 'cohere.generate({})';",
        "codegen.generate({ schema: 'cohere.graphql' });",
        'import type { CohereClient } from "cohere-ai";\nexport class Fake { generate(x) { return x; } }',
    ],
)
def test_other_generators_stay_silent(source: str) -> None:
    assert found(FileKind.TYPESCRIPT, source) == []


def test_langchain_classes_and_their_heirs() -> None:
    source = (
        'import { Cohere } from "@langchain/cohere";\n'
        'import { Cohere as Old } from "langchain/llms/cohere";\n'
        'import { Bedrock } from "@langchain/community/llms/bedrock";\n'
        "const llm = new Cohere({ maxTokens: 20 });\n"
        "class Mine extends Old {}\n"
        'new Bedrock({ model: "cohere.command-text-v14" });\n'
        'new Bedrock({ model: "anthropic.claude-v2" });\n'
    )

    assert [row[:2] for row in found(FileKind.TYPESCRIPT, source)] == [
        (4, "wrapper_langchain"), (5, "wrapper_langchain"), (6, "wrapper_langchain"),
    ]  # fmt: skip


def test_what_only_the_class_of_a_library_takes_is_said_to_be_its_own() -> None:
    source = 'import { Cohere } from "@langchain/cohere";\nconst llm = new Cohere({ maxRetries: 2, maxTokens: 20 });\n'

    told = {row.name: row for row in usages(FileKind.TYPESCRIPT, source)[0].parameters}

    assert told["max_tokens"].verdict == "kept"
    assert told["max_retries"].note.startswith("An argument of @langchain/cohere.Cohere, not of Generate")
    assert told["max_retries"].source == "https://github.com/langchain-ai/langchainjs"


@pytest.mark.parametrize("kind", [FileKind.JAVASCRIPT, FileKind.TYPESCRIPT, FileKind.TSX])
def test_every_script_grammar_reads_the_same(kind: FileKind) -> None:
    source = MODULE + "const co = new CohereClient();\nawait co.generate({ prompt });\n"

    assert found(kind, source) == [(3, "sdk_call", "confirmed", "prompt")]


def test_scripts_inside_markup_keep_their_lines() -> None:
    source = (
        '<template>\n<p/></template>\n<script setup lang="ts">\nimport { CohereClient } from "cohere-ai"\n'
        "const co: CohereClient = x\nco.generate({ prompt })\n</script>\n"
    )

    assert found(FileKind.HTML, source) == [(6, "sdk_call", "confirmed", "prompt")]


def test_what_the_parser_does_not_understand_is_listed_where_it_may_hold_a_use() -> None:
    broken = extract(FileKind.JAVASCRIPT, b"const ok = 1;\nawait cohere.generate({{{ prompt: ;\n")
    logo = extract(FileKind.JAVASCRIPT, b"const ok = 1;\nfunction ( {{{ Cohere ;\n")

    assert isinstance(broken, ModuleFacts)
    assert isinstance(logo, ModuleFacts)
    assert [(fault.reason, fault.lines) for fault in broken.faults] == [("unparsable", (2,))]
    assert logo.faults == ()


def test_code_that_a_generator_wrote_is_left_alone() -> None:
    source = "// This file was auto-generated by Fern from our API Definition.\n" + MODULE
    assert found(FileKind.TYPESCRIPT, source + "new CohereClient().generate({ prompt });\n") == []


def test_a_comment_sets_a_use_aside() -> None:
    source = MODULE + (
        "const co = new CohereClient();\n// last-call: ignore[old demo]\nco.generate({ prompt });\n"
        "co.generate({ prompt }); // last-call: ignore[kept]\nco.generate({ prompt });\n"
    )

    assert [use.suppressed for use in usages(FileKind.TYPESCRIPT, source)] == ["old demo", "kept", ""]


def test_scripts_in_attributes_of_pages_and_of_php_templates() -> None:
    body = "{method: 'POST', body: JSON.stringify({prompt: p})}"
    page = f'<b onclick="fetch(\'https://api.cohere.ai/v1/generate\', {body})">x</b>\n<i title="generate">y</i>\n'
    template = (
        "<?php if ($a): ?>\n<div x-data=\"{ p: '',\n async f(p) {\n"
        f"  await fetch('https://api.cohere.ai/v1/generate', {body}); }} }}\">\n<?= $x ?></div>\n"
    )

    assert found(FileKind.HTML, page) == [(1, "raw_http", "confirmed", "prompt")]
    assert found(FileKind.PHP, template) == [(4, "raw_http", "confirmed", "prompt")]


@pytest.mark.parametrize(
    "state",
    [
        "const [box, setBox] = useState(null);\nuseEffect(() => { setBox(new CohereClient({ token: k })); }, []);",
        "const [box, setBox] = useState<CohereClient | null>(null);\nconst start = () => setBox(new CohereClient());",
        "const [box, setBox] = useState(() => new CohereClient());\n",
        "const [box, other] = await Promise.all([new CohereClient(), load()]);\n",
        "const [box, other] = [new CohereClient(), 1];\n",
    ],
)
def test_a_client_that_a_pattern_of_a_list_takes_is_known(state: str) -> None:
    source = f"{MODULE}function App() {{\n{state}\nconst ask = (p) => box.generate({{ prompt: p }});\n}}\n"

    assert [use[1:] for use in found(FileKind.TSX, source)] == [("sdk_call", "confirmed", "prompt")]


@pytest.mark.parametrize(
    "state",
    [
        "const [box, setBox] = useState(null);\nsetBox(new Other());",
        "const [other, box] = [new CohereClient(), make()];",
        "const [, box] = [new CohereClient(), make()];",
        "const [box, setBox] = useState(null);\n}\nfunction B(setBox) {\nsetBox(new CohereClient());",
    ],
)
def test_what_a_pattern_of_a_list_takes_else_is_no_client(state: str) -> None:
    source = f"{MODULE}function App() {{\n{state}\nconst ask = (p) => box.generate({{ prompt: p }});\n}}\n"

    assert found(FileKind.TSX, source) == []


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        ("Object.assign(defaults(), { prompt: p }, extra)", "max_tokens prompt **extra"),
        ("Object.assign({}, defaults(), { prompt: p })", "max_tokens prompt"),
        ("options(p)", "prompt temperature"),
        ("{ ...defaults(), prompt: p }", "max_tokens prompt"),
    ],
)
def test_what_a_function_of_the_file_gives_back_is_read(options: str, wanted: str) -> None:
    source = (
        f"{MODULE}const co = new CohereClient();\nconst defaults = () => ({{ maxTokens: 5 }});\n"
        "function options(p) { const all = { prompt: p, temperature: 0 }; return all; }\n"
        f"const r = await co.generate({options});\n"
    )

    assert [use[3] for use in found(FileKind.TYPESCRIPT, source)] == [wanted]


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ("__spreadProps(__spreadValues({ model }, rest), { prompt: p })", "model **rest prompt"),
        ("(0, tslib_1.__assign)({ prompt: p, k: 2 }, rest)", "prompt k **rest"),
        ("Object.assign({}, { model: m }, rest, { prompt: p })", "model **rest prompt"),
    ],
)
def test_a_body_is_read_as_compilers_write_it(body: str, wanted: str) -> None:
    url = '"https://api.cohere.ai/v1/generate"'

    for source in (f"axios.post({url}, {body});\n", f"const all = {body};\nall.k = 1;\naxios.post({url}, all);\n"):
        (use,) = found(FileKind.JAVASCRIPT, source)
        assert use[3].replace(" k", "") == wanted.replace(" k", "")


@pytest.mark.parametrize(
    ("sends", "wanted"),
    [
        ("axios.post(URL, o, { headers })", "**o"),
        ("axios.post(URL, { ...o, k: 2 })", "**o k"),
        ('axios({ method: "post", url: URL, data: o })', "**o"),
        ("request.post(URL).set(a, b).send(o)", "**o"),
        ('fetch(URL, { method: "POST", headers: o.headers, body: JSON.stringify(o.body) })', "**o.body"),
        ('fetch(URL, { method: "POST", headers: o })', ""),
        ("axios.post(URL, other)", ""),
    ],
)
def test_a_body_that_a_function_takes_as_a_whole_is_what_its_callers_pass(sends: str, wanted: str) -> None:
    source = (
        f'const URL = "https://api.cohere.ai/v1/generate";\nconst send = (o) => {sends};\n'
        'send({ body: 1, prompt: p, model: "command" });\n'
    )

    inner, *callers = found(FileKind.JAVASCRIPT, source)

    assert inner == (2, "raw_http", "confirmed", wanted)
    assert [row[:2] for row in callers] == ([(3, "wrapper_project")] if wanted else [])
    assert "prompt model" in callers[0][3] if wanted not in ("", "**o.body") else True


def test_the_body_that_a_function_of_the_file_gives_back_is_read() -> None:
    source = (
        'const make = (o) => { return { model: o.model || "command", prompt: o.prompt, max_tokens: o.size }; };\n'
        "async function ask(o) {\n  const data = make(o);\n"
        '  return fetch("https://api.cohere.ai/v1/generate", { method: "POST", body: JSON.stringify(data) });\n}\n'
    )

    assert found(FileKind.JAVASCRIPT, source) == [(4, "raw_http", "confirmed", "model prompt max_tokens")]


def test_a_list_of_several_hosts_addresses_is_no_use() -> None:
    hosts = '["https://api.cohere.com/v1/generate", "https://api.other.com/v1/messages"]'

    assert found(FileKind.TYPESCRIPT, f"const refused = {hosts};\nfor (const url of refused) refuse(url);\n") == []


@pytest.mark.parametrize(
    ("sent", "parameters"),
    [
        ("{ ...config, data: { prompt: q } }", "prompt"),
        ("{ ...config, data: body }", "prompt p"),
        # What stands before an object that is unpacked is replaced by it.
        ("{ data: { prompt: q }, ...config }", "prompt max_tokens model"),
        ("{ ...config, headers: {} }", "prompt max_tokens model"),
    ],
)
def test_a_later_key_replaces_what_is_unpacked(sent: str, parameters: str) -> None:
    source = (
        'const config = { method: "post", url: "https://api.cohere.ai/v1/generate", '
        'data: { prompt: "x", max_tokens: 5, model: "command" } };\n'
        f"const body = {{ prompt: q, p: 1 }};\naxios.request({sent});\n"
    )

    assert [row[3] for row in found(FileKind.JAVASCRIPT, source)] == [parameters]
