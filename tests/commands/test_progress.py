import io
import json

import pytest
from django.core.management import call_command

from audits import progress
from tests.progress.rows import finding, repository

pytestmark = pytest.mark.django_db


def run(*arguments):
    out = io.StringIO()
    call_command("progress", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def rows():
    row = repository("invoices", team_name="Finance", unread=2)
    finding(row, parameters=[("preset", "unsupported")])
    finding(row, presence="absent")
    finding(repository("ranker"), presence="absent")


def test_json_holds_the_numbers_of_the_summary(rows):
    found, numbers = json.loads(run("--format", "json")), progress.summary(None)
    for name in ("remaining", "resolved", "repositories", "repositories_at_zero", "unread"):
        assert found[name] == getattr(numbers, name), name
    assert (found["remaining"], found["resolved"], found["unread"], found["repositories_at_zero"]) == (1, 2, 2, 1)
    assert found["as_of"].endswith("Z")
    assert found["parameters"] == [{"name": "preset", "verdict": "unsupported", "remaining": 1}]


def test_text_starts_with_the_headline(rows):
    lines = run().splitlines()
    assert lines[0].startswith("1 call to Generate left, ")
    assert "1 of 2 repositories at verified zero" in lines
    assert "      1  Finance" in lines
