"""JSON that a program puts together itself: the expressions in it are told, and stay in the Chat call."""

import pytest

from audits.engine.facts import FileKind
from audits.engine.languages.replacing import parses
from tests.engine.languages.found import usages

URL = "https://api.cohere.ai/v1/generate"
JAVA = (
    'class A {{ void f(String p, int n) {{ String b = {};\n client.newCall(new Request.Builder().url("'
    + URL
    + '").post(RequestBody.create(b, JSON)).build()).execute(); }} }}\n'
)
SCRIPT = 'fetch("' + URL + '", {{ method: "POST", body: {} }})\n'
PHP = (
    "<?php\nfunction f($p) {{ $c = curl_init('"
    + URL
    + "');\n curl_setopt($c, CURLOPT_POSTFIELDS, {});\n return curl_exec($c); }}\n"
)
CSHARP = 'class A {{ async Task F(string p) {{ await http.PostAsync("' + URL + '", new StringContent({})); }} }}\n'


@pytest.mark.parametrize(
    ("kind", "source", "prompt"),
    [
        (FileKind.JAVA, JAVA.format(r'"{\"prompt\": \"Say " + p + "\", \"k\": 1}"'), '"Say " + p'),
        (FileKind.JAVA, JAVA.format(r'"{\"prompt\": " + gson.toJson(p) + "}"'), "p"),
        (FileKind.JAVA, JAVA.format(r'"{\"prompt\": \"A " + (x ? p : q) + " B\"}"'), '"A " + (x ? p : q) + " B"'),
        (FileKind.JAVASCRIPT, SCRIPT.format('`{"prompt": "Say ${p} now"}`'), '"Say " + p + " now"'),
        (FileKind.JAVASCRIPT, SCRIPT.format("""'{"prompt": "' + p + '"}'"""), "p"),
        (FileKind.PHP, PHP.format("""'{"prompt": "Say ' . $p . '"}'"""), '"Say " . $p'),
        (FileKind.CSHARP, CSHARP.format(r'"{\"prompt\":\"" + p.Trim() + "\"}"'), "p.Trim()"),
        # What a dollar sign would fill in is no plain text.
        (FileKind.PHP, PHP.format("""'{"prompt": "It costs $x ' . $p . '"}'"""), '"It costs $x …"'),
    ],
)  # fmt: skip
def test_an_expression_in_a_text_of_json_is_kept(kind: FileKind, source: str, prompt: str) -> None:
    (usage,) = usages(kind, source)

    assert [row.value for row in usage.parameters if row.name == "prompt"] == [prompt]
    assert usage.replacement is not None
    assert parses(usage.language, usage.replacement.v2)
    if "…" not in prompt:
        assert prompt in usage.replacement.v2


def test_a_number_that_is_put_in_stands_without_quotes() -> None:
    (usage,) = usages(FileKind.JAVA, JAVA.format(r'"{\"prompt\": \"x\", \"max_tokens\": " + n + "}"'))

    assert usage.replacement is not None
    assert '"max_tokens", n' in usage.replacement.v2


def test_a_private_character_of_the_program_is_no_place_of_an_expression() -> None:
    """Icons of fonts are such characters."""
    source = 'const ICON = "\ue0a0";\n' + SCRIPT.format("""'{"prompt": "' + ICON + p + '"}'""")
    (usage,) = usages(FileKind.JAVASCRIPT, source)

    assert [row.name for row in usage.parameters] == ["prompt"]
