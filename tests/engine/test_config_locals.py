"""Addresses behind local values of Terraform's: each is its local's, wherever the file sets it."""

import pytest

from audits.engine.facts import FileKind
from tests.engine.languages.found import found, usages

BASE = '  base = "https://api.cohere.com"\n'
OTHER = '  base = "https://api.openai.com"\n'
GEN = '  gen = "${local.base}/v1/generate"\n'


def _locals(*lines: str) -> str:
    return "locals {\n" + "".join(lines) + "}\n"


@pytest.mark.parametrize(
    ("source", "line"),
    [
        (_locals(BASE, GEN), 3),
        (_locals(GEN, BASE), 2),
        (_locals('  base = "https://api.cohere.com/v1"\n', '  gen = "${local.base}/generate"\n'), 3),
        (_locals('  host = "api.cohere.ai"\n', '  base = "https://${local.host}"\n', GEN), 4),
        (_locals(BASE) + 'resource "a" "b" {\n  target = "${local.base}/v1/generate"\n}\n', 5),
        (_locals(BASE) + _locals('  other = "https://api.openai.com"\n', GEN), 6),
    ],
)
def test_it_follows_a_local_to_its_text(source: str, line: int) -> None:
    assert [row[:3] for row in found(FileKind.HCL, source)] == [(line, "raw_http", "confirmed")]


def test_the_local_is_a_step_of_the_proof() -> None:
    (usage,) = usages(FileKind.HCL, _locals(BASE, "\n", GEN))

    assert [(step.line, step.text) for step in usage.proof] == [
        (4, "gen: ${local.base}/v1/generate"),
        (2, "base: https://api.cohere.com"),
    ]


@pytest.mark.parametrize(
    "source",
    [
        _locals('  base = "https://api.cohere.com/${var.version}"\n', '  gen = "${local.base}/generate"\n'),
        _locals('  base = "https://api.cohere.com"\n', '  gen = "${local.base}/${var.version}/generate"\n'),
        _locals('  url = "${local.cohere_base}/v1/generate"\n', '  key = "k"\n'),
    ],
)
def test_what_the_file_does_not_tell_is_likely(source: str) -> None:
    assert [row[1:3] for row in found(FileKind.HCL, source)] == [("raw_http", "likely")]


@pytest.mark.parametrize(
    "source",
    [
        _locals(OTHER, '  cohere = "https://api.cohere.com"\n', GEN),
        _locals(OTHER, '  cohere = "https://api.cohere.com"\n', GEN.replace("gen", "url", 1)),
        _locals('  other = "https://api.cohere.com"\n', GEN.replace("gen", "url", 1)),
        _locals('  cohere_base = "https://api.openai.com"\n', '  url = "${local.cohere_base}/v1/generate"\n'),
        _locals(BASE, '  gen = "$${local.base}/v1/generate"\n'),
        _locals(BASE, '  gen = "${local.base}/v2/chat"\n'),
        _locals(BASE, OTHER, GEN),
        _locals('  base = var.own ? "https://a.example" : "https://api.cohere.com"\n', GEN),
        _locals('  base = lower("https://api.cohere.com")\n', GEN),
        _locals('  base = "${local.gen}"\n', GEN),
        'module "a" {\n  base = "https://api.cohere.com"\n}\n' + _locals(GEN),
    ],
)
def test_another_base_is_silent(source: str) -> None:
    assert found(FileKind.HCL, source) == []
