"""A function that was taken out beside one that changed, which git tells as one block: deleted, or other code?"""

import sys

import pytest

from audits.gitstore import compare
from audits.lifecycle import Gone

from .histories import Scans

HEAD = "import cohere\n\nco = cohere.Client()\n"
CHANGED = "\n\ndef x(q):\n    return {}(q)\n"
GONE = "\n\n@cached\ndef y(q):\n    with timer():\n        return co.generate(prompt=q, temperature=0.5)\n"
LONG = "\n\ndef y(\n    q: str,\n) -> str:\n    return co.generate(prompt=q, temperature=0.5)\n"
LAST = "\n\ndef z(q):\n    return co.generate(prompt=q)\n"


@pytest.fixture
def scans(tmp_path):
    return Scans(tmp_path)


def method(text: str) -> str:
    return "\n\nclass Shop:" + text.replace("\n\n", "\n").replace("\n", "\n    ") + "\n"


def reason(scans: Scans, old: str, new: str, name: str = "a.py") -> Gone:
    ((_, reason),) = scans.step({name: HEAD + old}, {name: HEAD + new}).plan.resolved
    return reason


@pytest.mark.parametrize(
    "gone", [GONE, LONG, LONG + LAST.replace("co.generate(prompt=q)", "q"), GONE.replace("\n", "\r\n")]
)
@pytest.mark.parametrize("after", ["", "\n\ndef w(q):\n    return q\n"])
def test_a_function_that_went_whole_is_deleted(scans, gone, after):
    old, new = CHANGED.format("one"), CHANGED.format("other")
    assert reason(scans, old + gone + after, new + after) is Gone.CODE_DELETED
    assert reason(scans, method(old + gone) + after, method(new) + after) is Gone.CODE_DELETED


def test_what_is_beside_it_may_have_another_head(scans):
    new = CHANGED.format("other").replace("x(q)", "x(q, times)")
    assert reason(scans, CHANGED.format("one") + GONE, new) is Gone.CODE_DELETED


@pytest.mark.parametrize(
    "instead",
    [
        "\n\ndef ask(q):\n    return requests.post(q)\n",
        "\n\ny = lambda q: requests.post(q)\n",
        "\n\nfrom .other import y\n",
        "\n\nask = requests.post\n",
        "\n\nclass Asks:\n    def ask(q):\n        return requests.post(q)\n",
    ],
)
def test_other_code_in_its_place_is_a_change(scans, instead):
    old, new = CHANGED.format("one") + GONE, CHANGED.format("other")
    assert reason(scans, old, new + instead) is Gone.CODE_CHANGED
    assert reason(scans, method(old), method(new + instead)) is Gone.CODE_CHANGED


def test_a_function_that_stands_elsewhere_in_the_file_is_a_change(scans):
    new = "\n\ndef y(q):\n    return requests.post(q)\n\n\nX = 1\n" + CHANGED.format("other")
    old = "\n\nX = 1\n" + CHANGED.format("one") + GONE
    assert reason(scans, old, new) is Gone.CODE_CHANGED


def test_code_outside_of_functions_and_a_function_that_stays_are_changes(scans):
    old = "\nX = 1\nprint(co.generate(prompt=X, temperature=0.5))\n"
    assert reason(scans, old, "\nX = 2\n") is Gone.CODE_CHANGED
    call = "return co.generate(prompt=q, temperature=0.5)"
    assert reason(scans, GONE, GONE.replace(call, "return requests.post(q)")) is Gone.CODE_CHANGED


@pytest.mark.parametrize("limit", ["TEXT_LIMIT", "HUNK_LIMIT"])
def test_a_text_too_long_to_keep_leaves_it_a_change(scans, monkeypatch, limit):
    old, new = CHANGED.format("one") + GONE, CHANGED.format("other")
    monkeypatch.setattr(sys.modules[compare.__module__], limit, 10)
    assert reason(scans, old, new) is Gone.CODE_CHANGED
    assert reason(scans, CHANGED.format("one") + GONE, CHANGED.format("one")) is Gone.CODE_DELETED
