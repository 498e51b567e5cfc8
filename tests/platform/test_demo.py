"""The demo organisation's histories add up, and are the same at every run."""

import ast
import json

import pytest

from audits.management.demo.history import read
from audits.management.demo.repositories import FOLDER, histories, move_to, stages, write_repositories
from tests.demo_commits import NEWEST

UNPARSABLE = {("banner-bot", "bot/legacy.py")}


def tree(history):
    files = {}
    for commit in history.commits:
        files |= commit.files
    return {name: content for name, content in files.items() if content is not None}


def test_it_has_the_repositories_that_a_visitor_should_see():
    assert len(histories()) == 12
    assert all(history.team and len(history.commits) > 1 for history in histories())
    months = {commit.when.strftime("%Y-%m") for history in histories() for commit in history.commits}
    assert min(months) == "2025-03"
    assert max(months) == "2026-11"


@pytest.mark.parametrize("history", histories(), ids=lambda history: history.name)
def test_its_files_are_what_their_names_say(history):
    for name, content in tree(history).items():
        if name.endswith(".ipynb"):
            assert json.loads(content)["nbformat"] == 4
        elif name.endswith(".py") and (history.name, name) not in UNPARSABLE:
            ast.parse(content)


def test_every_run_gives_the_same_commits(tmp_path):
    write_repositories(tmp_path / "one")
    assert {history.name: stages(tmp_path / "one", history.name)[-1] for history in histories()} == NEWEST


def test_a_second_run_leaves_what_is_written_alone(tmp_path):
    write_repositories(tmp_path)
    name = histories()[0].name
    newest = stages(tmp_path, name)[-1]
    move_to(tmp_path, name, newest)
    write_repositories(tmp_path)
    assert (tmp_path / f"{name}.git/refs/heads/main").read_text().strip() == newest


def test_a_half_written_repository_is_made_again(tmp_path):
    name = histories()[0].name
    (tmp_path / f"{name}.git").mkdir()
    write_repositories(tmp_path)
    assert stages(tmp_path, name)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("@@commit 2025-01-01 10:00 | A B | One\n@@edit a.py\nx\n@@with\ny\n", "a.py"),
        ("@@commit 2025-01-01 10:00 | A B | One\n@@commit 2025-01-01 09:00 | A B | Two\n", "not later"),
        ("@@commit 2025-01-01 10:00 | A B | One\n@@file a.py\nx\nx\n@@edit a.py\nx\n@@with\ny\n", "exactly once"),
        ("@@surprise\n", "unknown marker"),
    ],
)
def test_a_history_that_does_not_add_up_names_its_place(tmp_path, text, problem):
    path = tmp_path / "odd.txt"
    path.write_text(text)
    with pytest.raises(ValueError, match=problem) as caught:
        read(path)
    assert "odd.txt" in str(caught.value)


def test_each_history_is_in_a_file_of_its_name():
    assert {path.stem for path in FOLDER.glob("*.txt")} == {history.name for history in histories()}
