"""Bodies that a function takes as a whole, in languages that declare what it takes; its callers say what is in them."""

# ruff: noqa: E501 - a case a line reads better than wrapped source

import pytest

from audits.engine.facts import FileKind
from tests.engine.languages.found import found, usages

URL = '"https://api.cohere.ai/v1/generate"'
# By language: a caller, and the function that it calls; %s is how the body is declared, and how it is sent.
FILES = {
    FileKind.JAVA: (
        "class A {\n"
        'void a(String q) { JSONObject j = new JSONObject(); j.put("prompt", q); j.put("num_generations", 3); send(j); }\n'
        "String send(JSONObject p) { Request r = new Request.Builder().url(%s).post(RequestBody.create(p.toString(), JSON))"
        ".build(); return client.newCall(r).execute(); } }\n"
    ),
    FileKind.KOTLIN: (
        "class A {\n"
        'fun a(q: String) { send(JSONObject().apply { put("prompt", q); put("num_generations", 3) }) }\n'
        "fun send(p: JSONObject): Response { val r = Request.Builder().url(%s)"
        ".post(p.toString().toRequestBody(JSON)).build(); return client.newCall(r).execute() } }\n"
    ),
    FileKind.GO: (
        "package a\n"
        'func a(q string) { send(map[string]any{"prompt": q, "num_generations": 3}) }\n'
        "func send(p map[string]any) { b, _ := json.Marshal(p); http.Post(%s, JSON, bytes.NewBuffer(b)) }\n"
    ),
    FileKind.CSHARP: (
        "class A {\n"
        "Task<string> B(string q) { return Send(new { prompt = q, num_generations = 3 }); }\n"
        "async Task<string> Send(object p) { return await http.PostAsync(%s, new StringContent(JsonSerializer.Serialize(p))"
        "); } }\n"
    ),
    FileKind.SWIFT: (
        "class A {\n"
        'func a(q: String) { send(p: ["prompt": q, "num_generations": 3]) }\n'
        "func send(p: [String: Any]) { var r = URLRequest(url: URL(string: %s)!);"
        " r.httpBody = try? JSONSerialization.data(withJSONObject: p); URLSession.shared.dataTask(with: r) } }\n"
    ),
    FileKind.RUST: (
        "// in a crate\n"
        'fn a(q: &str) { send(json!({"prompt": q, "num_generations": 3})) }\n'
        "fn send(p: serde_json::Value) { reqwest::Client::new().post(%s).json(&p).send() }\n"
    ),
}


@pytest.mark.parametrize("kind", FILES)
def test_callers_say_what_is_in_a_body_that_is_taken_as_a_whole(kind: FileKind) -> None:
    source = FILES[kind] % URL

    assert found(kind, source) == [
        (2, "wrapper_project", "confirmed", "prompt num_generations"),
        (3, "raw_http", "confirmed", "**p"),
    ]
    caller, request = usages(kind, source)
    assert {row.name: row.verdict.value for row in caller.parameters}["num_generations"] == "unsupported"
    # Where no object can be made of another one, no code is written for it.
    assert request.replacement is not None
    assert not request.replacement.v2


@pytest.mark.parametrize("kind", FILES)
def test_another_hosts_function_has_no_callers(kind: FileKind) -> None:
    assert found(kind, FILES[kind] % '"https://api.example.com/v1/generate"') == []


def test_the_class_of_a_body_is_one_that_is_taken_as_a_whole() -> None:
    source = (
        "class A {\nrecord Asked(String model, String prompt, int max_tokens) {}\n"
        'String a(String q) { Asked one = new Asked("command", q, 9); return send(one); }\n'
        f"String send(Asked p) {{ return rest.postForObject({URL}, new HttpEntity<>(p, headers), String.class); }} }}\n"
    )

    assert found(FileKind.JAVA, source) == [
        (3, "wrapper_project", "confirmed", "model prompt max_tokens"),
        (4, "raw_http", "confirmed", "model prompt max_tokens"),
    ]


def test_what_is_written_to_a_connection_may_be_taken_as_a_whole() -> None:
    source = (
        f"class A {{ static final String URL = {URL};\n"
        'void a(String q) { Map<String, Object> m = new HashMap<>(); m.put("prompt", q); m.put("k", 3); send(m); }\n'
        "void send(Map<String, Object> p) { HttpURLConnection c = (HttpURLConnection) new URL(URL).openConnection();\n"
        "try (OutputStream o = c.getOutputStream()) { o.write(new JSONObject(p).toString().getBytes()); } } }\n"
    )

    assert [(row[:2], row[3]) for row in found(FileKind.JAVA, source)] == [
        ((2, "wrapper_project"), "prompt k"),
        ((3, "raw_http"), "**p"),
    ]


@pytest.mark.parametrize(
    ("takes", "body"),
    [
        # What a server is asked gives a part of itself, what stands in a header is no body, nor is a number.
        ("HttpServletRequest p", 'new HttpEntity<>(text(p.getParameter("q")))'),
        ("Map<String, String> p", "new HttpEntity<>(text(), headers(p))"),
        ("JSONObject p", 'new HttpEntity<>(text(p.getString("q")))'),
        ("JSONObject p", 'new HttpEntity<>("Ask: " + p)'),
        ("String p", "new HttpEntity<>(p)"),
        ("int p", "new HttpEntity<>(p)"),
        ("Sink p", "new HttpEntity<>(p)"),
    ],
)
def test_what_a_function_takes_beside_is_no_body(takes: str, body: str) -> None:
    source = (
        f"class A {{ String send({takes}) {{ return rest.postForObject({URL}, {body}, String.class); }}\n"
        "void a() { send(one); } }\n"
    )

    assert found(FileKind.JAVA, source) == [(1, "raw_http", "confirmed", "")]


@pytest.mark.parametrize("end", ["u.toUriString()", "u.build().toUri()", 'u.queryParam("a", 1).build().toUriString()'])
def test_springs_builder_of_addresses_leads_to_the_request(end: str) -> None:
    source = (
        f"class A {{ String a(String q) {{ UriComponentsBuilder u = UriComponentsBuilder.fromHttpUrl({URL});\n"
        f'return rest.exchange({end}, HttpMethod.POST, new HttpEntity<>(Map.of("prompt", q)), String.class); }} }}\n'
    )

    assert found(FileKind.JAVA, source) == [(2, "raw_http", "confirmed", "prompt")]
    assert found(FileKind.JAVA, source.replace("cohere", "example")) == []


@pytest.mark.parametrize("given", ["j.toString()", '"{\\"prompt\\": \\"" + q + "\\", \\"k\\": 2}"'])
def test_a_body_that_is_taken_as_text_is_read_at_its_callers(given: str) -> None:
    source = (
        f"class A {{ String send(String json) {{ return rest.postForObject({URL}, new HttpEntity<>(json), String.class); }}\n"
        f'void a(String q) {{ JSONObject j = new JSONObject(); j.put("prompt", q); j.put("k", 2);\nsend({given}); }} }}\n'
    )

    assert [(row[:2], row[3]) for row in found(FileKind.JAVA, source)] == [
        ((1, "raw_http"), "**json"),
        ((3, "wrapper_project"), "prompt k"),
    ]
