from datetime import UTC, datetime, timedelta
from functools import cache

import pytest

from audits import history, scans
from audits.intake import register
from audits.models import HistoryRun
from tests.gitbuild import RepositoryBuilder
from tests.scans.conftest import registered, roots, rung, scan, shop  # noqa: F401 - fixtures

HEAD = 'import cohere\n\nco = cohere.Client("key")\n'


def calls(*names):
    """A module with one call for each name."""
    return HEAD + "".join(
        f"\n\ndef {name}(text):\n    return co.generate(prompt=text, k={len(name)})\n" for name in names
    )


@cache
def now():
    """The same moment during a test, and another one for the next: a run may begin on the day before."""
    return datetime.now(UTC).replace(microsecond=0)


@pytest.fixture(autouse=True)
def another_moment():
    now.cache_clear()


def weeks_ago(weeks):
    return now() - timedelta(weeks=weeks)


@pytest.fixture
def migrating(roots, rung, db):  # noqa: F811
    """A registered repository that began 30 weeks ago with three calls, got a fourth, and has lost two."""
    builder = RepositoryBuilder(roots / "migrating.git")
    builder.commit({"README.md": "Shop\n"}, date=weeks_ago(32))
    builder.commit({"app.py": calls("a", "bb"), "old.py": calls("ccc")}, date=weeks_ago(30))
    builder.commit({"app.py": calls("a", "bb", "dddd")}, date=weeks_ago(6))
    builder.commit({"old.py": None}, date=weeks_ago(4))
    builder.commit({"app.py": calls("a", "dddd")}, date=weeks_ago(2))
    builder.commit({"README.md": "Shop, migrating\n"}, date=weeks_ago(1))
    return builder, register(str(builder.path), scan=False)


@pytest.fixture
def scanned(migrating):
    """The same, scanned: the repository's row."""
    return rescan(migrating[1])


def rescan(repository):
    scans.run_scan(scans.request_scan(repository).pk)
    repository.refresh_from_db()
    return repository


def read(repository, trigger="person"):
    """Ask for a history and read it in this process; the run's row."""
    run = history.request_history(repository, trigger)
    history.run_history(run.pk)
    run.refresh_from_db()
    return run


def curve(repository):
    """(weeks ago, remaining, resolved) of the current points."""
    run = HistoryRun.objects.get(repository=repository, is_current=True)
    return [(round((now() - p.at) / timedelta(weeks=1)), p.remaining, p.resolved) for p in run.points.all()]
