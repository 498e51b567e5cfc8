"""Requests of one class or file that share what sends them: each has a body of its own."""

import pytest

from audits.engine.facts import FileKind
from tests.engine.languages.found import found

GENERATE, CHAT = "https://api.cohere.ai/v1/generate", "https://api.cohere.com/v1/chat"
JAVA = f"""\
import java.util.Map;
class A {{
  RestTemplate rest = new RestTemplate(); ObjectMapper mapper = new ObjectMapper();
  static final String GEN = "{GENERATE}", CHAT = "{CHAT}";
  Map a(String p) {{ return rest.postForObject(GEN, Map.of("prompt", p, "num_generations", 3), Map.class); }}
  String n(String p) {{ return mapper.writeValueAsString(Map.of("prompt", p, "k", 3)); }}
  Map b(Dto p) {{ BODY }}
}}
"""
KOTLIN = f"""\
class A(private val c: HttpClient) {{
  suspend fun gen(q: String) = c.post("{GENERATE}") {{ setBody(mapOf("prompt" to q, "k" to 2)) }}
  suspend fun ask(q: String) = c.post("ADDRESS") {{ setBody(mapOf(BODY)) }}
}}
"""
CSHARP = f"""\
class A {{
  HttpClient h;
  Task Gen(string q) => h.PostAsJsonAsync("{GENERATE}", new {{ prompt = q, k = 2 }});
  Task Ask(string q, BodyDto r) => h.PostAsJsonAsync("ADDRESS", BODY);
}}
"""


def in_java(body: str) -> tuple[FileKind, str]:
    return FileKind.JAVA, JAVA.replace("BODY", body)


def in_kotlin(address: str, body: str) -> tuple[FileKind, str]:
    return FileKind.KOTLIN, KOTLIN.replace("ADDRESS", address).replace("BODY", body)


def in_csharp(address: str, body: str) -> tuple[FileKind, str]:
    return FileKind.CSHARP, CSHARP.replace("ADDRESS", address).replace("BODY", body)


@pytest.mark.parametrize(
    "source",
    [
        in_java('return rest.postForObject(CHAT, Map.of("message", p), Map.class);'),
        in_java('Map m = new HashMap(); m.put("message", p); return rest.postForObject(CHAT, m, Map.class);'),
        in_java('JSONObject m = new JSONObject(); m.put("message", p); return rest.postForObject(CHAT, m, Map.class);'),
        in_java("return rest.postForObject(CHAT, p, Map.class);"),
        in_java('return rest.postForObject(CHAT, mapper.writeValueAsString(Map.of("message", p)), Map.class);'),
        in_java("return rest.postForObject(CHAT, mapper.writeValueAsString(p), Map.class);"),
        in_kotlin(CHAT, '"message" to q'),
        in_csharp("https://api.cohere.com/v2/chat", 'new { model = "command-a-03-2025", messages = m }'),
    ],
)
def test_a_right_request_to_chat_takes_nothing_of_a_neighbours_body(source: tuple[FileKind, str]) -> None:
    assert [row[1] for row in found(source[0], source[1])] == ["raw_http"]


@pytest.mark.parametrize(
    ("source", "names"),
    [
        (in_java('return rest.postForObject(GEN, Map.of("prompt", p, "preset", "x"), Map.class);'), "prompt preset"),
        (in_kotlin(GENERATE, '"prompt" to q, "preset" to "x"'), "prompt preset"),
        (in_csharp(GENERATE, 'new { prompt = q, preset = "x" }'), "prompt preset"),
        (in_csharp(GENERATE, "r"), "**r"),
    ],
)
def test_each_request_to_generate_has_its_own_body(source: tuple[FileKind, str], names: str) -> None:
    assert found(source[0], source[1])[-1][1:] == ("raw_http", "confirmed", names)


@pytest.mark.parametrize(
    "source",
    [
        in_java('return rest.postForObject(CHAT, Map.of("prompt", p, "num_generations", 1), Map.class);'),
        in_java('Map m = new HashMap(); m.put("num_generations", 1); return rest.postForObject(CHAT, m, Map.class);'),
        in_kotlin(CHAT, '"num_generations" to 2'),
        in_csharp(CHAT, "new { message = q, num_generations = 2 }"),
    ],
)
def test_a_request_to_chat_with_generates_own_keys_is_told(source: tuple[FileKind, str]) -> None:
    assert found(source[0], source[1])[-1][1:3] == ("half_migrated", "confirmed")
