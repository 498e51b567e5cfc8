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
