"""A name that is set again and again means what stands above its use, and costs no more than its length."""

# ruff: noqa: E501 - a case a line reads better than wrapped source

import cProfile
from pstats import Stats

import pytest

from audits.engine.facts import FileKind
from tests.engine.languages.found import found

JS, PHP = FileKind.JAVASCRIPT, FileKind.PHP
URL = "https://api.cohere.ai/v1/generate"
SENT = f'fetch("{URL}", {{ method: "POST", body: JSON.stringify(body) }});\n'
CURL = (
    "$ch = curl_init('{}');\ncurl_setopt($ch, CURLOPT_POSTFIELDS, json_encode(['{}' => 'a', '{}' => 1]));\n"
    "$r = curl_exec($ch);\n"
)
OTHER = "https://api.cohere.ai/v1/chat"


def parameters(kind: FileKind, source: str) -> list[str]:
    return [row[3] for row in found(kind, source)]


def test_each_request_of_a_script_has_its_own_body_and_address() -> None:
    source = (
        "<?php\n"
        + CURL.format(URL, "prompt", "k")
        + CURL.format(OTHER, "message", "k")
        + CURL.format(URL, "prompt", "p")
    )

    assert found(PHP, source) == [
        (4, "raw_http", "confirmed", "prompt k"),
        (10, "raw_http", "confirmed", "prompt p"),
    ]


@pytest.mark.parametrize(
    ("kind", "source"),
    [
        (JS, f"let body = {{ prompt, k: 1 }};\n{SENT}body = {{ prompt, p: 1 }};\n{SENT}"),
        (PHP, f"<?php\n$b = ['prompt' => 1, 'k' => 1];\nHttp::post('{URL}', $b);\n$b = ['prompt' => 1, 'p' => 1];\nHttp::post('{URL}', $b);\n"),
        (FileKind.RUBY, f"b = {{ prompt: 1, k: 1 }}\nHTTParty.post('{URL}', body: b.to_json)\nb = {{ prompt: 1, p: 1 }}\nHTTParty.post('{URL}', body: b.to_json)\n"),
    ],
)  # fmt: skip
def test_a_name_that_is_set_anew_is_what_it_is_set_to(kind: FileKind, source: str) -> None:
    assert parameters(kind, source) == ["prompt k", "prompt p"]


@pytest.mark.parametrize(
    "source",
    [
        f"let body = {{ prompt, k: 1 }};\nif (x) {{ body = other; }}\n{SENT}",
        f"let body;\nif (x) {{ body = {{ prompt, k: 1 }}; }} else {{ body = null; }}\n{SENT}",
        f"let body = {{ prompt, k: 1 }};\nif (x) body = null;\n{SENT}",
        f"let body = {{ prompt, k: 1 }};\nbody = clean(body);\n{SENT}",
        f"const f = () => {{ {SENT} }};\nvar body = {{ prompt, k: 1 }};\nf();\n",
        f"let url = '{URL}';\nif (x) {{ url = other; }}\nfetch(url, {{ method: 'POST', body: JSON.stringify({{ prompt, k: 1 }}) }});\n",
        f"let url = '';\nlet body;\nif (x) {{ url = other; body = {{ text }}; }} else {{ url = '{URL}'; body = {{ prompt, k: 1 }}; }}\nfetch(url, {{ method: 'POST', body: JSON.stringify(body) }});\n",
    ],
)
def test_what_a_branch_sets_hides_nothing(source: str) -> None:
    assert parameters(JS, source) == ["prompt k"]


@pytest.mark.parametrize(
    "source",
    [
        f"let url = 'https://example.com';\nasync function ask(body) {{\n  return fetch(url, {{ method: 'POST', body: JSON.stringify({{ prompt: body, k: 1 }}) }});\n}}\nurl = '{URL}';\n",
        "import { CohereClient } from 'cohere-ai';\nlet co = null;\napp.get('/', async (req, res) => {\n  res.send(await co.generate({ prompt: req.query.p, k: 1 }));\n});\nco = new CohereClient({});\n",
    ],
)
def test_a_function_sees_what_a_name_is_set_to_before_it_is_called(source: str) -> None:
    assert parameters(JS, source) == ["prompt k"]


def test_a_function_does_not_see_what_was_set_before_a_name_was_set_anew() -> None:
    source = f"let url = '{URL}';\nurl = '{OTHER}';\nitems.forEach((body) => fetch(url, {{ method: 'POST', body: JSON.stringify({{ message: body }}) }}));\n"

    assert "confirmed" not in {row[2] for row in found(JS, source)}


COSTLY = {
    "curl": (PHP, "<?php\n", CURL.format(URL, "prompt", "k")),
    "one line": (PHP, f"<?php $u = '{URL}'; ", "$a = 'x'; $b['k'] = $a; "),
    "posts": (
        JS,
        "",
        f"body = {{ prompt, k: 1 }};\nr = await {SENT}d = await r.json(); show(d.generations[0].text);\n",
    ),
    "lists": (
        JS,
        "const { CohereClient } = require('cohere-ai');\nconst co = new CohereClient({});\nlet a;\n",
        "a = []; " + "a.push(co); " * 4 + "a[0].generate({ prompt });\n",
    ),
    "functions": (PHP, "<?php\n", f"function f($p) {{ {CURL.format(URL, 'prompt', 'k')} return $r; }}\n"),
}


def calls(kind: FileKind, source: str) -> int:
    profile = cProfile.Profile()
    profile.runcall(found, kind, source)
    return int(Stats(profile).total_calls)  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", COSTLY)
def test_much_of_a_kind_costs_no_more_than_its_length(name: str) -> None:
    kind, lead, piece = COSTLY[name]

    assert calls(kind, lead + piece * 40) < 2.7 * calls(kind, lead + piece * 20)
