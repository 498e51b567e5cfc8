"""The tables of docs/reliability.md are as good as what counts them and what they name."""

import re
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import pytest

from .ledger import PROPERTY, Known, Ledger, rows, table

TESTS = Path(__file__).resolve().parents[1]
DOCUMENT = TESTS.parent / "docs" / "reliability.md"
CALM = Known(Counter({("a.py", 7, "sdk_call"): 1, ("b.py", 9, "sdk_call"): 2}), Counter({"x": 1, "y": 1, "z": 1}))


@pytest.mark.parametrize(
    ("uses", "opened", "counts"),
    [
        (CALM.uses, CALM.opened, [0, 0]),
        (Counter({("a.py", 7, "sdk_call"): 1}), CALM.opened, [2, 0]),
        (CALM.uses + Counter({("a.py", 7, "sdk_call"): 1}), CALM.opened, [0, 1]),
        (CALM.uses, Counter({"x": 3}), [0, 2]),
        (Counter({("a.py", 8, "sdk_call"): 1, ("b.py", 9, "sdk_call"): 2}), CALM.opened, [1, 1]),
    ],
)
def test_what_is_lost_or_doubled_is_counted_and_fails(uses, opened, counts):
    written = []
    ledger = Ledger(lambda name, value: written.append((name, value)))
    if counts == [0, 0]:
        ledger.compare("A fault", Known(uses, opened), CALM)
    else:
        with pytest.raises(AssertionError):
            ledger.compare("A fault", Known(uses, opened), CALM)
    reports = [SimpleNamespace(when="call", user_properties=written), SimpleNamespace(when="call", user_properties=[])]
    assert rows(reports + reports) == [("A fault", 2, 2 * counts[0], 2 * counts[1])]
    assert f"| A fault | 2 | {2 * counts[0]} |" in table(rows(reports + reports))
    assert {name for name, _ in written} == {PROPERTY}


def proofs():
    """(requirement, file, words of a test in it) of each row of the second table."""
    for line in DOCUMENT.read_text().splitlines():
        match = re.fullmatch(r"\| ((?:[A-Z]+-\d+(?:, )?)+) .*\| (.*) \|", line)
        if match is None:
            continue
        for part in match[2].split(" · "):
            files = re.findall(r"`([^`]+)`", part)
            words = re.sub(r"\(.*?\)", "", re.sub(r"`[^`]+`", "", part)).split(",")
            for file in files:
                yield match[1], file, [word.strip() for word in words if "_" in word or len(word.split()) == 1]


def test_every_test_that_the_document_names_is_there():
    named = list(proofs())
    assert len(named) > 80
    for requirement, file, words in named:
        path = TESTS / file
        assert path.is_file(), (requirement, file)
        assert all(word in path.read_text() for word in words), (requirement, file, words)
