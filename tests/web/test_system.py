import sys
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audits.health import system
from audits.health.broker import Broker, look
from audits.health.workers import Worker, workers
from audits.models import HistoryRun, Machine, Scan, ScanState
from migrator_site.celery import app

from . import rows

pytestmark = pytest.mark.django_db


def machine(name: str = "scanner-1", **values: object) -> Machine:
    defaults = {"seen_at": timezone.now(), "git": "2.39.5", "disk_free": 5 * 10**10, "disk_total": 10**11}
    return Machine.objects.create(name=name, **{**defaults, **values})


def test_without_a_broker_and_beat_it_says_what_is_wrong_and_what_to_do(signed_in: Client, monkeypatch):
    monkeypatch.setattr(sys.modules["audits.health.system"], "STARTED", timezone.now() - timedelta(hours=1))
    page = signed_in.get("/system/").content.decode()
    for text in ("The broker does not answer", "Beat has not ticked lately", "None answered", "No worker has told"):
        assert text in page, text


def test_right_after_the_start_beat_is_not_called_late(signed_in: Client, monkeypatch):
    monkeypatch.setattr(sys.modules["audits.health.system"], "STARTED", timezone.now())
    page = signed_in.get("/system/").content.decode()
    assert "Beat has not ticked lately" not in page
    assert "Starts</span>" in page


def test_it_shows_what_runs_what_waits_and_since_when(signed_in: Client):
    rows.scan(rows.repository("busy"), ScanState.SCANNING)
    old = rows.scan(rows.repository("waiting"), ScanState.QUEUED)
    Scan.objects.filter(pk=old.pk).update(queued_at=timezone.now() - timedelta(hours=2))
    rows.scan(rows.repository("later"), ScanState.QUEUED, trigger="schedule")
    page = signed_in.get("/system/")
    queues = [(queue.name, queue.waiting, queue.is_late) for queue in page.context["system"].queues]
    assert queues == [("people", 1, True), ("scans", 1, False), ("histories", 0, False)]
    shown = page.content.decode()
    assert "The queue people is behind" in shown
    assert "2 h" in shown
    assert "did not answer" in shown
    assert "busy" in shown


def test_a_scan_that_its_host_put_off_waits_for_no_worker(signed_in: Client):
    scan, now = rows.scan(rows.repository("patient"), ScanState.QUEUED), timezone.now()
    row = Scan.objects.filter(pk=scan.pk)
    row.update(queued_at=now - timedelta(hours=2), not_before=now + timedelta(minutes=5))
    page = signed_in.get("/system/")
    people = page.context["system"].queues[0]
    assert (people.waiting, people.put_off, people.is_late) == (0, 1, False)
    assert "1 for the host" in page.content.decode()
    row.update(not_before=now - timedelta(minutes=11))
    people = signed_in.get("/system/").context["system"].queues[0]
    assert (people.waiting, people.put_off, people.is_late) == (1, 0, True)
    assert people.age < timedelta(hours=1)


def test_machines_are_shown_with_what_is_wrong_with_them(signed_in: Client):
    machine(mirrors=3, mirrors_bytes=1_500_000)
    machine("full", disk_free=10**8, mirrors_bytes=6 * 10**9, mirrors_limit=5 * 10**9)
    machine("old-git", git="2.30.2")
    machine("gone", git="1.0", seen_at=timezone.now() - timedelta(hours=2))
    page = signed_in.get("/system/").content.decode()
    assert "1.5 MB" in page
    assert "6.0 GB of 5.0 GB, 120 %" in page
    assert "The mirrors of full take 120 % of their limit" in page
    assert "The disk of full is nearly full" in page
    assert "git on old-git is 2.30.2: install 2.39.5 or newer." in page
    assert "git on gone" not in page
    # Two hours ago is another day for whoever tests after midnight.
    assert any(f"gone since {day}" in page for day in ("Today", "Yesterday"))


def test_what_began_while_the_workers_were_asked_is_not_said_to_be_unanswered(signed_in: Client, monkeypatch):
    silent = rows.scan(rows.repository("silent"), ScanState.SCANNING)
    module = sys.modules["audits.health.system"]
    monkeypatch.setattr(module, "look", lambda: replace(look(), answers=True))
    monkeypatch.setattr(module, "workers", lambda: rows.scan(rows.repository("new"), ScanState.SCANNING) and ())
    seen = system()
    assert len(seen.running) == 2
    assert seen.busy_elsewhere == (silent,)


@pytest.mark.parametrize("silent", [0, 1, 2])
def test_all_is_well_only_where_everything_that_runs_answered(signed_in: Client, monkeypatch, silent: int):
    for number in range(silent):
        rows.scan(rows.repository(f"silent-{number}"), ScanState.SCANNING)
    module = sys.modules["audits.health.system"]
    monkeypatch.setattr(module, "look", lambda: Broker(answers=True))
    monkeypatch.setattr(module, "workers", lambda: (Worker("celery@here", ()),))
    monkeypatch.setattr(module, "STARTED", timezone.now())
    page = signed_in.get("/system/").content.decode()
    assert page.count('<span class="warn">did not answer</span>') == silent
    assert ("are well" in page) is (silent == 0)
    said = ["What runs a scan did not answer", "What runs 2 scans did not answer"]
    assert [words in page for words in said] == [silent == 1, silent == 2]


def test_a_worker_that_reads_a_past_says_whose(monkeypatch):
    """What Celery answers is given here: a real worker is asked in `tests/health/test_probes.py`."""
    made = rows.repository("old")
    run = HistoryRun.objects.create(repository=made, queued_at=timezone.now())
    tasks = [{"name": "audits.tasks.history", "args": [run.pk]}, {"name": "audits.tasks.reap", "args": []}]
    asked = SimpleNamespace(active=lambda: {"worker-1": tasks})
    monkeypatch.setattr(app.control, "inspect", lambda **_: asked)
    (worker,) = workers()
    assert [(work.task, work.past_of) for work in worker.work] == [("history", made), ("reap", None)]


def test_failed_scans_are_counted_by_kind_and_tried_again(signed_in: Client):
    for name in ("a1", "b1"):
        rows.scan(rows.repository(name), ScanState.FAILED)
    rows.scan(rows.repository("c1"), ScanState.FAILED, error_kind="tls", error_message="Not proven.")
    well = rows.repository("well")
    rows.scan(well, ScanState.FAILED)
    rows.scan(well)
    found = signed_in.get("/system/").context["system"].failures
    assert [(failure.kind, failure.repositories, failure.message) for failure in found] == [
        ("timed_out", 2, "The host did not answer in 60 s."),
        ("tls", 1, "Not proven."),
    ]
    assert [failure.title for failure in found] == ["Timed out", "Host not proven"]
    assert (
        "Asked for 2 scans again."
        in signed_in.post("/system/retry/", {"kind": "timed_out"}, follow=True).content.decode()
    )
    queued = Scan.objects.filter(state=ScanState.QUEUED)
    assert {scan.repository.name for scan in queued} == {"a1", "b1"}
    assert "No repository" in signed_in.post("/system/retry/", {"kind": "x" * 900}, follow=True).content.decode()


def test_more_rows_cost_no_more_queries(signed_in: Client):
    costs = []
    for count in (2, 9):
        for number in range(count):
            machine(f"m{count}-{number}")
            rows.scan(rows.repository(f"f{count}-{number}"), ScanState.FAILED, error_kind=f"kind{number}")
            rows.scan(rows.repository(f"r{count}-{number}"), ScanState.SCANNING)
        with CaptureQueriesContext(connection) as queries:
            signed_in.get("/system/")
        costs.append(len(queries))
    assert costs[0] == costs[1]


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer other", "Basic abc", "Bearer scrape-me ", "Bearer ümläut"])
def test_the_metrics_want_their_token(client: Client, settings, header: str):
    settings.METRICS_TOKEN = "scrape-me"
    answer = client.get("/metrics", headers={"Authorization": header})
    assert (answer.status_code, answer.content) == (HTTPStatus.UNAUTHORIZED, b"unauthorised")


def test_without_a_token_there_are_no_metrics(client: Client, signed_in: Client):
    for header in ("", "Bearer ", "Bearer"):
        assert client.get("/metrics", headers={"Authorization": header}).status_code == HTTPStatus.NOT_FOUND
