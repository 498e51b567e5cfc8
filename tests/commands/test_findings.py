import csv
import io
import json

import pytest
from django.core.management import CommandError, call_command

from tests.progress.rows import finding, repository

pytestmark = pytest.mark.django_db


def run(*arguments):
    out = io.StringIO()
    call_command("findings", *arguments, stdout=out)
    return out.getvalue()


def test_it_writes_every_state_without_a_filter():
    row = repository()
    finding(row), finding(row, presence="absent")
    assert {found["state"] for found in json.loads(run("--format", "json"))} == {"overdue", "resolved"}


def test_it_writes_what_the_filter_matches_oldest_first():
    row = repository("invoices")
    young, old = finding(row), finding(row, days_ago=3)
    finding(repository())
    assert [found["id"] for found in json.loads(run("--filter", "repo:invoices", "--format", "json"))] == [
        str(old.pk),
        str(young.pk),
    ]


def test_it_writes_csv_too():
    finding(repository("invoices"))
    assert [row["repository"] for row in csv.DictReader(io.StringIO(run("--format", "csv")))] == ["invoices"]


def test_a_wrong_filter_gets_a_sentence():
    with pytest.raises(CommandError, match="There is no filter “colour”"):
        run("--filter", "colour:red")
