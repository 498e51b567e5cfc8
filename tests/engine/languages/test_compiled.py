"""Go, Java, Kotlin, C#, Rust, Ruby and PHP through their SDKs."""

from audits.engine.facts import FileKind
from tests.engine.languages.found import found, usages

GO = """package main
import (
  cohere "github.com/cohere-ai/cohere-go/v2"
  sdk "github.com/cohere-ai/cohere-go/v2/client"
)
type Service struct { client *sdk.Client; api Generator }
func New() *Service { return &Service{client: sdk.NewClient(sdk.WithToken("k"))} }
func (s *Service) Ask(ctx context.Context, p string) {
  r, err := s.client.Generate(ctx, &cohere.GenerateRequest{Prompt: p, MaxTokens: cohere.Int(5)})
  fmt.Println(r.Generations[0].Text)
  s.api.Generate(ctx, &cohere.GenerateRequest{Prompt: p})
  co := sdk.NewClient()
  co.GenerateStream(ctx, &cohere.GenerateStreamRequest{Prompt: p})
  proto.Generate(ctx, p)
}
"""


def test_go() -> None:
    assert found(FileKind.GO, GO) == [
        (9, "sdk_call", "confirmed", "prompt max_tokens"),
        (11, "sdk_call", "likely", "prompt"),
        (13, "sdk_stream", "confirmed", "prompt"),
    ]
    assert [read.text for read in usages(FileKind.GO, GO)[0].reads] == ["r.Generations[0].Text"]


def test_go_of_the_first_sdk() -> None:
    source = (
        'package a\nimport "github.com/cohere-ai/cohere-go"\nfunc f() {\n  co, err := cohere.CreateClient("k")\n'
        '  res, err := co.Generate(cohere.GenerateOptions{Model: "large", Prompt: "x", NumGenerations: 3})\n}\n'
    )

    assert found(FileKind.GO, source) == [(5, "sdk_call", "confirmed", "model prompt num_generations")]
    assert told_to_go_to_v2(source)
    assert not told_to_go_to_v2(GO)


def told_to_go_to_v2(source: str) -> bool:
    replacement = usages(FileKind.GO, source)[0].replacement
    assert replacement is not None
    return any(note.startswith("CreateClient is of cohere-go before v2") for note in replacement.notes)


JAVA = """import com.cohere.api.Cohere;
import com.cohere.api.requests.*;
class Service {
  private final Cohere cohere;
  Service(Cohere cohere) { this.cohere = cohere; }
  String ask(String p) {
    GenerateRequest request = GenerateRequest.builder().prompt(p).numGenerations(3).build();
    Generation g = cohere.generate(request);
    Cohere.builder().token("x").build().generateStream(GenerateStreamRequest.builder().prompt(p).k(0).build());
    report.generate(p);
    return g.getGenerations().get(0).getText();
  }
}
"""


def test_java() -> None:
    assert found(FileKind.JAVA, JAVA) == [
        (8, "sdk_call", "confirmed", "prompt num_generations"),
        (9, "sdk_stream", "confirmed", "prompt k"),
    ]


def test_kotlin() -> None:
    source = (
        "import com.cohere.api.Cohere\nclass S(private val co: Cohere) {\n"
        '  private val own by lazy { Cohere.builder().token("x").build() }\n'
        "  fun a(p: String) = co.generate(GenerateRequest.builder().prompt(p).maxTokens(5).build())\n"
        "  fun b(p: String) = own.generate(GenerateRequest.builder().prompt(p).build())\n}\n"
    )

    assert found(FileKind.KOTLIN, source) == [
        (4, "sdk_call", "confirmed", "prompt max_tokens"),
        (5, "sdk_call", "confirmed", "prompt"),
    ]


JAVA_REFERENCES = """import com.cohere.api.Cohere;
import com.cohere.api.requests.*;
class Service {
  private final Cohere co;
  private final Reports reports;
  Service(Cohere co, Reports reports) { this.co = co; this.reports = reports; }
  List<Generation> ask(List<GenerateRequest> requests) {
    Function<GenerateRequest, Generation> fn = co::generate;
    Function<GenerateStreamRequest, Iterable<?>> stream = this.co::generateStream;
    keep(reports::generate, co::chat, this::generate, Cohere::builder, Cohere::new, int[]::new);
    return requests.stream().map(Cohere.builder().build()::generate).toList();
  }
}
"""


def test_a_method_of_java_that_is_handed_on_is_told_where_it_is_read() -> None:
    assert found(FileKind.JAVA, JAVA_REFERENCES) == [
        (8, "sdk_call", "confirmed", ""),
        (9, "sdk_stream", "confirmed", ""),
        (11, "sdk_call", "confirmed", ""),
    ]
    assert [step.text for step in usages(FileKind.JAVA, JAVA_REFERENCES)[0].proof] == [
        "co.generate", "co: Cohere", "Cohere of com.cohere.api",
    ]  # fmt: skip


def test_a_method_of_kotlin_that_is_handed_on_is_told_where_it_is_read() -> None:
    source = (
        "import com.cohere.api.Cohere\nclass S(private val co: Cohere, private val reports: Reports) {\n"
        "  fun a(requests: List<GenerateRequest>) = requests.map(co::generate)\n"
        "  fun b(requests: List<GenerateRequest>) = requests.map(this.co::generate)\n"
        "  fun c(rows: List<Any>) = rows.map(reports::generate) + rows.map(co::chat) + rows.map(::generate)\n"
        "  val d = listOf(::Cohere, Cohere::class, Cohere::builder)\n"
        "  fun e(p: String): Any {\n    val run = co::generate\n"
        "    return run(GenerateRequest.builder().prompt(p).build())\n  }\n}\n"
    )

    assert found(FileKind.KOTLIN, source) == [
        (3, "sdk_call", "confirmed", ""),
        (4, "sdk_call", "confirmed", ""),
        (9, "sdk_call", "confirmed", "prompt"),
    ]


def test_csharp() -> None:
    source = (
        "using Cohere;\nclass S {\n  private readonly CohereClient _co = new CohereClient(key);\n"
        "  async Task A(string p) {\n"
        "    var r = await _co.GenerateAsync(new GenerateRequest { Prompt = p, MaxTokens = 5 });\n"
        "    IEmbeddingGenerator<string, Embedding<float>> other = _co;\n"
        '    await other.GenerateAsync("x");\n    await _other.GenerateAsync("x");\n  }\n}\n'
    )

    assert found(FileKind.CSHARP, source) == [(5, "sdk_call", "confirmed", "prompt max_tokens")]


def test_rust() -> None:
    source = (
        "use cohere_rust::{api::generate::GenerateRequest, Cohere};\nstruct S { co: Cohere }\nimpl S {\n"
        "  async fn a(&self, p: &str) {\n"
        "    let request = GenerateRequest { prompt: p, max_tokens: Some(5), ..Default::default() };\n"
        "    self.co.generate(&request).await;\n    let one = Cohere::default();\n"
        "    one.generate(&request).await;\n    rng.generate(&p);\n  }\n}\n"
    )

    assert [row[:3] for row in found(FileKind.RUST, source)] == [
        (6, "sdk_call", "confirmed"), (8, "sdk_call", "confirmed"),
    ]  # fmt: skip


def test_ruby() -> None:
    source = (
        "class Bot\n  def initialize\n    @client = Cohere::Client.new(api_key: key)\n  end\n"
        "  def client\n    @other ||= ::Cohere::Client.new(api_key: key)\n  end\n  def ask(p)\n"
        "    @client.generate(prompt: p, num_generations: 2)\n    client.generate prompt: p\n"
        "    llm = Langchain::LLM::Cohere.new(api_key: key)\n    llm.complete(prompt: p)\n"
        "    llm.chat(messages: [])\n    pdf.generate(prompt: p)\n  end\nend\n"
    )

    assert found(FileKind.RUBY, source) == [
        (9, "sdk_call", "confirmed", "prompt num_generations"),
        (10, "sdk_call", "confirmed", "prompt"),
        (12, "wrapper_langchain", "confirmed", "prompt"),
    ]


def test_oci_in_java() -> None:
    source = (
        "class O { void f() {\n"
        '  CohereLlmInferenceRequest r = CohereLlmInferenceRequest.builder().prompt("x").maxTokens(5).build();\n'
        "  client.generateText(GenerateTextRequest.builder().generateTextDetails(d).build());\n}}\n"
    )

    (usage,) = usages(FileKind.JAVA, source)
    assert (usage.line, usage.kind, usage.platform) == (3, "oci", "oci")
