"""Swift and Dart: requests over HTTP, and their bodies."""

# ruff: noqa: E501 - a case a line reads better than wrapped source

import pytest

from audits.engine import file_kind
from audits.engine.facts import FileKind
from tests.engine.languages.found import found, usages

SWIFT, DART = FileKind.SWIFT, FileKind.DART
URL = "https://api.cohere.ai/v1/generate"
FOUND = [
    (SWIFT, f'func ask(p: String) async throws {{\n var r = URLRequest(url: URL(string: "{URL}")!)\n r.httpMethod = "POST"\n let body: [String: Any] = ["model": "command", "prompt": p]\n r.httpBody = try? JSONSerialization.data(withJSONObject: body)\n let (data, _) = try await URLSession.shared.data(for: r)\n}}\n', [(6, "confirmed", "model prompt")]),
    (SWIFT, 'class A {\n let base = "https://api.cohere.ai"\n func ask(p: String) {\n  guard let u = URL(string: base + "/generate") else { return }\n  var r = URLRequest(url: u)\n  r.httpBody = try! JSONEncoder().encode(Body(prompt: p, max_tokens: 3))\n  URLSession.shared.dataTask(with: r) { d, s, e in print(d) }.resume()\n }\n}\nstruct Body: Codable { let prompt: String; let max_tokens: Int }\n', [(7, "confirmed", "prompt max_tokens")]),
    (SWIFT, f'func ask(p: String) {{ AF.request("{URL}", method: .post, parameters: ["prompt": p, "k": 0], encoding: JSONEncoding.default).responseJSON {{ r in }} }}\n', [(1, "confirmed", "prompt k")]),
    (SWIFT, 'let base = "https://api.cohere.com/v1"\nfunc ask() { AF.request("\\(base)/generate", method: .post, parameters: ["prompt": p]) }\n', [(2, "confirmed", "prompt")]),
    (SWIFT, f'func ask(p: String) async -> R? {{\n let body = ["prompt": p, "k": 1] as [String: Any]\n guard let data = try? JSONSerialization.data(withJSONObject: body, options: []) else {{ return nil }}\n let r = NSMutableURLRequest(url: NSURL(string: "{URL}")! as URL, timeoutInterval: 10.0)\n r.httpBody = data as Data\n return try await MakeURLRequest(request: r)\n}}\n', [(6, "confirmed", "prompt k")]),
    (DART, f"class A {{\n static const url = '{URL}';\n Future<String> ask(String p, {{int n = 3}}) async {{\n  final r = await http.post(Uri.parse(url), headers: h, body: jsonEncode({{'model': 'command', \"prompt\": p, 'max_tokens': n}}));\n  return jsonDecode(r.body)['generations'][0]['text'];\n }}\n}}\n", [(4, "confirmed", "model prompt max_tokens")]),
    (DART, "final base = 'https://api.cohere.ai/v1';\nFuture f(p) async { await dio.post('$base/generate', data: {'prompt': p}); }\n", [(2, "confirmed", "prompt")]),
    (DART, f"Future f(p) async {{\n final r = http.Request('POST', Uri.parse('{URL}'));\n r.body = json.encode({{'prompt': p, 'k': 1}});\n await r.send();\n}}\n", [(2, "confirmed", "prompt k")]),
]  # fmt: skip
SILENT = [
    (SWIFT, f'// "{URL}"\nlet docs = "https://docs.cohere.com/reference/generate"\n'),
    (SWIFT, 'func ask() { AF.request("https://api.example.com/generate", method: .post, parameters: ["prompt": p]) } // cohere\n'),
    (DART, f"/// {URL}\nfinal chat = 'https://api.cohere.com/v2/chat';\n"),
    (DART, "Future f(p) async { await http.post(Uri.parse('http://localhost:11434/api/generate'), body: {'prompt': p}); } // cohere\n"),
]  # fmt: skip


def test_their_files_are_read() -> None:
    assert (file_kind("App/Ask.swift"), file_kind("lib/ask.dart"), file_kind("lib/ask.g.dart")) == (SWIFT, DART, None)


@pytest.mark.parametrize(("kind", "source", "wanted"), FOUND)
def test_a_request_is_found_with_its_parameters(
    kind: FileKind, source: str, wanted: list[tuple[int, str, str]]
) -> None:
    assert found(kind, source) == [(line, "raw_http", sure, names) for line, sure, names in wanted]


@pytest.mark.parametrize(("kind", "source"), SILENT)
def test_other_addresses_are_silent(kind: FileKind, source: str) -> None:
    assert found(kind, source) == []


def test_the_answer_is_read_and_the_body_is_written_in_its_language() -> None:
    (usage,) = usages(DART, FOUND[5][1])

    assert [read.line for read in usage.reads] == [5]
    assert usage.replacement is not None
    assert '"messages": [{"role": "user", "content": p}]' in usage.replacement.v2
    (usage,) = usages(SWIFT, FOUND[0][1])
    assert usage.replacement is not None
    assert '"messages": [["role": "user", "content": p]]' in usage.replacement.v2


CHOSEN = "{'prompt': 'a', if (x) 'k': 3, if (x.has(')')) 'frequency_penalty': 1, if (n != null) 'max_tokens': n else 'p': 0.2}"


def test_a_map_s_entries_under_a_condition_keep_it() -> None:
    (usage,) = usages(DART, f"f(x, n) => http.post(Uri.parse('{URL}'), body: jsonEncode({CHOSEN}));\n")

    assert [row.name for row in usage.parameters] == ["prompt", "k", "frequency_penalty", "max_tokens", "p"]
    assert usage.replacement is not None
    assert "  if (x.has(')')) \"frequency_penalty\": 1,\n" in usage.replacement.v2
    for entry in ('if (x) "k": 3', 'if (n != null) "max_tokens": n', 'if (!(n != null)) "p": 0.2'):
        assert f"  {entry},\n" in usage.replacement.v2


def test_a_choice_of_another_kind_is_one_value() -> None:
    (usage,) = usages(
        DART, f"f(x) => http.post(Uri.parse('{URL}'), body: jsonEncode({{'prompt': 'a', 'k': x ? 3 : 1}}));\n"
    )

    assert usage.replacement is not None
    assert '"k": x ? 3 : 1,' in usage.replacement.v2


def test_a_caller_of_a_helper() -> None:
    source = f"class A {{\n Future ask(String p) => http.post(Uri.parse('{URL}'), body: {{'prompt': p}});\n Future two() => ask('x');\n}}\n"

    assert found(DART, source)[-1] == (3, "wrapper_project", "confirmed", "prompt")


@pytest.mark.parametrize(
    ("kind", "source"),
    [
        (DART, f'f() => http.post(Uri.parse(\'{URL}\'), body: \'{{"prompt":"tell me","model":"command"}}\');\n'),
        (
            DART,
            f"f() => http.post(Uri.parse('{URL}'), body: '''{{\"prompt\": \"tell me\", \"model\": \"command\"}}''');\n",
        ),
        (DART, f'f() => http.post(Uri.parse(\'{URL}\'), body: r\'{{"prompt": "tell me", "model": "command"}}\');\n'),
        (
            FileKind.KOTLIN,
            'fun f() {\n val b = "{\\"prompt\\":\\"tell me\\",\\"model\\":\\"command\\"}".toRequestBody(json)\n'
            f' client.newCall(Request.Builder().url("{URL}").post(b).build()).execute()\n}}\n',
        ),
    ],
)
def test_a_text_of_json_is_read_as_such(kind: FileKind, source: str) -> None:
    (usage,) = usages(kind, source)

    shown = {parameter.name: (parameter.value, parameter.verdict) for parameter in usage.parameters}
    assert shown["prompt"][0].strip("'\"") == "tell me"
    assert shown["model"][1] == "changed"


def test_a_text_with_a_value_put_in_is_no_constant() -> None:
    (usage,) = usages(DART, f'f(p) => http.post(Uri.parse(\'{URL}\'), body: \'{{"prompt":"tell $p","k":3}}\');\n')

    shown = {parameter.name: parameter.value for parameter in usage.parameters}
    assert (shown["prompt"], shown["k"]) == ('"tell …"', "3")


def test_between_three_quotes_kotlin_knows_no_escapes() -> None:
    body = r'''"""{"prompt": "a\nb", "k": 3}"""'''
    (usage,) = usages(FileKind.KOTLIN, f'fun f() = client.post("{URL}") {{ setBody({body}) }}\n')

    shown = {parameter.name: parameter.value for parameter in usage.parameters}
    assert shown["prompt"].strip("'\"") == "a\\nb"
