"""Helpers that put a path behind Cohere's address, where a caller replaces the base, or only reads from there."""

# ruff: noqa: E501 - a case a line reads better than wrapped source

import pytest

from audits.engine.facts import FileKind
from tests.engine.languages.found import found

SEND = "const send = (path, body, base = 'https://api.cohere.ai/v1') => axios.post(`${base}/${path}`, body);\n"
CLASS = (
    'class Co { constructor(private url = "https://api.cohere.ai/v1") {}\n'
    'ask(path, body) { return fetch(`${this.url}/${path}`, { method: "POST", body: JSON.stringify(body) }); } }\n'
)
ONE_OF_TWO = "const send = (local, path, body) => axios.post((local ? 'http://localhost/' : 'https://api.cohere.ai/v1/') + path, body);\n"
REQ = "const req = (method, path, body) => fetch(`https://api.cohere.ai/v1/${path}`, { method, body: JSON.stringify(body) });\n"
GET = "const get = (path, opts) => fetch(`https://api.cohere.ai/v1/${path}`%s);\n"
GO = (
    "package co\nfunc (c *C) req(method, path string, body any) { b, _ := json.Marshal(body); "
    'r, _ := http.NewRequest(method, "https://api.cohere.ai/v1/"+path, bytes.NewReader(b)); c.http.Do(r) }\n'
)


@pytest.mark.parametrize(
    ("source", "level"),
    [
        (SEND + "send('generate', { prompt: q });", "confirmed"),
        (SEND + "send('generate', { prompt: q }, 'https://api.cohere.com/v1');", "confirmed"),
        (SEND + "send('generate', { prompt: q }, given);", "possible"),
        (CLASS + 'new Co().ask("generate", { prompt: q });', "confirmed"),
        (CLASS + 'new Co(given).ask("generate", { prompt: q });', "possible"),
        (ONE_OF_TWO + "send(true, 'generate', { prompt: q });", "possible"),
        (REQ + "req('POST', 'generate', { prompt: q });", "confirmed"),
        ("const ask = (path, body) => axios.post('https://api.cohere.ai' + `/v1/${path}`, body);\nask('generate', { prompt: q });", "confirmed"),
    ],
)  # fmt: skip
def test_a_call_is_as_sure_as_the_base(source: str, level: str) -> None:
    line = source.count("\n") + 1

    assert found(FileKind.TYPESCRIPT, source) == [(line, "raw_http", level, "prompt")]


@pytest.mark.parametrize(
    "source",
    [
        SEND + "send('generate', { prompt: q }, 'http://localhost:11434/api');",
        SEND
        + "const on = (path, body) => send(path, body, 'http://localhost:11434/api');\non('generate', { prompt: q });",
        CLASS + 'new Co("http://localhost:11434/api").ask("generate", { prompt: q });',
        CLASS + 'const co = new Co("http://localhost:11434/api");\nco.ask("generate", { prompt: q });',
        GET % ", { method: 'GET' }" + "get('generate', {});",
        GET % ", { headers }" + "get('generate', {});",
        GET % "" + "get('generate', {});",
        REQ + "req('GET', 'generate', null);",
        REQ + "req('POST', 'generate', undefined);",
        REQ + "const get = (path, body) => req('GET', path, body);\nget('generate', {});",
    ],
)
def test_another_base_and_what_only_reads_are_silent(source: str) -> None:
    assert found(FileKind.TYPESCRIPT, source + "\n") == []


def test_a_request_of_go_has_a_body_and_a_verb_that_takes_one() -> None:
    asks = 'func (c *C) One(q string) { c.req("POST", "generate", map[string]any{"prompt": q}) }\n'
    reads = 'func (c *C) Two() { c.req("POST", "generate", nil) }\nfunc (c *C) Three() { c.req(http.MethodGet, "generate", q) }\n'

    assert found(FileKind.GO, GO + asks + reads) == [(3, "raw_http", "confirmed", "prompt")]
