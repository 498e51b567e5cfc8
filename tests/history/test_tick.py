import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from audits import history
from audits.history import claims
from audits.history.tick import WORKER_LOST
from audits.models import HistoryRun, Organisation, Repository
from tests.progress.rows import repository, scan

from .conftest import read, rescan

pytestmark = pytest.mark.django_db


@pytest.fixture
def ready(rung, monkeypatch):
    """Makes repositories that the present engine has read."""

    def make():
        row = repository()
        from audits.engine import ENGINE_VERSION

        Repository.objects.filter(pk=row.pk).update(applied_engine=ENGINE_VERSION)
        return row

    return make


def test_what_was_scanned_is_queued_once_and_rung_for_one_by_one(ready, rung):
    for _ in range(3):
        ready()
    repository(read=False)
    assert (history.tick(), history.tick()) == (3, 0)
    runs = list(HistoryRun.objects.order_by("pk"))
    assert {(run.state, run.trigger) for run in runs} == {("queued", "first")}
    assert set(rung) == {runs[0].pk}


def test_no_more_are_at_work_than_the_settings_allow(ready, settings):
    first, second = (history.request_history(ready()) for _ in range(2))
    assert claims.take(first.pk)
    assert claims.take(second.pk) is None
    settings.HISTORIES_AT_ONCE = 2
    assert claims.take(second.pk)


def test_one_run_is_taken_by_one_worker(ready):
    run = history.request_history(ready())
    assert claims.take(run.pk)
    assert claims.take(run.pk) is None


def test_it_waits_for_a_scan_of_its_repository(ready):
    row = ready()
    scan(row, "scanning")
    assert claims.take(history.request_history(row).pk) is None


def test_asking_twice_joins_the_run_that_is_open(ready):
    row = ready()
    assert history.request_history(row) == history.request_history(row)


def test_a_dead_workers_run_goes_to_another_one_three_times(ready, rung):
    run = history.request_history(ready())
    for attempt in (1, 2, 3):
        claim = claims.take(run.pk)
        assert claim
        HistoryRun.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
        rung.clear()
        history.tick()
        assert rung == ([run.pk] if attempt < 3 else [])
    run.refresh_from_db()
    assert (run.state, run.error_kind, run.error_message) == ("failed", "worker_lost", WORKER_LOST)


def test_what_failed_is_left_alone_for_a_day(ready):
    run = history.request_history(ready())
    claims.fail(claims.take(run.pk), "network", "No answer.")
    assert history.tick() == 0
    HistoryRun.objects.update(finished_at=timezone.now() - timedelta(days=2))
    assert history.tick() == 1


@pytest.mark.parametrize(("kind", "queued"), [("branch_not_found", 1), ("timed_out", 0)])
def test_a_scan_that_found_the_way_lets_a_history_try_again(ready, kind, queued):
    row = ready()
    claims.fail(claims.take(history.request_history(row).pk), kind, "No way.")
    assert history.tick() == 0
    Repository.objects.filter(pk=row.pk).update(applied_at=timezone.now() + timedelta(minutes=1))
    assert history.tick() == queued


def test_another_workers_run_is_not_failed(ready):
    run = history.request_history(ready())
    claim = claims.take(run.pk)
    HistoryRun.objects.update(lease_owner=uuid.uuid4())
    claims.fail(claim, "network", "No answer.")
    run.refresh_from_db()
    assert run.state == "fetching"


def test_other_settings_make_other_curves_and_none_makes_none(migrating):
    row = rescan(migrating[1])
    read(row)
    assert history.tick() == 0
    organisation = Organisation.objects.create(pk=1, history_months=5)
    assert history.tick() == 1
    assert HistoryRun.objects.get(state="queued").trigger == "settings"
    HistoryRun.objects.filter(state="queued").delete()
    organisation.history_months = 0
    organisation.save()
    assert history.tick() == 0
