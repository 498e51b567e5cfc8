"""HTTP and clouds, in every language. `requests.txt` holds the samples: use, language, line, parameters."""

import re
from pathlib import Path

import pytest

from audits.engine.facts import FileKind
from tests.engine.languages.found import found

URL = "https://api.cohere.ai/v1/generate"
SAMPLES = [
    (head.split(), source)
    for head, source in re.findall(
        r"^=== (.*)\n((?:(?!^===).*\n)*)", Path(__file__).with_name("requests.txt").read_text(), re.MULTILINE
    )
]


@pytest.mark.parametrize(
    ("head", "source"), SAMPLES, ids=[f"{' '.join(head)} {n}" for n, (head, _) in enumerate(SAMPLES)]
)
def test_a_request_is_found_where_it_is_sent_and_nothing_else_is(head: list[str], source: str) -> None:
    what, kind, *rest = head
    uses = found(FileKind(kind), source)
    if what == "nothing":
        assert uses == []
        return
    ((line, form, level, parameters),) = uses
    assert (form, line) == (what, int(rest[0]))
    assert level in ("confirmed", "likely")
    if what == "raw_http":
        assert parameters.split() == rest[1:]


def test_an_address_that_is_kept_for_others_is_possible_and_one_of_a_mock_a_mention() -> None:
    source = f'export const COHERE_URL = "{URL}";\nnock("{URL}").reply(200);\n'

    assert [row[1:3] for row in found(FileKind.TYPESCRIPT, source)] == [
        ("raw_http", "possible"),
        ("mention", "possible"),
    ]


def test_the_call_that_sends_is_named_where_a_function_is_given_the_address() -> None:
    source = (
        'class A {\n  private string url = "https://api.cohere.ai/v1/generate";\n'
        "  void Start() { StartCoroutine(Ask(url, text)); }\n"
        "  IEnumerator Ask(string url, string prompt) {\n"
        '    var request = new UnityWebRequest(url, "POST");\n    Body body = new Body();\n'
        '    body.model = "command";\n    body.prompt = prompt;\n'
        "    request.uploadHandler = new UploadHandlerRaw(Bytes(JsonUtility.ToJson(body)));\n"
        "    yield return request.SendWebRequest();\n  }\n}\n"
    )
    assert found(FileKind.CSHARP, source) == [
        (3, "wrapper_project", "confirmed", "prompt"),
        (10, "raw_http", "confirmed", "model prompt"),
    ]


def test_objects_are_known_by_their_entries_and_by_what_is_set_later() -> None:
    script = (
        'import { createCohere } from "@ai-sdk/cohere";\nconst C = { model: process.env.M || "command-nightly" };\n'
    )
    script += "const cohere = createCohere({});\nstreamText({ model: cohere(C.model), prompt });\n"
    assert [row[:2] for row in found(FileKind.TYPESCRIPT, script)] == [(4, "dead_model")]

    go = 'package a\nimport c "github.com/cohere-ai/cohere-go"\n'
    go += "func f(co *c.Client) {\n\tr := c.GenerateOptions{Prompt: p}\n"
    go += "\tif x != nil {\n\t\tr.Temperature = x\n\t}\n\tco.Generate(r)\n}\n"
    assert found(FileKind.GO, go) == [(8, "sdk_call", "confirmed", "prompt temperature")]


def test_a_body_of_names_alone_and_one_of_two() -> None:
    source = (
        'class A {\n  async Task F() {\n    var model = config["Model"] ?? "command-r-plus";\n'
        "    object body = many ? new { model, messages, max_tokens = n } : new { model, other.messages };\n"
        '    var request = new HttpRequestMessage(HttpMethod.Post, "https://api.cohere.com/v2/chat");\n'
        "    request.Content = new StringContent(JsonConvert.SerializeObject(body));\n"
        "    await client.SendAsync(request);\n  }\n}\n"
    )
    assert [row[:2] for row in found(FileKind.CSHARP, source)] == [(7, "dead_model")]


def test_a_member_holds_what_it_is_given_where_its_object_is_made() -> None:
    source = (
        'package a\nconst api = "https://api.cohere.ai/v1"\ntype LLM struct {\n\tbase string\n\tmodel string\n}\n'
        "func New() *LLM {\n\treturn &LLM{base: api, model: m}\n}\n"
        "func (l *LLM) ask(body []byte) {\n"
        '\treq, err := http.NewRequest("POST", l.base+"/generate", bytes.NewReader(body))\n'
        "\tresp, err := l.http.Do(req)\n}\n"
    )
    assert [row[:3] for row in found(FileKind.GO, source)] == [(12, "raw_http", "confirmed")]


def test_a_path_beside_the_address_is_told() -> None:
    told = 'export default {\n baseURL: "https://api.cohere.ai/v1",\n complete: "/generate",\n};\n'
    moved = 'const p = { path: "/generate", target: "https://api.cohere.com/v2/chat" };\n'
    links = 'export const links = { docs: "https://docs.cohere.com", generate: "/generate" };\n'

    assert [use[:3] for use in found(FileKind.TYPESCRIPT, told)] == [(3, "raw_http", "possible")]
    assert found(FileKind.TYPESCRIPT, links) == []
    assert found(FileKind.TYPESCRIPT, moved) == []


def test_one_of_two_paths_for_a_builder_that_posts() -> None:
    builder = (
        'package a\nfunc f(chat bool) {\npath := "/v1/chat"\nif !chat {\npath = "/v1/generate"\n}\n'
        'r := emit.Client(c).URL("https://api.cohere.com"+path).Method(http.MethodPost).Body(b).DoC(ok)\n}\n'
    )
    java = (
        "class A {\nvoid f() { HttpRequest r = HttpRequest.newBuilder().uri(URI.create("
        '"https://api.cohere.ai/v1/generate")).method("POST", b).build();\nclient.send(r, h); }\n}\n'
    )

    stub = builder.replace("DoC(ok)", "WillReturn(200)")

    assert [use[:2] for use in found(FileKind.GO, builder)] == [(7, "raw_http")]
    assert "confirmed" not in {use[2] for use in found(FileKind.GO, stub)}
    assert [use[:2] for use in found(FileKind.JAVA, java)] == [(3, "raw_http")]


def test_a_request_that_is_built_here() -> None:
    head = "class A {\nHttpRequest f() {\n"
    address, body = 'URI.create("https://api.cohere.ai/v1/generate")', 'BodyPublishers.ofString("{\\"prompt\\":1}")'
    given = f"{head}return HttpRequest.newBuilder().uri({address}).POST({body}).build();\n}}\n}}\n"
    sent = (
        f"{head}HttpRequest r = HttpRequest.newBuilder({address}).POST({body}).build();\n"
        "HttpClient.newHttpClient().send(r, h);\n}\n}\n"
    )

    assert found(FileKind.JAVA, given) == [(3, "raw_http", "likely", "prompt")]
    assert found(FileKind.JAVA, sent) == [(4, "raw_http", "confirmed", "prompt")]


def test_two_requests_of_one_client_have_a_body_each() -> None:
    source = (
        "class A {\nasync Task F(HttpClient c) {\n"
        'await c.PostAsJsonAsync("https://api.cohere.ai/generate", new { prompt = p, k = 2 });\n'
        'var m = new HttpRequestMessage(HttpMethod.Post, "https://api.cohere.ai/generate");\n'
        'm.Content = new StringContent("{\\"prompt\\":\\"x\\",\\"truncate\\":\\"END\\"}");\nawait c.SendAsync(m); } }\n'
    )

    assert [use[3] for use in found(FileKind.CSHARP, source)] == ["prompt k", "prompt truncate"]


def test_a_body_that_a_builder_of_another_file_s_class_makes_is_read() -> None:
    source = (
        "import org.springframework.web.reactive.function.client.WebClient;\nclass A {\n"
        '  private final WebClient web = WebClient.builder().baseUrl("https://api.cohere.ai/v1").build();\n'
        "  String ask(String p) {\n"
        '    Body body = Body.builder().model("command").prompt(p).max_tokens(300).build();\n'
        '    return web.post().uri("/generate").bodyValue(body).retrieve().bodyToMono(String.class).block();\n  }\n}\n'
    )

    assert found(FileKind.JAVA, source) == [(6, "raw_http", "confirmed", "model prompt max_tokens")]


def test_maps_of_one_file_are_bodies_of_their_own() -> None:
    post = 'void {}(String q) {{ rest.postForObject("' + URL + '", Map.of("prompt", q, "{}", 1), String.class); }}\n'
    source = f"class A {{\n{post.format('f', 'k')}{post.format('g', 'seed')}}}\n"

    assert [row[3] for row in found(FileKind.JAVA, source)] == ["prompt k", "prompt seed"]
