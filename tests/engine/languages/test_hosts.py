"""Where the host stands apart from the path, and addresses of which one is Chat's."""

# ruff: noqa: E501 - a case a line reads better than wrapped source

import pytest

from audits.engine.facts import FileKind
from tests.engine.languages.found import found

CS, RB, JS, PHP = FileKind.CSHARP, FileKind.RUBY, FileKind.JAVASCRIPT, FileKind.PHP
TYPED = 'public class B {{\n HttpClient _http;\n public B(HttpClient http) {{ _http = http; {}.BaseAddress = new Uri({}); }}\n Task F(string q) => _http.PostAsJsonAsync("generate", new {{ model = "command", prompt = q }});\n}}\n'
PARTY = "class A\n  include HTTParty\n  base_uri '{}'\n  def ask(q)\n    {}.post('/v1/generate', body: {{ prompt: q }}.to_json)\n  end\nend\n"
CHOSEN = 'fetch(chat ? "https://api.cohere.com/v1/chat" : "https://api.cohere.com/v1/generate", { method: "POST", body: JSON.stringify({ prompt, truncate: "NONE" }) });\n'


@pytest.mark.parametrize(
    ("kind", "source", "wanted"),
    [
        (CS, TYPED.format("_http", '"https://api.cohere.ai/v1/"'), [(4, "raw_http", "confirmed", "model prompt")]),
        (CS, TYPED.format("http", '"https://api.cohere.ai/v1/"'), [(4, "raw_http", "confirmed", "model prompt")]),
        (CS, TYPED.format("_http", '"https://api.other.ai/v1/"'), []),
        (RB, PARTY.format("https://api.cohere.ai", "self.class"), [(5, "raw_http", "confirmed", "prompt")]),
        (RB, PARTY.format("https://api.cohere.ai", "A"), [(5, "raw_http", "confirmed", "prompt")]),
        (RB, PARTY.format("https://api.other.ai", "self.class"), []),
        (RB, PARTY.format("https://api.cohere.ai", "Other"), []),
        (RB, PARTY.format("https://api.xcohere.ai", "A"), []),
        (RB, PARTY.format("a" * 100_000, "A"), []),
        (RB, PARTY.replace("'{}'", "\"https://#{{region}}.cohere.ai\"", 1).format("A"), [(5, "raw_http", "confirmed", "prompt")]),
        (JS, CHOSEN, [(1, "raw_http", "confirmed", "prompt truncate")]),
        (JS, 'const base = "https://api.cohere.ai";\nfetch(new URL("/v1/generate", base), { method: "POST", body: JSON.stringify({ prompt }) });\n', [(2, "raw_http", "confirmed", "prompt")]),
        (JS, 'const url = new URL("/v1/generate", "https://api.cohere.ai");\nfetch(url.toString(), { method: "POST", body: JSON.stringify({ prompt }) });\n', [(2, "raw_http", "confirmed", "prompt")]),
        (CS, 'class A {\n Uri u = new Uri(new Uri("https://api.cohere.ai/v1/"), "generate");\n Task F(string q) => http.PostAsJsonAsync(u, new { prompt = q, k = 1 }); }\n', [(3, "raw_http", "confirmed", "prompt k")]),
        (JS, 'fetch(new URL("/v1/embed", "https://api.cohere.ai"), { method: "POST", body: JSON.stringify({ prompt }) });\n', []),
        (JS, 'fetch(new URL("/api/generate", "http://[cohere"), { method: "POST", body: JSON.stringify({ prompt }) });\n', []),
        (PHP, "<?php\nreturn ['cohere' => ['url' => env('COHERE_URL', 'https://api.cohere.ai/v1/generate')]];\n", [(2, "raw_http", "possible", "")]),
        (RB, "conn = Faraday.new(url: 'https://api.cohere.ai/v1')\nconn.post('generate', { prompt: q, k: 1 }, { 'Authorization' => key })\n", [(2, "raw_http", "confirmed", "prompt k")]),
        (JS, 'const { cohere } = require("../build/core/providers/cohere");\nawait cohere.generate({ prompt: "x", temperature: 1 });\n', []),
        (JS, 'const { cohere } = require("./lib/cohere");\nawait cohere.generate({ prompt: "x", temperature: 1 });\n', [(2, "sdk_call", "likely", "prompt temperature")]),
    ],
)  # fmt: skip
def test_a_request_is_told_by_its_host(kind: FileKind, source: str, wanted: list[tuple[int, str, str, str]]) -> None:
    assert found(kind, source) == wanted


@pytest.mark.parametrize(
    ("constructor", "wanted"),
    [
        ('A() { url = "https://api.cohere.ai/v1/generate"; }', (3, "raw_http", "confirmed", "prompt")),
        ('void g() { String url = "https://api.cohere.ai/v1/generate"; log(url); }', (2, "raw_http", "possible", "")),
        ('void g(String url) { url = "https://api.cohere.ai/v1/generate"; }', (2, "raw_http", "possible", "")),
    ],
)
def test_a_field_that_a_method_sets_by_its_name_is_the_field(
    constructor: str, wanted: tuple[int, str, str, str]
) -> None:
    source = f'class A {{ private String url;\n{constructor}\nvoid f(String p) {{ r.postForObject(url, Map.of("prompt", p), B.class); }} }}\n'

    assert found(FileKind.JAVA, source) == [wanted]


MADE = 'const BASE = "https://api.cohere.ai/v1";\n{}\nhttp.post("/generate", {{ prompt }});\n'


@pytest.mark.parametrize(
    "made",
    [
        'const http = axios.create({ baseURL: "https://x.example", headers: { Referer: BASE } });',
        "const http = axios.create({ headers: { Origin: BASE } });",
        "const http = axios.create({ proxy: BASE });",
        'const http = new Client(BASE, { baseURL: "https://x.example" });',
        'const http = agent().set("a", "b").proxy(BASE);',
        "const http = createServer({ target: BASE });",
    ],
)
def test_an_address_beside_the_base_tells_no_host(made: str) -> None:
    assert found(JS, MADE.format(made)) == []


@pytest.mark.parametrize(
    "made",
    [
        "const http = axios.create({ baseURL: BASE, headers: { Referer: page } });",
        "const http = new Client(BASE, { timeout: 3 });",
        "const http = request.defaults({ url: BASE });",
    ],
)
def test_the_base_tells_the_host(made: str) -> None:
    assert found(JS, MADE.format(made)) == [(3, "raw_http", "confirmed", "prompt")]


@pytest.mark.parametrize(
    "route",
    [
        "const router = new Router(BASE); router.post('/generate', ask);",
        "const api = create(BASE); api.post('/generate', async (req, res) => res.send(await ask(req)));",
        "const api = create(BASE); function ask(req) {} api.post('/generate', ask);",
        "const api = create(BASE); api.post('/generate', check, cohereController.ask);",
        "const app = createServer({ target: BASE }); app.post('/generate', { prompt });",
    ],
)
def test_a_route_of_a_server_is_no_request(route: str) -> None:
    assert found(JS, f"const BASE = 'https://api.cohere.ai/v1';\n{route}\n") == []


@pytest.mark.parametrize(
    ("given", "wanted"), [("handleAsk", []), ('map[string]any{"prompt": p}', [(3, "raw_http", "confirmed", "prompt")])]
)
def test_a_handler_of_go_is_no_body(given: str, wanted: list[tuple[int, str, str, str]]) -> None:
    source = (
        f'package a\nfunc f(p string) {{ c := web.New("https://api.cohere.ai/v1")\n c.Post("/generate", {given}) }}\n'
    )

    assert found(FileKind.GO, source) == wanted
