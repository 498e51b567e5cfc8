"""What stands in where no address or object is given, and addresses that a library puts together."""

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


SCRIPT = """\
import { CohereClient } from "cohere-ai";
const co = new CohereClient({ token: "x" });
export const ask = (q, opts = DEFAULT) => co.generate({ prompt: q, ...opts });
ask("x", { maxTokens: 3, preset: "y" });
"""


@pytest.mark.parametrize("default", ["{}", "{ k: 3 }"])
def test_an_object_that_stands_in_for_an_argument_is_not_all_that_is_passed(default: str) -> None:
    call, caller = found(FileKind.TYPESCRIPT, SCRIPT.replace("DEFAULT", default))
    assert call == (3, "sdk_call", "confirmed", "prompt **opts")
    assert caller == (4, "wrapper_project", "confirmed", "prompt max_tokens preset")


def test_an_object_that_is_set_once_is_all_that_is_unpacked() -> None:
    source = SCRIPT.replace(", opts = DEFAULT", "").replace("export", "const opts = { k: 3 };\nexport")
    assert found(FileKind.TYPESCRIPT, source)[0] == (4, "sdk_call", "confirmed", "prompt k")


@pytest.mark.parametrize("body", ["['prompt' => $q, 'k' => 1, ...$o]", "array_merge(['prompt' => $q, 'k' => 1], $o)"])
def test_phps_array_is_unpacked_too(body: str) -> None:
    source = f"<?php function f($q, array $o = []) {{ GIVEN return Http::post('{URL}', {body}); }}\n"

    assert found(FileKind.PHP, source.replace("GIVEN", "")) == [(1, "raw_http", "confirmed", "prompt k **$o")]
    ((*_, names),) = found(FileKind.PHP, source.replace("GIVEN", "$o = ['p' => 1];").replace(", array $o = []", ""))
    assert names == "prompt k p"
