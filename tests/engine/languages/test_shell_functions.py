"""Functions of a shell's script that put an address together of what they are given."""

import pytest

from audits.engine.facts import FileKind
from tests.engine.languages.found import found, usages

BASE = 'BASE="https://api.cohere.ai/v1"\n'
BODY = '\'{"prompt": "x", "k": 1}\''
FUNCTIONS = [
    'gen() { curl "$BASE/$1" -d "$2"; }\n',
    'function gen { curl -X POST "$BASE/${1}" --data "$2"; }\n',
    'gen() { local path="$1"; curl "$BASE/$path" -d "$2"; }\n',
]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_call_that_makes_the_address_whole_is_a_use(function: str) -> None:
    assert found(FileKind.SHELL, f"{BASE}{function}gen generate {BODY}\n") == [(3, "raw_http", "confirmed", "prompt k")]


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("call", [f"gen embed {BODY}", "gen", f"other generate {BODY}"])
def test_other_calls_are_none(function: str, call: str) -> None:
    assert usages(FileKind.SHELL, f"{BASE}{function}{call}\n") == []


def test_a_function_that_says_it_all_is_told_once() -> None:
    function = 'gen() { curl "$BASE/generate" -d "$1"; }\n'

    assert [use.line for use in usages(FileKind.SHELL, f"{BASE}{function}gen {BODY}\n")] == [2]
