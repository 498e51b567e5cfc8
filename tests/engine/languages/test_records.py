"""Bodies that are objects of a class which the file writes down: by place, by name, by annotation, step by step."""

# ruff: noqa: E501 - a case a line reads better than wrapped source

import pytest

from audits.engine.facts import FileKind
from tests.engine.languages.found import found, usages

URL = '"https://api.cohere.ai/v1/generate"'
KOTLIN_BODY = (
    'data class Body(val model: String = "command", val prompt: String, @SerializedName("max_tokens") val size: Int)\n'
)
FOUND = [
    (FileKind.KOTLIN, f'{KOTLIN_BODY}fun ask(p: String) {{ val b = Body("command", p, 40)\n client.post({URL}) {{ setBody(b) }} }}\n', "model prompt max_tokens"),
    (FileKind.KOTLIN, f"{KOTLIN_BODY}fun ask(p: String) = client.post({URL}) {{ setBody(Body(prompt = p, size = 3)) }}\n", "model prompt max_tokens"),
    (FileKind.KOTLIN, f'{KOTLIN_BODY}interface Api {{\n @POST("v1/generate")\n suspend fun cohere(@Header("a") a: String, @Body body: Body): R\n}}\n', "model prompt max_tokens"),
    (FileKind.CSHARP, f'record Body(string Model, string Prompt, [property: JsonPropertyName("max_tokens")] int Size);\nclass A {{ Task Go(string p) => http.PostAsJsonAsync({URL}, new Body("command", p, 3)); }}\n', "model prompt max_tokens"),
    (FileKind.CSHARP, f'class Body {{ public string Model = "command"; public string Prompt; public Body(string prompt) {{ Prompt = prompt; }} }}\nclass A {{ Task Go(string p) {{ var b = new Body(p); return http.PostAsJsonAsync({URL}, b); }} }}\n', "model prompt"),
    (FileKind.JAVA, f'class A {{\n record Body(String model, String prompt, @JsonProperty("max_tokens") int size) {{}}\n String go(String p) {{ Body b = new Body("command", p, 3); return rest.postForObject({URL}, new HttpEntity<>(b), String.class); }}\n}}\n', "model prompt max_tokens"),
    (FileKind.PHP, f"<?php\nclass Body {{ public function __construct(public string $prompt, public int $max_tokens = 3) {{}} }}\nfunction go($p) {{ return Http::post({URL}, new Body($p, 5)); }}\n", "prompt max_tokens"),
    (FileKind.TYPESCRIPT, f"class Body {{ constructor(public prompt: string, public max_tokens: number) {{}} }}\nfetch({URL}, {{ method: 'POST', body: JSON.stringify(new Body(p, 4)) }});\n", "prompt max_tokens"),
]  # fmt: skip
OTHERS = [
    (FileKind.GO, f'package a\ntype OpenAI struct {{\n MaxTokens int `json:"max_completion_tokens"`\n Model string `json:"deployment"`\n}}\nfunc ask() {{ b, _ := json.Marshal(map[string]any{{"prompt": "p", "model": "command", "max_tokens": 3}})\n http.Post({URL}, "application/json", bytes.NewBuffer(b)) }}\n', "prompt model max_tokens"),
    (FileKind.GO, "package a\n" + "\n" * 60_000 + f'func ask() {{ b, _ := json.Marshal(map[string]any{{"prompt": "p"}})\n http.Post({URL}, "application/json", bytes.NewBuffer(b)) }}\n', "prompt"),
    (FileKind.GO, f'package a\\nfunc ask(p string) {{ b, out := new(bytes.Buffer), new(bytes.Buffer)\\n json.NewEncoder(b).Encode(map[string]any{{"prompt": p}})\\n json.NewEncoder(out).Encode(map[string]any{{"prompt": p, "k": 1}})\\n http.Post({URL}, "application/json", b) }}\\n', "prompt"),
    (FileKind.JAVA, f'class Q {{ @JsonProperty("question") String prompt; }}\nclass A {{ String go(String p) {{ return rest.postForObject({URL}, Map.of("prompt", p), String.class); }} }}\n', "prompt"),
]  # fmt: skip
BUILT = """import com.cohere.api.Cohere;
import com.cohere.api.requests.GenerateRequest;
class A {
  Cohere co = Cohere.builder().token("k").build();
  Object ask(String p) {
    GenerateRequest.Builder request = GenerateRequest.builder().prompt(p);
    return co.generate(request.maxTokens(5).build());
  }
}
"""
# Both addresses and both bodies go through one variable; an entry is set later.
BRANCHES = """<?php
function ask($p, $chat) {
  if ($chat) { $url = "https://api.cohere.ai/v1/chat"; $data = ["message" => $p, "model" => "command"]; }
  else { $url = "https://api.cohere.ai/v1/generate"; $data = ["prompt" => $p, "model" => "command"]; }
  $data["max_tokens"] = 5;
  $c = curl_init($url);
  curl_setopt($c, CURLOPT_POSTFIELDS, json_encode($data));
  return curl_exec($c);
}
"""
READS = [
    (FileKind.RUST, f'async fn ask() {{ let r = client.post({URL}).json(&json!({{"prompt": p}})).send().await?;\n let v: Value = r.json().await?;\n let t = v["generations"][0]["text"].as_str();\n}}\nfn other() {{ v["generations"]; }}\n', [3]),
    (FileKind.CSHARP, f'class A {{ async Task Ask(string p) {{ var r = await http.PostAsJsonAsync({URL}, new {{ prompt = p }});\n var d = JsonDocument.Parse(await r.Content.ReadAsStringAsync());\n return d.RootElement.GetProperty("generations")[0]; }}\n void Other() {{ d.GetProperty("generations"); }} }}\n', [3]),
    (FileKind.JAVA, f'class A {{ String ask(String p) {{ String r = rest.postForObject({URL}, Map.of("prompt", p), String.class);\n return new JSONObject(r).getJSONArray("generations").getJSONObject(0).getString("text"); }} }}\n', [2]),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "source", "wanted"), [*FOUND, *OTHERS])
def test_the_parameters_of_an_object(kind: FileKind, source: str, wanted: str) -> None:
    ((_, told, _, parameters),) = found(kind, source)

    assert (told, parameters) == ("raw_http", wanted)


def test_a_body_of_another_class_says_nothing() -> None:
    source = f"class Other(val text: String)\nfun go(p: String) = client.post({URL}) {{ setBody(Other(p)) }}\n"

    assert [row[3] for row in found(FileKind.KOTLIN, source)] == [""]


def test_one_of_two_addresses_in_one_variable_is_no_half_migration() -> None:
    assert found(FileKind.PHP, BRANCHES) == [(8, "raw_http", "confirmed", "prompt model max_tokens")]


@pytest.mark.parametrize(("kind", "source", "lines"), READS)
def test_the_answer_is_read_in_the_function_that_asked(kind: FileKind, source: str, lines: list[int]) -> None:
    (usage,) = usages(kind, source)

    assert [read.line for read in usage.reads] == lines


def test_a_builder_that_has_a_name_keeps_what_it_was_given_before() -> None:
    assert found(FileKind.JAVA, BUILT) == [(7, "sdk_call", "confirmed", "prompt max_tokens")]
