"""Methods that an annotation makes a request, and .NET's and JAX-RS's older ways to send one."""

# ruff: noqa: E501 - a case a line reads better than wrapped source

import pytest

from audits.engine.facts import FileKind
from tests.engine.languages.found import found

BODY = "class Asked { String prompt; int k; }\n"
JAVA = [
    '@FeignClient(name = "llm", url = "https://api.cohere.ai")\ninterface Llm { @PostMapping("/v1/generate") R ask(@RequestBody Asked r); }\n',
    '@FeignClient(name = "cohere", url = "${llm.url}")\ninterface CohereClient { @PostMapping(value = "/v1/generate", consumes = "json") R ask(@RequestBody Asked r); }\n',
    '// api.cohere.com by its builder\ninterface Llm { @RequestLine("POST /v1/generate") R ask(Asked r); }\n',
    '@HttpExchange("https://api.cohere.ai/v1")\ninterface Llm { @PostExchange("/generate") R ask(@RequestBody Asked r); }\n',
    '@Client("https://api.cohere.ai")\ninterface Llm { @Post("/v1/generate") R ask(@Body Asked r); }\n',
    '@RegisterRestClient(baseUri = "https://api.cohere.ai") @Path("/v1")\ninterface Llm { @POST @Path("/generate") R ask(Asked r); }\n',
    '@FeignClient(name = "llm", url = "https://api.cohere.ai")\ninterface Llm { @RequestMapping(method = RequestMethod.POST, value = "/v1/generate") R ask(@RequestBody Asked r); }\n',
    '@FeignClient("cohere") // ours\ninterface Llm { @PostMapping(consumes = "application/json", value = "/v1/generate") R ask(@RequestBody Asked r); }\n',
]
FEIGN = '@FeignClient(name = "cohere", url = "https://api.cohere.ai") interface Llm { @PostMapping("/embed") R embed(@RequestBody E e); }\n'


@pytest.mark.parametrize("source", JAVA)
def test_a_clients_annotated_method_is_a_request(source: str) -> None:
    assert found(FileKind.JAVA, source + BODY) == [(2, "raw_http", "likely", "prompt k")]


@pytest.mark.parametrize("source", JAVA)
def test_a_client_of_another_host_is_none(source: str) -> None:
    other = source.replace("cohere", "example").replace("Cohere", "Example")

    assert found(FileKind.JAVA, other + BODY) == []


@pytest.mark.parametrize(
    "source",
    [
        # Servers: what they are asked is theirs.
        '@RestController class CohereController { @PostMapping("/generate") R ask(@RequestBody Asked r) { return s.ask(r); } }\n',
        '@Controller("/cohere") class CohereController { @Post("/generate") R ask(@Body Asked r) { return s.ask(r); } }\n',
        '@Path("/v1") class CohereResource { @POST @Path("/generate") R ask(Asked r) { return s.ask(r); } }\n',
        FEIGN
        + '@RestController class CohereCtl { @PostMapping("/generate") R ask(@RequestBody Asked r) { return s.ask(r); } }\n',
        '/** not a @FeignClient */\n@RestController /* @FeignClient */ class CohereController { @PostMapping("/generate") R ask(@RequestBody Asked r) { return s.ask(r); } }\n',
        '@Controller class CohereController { @Inject @Client("https://api.cohere.ai") HttpClient c; @Post("/generate") R ask(@Body Asked r) { return s.ask(r); } }\n',
        '// Not api.cohere.ai\n@FeignClient(name = "ollama", url = "http://x") interface Llm { @PostMapping("/generate") R ask(@RequestBody Asked r); }\n',
        '// Not api.cohere.ai\n@FeignClient("ollama") interface Llm { @PostMapping("/generate") R ask(@RequestBody Asked r); }\n',
        '@RegisterRestClient(baseUri = "https://api.cohere.ai") interface Llm { @GET @Path("/generate") R ask(); }\n',
        '@RestController class CohereCtl { @PostExchange("/generate") R ask(@RequestBody Asked r) { return s.ask(r); } }\n',
        '@FeignClient("cohere") interface Llm { @RequestMapping(method = RequestMethod.GET, value = "/generate") R ask(); }\n',
        '@FeignClient("cohere") interface Llm { @PostMapping(consumes = {"a/b", "/generate"}, value = "/embed") R ask(@RequestBody Asked r); }\n',
        'interface CohereClient { @RequestLine("GET /v1/generate") R ask(); }\n',
        '@FeignClient(name = "cohere", url = "https://api.cohere.ai") interface CohereClient { @PostMapping("/v1/embed") R ask(@RequestBody Asked r); }\n',
    ],
)
def test_servers_and_other_paths_are_silent(source: str) -> None:
    assert found(FileKind.JAVA, source + BODY) == []


def test_a_client_of_refit_is_a_request() -> None:
    source = (
        "using Refit;\npublic interface ICohereApi {\n"
        '[Post("/v1/generate")] Task<R> Ask([Body] Asked r); }\n'
        "class Asked { public string Prompt { get; set; } public int K { get; set; } }\n"
    )

    assert found(FileKind.CSHARP, source) == [(3, "raw_http", "likely", "prompt k")]
    assert found(FileKind.CSHARP, source.replace("using Refit", "using Nancy")) == []
    assert found(FileKind.CSHARP, source.replace("using Refit", "// no RestService, no Refit\nusing Nancy")) == []


def test_a_client_in_kotlin_is_a_request() -> None:
    source = (
        '@FeignClient(name = "llm", url = "https://api.cohere.ai")\n'
        'interface Llm {\n  @PostMapping(value = ["/v1/generate"])\n  fun ask(@RequestBody r: Asked): R\n}\n'
        '@RestController\nclass CohereCtl {\n  @PostMapping("/generate")\n  fun ask(@RequestBody r: Asked): R = s.ask(r)\n}\n'
        "data class Asked(val prompt: String, val k: Int)\n"
    )

    assert found(FileKind.KOTLIN, source) == [(3, "raw_http", "likely", "prompt k")]


@pytest.mark.parametrize(
    "sends",
    [
        'new WebClient().UploadString("URL", JsonConvert.SerializeObject(new { prompt = q, k = 1 }));',
        'var r = (HttpWebRequest)WebRequest.Create("URL"); r.Method = "POST"; using (var s = new StreamWriter(r.GetRequestStream())) { s.Write(JsonConvert.SerializeObject(new { prompt = q, k = 1 })); } r.GetResponse();',
    ],
)
def test_older_classes_of_dotnet_send_requests(sends: str) -> None:
    source = f"class A {{ void F(string q) {{ {sends} }} }}\n"

    assert found(FileKind.CSHARP, source.replace("URL", "https://api.cohere.ai/v1/generate")) == [
        (1, "raw_http", "confirmed", "prompt k")
    ]
    assert found(FileKind.CSHARP, source.replace("URL", "https://api.cohere.ai/v1/embed")) == []


def test_a_target_of_jax_rs_is_posted_to() -> None:
    source = 'class A { R f(String q) { return client.target("https://api.cohere.ai/v1").path("PATH").request().post(Entity.json(Map.of("prompt", q, "k", 1))); } }\n'

    assert found(FileKind.JAVA, source.replace("PATH", "generate")) == [(1, "raw_http", "confirmed", "prompt k")]
    assert found(FileKind.JAVA, source.replace("PATH", "embed")) == []
