"""Addresses that stand in where no setting is, and ones that a library puts together or turns into a request."""

import pytest

from audits.engine.facts import FileKind
from tests.engine.languages.found import found

URL = "https://api.cohere.ai/v1/generate"
BODY = '"{\\"prompt\\": \\"a\\", \\"k\\": 1}"'
CASES = [
    (FileKind.RUBY, f'url = ENV.fetch("LLM_URL", "{URL}")\nHTTParty.post(url, body: {{ prompt: q, k: 1 }}.to_json)\n'),
    (FileKind.PHP, f'<?php $u = config("services.llm.url", "{URL}");\nHttp::post($u, ["prompt" => $q, "k" => 1]);\n'),
    (FileKind.PHP, f'<?php $u = env("LLM_URL", "{URL}");\nHttp::post($u, ["prompt" => $q, "k" => 1]);\n'),
    (
        FileKind.GO,
        f'package a\nfunc f() {{ http.Post(getEnv("LLM_URL", "{URL}"), JSON, strings.NewReader({BODY})) }}\n',
    ),
    (FileKind.KOTLIN, f'// a\nfun f() {{ "{URL}".httpPost().body({BODY}).responseString() }}\n'),
    (
        FileKind.DART,
        "// a\nFuture f(q) => http.post(Uri.https('api.cohere.ai', '/v1/generate'), "
        "body: jsonEncode({'prompt': q, 'k': 1}));\n",
    ),
]


@pytest.mark.parametrize(("kind", "source"), CASES)
def test_the_request_is_the_use(kind: FileKind, source: str) -> None:
    assert found(kind, source) == [(2, "raw_http", "confirmed", "prompt k")]


@pytest.mark.parametrize(("kind", "source"), CASES)
def test_another_host_is_silent(kind: FileKind, source: str) -> None:
    assert found(kind, source.replace("cohere", "example")) == []
