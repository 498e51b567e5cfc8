"""What a replacement carries over, and says that it leaves out, where an SDK takes less or spells a value its own way."""

# ruff: noqa: E501 - a case a line reads better than wrapped source

import pytest

from audits.engine.facts import FileKind, Replacement
from tests.engine.languages.found import usages

GO = (
    'package p\nimport (\n cohere "github.com/cohere-ai/cohere-go/v2"\n client "github.com/cohere-ai/cohere-go/v2/client"\n)\n'
    "func f(c *client.Client) {{ c.Generate(ctx, &cohere.GenerateRequest{{Prompt: p, {}}}) }}\n"
)
JAVA = (
    "import com.cohere.api.Cohere;\nimport com.cohere.api.requests.GenerateRequest;\nclass A {{ Cohere co = Cohere.builder().token(k).build();\n"
    " void f(String p) {{ co.generate(GenerateRequest.builder().prompt(p){}.build()); }} }}\n"
)
TS = 'import {{ CohereClient }} from "cohere-ai";\nconst co = new CohereClient({{ token }});\nco.generate({{ prompt: p{} }}{});\n'
CSHARP = (
    'using Cohere;\nclass A {{ async Task F(string p) {{ var co = new CohereClient("k");\n'
    " await co.GenerateAsync(new GenerateRequest {{ Prompt = p, {} }}); }} }}\n"
)
RUST = (
    "use cohere_rust::Cohere;\nuse cohere_rust::api::generate::GenerateRequest;\nasync fn f() {{ let co = Cohere::default();\n"
    " co.generate(&GenerateRequest {{ prompt: p, {}, ..Default::default() }}).await; }}\n"
)


def replaced(kind: FileKind, source: str) -> Replacement:
    (usage,) = usages(kind, source)
    assert usage.replacement is not None
    return usage.replacement


def test_what_the_sdk_of_net_does_not_pass_on_is_told() -> None:
    found = replaced(FileKind.CSHARP, CSHARP.format("FrequencyPenalty = 0.2, MaxTokens = 5"))

    assert "MaxOutputTokens = 5" in found.v2
    assert "0.2" not in found.v2
    assert "Left out, as ChatOptions has none: `frequency_penalty`." in found.notes


def test_the_crate_s_request_gets_no_field_that_it_lacks() -> None:
    found = replaced(FileKind.RUST, RUST.format("p: Some(0.9), k: Some(3), stop_sequences: Some(&ends)"))

    assert "k: Some(3)" in found.v1
    assert "stop_sequences" not in found.v1
    assert "Left out, as the crate's ChatRequest has none: `p`, `stop_sequences`." in found.notes


@pytest.mark.parametrize(
    ("kind", "source", "code"),
    [
        (FileKind.JAVA, JAVA.format(".returnLikelihoods(GenerateRequestReturnLikelihoods.GENERATION)"), ".logprobs(true)"),
        (FileKind.GO, GO.format("ReturnLikelihoods: cohere.GenerateRequestReturnLikelihoodsGeneration.Ptr()"), "Logprobs: cohere.Bool(true)"),
        (FileKind.TYPESCRIPT, TS.format(', returnLikelihoods: "GENERATION"', ""), "logprobs: true"),
    ],
)  # fmt: skip
def test_a_constant_of_the_sdk_is_no_decision_at_run_time(kind: FileKind, source: str, code: str) -> None:
    found = replaced(kind, source)

    assert code in found.v2
    assert not any("run time" in note for note in found.notes)


def test_likelihoods_of_none_are_nothing_to_carry_over() -> None:
    found = replaced(FileKind.JAVA, JAVA.format(".returnLikelihoods(GenerateRequestReturnLikelihoods.NONE)"))

    assert "logprobs" not in found.v2
    assert not any("likelihoods" in note for note in found.notes)


def test_a_wrapped_number_of_answers_is_told_as_a_number() -> None:
    found = replaced(FileKind.GO, GO.format("NumGenerations: cohere.Int(3), Seed: cohere.Int(7)"))

    assert any(note.startswith("Send it 3 times:") for note in found.notes)
    assert "`seed` is left out: with one seed all answers are alike." in found.notes
    assert "Seed" not in found.v2


def test_options_of_the_request_stay_behind_it() -> None:
    found = replaced(FileKind.TYPESCRIPT, TS.format("", ", { timeoutInSeconds: 3, maxRetries: 1 }"))

    assert found.v2.endswith("}, { timeoutInSeconds: 3, maxRetries: 1 })")
    assert not any("Left out" in note for note in found.notes)


def test_a_list_that_is_written_out_is_not_asked_whether_it_is_there() -> None:
    found = replaced(FileKind.TYPESCRIPT, TS.format(', stopSequences: ["--"], endSequences: ends', ""))

    assert 'stopSequences: [...["--"], ...(ends ?? [])]' in found.v2
