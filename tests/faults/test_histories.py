"""Histories whose workers die: the curve is whole or not there, and comes without anyone's hand."""

import signal
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from audits import history, scans
from audits.models import Finding, FindingEvent, HistoryPoint, HistoryRun, Scan
from tests.scans.conftest import SHOP
from tests.waiting import wait_for

from .conftest import HANG

pytestmark = [pytest.mark.broker, pytest.mark.fault, pytest.mark.django_db(transaction=True)]
NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def scanned(make, start_worker):
    """A scanned repository one of whose past commits holds a file that hangs its reader."""
    repository = make("shop")
    builder = make.builders["shop"]
    builder.commit({"zz_hang.py": HANG}, date=NOW - timedelta(weeks=5))
    builder.commit({"zz_hang.py": None, "shop/more.py": "x = 1\n"}, date=NOW - timedelta(weeks=3))
    builder.commit({"shop/new.py": SHOP}, date=NOW - timedelta(weeks=1))
    first = start_worker(SCAN_LEASE="1")
    wait_for(lambda: not Scan.objects.filter(state__in=("queued", "fetching", "scanning")).exists(), "no scan ends")
    scans.request_scan(repository)
    wait_for(lambda: Scan.objects.filter(state="done").count() == 2, "the second scan does not end")
    repository.refresh_from_db()
    return repository, first


def curve():
    return list(HistoryPoint.objects.order_by("number").values_list("remaining", "unknown", "resolved"))


def test_a_history_whose_worker_was_killed_is_read_by_another_one(scanned, start_worker):
    repository, first = scanned
    known = sorted(Finding.objects.values_list("path", "line", "presence"))
    events = FindingEvent.objects.count()
    run = history.request_history(repository)
    wait_for(lambda: HistoryRun.objects.filter(pk=run.pk, points_done__gte=1).exists(), "no commit is read")
    first.kill()
    assert curve() == []
    start_worker(FILE_DEADLINE="3")
    wait_for(lambda: HistoryRun.objects.filter(lease_until__lt=timezone.now()).exists(), "the lease does not end")
    history.tick()
    wait_for(lambda: HistoryRun.objects.filter(state="done").exists(), "the history does not end")
    run.refresh_from_db()
    assert (run.attempt, run.is_current) == (2, True)
    assert curve()[-1] == (Scan.objects.latest("pk").remaining, 0, 1)
    assert sorted(Finding.objects.values_list("path", "line", "presence")) == known
    assert FindingEvent.objects.count() == events


@pytest.mark.parametrize("way", ["told twice", "killed in the end"])
def test_a_history_whose_worker_is_stopped_in_order_costs_no_attempt(scanned, start_worker, way):
    repository, first = scanned
    first.kill()
    run = history.request_history(repository)
    worker = start_worker(WORKER_STOP_GRACE="1" if way == "killed in the end" else "100")
    history.tick()
    wait_for(lambda: HistoryRun.objects.filter(pk=run.pk, points_done__gte=1).exists(), "no commit is read")
    worker.process.send_signal(signal.SIGTERM)
    if way == "told twice":
        wait_for(lambda: "Warm shutdown" in worker.log, "the worker does not hear")
        worker.process.send_signal(signal.SIGQUIT)
        wait_for(lambda: worker.process.poll() is not None, "the worker does not end")
    else:
        wait_for(lambda: HistoryRun.objects.get().attempt == 0, "the history is not let go")
        worker.kill()
    run.refresh_from_db()
    assert (run.state, run.attempt, curve()) == ("scanning", 0, [])
    start_worker(FILE_DEADLINE="3")
    history.tick()
    wait_for(lambda: HistoryRun.objects.filter(state="done").exists(), "the history does not end")
    run.refresh_from_db()
    assert (run.attempt, run.is_current) == (1, True)
    assert curve()[-1] == (Scan.objects.latest("pk").remaining, 0, 1)


def test_ten_messages_for_one_history_are_one_history(scanned, start_worker, broker):
    repository, first = scanned
    first.kill()
    run = history.request_history(repository)
    for _ in range(9):
        history.requests.send(history.requests.HISTORY, run.pk)
    worker = start_worker(processes=3, FILE_DEADLINE="3")
    wait_for(lambda: worker.log.count("audits.tasks.history") >= 20, "not all messages are handled")
    wait_for(lambda: HistoryRun.objects.filter(state="done").exists(), "the history does not end")
    run.refresh_from_db()
    assert (run.state, run.attempt) == ("done", 1)
    assert HistoryPoint.objects.filter(run=run).count() == run.points_total
