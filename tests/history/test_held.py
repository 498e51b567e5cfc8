"""The past of calls that scans do not take for gone by anybody's work."""

import pytest

from audits import scans
from audits.intake import register
from audits.models import Finding, Hold
from tests.gitbuild import RepositoryBuilder
from tests.history.conftest import HEAD, curve, read, rescan, weeks_ago
from tests.web import rows

USE = "from client import co\n\n\ndef ask(question):\n    return co.generate(prompt=question)\n"
LOST = "co = None\n"

pytestmark = pytest.mark.django_db


@pytest.fixture
def builder(roots, rung):
    """Twelve files use the client that a thirteenth makes."""
    made = RepositoryBuilder(roots / "held.git")
    made.commit({"README.md": "Shop\n"}, date=weeks_ago(9))
    made.commit({"client.py": HEAD, **{f"use{n}.py": USE for n in range(12)}}, date=weeks_ago(8))
    return made


@pytest.fixture
def dropped(builder):
    """Scanned; then the client changed, and the scan held what it could not see any more."""
    repository = rescan(register(str(builder.path), scan=False))
    builder.commit({"client.py": LOST}, date=weeks_ago(2))
    return rescan(repository)


def test_a_drop_that_waits_for_a_person_is_no_progress_of_the_past(dropped):
    run = read(dropped)
    assert (run.resolved_before, run.ways_before) == (0, {})
    assert curve(dropped)[-1] == (2, 0, 0)
    assert run.points.last().unknown == 12


def test_a_rejected_drop_is_none_either_until_its_files_change(dropped, builder):
    scans.judge(rows.person("lead", "lena"), Hold.objects.get(), accept=False)
    builder.commit({"use0.py": None}, date=weeks_ago(1))
    rescan(dropped)
    run = read(dropped)
    assert run.resolved_before == 0
    assert curve(dropped)[-1] == (1, 0, 1)


def test_an_accepted_drop_is_counted_once(dropped):
    scans.judge(rows.person("lead", "lena"), Hold.objects.get(), accept=True)
    run = read(dropped)
    assert run.resolved_before == 0
    assert curve(dropped)[-1] == (2, 0, 12)


def test_what_a_forced_push_loses_is_no_progress_of_the_past(dropped, builder):
    scans.judge(rows.person("lead", "lena"), Hold.objects.get(), accept=False)
    lost = builder.tip
    builder.commit({"client.py": HEAD}, date=weeks_ago(1))
    rescan(dropped)
    builder.reset(lost)
    builder.commit({"README.md": "Shop, set back\n"}, date=weeks_ago(0))
    rescan(dropped)
    assert set(Finding.objects.values_list("absent_reason", flat=True)) == {"history_rewritten"}
    assert read(dropped).resolved_before == 0
