"""Completion is one number: headline, chart, teams, files and the formula, also where calls went long ago."""

import pytest

from audits.intake import register
from audits.models import Organisation, Repository
from audits.progress import summary
from audits.progress.asof import on
from audits.progress.figures import figures
from audits.progress.numbers import window
from audits.progress.scope import Scope
from audits.progress.tables import TABLES
from tests.gitbuild import RepositoryBuilder

from .conftest import calls, now, read, rescan, weeks_ago


@pytest.fixture
def quiet(roots, rung, db):
    """Nobody has committed for 20 weeks; of three calls one went 40 weeks ago, one 30: both before the trend begins."""
    Organisation.objects.create(pk=1, history_months=6)
    builder = RepositoryBuilder(roots / "quiet.git")
    builder.commit({"app.py": calls("a", "bb", "ccc")}, date=weeks_ago(45))
    builder.commit({"app.py": calls("a", "bb")}, date=weeks_ago(40))
    builder.commit({"app.py": calls("a")}, date=weeks_ago(30))
    builder.commit({"README.md": "Quiet\n"}, date=weeks_ago(20))
    repository = rescan(register(str(builder.path), scan=False))
    read(repository)
    return repository


def test_what_went_before_the_trends_first_day_counts_everywhere(quiet):
    """(migrated + changed + deleted) ÷ every call ever seen and not dismissed: two of three."""
    found, numbers = figures(Scope.of(None)), summary(None)
    counted = found.counts
    assert weeks_ago(30).date() < window()
    assert (counted.resolved, counted.known_ever, counted.left) == (2, 3, 1)
    parts = counted.migrated_ever + counted.changed_ever + counted.deleted_ever
    assert counted.completion == (parts * 100 // 3, parts * 100 // 3) == (66, 66)
    assert numbers.completion == counted.completion
    first, last = numbers.trend[0], numbers.trend[-1]
    assert (first.day, first.resolved, first.left) == (window(), 2, 1)
    for day in (first, last):
        assert day.resolved * 100 // (day.resolved + day.left + day.numbers.unknown + day.numbers.waived) == 66
        assert on(Scope.of(None), day.day).completion == (66, 66)
    [team] = numbers.teams
    assert team.completion == 66


def test_so_do_the_files_and_each_narrower_scope(quiet):
    whole = Scope.of(None)
    row = Repository.objects.get()
    for scope in (whole, whole.repository(row.pk), whole.team(None), Scope(whole.repositories, platform="cohere")):
        told = dict(TABLES["numbers"](scope)[1])
        assert (told["completion"], told["ever_seen"], told["before"]) == (66, 3, 2)
        columns, days = TABLES["trend"](scope)
        for day in days:
            cells = dict(zip(columns, day, strict=True))
            gone = cells["migrated"] + cells["changed"] + cells["deleted"]
            assert gone * 100 // (gone + cells["left"] + cells["unknown"] + cells["waived"]) == 66
    assert on(whole, weeks_ago(35).date()).completion == (33, 33)
    assert now().date() > window()
