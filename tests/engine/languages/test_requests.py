"""HTTP and clouds, in every language. `requests.txt` holds the samples: use, language, line, parameters."""

import re
from pathlib import Path

import pytest

from audits.engine.facts import FileKind
from tests.engine.languages.found import found

URL = "https://api.cohere.ai/v1/generate"
SAMPLES = [
    (head.split(), source)
    for head, source in re.findall(
        r"^=== (.*)\n((?:(?!^===).*\n)*)", Path(__file__).with_name("requests.txt").read_text(), re.MULTILINE
    )
]


@pytest.mark.parametrize(
    ("head", "source"), SAMPLES, ids=[f"{' '.join(head)} {n}" for n, (head, _) in enumerate(SAMPLES)]
)
def test_a_request_is_found_where_it_is_sent_and_nothing_else_is(head: list[str], source: str) -> None:
    what, kind, *rest = head
    uses = found(FileKind(kind), source)
    if what == "nothing":
        assert uses == []
        return
    ((line, form, level, parameters),) = uses
    assert (form, line) == (what, int(rest[0]))
    assert level in ("confirmed", "likely")
    if what == "raw_http":
        assert parameters.split() == rest[1:]


def test_an_address_that_is_kept_for_others_is_possible_and_one_of_a_mock_a_mention() -> None:
    source = f'export const COHERE_URL = "{URL}";\nnock("{URL}").reply(200);\n'

    assert [row[1:3] for row in found(FileKind.TYPESCRIPT, source)] == [
        ("raw_http", "possible"),
        ("mention", "possible"),
    ]
