"""Shell scripts, Makefiles and Dockerfiles."""

import pytest

from audits.engine.facts import FileKind
from tests.engine.languages.found import found, usages

URL = "https://api.cohere.ai/v1/generate"
SCRIPT = """URL="https://api.cohere.ai/v1"
answer=$(curl -X POST "$URL/generate" \\
  -H "Authorization: Bearer $KEY" --data '{"prompt": "x", "max_tokens": 5}' | jq .)
curl --url https://api.cohere.ai/generate -d @- <<EOF
{"prompt": "$p", "k": 0}
EOF
curl https://api.cohere.ai/v1/models
curl -X GET https://api.cohere.ai/v1/generate
echo "curl https://api.cohere.ai/v1/generate"
# curl https://api.cohere.ai/v1/generate
aws bedrock-runtime invoke-model --model-id cohere.command-text-v14 --body '{"prompt": "a"}' out.json
"""


def test_a_script() -> None:
    assert found(FileKind.SHELL, SCRIPT) == [
        (2, "raw_http", "confirmed", "prompt max_tokens"),
        (4, "raw_http", "confirmed", "prompt k"),
        (11, "bedrock", "confirmed", "model_id prompt"),
    ]


def test_a_makefile() -> None:
    source = 'URL := https://api.cohere.ai/v1\n\nask:\n\t@curl $(URL)/generate -d \'{"prompt": "$$P"}\'\n'

    (usage,) = usages(FileKind.MAKEFILE, source)
    assert (usage.line, usage.kind, usage.language) == (4, "raw_http", "makefile")


def test_a_dockerfile() -> None:
    source = 'FROM x\nENV U=https://api.cohere.ai/v1/generate\nRUN true && \\\n  curl -d \'{"prompt": "a"}\' $U\n'

    assert found(FileKind.DOCKERFILE, source) == [(4, "raw_http", "confirmed", "prompt")]


CHAT = """MODEL="${CO_MODEL:-command-r-plus}"
BODY="{ \\"model\\": \\"$MODEL\\", \\"message\\": \\"hi\\" }"
curl https://api.cohere.ai/v1/chat -d '{"model": "command", "message": "hi"}'
gum spin -- \\
  curl -s https://api.cohere.ai/v1/chat -d "$BODY"
time curl https://api.cohere.ai/v1/chat -d '{"model": "command-a-03-2025", "prompt": "hi", "num_generations": 2}'
curl https://api.cohere.ai/v1/chat -d '{"model": "command-a-03-2025", "message": "hi"}'
MODEL="$OTHER"
"""


GIVEN = "$(jq -n --arg p \"$1\" --arg m command --argjson n 3 '{model: $m, prompt: $p, max_tokens: $n}')"


def test_what_jq_is_given_stands_where_its_own_names_stand() -> None:
    for script in (f'curl {URL} -d "{GIVEN}"\n', f'BODY={GIVEN}\ncurl {URL} -d "$BODY"\n'):
        (usage,) = usages(FileKind.SHELL, script)

        assert [(row.name, row.value) for row in usage.parameters] == [
            ("model", '"command"'),
            ("prompt", "$1"),
            ("max_tokens", "3"),
        ]
        assert usage.replacement is not None
        assert '"content": "$1"' in usage.replacement.v2


def test_a_text_that_is_put_together_for_jq_is_no_constant() -> None:
    given = GIVEN.replace('"$1"', '"Say $1 twice"')
    (usage,) = usages(FileKind.SHELL, f'curl {URL} -d "{given}"\n')

    assert [row.value for row in usage.parameters if row.name == "prompt"] == ["…"]


def test_chat_that_no_longer_answers() -> None:
    assert found(FileKind.SHELL, CHAT) == [
        (3, "dead_model", "confirmed", "model"),
        (5, "dead_model", "likely", "model"),
        (6, "half_migrated", "confirmed", "prompt num_generations"),
    ]


def test_litellms_proxy_is_started_with_a_model() -> None:
    source = (
        "litellm --model command-nightly --port 80\npoetry run litellm --model=cohere/command-light\n"
        "litellm --config cohere.yaml\nlitellm --model gpt-4\necho litellm --model command-nightly\n"
        "serve --model command-nightly\n"
    )
    assert found(FileKind.SHELL, source) == [
        (1, "wrapper_litellm", "possible", "model"),
        (2, "dead_model", "confirmed", "model"),
    ]
    assert "LiteLLM 1.77.2" in usages(FileKind.SHELL, source)[0].replacement.notes[0]


def test_docker_writes_a_command_as_a_list() -> None:
    source = 'FROM litellm\nCMD ["litellm", "--model", "command-r"]\nENTRYPOINT ["curl", "-d", "{}"\n'

    assert found(FileKind.DOCKERFILE, source) == [(2, "dead_model", "confirmed", "model")]


def test_a_command_of_docker_s_exec_form_keeps_its_line() -> None:
    address = "https://api.cohere.ai/v1/generate"
    curl = f"RUN curl -X POST {address} -d '{{}}'\n"
    text = 'FROM x\nRUN ["sh", "-c", "echo a\\necho b"]\n' + curl + "RUN " + "[" * 20_000 + "\n"
    assert [use.line for use in usages(FileKind.DOCKERFILE, text)] == [3]


def test_litellm_as_a_module_names_its_model_all_the_same() -> None:
    (use,) = usages(FileKind.SHELL, "python -m litellm --model cohere/command-nightly\n")
    assert use.kind == "wrapper_litellm"


def test_a_document_that_read_puts_into_a_name_is_the_body() -> None:
    source = """read -r -d '' BODY <<EOF
{"prompt": "$1", "max_tokens": 20}
EOF
IFS= read -d '' OTHER << 'EOF' || true
{"prompt": "x", "k": 1}
EOF
curl https://api.cohere.ai/v1/generate -d "$BODY"
curl https://api.cohere.ai/v1/generate --data-raw "$OTHER"
"""
    assert found(FileKind.SHELL, source) == [
        (7, "raw_http", "confirmed", "prompt max_tokens"),
        (8, "raw_http", "confirmed", "prompt k"),
    ]


TWO = """#!/bin/bash
read -r -d '' BODY <<EOF
{"prompt": "one", "max_tokens": 5}
EOF
curl https://api.cohere.ai/v1/generate -d "$BODY"
read -r -d '' BODY <<EOF
{"prompt": "two", "k": 5}
EOF
curl https://api.cohere.ai/v1/generate -d "$BODY"
"""


def test_each_request_has_the_body_that_was_read_above_it() -> None:
    assert [row[3] for row in found(FileKind.SHELL, TWO)] == ["prompt max_tokens", "prompt k"]


def test_each_request_has_the_body_that_was_set_above_it() -> None:
    source = "\n".join(
        f"B='{body}'\ncurl https://api.cohere.ai/v1/generate -d \"$B\""
        for body in ('{"prompt": 1, "p": 0}', '{"prompt": 2}')
    )

    assert [row[3] for row in found(FileKind.SHELL, source)] == ["prompt p", "prompt"]


def test_what_a_branch_sets_later_hides_no_address() -> None:
    source = (
        "U=https://api.cohere.ai/v1/generate\nif $new; then\n  U=https://api.cohere.ai/v1/chat\nfi\ncurl $U -d @b\n"
    )

    assert [row[1] for row in found(FileKind.SHELL, source)] == ["raw_http"]


def test_names_that_double_one_another_are_not_followed_for_ever() -> None:
    """Each line would say twice what the one above says: two to the sixtieth."""
    lines = ['A0="{$X"', *(f'A{n}="{{$A{n - 1}$A{n - 1}"' for n in range(1, 60))]
    script = "\n".join([*lines, 'B="$A59"', "B=$A59$A59", 'curl https://api.cohere.ai/v1/generate -d "$A59$B"', ""])

    assert [row[:2] for row in found(FileKind.SHELL, script)] == [(len(lines) + 3, "raw_http")]


ASK = "curl https://api.cohere.ai/v1/generate"


@pytest.mark.parametrize(
    ("script", "content"),
    [
        (f"""jq -n --arg p "$1" '{{prompt: $p, k: 1}}' | {ASK} -d @-""", '"$1"'),
        (f"""R=$(jq -n --arg p "$1" '{{prompt: $p, k: 1}}' | jq -c . | {ASK} -d @- | jq .)""", '"$1"'),
        (f"""echo '{{"prompt": "x", "k": 1}}' | {ASK} --data @-""", '"x"'),
        (f"""printf '{{"prompt": "%s", "k": 1}}' "$X" | {ASK} -d @-""", '"$X"'),
        (f"""{ASK} -d @- <<< '{{"prompt": "x", "k": 1}}'""", '"x"'),
        (f"""cat <<EOF | {ASK} --data-binary @-\n{{"prompt": "$1", "k": 1}}\nEOF""", '"$1"'),
        (f"""cat > b.json <<EOF\n{{"prompt": "$1", "k": 1}}\nEOF\n{ASK} -d @b.json""", '"$1"'),
        (f"""cat <<'EOF' > b.json\n{{"prompt": "$x", "k": 1}}\nEOF\n{ASK} -d @b.json""", '"$x"'),
        (f"""jq -n '{{prompt: "x", k: 1}}' > b.json\ncat b.json | {ASK} -d @-""", '"x"'),
        (f"""{ASK} --json "$(cat <<EOF\n{{"prompt": "$1", "k": 1}}\nEOF\n)" """, '"$1"'),
    ],
)  # fmt: skip
def test_a_body_that_the_request_is_fed(script: str, content: str) -> None:
    (use,) = usages(FileKind.SHELL, script.replace("\\n", "\n") + "\n")

    assert [row.name for row in use.parameters] == ["prompt", "k"]
    assert use.replacement is not None
    assert f'"content": {content}}}]' in use.replacement.v2
    assert ("<<EOF" in use.replacement.v2) == (content.startswith('"$') and "'EOF'" not in script)


@pytest.mark.parametrize(
    "script",
    [
        f"""jq -n '{{prompt: "x", k: 1}}' > a.json\n{ASK} -d @b.json""",
        f"""jq -n '{{prompt: "x"}}' | tee a.json; {ASK} -d @-""",
        f"""{ASK} -d @- | jq '{{prompt: .generations[0].text}}'""",
    ],
)
def test_a_body_that_others_are_fed(script: str) -> None:
    assert [row[3] for row in found(FileKind.SHELL, script + "\n")] == [""]


def test_the_words_of_an_array_are_the_command_s() -> None:
    lead = 'args=(-s -X POST "https://api.cohere.ai/v1/generate")\n'
    body = """args+=(-d '{"prompt": "x", "k": 4}')\n"""

    assert found(FileKind.SHELL, f'{lead}{body}curl "${{args[@]}}"\n') == [(3, "raw_http", "confirmed", "prompt k")]
    assert found(FileKind.SHELL, f'{lead}{body}curl "${{other[@]}}"\necho "${{args[@]}}"\n') == []


@pytest.mark.parametrize(
    ("command", "wanted"),
    [
        ("converse --model-id cohere.command-r-v1:0", [(1, "dead_model", "confirmed", "model_id")]),
        ("invoke-model --model-id=cohere.command-r-plus-v1:0", [(1, "dead_model", "confirmed", "model_id")]),
        ("converse --model-id anthropic.claude-v2", []),
        ("invoke-model --model-id cohere.embed-english-v3", []),
    ],
)
def test_a_model_of_bedrock_that_is_gone(command: str, wanted: list[tuple[int, str, str, str]]) -> None:
    assert found(FileKind.SHELL, f"aws bedrock-runtime {command} --messages x\n") == wanted
