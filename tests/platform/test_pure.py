"""The folders that `make test-postgres` leaves out: nothing in them may need a database."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PURE = re.findall(r"^PURE := (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)[0].split()
NEEDS = re.compile(r"django_db|\b(?:transactional_)?db\b[,)]|live_server")


@pytest.mark.parametrize("folder", PURE)
def test_tests_that_run_on_one_database_reach_none(folder):
    files = list((ROOT / "tests" / folder).rglob("*.py"))
    assert files
    assert [path.name for path in files if NEEDS.search(path.read_text())] == []
