from pathlib import Path

from django.conf import settings

from audits.lifecycle import tables
from audits.management.commands.lifecycle import PAGE, renewed


def test_the_page_says_what_the_code_does():
    text = (Path(settings.BASE_DIR) / PAGE).read_text()
    assert renewed(text) == text, "Run: python manage.py lifecycle --write"


def test_a_page_that_is_behind_is_told_apart():
    text = (Path(settings.BASE_DIR) / PAGE).read_text()
    assert renewed(text.replace("| plan |", "| planning |")) == text


def test_every_table_has_as_many_cells_in_each_row():
    for table in (tables.people(), tables.machine(), tables.states()):
        assert len({line.count(" | ") for line in table.splitlines()}) == 1
