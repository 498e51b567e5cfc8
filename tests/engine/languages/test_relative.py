"""Helpers that put a path behind Cohere's address: the use is the call that names Generate's path."""

# ruff: noqa: E501 - a case a line reads better than wrapped source

import pytest

from audits.engine.facts import FileKind
from tests.engine.languages.found import found

# By language: a helper in line 2, one call of it with Generate's path in line 3, one with another path in line 4.
FILES = {
    FileKind.JAVASCRIPT: (
        'const BASE = "https://api.cohere.ai/v1";\n'
        'async function ask(path, body) { return fetch(`${BASE}/${path}`, { method: "POST", body: JSON.stringify(body) }); }\n'
        'ask("generate", { prompt: q, k: 2 });\n'
        'ask("embed", { texts: q });\n'
    ),
    FileKind.TYPESCRIPT: (
        'class Co { constructor(private key: string, private url = "https://api.cohere.ai") {}\n'
        'ask(path: string, body: object) { return fetch(`${this.url}${path}`, { method: "POST", body: JSON.stringify(body) }); }\n'
        'one(q: string) { return this.ask("/v1/generate", { prompt: q, k: 2 }); }\n'
        'two(q: string) { return this.ask("/v1/embed", { texts: q }); } }\n'
    ),
    FileKind.RUBY: (
        'class Co\n def ask(path, body) = HTTParty.post("https://api.cohere.ai/#{path}", body: body.to_json)\n'
        ' def one(q) = ask("generate", { prompt: q, k: 2 })\n def two(q) = ask("embed", { texts: q })\nend\n'
    ),
    FileKind.PHP: (
        "<?php class Co { const BASE = 'https://api.cohere.ai/v1/';\n"
        "function ask($path, $body) { return Http::post(self::BASE . $path, $body); }\n"
        "function one($q) { return $this->ask('generate', ['prompt' => $q, 'k' => 2]); }\n"
        "function two($q) { return $this->ask('embed', ['texts' => $q]); } }\n"
    ),
    FileKind.GO: (
        "package co\n"
        'func (c *C) ask(path string, body any) { b, _ := json.Marshal(body); http.Post(fmt.Sprintf("https://api.cohere.ai/v1/%s", path), JSON, bytes.NewReader(b)) }\n'
        'func (c *C) One(q string) { c.ask("generate", map[string]any{"prompt": q, "k": 2}) }\n'
        'func (c *C) Two(q string) { c.ask("embed", map[string]any{"texts": q}) }\n'
    ),
    FileKind.JAVA: (
        'class Co { static final String BASE = "https://api.cohere.ai/v1/";\n'
        "String ask(String path, Object body) { return rest.postForObject(BASE + path, body, String.class); }\n"
        'String one(String q) { return ask("generate", Map.of("prompt", q, "k", 2)); }\n'
        'String two(String q) { return ask("embed", Map.of("texts", q)); } }\n'
    ),
    FileKind.KOTLIN: (
        'class Co { private val base = "https://api.cohere.ai/v1"\n'
        'fun ask(path: String, body: JSONObject): Response { val r = Request.Builder().url("$base/$path").post(body.toString().toRequestBody(JSON)).build(); return http.newCall(r).execute() }\n'
        'fun one(q: String) = ask("generate", JSONObject().put("prompt", q).put("k", 2))\n'
        'fun two(q: String) = ask("embed", JSONObject().put("texts", q)) }\n'
    ),
    FileKind.CSHARP: (
        'class Co { const string Base = "https://api.cohere.ai/v1/";\n'
        'Task<string> Ask(string path, object body) { return http.PostAsJsonAsync($"{Base}{path}", body); }\n'
        'Task<string> One(string q) { return Ask("generate", new { prompt = q, k = 2 }); }\n'
        'Task<string> Two(string q) { return Ask("embed", new { texts = q }); } }\n'
    ),
    FileKind.DART: (
        "class Co { static const base = 'https://api.cohere.ai/v1';\n"
        "Future ask(String path, Map body) => http.post(Uri.parse('$base/$path'), body: jsonEncode(body));\n"
        "Future one(String q) => ask('generate', {'prompt': q, 'k': 2});\n"
        "Future two(String q) => ask('embed', {'texts': q}); }\n"
    ),
    FileKind.SWIFT: (
        'class Co { let base = "https://api.cohere.ai/v1"\n'
        'func ask(_ path: String, body: [String: Any]) { var r = URLRequest(url: URL(string: "\\(base)/\\(path)")!); r.httpBody = try? JSONSerialization.data(withJSONObject: body); URLSession.shared.dataTask(with: r) { d, x, e in }.resume() }\n'
        'func one(q: String) { ask("generate", body: ["prompt": q, "k": 2]) }\n'
        'func two(q: String) { ask("embed", body: ["texts": q]) } }\n'
    ),
    FileKind.RUST: (
        'const BASE: &str = "https://api.cohere.ai/v1";\n'
        'fn ask(path: &str, body: serde_json::Value) { reqwest::Client::new().post(format!("{}/{}", BASE, path)).json(&body).send() }\n'
        'fn one(q: &str) { ask("generate", json!({"prompt": q, "k": 2})) }\n'
        'fn two(q: &str) { ask("embed", json!({"texts": q})) }\n'
    ),
}


@pytest.mark.parametrize("kind", FILES)
def test_the_call_that_names_the_path_is_the_use(kind: FileKind) -> None:
    assert found(kind, FILES[kind]) == [(3, "raw_http", "confirmed", "prompt k")]


@pytest.mark.parametrize("kind", FILES)
def test_a_helper_of_another_host_is_silent(kind: FileKind) -> None:
    assert found(kind, FILES[kind].replace("api.cohere.ai", "api.example.com") + "// api.cohere.ai\n") == []


@pytest.mark.parametrize(
    ("helper", "call", "line"),
    [
        ("const ask = ({ path, body }) => axios.post(`https://api.cohere.ai/${path}`, body);", 'ask({ path: "generate", body: { prompt: q, k: 2 } });', 2),
        ('const ask = (model, path, body) => axios.post("https://api.cohere.ai/" + model + "/" + path, body);', 'ask("xlarge", "generate", { prompt: q, k: 2 });', 2),
        ("const send = (path, body) => axios.post(`https://api.cohere.ai/v1/${path}`, body); const ask = (p, b) => send(p, b);", 'ask("generate", { prompt: q, k: 2 });', 2),
        ("const P = { make: 'generate' }; const ask = (path, body) => axios.post(`https://api.cohere.ai/v1/${path}`, body);", "ask(P.make, { prompt: q, k: 2 });", 2),
    ],
)  # fmt: skip
def test_paths_come_in_objects_behind_a_model_and_through_other_helpers(helper: str, call: str, line: int) -> None:
    assert (line, "raw_http", "confirmed", "prompt k") in found(FileKind.JAVASCRIPT, f"{helper}\n{call}\n")


@pytest.mark.parametrize(
    "source",
    [
        # Without a body, for another endpoint, by a function that is not this one.
        'const ask = (path) => fetch("https://api.cohere.ai/v1/" + path); ask("generate");',
        'const ask = (path, b) => axios.post("https://api.cohere.ai/v1/" + path, b); ask("embed-generate/jobs", { a });',
        'const ask = (path, b) => axios.post("https://api.cohere.ai/v1/" + path, b); function f(ask) { ask("generate", { a }); }',
        'const show = (path, b) => console.log("https://api.cohere.ai/v1/" + path, b); show("generate", { prompt });',
    ],
)
def test_other_calls_are_silent(source: str) -> None:
    assert found(FileKind.JAVASCRIPT, f"{source}\n") == []


@pytest.mark.parametrize("written", ["$BASE/generate", "${BASE}/generate", "${Api.BASE}/generate"])
def test_names_in_kotlins_texts_are_read(written: str) -> None:
    source = (
        'object Api { const val BASE = "https://api.cohere.ai/v1" }\nconst val BASE = "https://api.cohere.ai/v1"\n'
        f'suspend fun ask(q: String) = client.post("{written}") {{ setBody(mapOf("prompt" to q)) }}\n'
    )

    assert found(FileKind.KOTLIN, source) == [(3, "raw_http", "confirmed", "prompt")]
    assert found(FileKind.KOTLIN, source.replace("cohere", "example")) == []


def test_async_http_client_is_prepared_with_the_verb_and_the_address() -> None:
    source = (
        'class A { void a() { client.prepare("POST", "https://api.cohere.ai/v1/generate")'
        '.setBody("{\\"prompt\\": \\"x\\", \\"k\\": 2}").execute(); } }\n'
    )

    assert found(FileKind.JAVA, source) == [(1, "raw_http", "confirmed", "prompt k")]
    assert found(FileKind.JAVA, source.replace("generate", "embed")) == []
