"""SQL, nginx's configuration and files of HTTP requests."""

import json

import pytest

from audits.engine.config.lexed import read_nginx
from audits.engine.facts import FileKind
from audits.engine.filekinds import file_kind
from tests.engine.languages.found import found, usages

URL = "https://api.cohere.ai/v1/generate"


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("db/seed.sql", FileKind.SQL),
        ("etc/nginx.conf", FileKind.NGINX),
        ("deploy/default.conf.template", FileKind.NGINX),
        ("api/calls.http", FileKind.HTTP),
        ("api/calls.rest", FileKind.HTTP),
    ],
)
def test_the_names_of_files(path: str, kind: FileKind) -> None:
    assert file_kind(path) is kind


def test_sql_that_calls_a_url_and_makes_a_model() -> None:
    source = (
        f"-- {URL}\nSELECT http_post('{URL}',\n  '{{\"prompt\": \"it''s\", \"num_generations\": 2}}');\n"
        "CREATE MODEL m PREDICT y USING engine = 'cohere', model_name = 'command-light';\n"
        "INSERT INTO m VALUES (1, 'command-light', 'We generate with cohere');\n"
        "SELECT http_post('https://api.example.com/generate', '{\"prompt\": 1}');\n"
    )
    assert found(FileKind.SQL, source) == [
        (2, "raw_http", "confirmed", "prompt num_generations"),
        (4, "wrapper_other", "likely", "model"),
    ]


def test_nginx_passes_requests_on() -> None:
    source = (
        f"http {{\n  server {{\n    location /v1/generate {{ # {URL}\n      proxy_pass https://api.cohere.ai;\n    }}\n"
        f"    location /ai/ {{\n      proxy_pass {URL};\n    }}\n"
        "    location /generate {\n      proxy_pass http://localhost:8080/generate;\n    }\n  }\n}\n"
    )
    assert [row[:3] for row in found(FileKind.NGINX, source)] == [
        (3, "raw_http", "likely"),
        (7, "raw_http", "confirmed"),
    ]


@pytest.mark.parametrize(
    ("pattern", "uses"),
    [
        (r"^/v1/(chat|generate)$", 1),
        (r"/v1\/generate", 1),
        (r"^/(v1|v2)/(chat|generate)$", 1),
        (r"^/(?:v1/)?generate$", 1),
        ("^/v1/chat$", 0),
        ("^/(.*)$", 0),
    ],
)
def test_a_path_in_nginx_may_be_a_pattern(pattern: str, uses: int) -> None:
    source = f"server {{\n location ~ {pattern} {{ proxy_pass https://api.cohere.ai; }}\n}}\n"
    assert [row[:2] for row in found(FileKind.NGINX, source)] == [(2, "raw_http")] * uses


def test_a_conf_of_another_program_is_read_as_names_and_values() -> None:
    assert [row[:2] for row in found(FileKind.NGINX, f"[cohere]\nurl = {URL}\n")] == [(2, "raw_http")]
    assert read_nginx("} ; {").rows[0].kind == "map"


def test_files_of_requests() -> None:
    source = (
        "@host = https://api.cohere.ai\n\n"
        f"### Ask\nPOST {URL} HTTP/1.1\nAuthorization: Bearer {{{{key}}}}\n\n"
        '{\n  "prompt": "Hello",\n  "truncate": "END"\n}\n\n'
        '### a variable\n# a comment\nPOST {{host}}/v1/generate\nAccept: */*\n\n{"prompt": "x", "k": 0}\n\n'
        "### Chat\nPOST https://api.cohere.com/v2/chat\n\n### none\n"
    )
    assert found(FileKind.HTTP, source) == [
        (4, "raw_http", "confirmed", "prompt truncate"),
        (14, "raw_http", "likely", "prompt k"),
    ]


@pytest.mark.parametrize("kind", [FileKind.SQL, FileKind.NGINX, FileKind.HTTP])
def test_they_have_a_place_and_a_replacement_or_a_source(kind: FileKind) -> None:
    text = {
        FileKind.SQL: f"SELECT http_post('{URL}');\n",
        FileKind.NGINX: f"location / {{ proxy_pass {URL}; }}\n",
        FileKind.HTTP: f"POST {URL}\n",
    }[kind]
    (usage,) = usages(kind, text)
    assert (usage.line, usage.language.value) == (1, kind.value)


def test_a_body_in_settings_becomes_json() -> None:
    (usage,) = usages(FileKind.HTTP, f'POST {URL}\n\n{{"prompt": "it is \\"it\\"", "max_tokens": 3, "k": null}}\n')
    assert usage.replacement is not None
    assert json.loads(usage.replacement.v2)["messages"] == [{"role": "user", "content": 'it is "it"'}]
    assert json.loads(usage.replacement.v1)["max_tokens"] == 3
