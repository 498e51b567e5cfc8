"""What takes a use's place is code of its language, is no use itself, and names its source."""

# ruff: noqa: E501 - a case a line reads better than wrapped source

import cProfile

import pytest

from audits.engine.facts import FileKind
from audits.engine.languages import block_sites
from audits.engine.languages.replacing import _AROUND, LANGUAGES, parses
from audits.engine.present import present
from tests.engine.languages.found import usages
from tests.engine.languages.test_compiled import GO, JAVA
from tests.engine.languages.test_mobile import FOUND as MOBILE
from tests.engine.languages.test_requests import SAMPLES
from tests.engine.languages.test_shell import SCRIPT

TS = (
    'import { CohereClient } from "cohere-ai";\nconst co = new CohereClient({ token: key });\n'
    'await co.generate({ prompt: p, model: "command", numGenerations: 3, maxTokens: 5, endSequences: ["x"],'
    ' truncate: "END", ...rest });\nawait co.generateStream({ prompt: p, temperature: 2, model });\n'
)
SOURCES = [
    (FileKind.TYPESCRIPT, TS),
    (FileKind.GO, GO),
    (FileKind.JAVA, JAVA),
    (FileKind.SHELL, SCRIPT),
    *[(kind, source) for kind, source, _ in MOBILE],
    *[(FileKind(head[1]), source) for head, source in SAMPLES if head[0] == "raw_http"],
]


@pytest.mark.parametrize(("kind", "source"), SOURCES, ids=[f"{kind} {n}" for n, (kind, _) in enumerate(SOURCES)])
def test_a_replacement_is_code_that_calls_chat(kind: FileKind, source: str) -> None:
    for usage in present(kind, source.encode(), usages(kind, source)):
        found = usage.replacement
        assert found is not None
        assert usage.language in LANGUAGES
        assert any("http" in note for note in found.notes)
        assert not any("by hand" in note for note in found.notes)
        for code in (found.v2, found.v1):
            assert parses(usage.language, code)
            name, around = _AROUND[usage.language]
            if code and name != "bash":
                inner = FileKind.TYPESCRIPT if kind is FileKind.HTML else kind
                assert block_sites(inner, around.format(code)) == ()
                assert "generate" not in code.lower().replace("generatemodel", "")


def test_what_each_parameter_becomes_is_in_the_call() -> None:
    first, second = (usage.replacement for usage in usages(FileKind.TYPESCRIPT, TS)[:2])

    assert first is not None
    assert second is not None
    assert first.v2 == (
        "Promise.all(Array.from({ length: 3 }, () => co.v2.chat({\n"
        '  model: "command-a-03-2025",\n'
        '  messages: [{ role: "user", content: p }],\n'
        '  maxTokens: 5,\n  stopSequences: ["x"],\n  ...rest\n})))'
    )
    assert first.v1.endswith('message: p, maxTokens: 5, stopSequences: ["x"], ...rest })))')
    assert any("`truncate`" in note for note in first.notes)
    assert second.v2 == 'co.v2.chatStream({ model: model, messages: [{ role: "user", content: p }], temperature: 1.0 })'
    assert any("content-delta" in note for note in second.notes)
    assert not any("`response." in note for note in second.notes)


def test_likelihoods_of_none_ask_for_nothing() -> None:
    said = 'curl https://api.cohere.ai/v1/generate -d \'{"prompt": "Hi", "return_likelihoods": "%s"}\'\n'
    (none,) = usages(FileKind.SHELL, said % "NONE")
    (some,) = usages(FileKind.SHELL, said % "GENERATION")

    assert none.replacement is not None
    assert some.replacement is not None
    assert "logprobs" not in none.replacement.v2 + none.replacement.v1
    assert not any("return_likelihoods" in note for note in none.replacement.notes)
    assert '"logprobs": true' in some.replacement.v2


def test_keys_are_masked_in_all_that_is_shown() -> None:
    key = "aB3dE5gH7jK9mN1pQ3sT5vX7zB9dF1hJ3lN5pR7t"
    source = (
        f'import {{ CohereClient }} from "cohere-ai";\nconst co = new CohereClient({{ token: "{key}" }});\n'
        f'co.generate({{ prompt: "{key}" }});\n'
    )
    (usage,) = present(FileKind.TYPESCRIPT, source.encode(), usages(FileKind.TYPESCRIPT, source))

    assert key not in str(usage)
    assert usage.hardcoded_key


def test_source_is_shown_in_the_colours_of_its_language() -> None:
    (first, *_) = present(FileKind.GO, GO.encode(), usages(FileKind.GO, GO))

    assert [pair for row in first.excerpt for pair in row.tokens if pair[1] == "func"][:1] == [("kd", "func")]
    assert first.snippet.strip().startswith("r, err := s.client.Generate(")


def test_wrappers_and_clouds_say_what_to_do() -> None:
    source = (
        'import { Cohere } from "@langchain/cohere";\nnew Cohere({});\n'
        'client.send(new InvokeModelCommand({ modelId: "cohere.command-text-v14" }));\n'
    )
    wrapper, cloud = usages(FileKind.TYPESCRIPT, source)

    assert wrapper.replacement is not None
    assert wrapper.replacement.notes[0].startswith("Use ChatCohere of @langchain/cohere")
    assert cloud.replacement is not None
    assert "Converse" in cloud.replacement.notes[0]


def test_a_constant_of_an_sdk_is_the_word_that_it_stands_for() -> None:
    source = (
        "import com.cohere.api.Cohere;\nimport com.cohere.api.requests.GenerateRequest;\n"
        'class A { Object f() { Cohere co = Cohere.builder().token("k").build();\n'
        'return co.generate(GenerateRequest.builder().prompt("x")'
        ".returnLikelihoods(GenerateRequestReturnLikelihoods.ALL).build()); } }\n"
    )
    (usage,) = usages(FileKind.JAVA, source)
    (row,) = [row for row in usage.parameters if row.name == "return_likelihoods"]

    assert row.verdict == "unsupported"
    assert usage.replacement is not None
    assert "logprobs" not in usage.replacement.v2


def test_a_description_of_an_api_is_to_describe_chat() -> None:
    source = (
        "openapi: 3.0.0\nservers:\n  - url: https://api.cohere.ai\npaths:\n  /v1/generate:\n    post:\n"
        "      requestBody:\n"
        "        properties: {prompt: {}, num_generations: {}, truncate: {}, k: {}}\n"
    )
    (usage,) = usages(FileKind.YAML, source)

    assert usage.replacement is not None
    assert usage.replacement.v2 == ""
    assert usage.replacement.notes[0].startswith("Describe Chat in its place")
    assert usage.replacement.notes[1] == "Take out `truncate`, `num_generations`: Chat has none."


def test_a_number_of_calls_that_is_no_number_is_told_as_code() -> None:
    source = f"{TS}const n = 2;\nawait co.generate({{ prompt: p, numGenerations: count }});\n"
    told = [" ".join(one.replacement.notes) for one in usages(FileKind.TYPESCRIPT, source) if one.replacement]

    assert "Send it 3 times" in told[0]
    assert "Send it `count` times" in told[-1]
    assert "It gives a list of answers now" in told[-1]
    assert "Read `response.message" not in told[-1]


BOTH = 'end_sequences: ends, stop_sequences: this.stops, return_likelihoods: rl, stream: s, prompt: p, model: "command"'


def test_what_is_decided_at_run_time_stays_so() -> None:
    source = f'fetch("https://api.cohere.ai/v1/generate", {{ method: "POST", body: JSON.stringify({{ {BOTH} }}) }});\n'
    (usage,) = usages(FileKind.JAVASCRIPT, source)

    assert usage.replacement is not None
    assert "stop_sequences: [...(this.stops ?? []), ...(ends ?? [])]" in usage.replacement.v2
    assert 'logprobs: (rl ?? "NONE") !== "NONE"' in usage.replacement.v2
    assert "stream: s" in usage.replacement.v2
    assert any("decided at run time" in note for note in usage.replacement.notes)


@pytest.mark.parametrize(
    ("kind", "source", "joined"),
    [
        (FileKind.RUBY, 'HTTParty.post("https://api.cohere.ai/v1/generate", body: { prompt: p, stop_sequences: a, end_sequences: b }.to_json)\n', "[*a, *b]"),
        (FileKind.PHP, "<?php wp_remote_post('https://api.cohere.ai/v1/generate', ['body' => json_encode(['prompt' => $p, 'stop_sequences' => $a, 'end_sequences' => $b])]);\n", "array_merge($a ?? [], $b ?? [])"),
        (FileKind.GO, 'package a\nfunc f() {\nb, _ := json.Marshal(map[string]any{"prompt": p, "stop_sequences": a, "end_sequences": b})\nhttp.Post("https://api.cohere.ai/v1/generate", "x", bytes.NewBuffer(b))\n}\n', "append(append([]string{}, a...), b...)"),
        (FileKind.TYPESCRIPT, 'fetch("https://api.cohere.ai/v1/generate", { body: JSON.stringify({ prompt: p, stop_sequences: ["a"], end_sequences: ["b"] }) });\n', 'stop_sequences: ["a", "b"]'),
    ],
)  # fmt: skip
def test_both_lists_of_what_ends_a_text_are_kept(kind: FileKind, source: str, joined: str) -> None:
    (usage,) = present(kind, source.encode(), usages(kind, source))

    assert usage.replacement is not None
    assert joined in usage.replacement.v2


def test_what_the_shell_puts_in_stands_where_it_does_so() -> None:
    source = 'curl https://api.cohere.ai/v1/generate -d @- <<EOF\n{"prompt": "Ask $name: it\'s", "k": 0}\nEOF\n'

    (use,) = usages(FileKind.SHELL, source)

    assert use.replacement is not None
    assert parses(use.language, use.replacement.v2)
    assert use.replacement.v2.endswith("\nEOF")
    assert "--data @- <<EOF\n{" in use.replacement.v2
    assert "Ask $name: it's" in use.replacement.v2


def test_a_reader_of_generate_s_stream_has_its_own_way_out() -> None:
    source = (
        "import { CohereStream } from 'ai';\nexport async function POST() {\n"
        '  const response = await fetch("https://api.cohere.ai/v1/generate", '
        '{ method: "POST", body: JSON.stringify({ prompt, stream: true }) });\n'
        "  return new Response(CohereStream(response));\n}\n"
    )

    (use,) = usages(FileKind.TYPESCRIPT, source)

    assert use.replacement is not None
    assert any("streamText" in note for note in use.replacement.notes)
    assert any("ai-sdk.dev" in note for note in use.replacement.notes)


@pytest.mark.parametrize(
    ("passed", "written"),
    [
        ("{ ...opts, prompt: p, model: m }", "...opts, model: m, messages"),
        ("{ model: m, prompt: p, ...opts }", "}], ...opts }"),
        ("{ prompt: p, ...opts, model: m, ...more }", "{ ...opts, model: m, messages"),
    ],
)
def test_what_wins_over_what_is_unpacked_still_does(passed: str, written: str) -> None:
    source = (
        f'import {{ CohereClientV2 }} from "cohere-ai";\nconst co = new CohereClientV2();\nco.generate({passed});\n'
    )

    (use,) = usages(FileKind.TYPESCRIPT, source)

    assert use.replacement is not None
    assert written in " ".join(use.replacement.v2.split()).replace("({ ", "{ ").replace("( {", "{")


@pytest.mark.parametrize(
    "source",
    [
        """curl https://api.cohere.ai/v1/generate -d '{"prompt": "say $HOME `id` $(id)", "k": 0}'\n""",
        """curl https://api.cohere.ai/v1/generate -d @- <<'EOF'\n{"prompt": "say $HOME `id` $(id)", "k": 0}\nEOF\n""",
    ],
)
def test_what_the_shell_does_not_put_in_is_never_run(source: str) -> None:
    (use,) = usages(FileKind.SHELL, source)

    assert use.replacement is not None
    assert "<<EOF" not in use.replacement.v2
    assert "--data '{" in use.replacement.v2
    assert "say $HOME `id` $(id)" in use.replacement.v2


def test_functions_that_spread_each_other_many_times_are_read_once() -> None:
    spread = [f"function f{i}() {{ return {{ k: 1, {', '.join([f'...f{i + 1}()'] * 20)} }}; }}" for i in range(4)]
    source = "\n".join(
        [
            'import { CohereClient } from "cohere-ai";\nconst co = new CohereClient();',
            *spread,
            "function f4() { return { p: 1 }; }\nco.generate({ prompt: p, ...f0() });\n",
        ]
    )
    profile = cProfile.Profile()

    (use,) = profile.runcall(usages, FileKind.TYPESCRIPT, source)

    assert {parameter.name for parameter in use.parameters} >= {"prompt", "k", "p"}
    opened = [row.callcount for row in profile.getstats() if getattr(row.code, "co_name", "") == "opened"]
    assert sum(opened) < 3_000


def test_a_body_that_others_fill_in_is_changed_in_its_class() -> None:
    source = (
        'data class Ask(val model: String = "command", val prompt: String, val truncate: String)\n'
        'interface CohereApi {\n @POST("https://api.cohere.ai/v1/generate")\n suspend fun ask(@Body body: Ask): Answer\n}\n'
    )

    (use,) = usages(FileKind.KOTLIN, source)

    assert use.replacement is not None
    assert (use.replacement.v2, use.replacement.v1) == ("", "")
    assert use.replacement.notes[0].startswith("`Ask` is the request's body: give it `messages`")
    assert any("v2/chat" in note for note in use.replacement.notes)
    assert any("truncate" in note for note in use.replacement.notes)
    assert not any(note.startswith("This is the request's body") for note in use.replacement.notes)


ASKED = {
    FileKind.TYPESCRIPT: (TS.replace("maxTokens", 'returnLikelihoods: "GENERATION", maxTokens'), "`logprobs: true`"),
    FileKind.GO: (GO, "`Logprobs: cohere.Bool(true)`"),
    FileKind.PHP: (
        '<?php\n$client->post("https://api.cohere.com/v1/generate", ["json" => '
        '["prompt" => $p, "return_likelihoods" => "ALL"]]);\n',
        "`'logprobs' => true`",
    ),
    FileKind.SHELL: (
        'curl https://api.cohere.com/v1/generate -d \'{"prompt": "hi", "return_likelihoods": "ALL"}\'\n',
        '`"logprobs": true`',
    ),
}


@pytest.mark.parametrize("kind", ASKED)
def test_what_asks_for_probabilities_is_said_as_the_language_writes_it(kind: FileKind) -> None:
    source, words = ASKED[kind]
    if kind is FileKind.GO:
        source = source.replace(
            "MaxTokens:", "ReturnLikelihoods: cohere.GenerateRequestReturnLikelihoodsAll.Ptr(), MaxTokens:"
        )

    asked = [
        row
        for usage in usages(kind, source)
        for row in usage.parameters
        if row.name.replace("_", "").lower() == "returnlikelihoods"
    ]

    assert asked
    assert all(words in row.note and "=True" not in f"{row.note} {row.sdk}" for row in asked)


WHOLE = {
    FileKind.JAVASCRIPT: (
        'const send = (o) => axios.post("https://api.cohere.ai/v1/generate", o);\n',
        '{ ...o, model: "command-a-03-2025", messages: [{ role: "user", content: o.prompt }] }',
    ),
    FileKind.PHP: (
        '<?php\nfunction send($o) { return Http::post("https://api.cohere.ai/v1/generate", $o); }\n',
        "[\n  ...$o,\n  'model' => \"command-a-03-2025\",\n"
        "  'messages' => [['role' => 'user', 'content' => $o['prompt']]]\n]",
    ),
    FileKind.RUBY: (
        'def send(o)\n  HTTParty.post("https://api.cohere.ai/v1/generate", body: o.to_json)\nend\n',
        '{ **o, model: "command-a-03-2025", messages: [{ role: "user", content: o[:prompt] }] }',
    ),
}


@pytest.mark.parametrize("kind", WHOLE)
def test_what_chat_needs_wins_over_a_body_that_is_taken_as_a_whole(kind: FileKind) -> None:
    source, wanted = WHOLE[kind]

    (usage,) = usages(kind, source)

    assert usage.replacement is not None
    assert usage.replacement.v2 == wanted
    assert parses(usage.language, usage.replacement.v2)


@pytest.mark.parametrize("passed", ['{ model: "command" }', "{ temperature: 0.3 }"])
def test_a_call_that_shows_no_prompt_takes_none_out_of_what_it_passes(passed: str) -> None:
    source = f'import {{ CohereClient }} from "cohere-ai";\nnew CohereClient({{}}).generate({passed});\n'

    (usage,) = usages(FileKind.JAVASCRIPT, source)

    assert usage.replacement is not None
    assert "content: prompt }" in usage.replacement.v2
    assert any("`prompt` stands" in note for note in usage.replacement.notes)


@pytest.mark.parametrize(
    ("kind", "source"),
    [
        (
            FileKind.PHP,
            "<?php\nfunction f($u) { $c->request('POST', $u, ['url' => 'https://api.cohere.ai/v1/generate']); }\n",
        ),
        (FileKind.PHP, "<?php\nfunction f($o) { wp_remote_post('https://api.cohere.ai/v1/generate', $o); }\n"),
        (FileKind.JAVASCRIPT, 'const f = (o) => https.request("https://api.cohere.ai/v1/generate", o);\n'),
    ],
)
def test_an_address_or_options_that_a_function_takes_are_no_body(kind: FileKind, source: str) -> None:
    (usage,) = usages(kind, source)

    assert usage.parameters == ()


def test_each_handle_of_one_name_has_the_body_of_its_own_function() -> None:
    function = (
        "function f%s($%s) { $c = curl_init('https://api.cohere.ai/v1/generate');"
        " if ($a) { curl_setopt($c, CURLOPT_POSTFIELDS, json_encode($%s)); } return curl_exec($c); }\n"
    )
    source = "<?php\n" + "".join(function % (name, name, name) for name in ("x", "y"))

    assert [row.name for usage in usages(FileKind.PHP, source) for row in usage.parameters] == ["**$x", "**$y"]


def test_the_variables_that_fill_a_body_stay_in_the_command() -> None:
    source = (
        'PROMPT="Ask $1"\ncurl https://api.cohere.ai/v1/generate '
        '-d "{\\"prompt\\": \\"$PROMPT now\\", \\"max_tokens\\": $N, \\"model\\": \\"command\\"}"\n'
    )

    (usage,) = usages(FileKind.SHELL, source)

    assert {row.name: row.value for row in usage.parameters if row.value} == {
        "prompt": '"$PROMPT now"',
        "max_tokens": "$N",
        "model": '"command"',
    }
    assert usage.replacement is not None
    assert '"content": "$PROMPT now"}],\n  "max_tokens": $N,' in usage.replacement.v2
    assert usage.replacement.v2.endswith("\nEOF")
