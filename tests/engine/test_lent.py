"""Helpers that another file of the same language gives, and bodies that it makes."""

# ruff: noqa: E501 - a case a line reads better than wrapped source

import pytest

from audits.engine import ModuleFacts, file_kind
from audits.engine.facts import CallSite
from audits.engine.steps import extract
from tests.engine.trees import lent as sites

TS = 'import { CohereClient } from "cohere-ai";\nconst co = new CohereClient({ token: k });\n'
ASK = f"{TS}export async function ask(prompt: string, size = 5) {{ return co.generate({{ prompt, maxTokens: size }}); }}\n"
JAVA = "package app;\nimport com.cohere.api.Cohere;\nimport com.cohere.api.requests.GenerateRequest;\n"
GO = 'import (\n cohere "github.com/cohere-ai/cohere-go/v2"\n client "github.com/cohere-ai/cohere-go/v2/client"\n)\n'
URL = '"https://api.cohere.ai/v1/generate"'
CALLERS = [
    ({"lib/llm.ts": ASK, "use.ts": 'import { ask } from "./lib/llm";\nask("a", 3);\n'}, ("use.ts", 2, "confirmed", "prompt max_tokens")),
    ({"lib/llm.ts": ASK, "use.ts": 'import * as llm from "@/lib/llm";\nllm.ask("a");\n'}, ("use.ts", 2, "confirmed", "prompt")),
    ({"lib/llm.ts": ASK, "lib/index.ts": 'export * from "./llm";\n', "use.ts": 'import { ask } from "./lib";\nask("a");\n'}, ("use.ts", 2, "confirmed", "prompt")),
    ({"llm.ts": f"{TS}export default async ({{ prompt, n }}: O) => co.generate({{ prompt, numGenerations: n }});\n", "use.ts": 'import ask from "./llm";\nask({ prompt: "a", n: 2, other: 1 });\n'}, ("use.ts", 2, "confirmed", "prompt num_generations")),
    ({"llm.js": 'const cohere = require("cohere-ai");\nfunction ask(p) { return cohere.generate({ prompt: p }); }\nmodule.exports = { ask };\n', "use.js": 'const { ask } = require("./llm");\nask("a");\n'}, ("use.js", 2, "confirmed", "prompt")),
    ({"llm.ts": ASK, "use.js": 'const llm_1 = require("./llm");\n(0, llm_1.ask)("a");\n'}, ("use.js", 2, "confirmed", "prompt")),
    ({"llm.ts": f"{TS}export const generate = (p: string) => co.generate({{ prompt: p }});\n", "use.ts": 'import * as llm from "./llm";\nllm.generate("a");\n'}, ("use.ts", 2, "confirmed", "prompt")),
    ({"llm.ts": f"{TS}export class Bot {{ generate(p: string) {{ return co.generate({{ prompt: p }}); }} }}\n", "use.ts": 'import { Bot } from "./llm";\nconst bot = new Bot();\nbot.generate("a");\n'}, ("use.ts", 3, "confirmed", "prompt")),
    ({"llm.js": 'var x = {};\n__export(x, { ask: () => ask });\nmodule.exports = __toCommonJS(x);\nvar ai = require("cohere-ai");\nconst co = new ai.CohereClient({});\nconst ask = (prompt) => co.generate({ prompt });\n', "use.js": 'var llm = require("./llm");\n(0, llm.ask)("a");\n'}, ("use.js", 2, "confirmed", "prompt")),
    ({"llm.ts": f"{TS}export class Bot {{ run(p: string) {{ return co.generate({{ prompt: p }}); }} }}\n", "use.ts": 'import { Bot } from "./llm";\nconst bot = new Bot();\nbot.run("a");\n'}, ("use.ts", 3, "confirmed", "prompt")),
    ({"client.ts": f"{TS}export {{ co }};\n", "llm.ts": 'import { co } from "./client";\nexport const ask = (p: string) => co.generate({ prompt: p });\n', "use.ts": 'import { ask } from "./llm";\nask("a");\n'}, ("use.ts", 2, "confirmed", "prompt")),
    ({"llm/llm.go": f"package llm\n{GO}func Ask(ctx context.Context, p string) {{ co := client.NewClient(client.WithToken(k)); co.Generate(ctx, &cohere.GenerateRequest{{Prompt: p}}) }}\n", "main.go": 'package main\nimport "x/llm"\nfunc main() { llm.Ask(ctx, "a") }\n'}, ("main.go", 3, "confirmed", "prompt")),
    ({"a/llm.go": f"package a\n{GO}type S struct {{ co *client.Client }}\nfunc (s *S) Ask(ctx context.Context, p string) {{ s.co.Generate(ctx, &cohere.GenerateRequest{{Prompt: p}}) }}\n", "a/use.go": 'package a\nfunc run(s *S) { s.Ask(ctx, "a") }\n'}, ("a/use.go", 2, "confirmed", "prompt")),
    ({"Llm.java": f'{JAVA}class Llm {{ Cohere co = Cohere.builder().token("k").build();\n String ask(String p) {{ return co.generate(GenerateRequest.builder().prompt(p).build()).toString(); }} }}\n', "Use.java": 'package app;\nclass Use { private final Llm llm; String go() { return llm.ask("a"); } }\n'}, ("Use.java", 2, "confirmed", "prompt")),
    ({"Llm.kt": 'import com.cohere.api.Cohere\nimport com.cohere.api.requests.GenerateRequest\nclass Llm { val co = Cohere.builder().token("k").build()\n fun ask(p: String) = co.generate(GenerateRequest.builder().prompt(p).build()) }\n', "Use.kt": 'class Use(val llm: Llm) { fun go() = llm.ask(p = "a") }\n'}, ("Use.kt", 1, "confirmed", "prompt")),
    ({"Llm.cs": f"public class Llm {{ public Task Ask(string p) => http.PostAsJsonAsync({URL}, new {{ prompt = p }}); }}\n", "Use.cs": 'class Use { Llm llm; Task Go() => llm.Ask("a"); }\n'}, ("Use.cs", 1, "confirmed", "prompt")),
    ({"llm.rb": "class Llm\n def initialize; @co = Cohere::Client.new(api_key: k); end\n def ask(text, size: 5)\n  @co.generate(prompt: text, max_tokens: size)\n end\nend\n", "use.rb": 'Llm.new.ask("a", size: 2)\n'}, ("use.rb", 1, "confirmed", "prompt max_tokens")),
    ({"Llm.php": f"<?php\nclass Llm {{ public function ask($p) {{ return Http::post({URL}, ['prompt' => $p]); }} }}\n", "Use.php": '<?php\nclass Use_ { public function __construct(private Llm $llm) {} function go() { return $this->llm->ask("a"); } }\n'}, ("Use.php", 2, "confirmed", "prompt")),
    ({"CohereClient.php": f"<?php\nclass CohereClient {{ public function generate($p) {{ return Http::post({URL}, ['prompt' => $p]); }} }}\n", "Use.php": '<?php\nclass Use_ { public function __construct(private CohereClient $cohere) {} function go() { return $this->cohere->generate(["prompt" => "a"]); } }\n'}, ("Use.php", 2, "confirmed", "prompt")),
    ({"CohereClient.php": f"<?php\nclass CohereClient {{ public function generate($p) {{ return Http::post({URL}, ['prompt' => $p]); }} }}\n", "Use.php": '<?php\nclass Use_ { public function __construct(private CohereClient $cohere) {} function go() { return $this->cohere->generate("a"); } }\n'}, ("Use.php", 2, "confirmed", "prompt")),
    ({"llm.js": f"module.exports = async function (params) {{ return fetch({URL}, {{ method: 'POST', body: JSON.stringify(params) }}); }};\n", "use.js": 'const ask = require("./llm");\nask({ prompt: "a", numGenerations: 2 });\n'}, ("use.js", 2, "confirmed", "prompt num_generations")),
    ({"llm.js": f"class Llm {{ ask(params) {{ return axios.post({URL}, params, {{ headers }}); }} }}\nmodule.exports = Llm;\n", "use.js": 'const Llm = require("./llm");\nconst llm = new Llm();\nconst body = { prompt: "a", k: 2 };\nllm.ask(body);\n'}, ("use.js", 4, "confirmed", "prompt k")),
    ({"llm.js": f"module.exports = {{ ask: (data) => axios({{ method: 'post', url: {URL}, data }}) }};\n", "use.js": 'const llm = require("./llm");\nllm.ask({ prompt: "a" });\n'}, ("use.js", 2, "confirmed", "prompt")),
    ({"llm.ts": f"const api = {{ async ask(prompt: string) {{ return axios.post({URL}, {{ prompt }}); }} }};\nexport default api;\n", "use.ts": 'import api from "./llm";\napi.ask("a");\n'}, ("use.ts", 2, "confirmed", "prompt")),
    ({"llm.rb": f"class Llm\n def ask(params)\n  HTTParty.post({URL}, headers: h, body: params.to_json)\n end\nend\n", "use.rb": 'Llm.new.ask(prompt: "a", max_tokens: 2)\n'}, ("use.rb", 1, "confirmed", "prompt max_tokens")),
    ({"Llm.php": f"<?php\nclass Llm {{ public function ask(array $data) {{ return Http::post({URL}, $data); }} }}\n", "Use.php": '<?php\nclass Use_ { public function __construct(private Llm $llm) {} function go($rest) { return $this->llm->ask($rest); } }\n'}, ("Use.php", 2, "confirmed", "**")),
    ({"conf.json": '{"url": {"cohere": {"base": "https://api.cohere.ai", "completions": "/generate"}}}', "llm.js": "const config = require('./conf').getInstance();\nclass Llm { constructor() { this.http = axios.create({ baseURL: config.getProperty('url.cohere.base') }); }\n ask(params) { const url = config.getProperty('url.cohere.completions'); return this.http.post(url, params); } }\nmodule.exports = Llm;\n", "use.js": 'const Llm = require("./llm");\nnew Llm().ask({ prompt: "a" });\n'}, ("use.js", 2, "confirmed", "prompt")),
    ({"Llm.java": f"class Llm {{ String ask(JSONObject body) {{ return rest.postForObject({URL}, new HttpEntity<>(body.toString()), String.class); }} }}\n", "Use.java": 'class Use { private final Llm llm; String go(String q) { JSONObject j = new JSONObject(); j.put("prompt", q); j.put("k", 2);\n return llm.ask(j); } }\n'}, ("Use.java", 2, "confirmed", "prompt k")),
    ({"Llm.java": f"class Llm {{ String ask(AskBody body) {{ return rest.postForObject({URL}, body, String.class); }} }}\n", "AskBody.java": "class AskBody { String prompt; int k; AskBody(String prompt, int k) {} }\n", "Use.java": 'class Use { private final Llm llm; String go(AskBody body) { return llm.ask(body); } }\n'}, ("Use.java", 1, "confirmed", "**")),
    ({"llm/llm.go": f'package llm\nfunc Ask(body map[string]any) {{ b, _ := json.Marshal(body); http.Post({URL}, "application/json", bytes.NewBuffer(b)) }}\n', "main.go": 'package main\nimport "x/llm"\nfunc main() { llm.Ask(map[string]any{"prompt": "a", "max_tokens": 2}) }\n'}, ("main.go", 3, "confirmed", "prompt max_tokens")),
]  # fmt: skip
TWICE = 'import { ask } from "./llm";\nexport async function tell(text: string, n: number) { const answer = await ask(text, n); return answer.generations[0].text; }\n'
RELAYED = [
    ({"llm.ts": ASK, "mid.ts": TWICE, "use.ts": 'import { tell } from "./mid";\ntell("a", 3);\n'}, ("use.ts", 2, "prompt max_tokens")),
    ({"llm.ts": ASK, "mid.ts": TWICE, "top.ts": 'import { tell } from "./mid";\nexport const say = async (what: string) => { await tell(what, 1); };\n', "use.ts": 'import { say } from "./top";\nsay("a");\n'}, ("use.ts", 2, "prompt")),
    ({"llm.ts": f"{TS}export async function ask({{ prompt, n }}: O) {{ return co.generate({{ prompt, numGenerations: n }}); }}\n", "mid.ts": 'import { ask } from "./llm";\nexport async function tell(o: O) { log(await ask(o)); }\n', "use.ts": 'import { tell } from "./mid";\ntell({ prompt: "a", n: 2 });\n'}, ("use.ts", 2, "prompt num_generations")),
    ({"llm.ts": f"{TS}export async function ask({{ prompt }}: O) {{ return co.generate({{ prompt }}); }}\n", "mid.ts": 'import { ask } from "./llm";\nexport async function tell(text: string) { log(await ask({ prompt: text })); }\n', "use.ts": 'import { tell } from "./mid";\ntell("a");\n'}, ("use.ts", 2, "prompt")),
    ({"Llm.java": f'{JAVA}class Llm {{ Cohere co = Cohere.builder().token("k").build();\n String ask(String p) {{ return co.generate(GenerateRequest.builder().prompt(p).build()).toString(); }} }}\n', "Mid.java": "package app;\nclass Mid { private final Llm llm; void tell(String text) { log(llm.ask(text)); } }\n", "Use.java": 'package app;\nclass Use { private final Mid mid; void go() { mid.tell("a"); } }\n'}, ("Use.java", 2, "prompt")),
    ({"llm/llm.go": f"package llm\n{GO}func Ask(ctx context.Context, p string) {{ co := client.NewClient(client.WithToken(k)); co.Generate(ctx, &cohere.GenerateRequest{{Prompt: p}}) }}\n", "mid/mid.go": "package mid\nimport \"x/llm\"\nfunc Tell(text string) { log(llm.Ask(ctx, text)) }\n", "main.go": 'package main\nimport "x/mid"\nfunc main() { mid.Tell("a") }\n'}, ("main.go", 3, "prompt")),
]  # fmt: skip
BODIES = [
    ({"Make.java": f"{JAVA}class Make {{ static GenerateRequest of(String p) {{ return GenerateRequest.builder().prompt(p).numGenerations(3).build(); }} }}\n", "Ask.java": f'{JAVA}class Ask {{ Cohere co = Cohere.builder().token("k").build();\n Object ask(String p) {{ return co.generate(Make.of(p)); }} }}\n'}, "prompt num_generations"),
    ({"req/req.go": f"package req\n{GO}func Make(p string) *cohere.GenerateRequest {{ return &cohere.GenerateRequest{{Prompt: p, K: cohere.Int(1)}} }}\n", "main.go": f'package main\n{GO}import "x/req"\nfunc main() {{ co := client.NewClient(); co.Generate(ctx, req.Make("a")) }}\n'}, "prompt k"),
    ({"Body.java": 'class Body { private String model = "command"; private String prompt; private int maxTokens;\n Body(String prompt, int maxTokens) { this.prompt = prompt; } }\n', "Ask.java": f"class Ask {{ String ask(String p) {{ Body b = new Body(p, 20); return rest.postForObject({URL}, new HttpEntity<>(b), String.class); }} }}\n"}, "model prompt max_tokens"),
    ({"Body.kt": 'data class Body(val prompt: String, @SerializedName("max_tokens") val size: Int)\n', "Api.kt": 'interface CohereApi {\n @POST("v1/generate")\n suspend fun ask(@Body body: Body): R\n}\n'}, "prompt max_tokens"),
    ({"Body.cs": "public record Body(string Prompt, int K);\n", "Ask.cs": f"class Ask {{ Task Go(string p) => http.PostAsJsonAsync({URL}, new Body(p, 1)); }}\n"}, "prompt k"),
    ({"Body.cs": "public class Body { public string Prompt { get; set; } public int MaxTokens { get; set; } }\n", "Ask.cs": f"class Ask {{ Task Go(Body body) {{ var json = JsonSerializer.Serialize(body);\n return http.PostAsync({URL}, new StringContent(json)); }} }}\n"}, "prompt max_tokens"),
    ({"Body.cs": "public class CohereRequest { public CohereRequest(string prompt) { Prompt = prompt; }\n public string Prompt { get; set; }\n public int MaxTokens { get; set; } = 100; }\n", "Ask.cs": 'class Ask { Task Go(string p) { var json = JsonSerializer.Serialize(new CohereRequest(p));\n var body = new MemoryStream(Encoding.UTF8.GetBytes(json));\n var request = new InvokeModelRequest { ModelId = "cohere.command-text-v14", Accept = "*/*", ContentType = "application/json", Body = body };\n return bedrock.InvokeModelAsync(request); } }\n'}, "model_id max_tokens prompt"),
    ({"body.js": "const body = (p) => { return { prompt: p, k: 1 }; };\nexport default body;\n", "ask.js": f'import made from "./body";\naxios.post({URL}, made("a"));\n'}, "prompt k"),
    ({"body.js": "export default (p) => ({ prompt: p, k: 1 });\n", "ask.js": f'import made from "./body";\naxios.post({URL}, made("a"));\n'}, "prompt k"),
    ({"body.js": "const other = (p) => ({ prompt: p, k: 1 });\nexport default (p) => ({ prompt: p });\n", "ask.js": f'import made from "./body";\naxios.post({URL}, made("a"));\n'}, "prompt"),
    ({"body.ts": "export const body = (p: string) => ({ prompt: p, truncate: 'END' });\n", "ask.ts": f'import {{ body }} from "./body";\nfetch({URL}, {{ method: "POST", body: JSON.stringify(body("a")) }});\n'}, "prompt truncate"),
]  # fmt: skip
ADDRESSES = [
    ({"urls.go": f"package main\nconst CohereURL = {URL}\n", "main.go": 'package main\nfunc ask(p string) { b, _ := json.Marshal(map[string]any{"prompt": p})\n req, _ := http.NewRequest("POST", CohereURL, bytes.NewBuffer(b))\n client.Do(req) }\n'}, ("main.go", 4)),
    ({"conf/urls.ts": f"export const API_URL = {URL};\n", "ask.ts": 'import { API_URL } from "./conf/urls";\nfetch(API_URL, { method: "POST", body: JSON.stringify({ prompt: "a" }) });\n'}, ("ask.ts", 2)),
    ({"Urls.java": f"class Urls {{ static final String COHERE_URL = {URL}; }}\n", "Ask.java": 'class Ask { String ask(String p) { return rest.postForObject(Urls.COHERE_URL, Map.of("prompt", p), String.class); } }\n'}, ("Ask.java", 1)),
]  # fmt: skip
SILENT = [
    {"llm.ts": ASK, "use.ts": 'import { tell } from "./mid";\ntell("a");\n', "mid.ts": "export async function tell(id: string) { log(id); }\n"},
    {"llm.ts": ASK, "use.ts": 'import { ask } from "./other";\nask("a");\n', "other.ts": "export const ask = (p) => p;\n"},
    {"llm.ts": ASK, "use.ts": 'import { ask } from "./llm";\nask();\n'},
    {"llm.ts": f"{TS}export {{ co }};\nexport const generate = (p: string) => co.generate({{ prompt: p }});\n", "use.ts": 'import { co } from "./llm";\nco.generate({ prompt: "a" });\n'},
    {"llm.ts": f"{TS}function ask(p: string) {{ return co.generate({{ prompt: p }}); }}\n", "use.ts": 'import { ask } from "./llm";\nask("a");\n'},
    {"llm.ts": f"{TS}export const ask = (id: string) => {{ log(id); return co.generate({{ prompt: 'x' }}); }};\n", "use.ts": 'import { ask } from "./llm";\nask("a");\n'},
    {"Llm.cs": f"public class Llm {{ public Task Ask(string p) => http.PostAsJsonAsync({URL}, new {{ prompt = p }}); }}\n", "Use.cs": 'class Use { Other llm; Task Go() => llm.Ask("a"); }\n'},
]  # fmt: skip


def names(site: CallSite) -> str:
    return " ".join(one.name or "" for one in site.arguments)


@pytest.mark.parametrize(("tree", "wanted"), CALLERS, ids=[f"{row[1][0]} {at}" for at, row in enumerate(CALLERS)])
def test_a_call_of_another_files_helper(tree: dict[str, str], wanted: tuple[str, int, str, str]) -> None:
    (site,) = [one for one in sites(tree) if one.kind == "wrapper_project"]

    assert (site.path, site.span.line, site.confidence, names(site)) == wanted
    assert {step.path for step in site.proof} >= {site.path, next(one.path for one in sites(tree) if one is not site)}


@pytest.mark.parametrize(("tree", "wanted"), RELAYED, ids=[f"{row[1][0]} {at}" for at, row in enumerate(RELAYED)])
def test_a_call_of_what_hands_on_to_another_files_helper(tree: dict[str, str], wanted: tuple[str, int, str]) -> None:
    (site,) = [one for one in sites(tree) if one.path == wanted[0]]

    assert (site.path, site.span.line, names(site)) == wanted
    assert (site.kind, site.confidence) == ("wrapper_project", "confirmed")


def test_a_function_that_hands_on_nothing_of_its_own_is_no_helper() -> None:
    middle = 'import { ask } from "./llm";\nexport async function tell(id: string) { log(id, await ask("b")); }\n'
    tree = {"llm.ts": ASK, "mid.ts": middle, "use.ts": 'import { tell } from "./mid";\ntell("a");\n'}

    assert [one.path for one in sites(tree) if one.kind == "wrapper_project"] == ["mid.ts"]


@pytest.mark.parametrize(("tree", "wanted"), BODIES, ids=[next(reversed(row[0])) for row in BODIES])
def test_a_body_that_another_file_makes(tree: dict[str, str], wanted: str) -> None:
    (site,) = sites(tree)

    assert names(site) == wanted


@pytest.mark.parametrize(("tree", "wanted"), ADDRESSES, ids=[row[1][0] for row in ADDRESSES])
def test_a_request_to_an_address_that_another_file_keeps(tree: dict[str, str], wanted: tuple[str, int]) -> None:
    (site,) = sites(tree)

    assert (site.path, site.span.line) == wanted
    assert (site.kind, site.confidence, names(site)) == ("raw_http", "confirmed", "prompt")
    assert site.proof[-1].path != site.path


def test_an_address_that_nothing_in_sight_sends_to_is_told_where_it_stands() -> None:
    tree = {
        "urls.ts": f"export const API_URL = {URL};\n",
        "ask.ts": 'import { API_URL } from "./other";\nfetch(API_URL, { body: { prompt } });\n',
    }

    assert [(site.path, site.confidence) for site in sites(tree)] == [("urls.ts", "possible")]


@pytest.mark.parametrize("tree", SILENT)
def test_other_calls_are_silent(tree: dict[str, str]) -> None:
    assert [one.path for one in sites(tree) if one.kind == "wrapper_project"] == []


def test_a_bundle_asks_nothing_of_others_and_takes_no_time() -> None:
    """Functions that give back each other's results: a way through them for each of many names would never end."""
    names = [f"f{at}" for at in range(60)]
    rows = [
        f"function {name}(prompt) {{ let a = {names[at - 1]}(prompt); a = {names[at - 2]}(a); return a; }}"
        for at, name in enumerate(names)
    ]
    tree = {"app.js": "\n".join([*rows, "// cohere", *(f"{name}(x);" for name in names)])}

    found = extract(file_kind("app.js"), tree["app.js"].encode())
    assert isinstance(found, ModuleFacts)
    assert (found.called, found.bodies) == ((), ())
