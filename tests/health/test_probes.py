"""The System page, the probes and the metrics with a real broker and a real worker."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from audits import health
from audits.health import broker as brokers
from audits.health import probes
from tests.faults.conftest import make  # noqa: F401  (a fixture)
from tests.waiting import wait_for

pytestmark = [pytest.mark.broker, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def tick(monkeypatch):
    """`tick(ago)`: beat has sent something then."""
    monkeypatch.setitem(probes._seen, "migrated", False)
    every, _ = IntervalSchedule.objects.get_or_create(every=30, period=IntervalSchedule.SECONDS)
    row = PeriodicTask.objects.create(name="reaper", task="audits.tasks.reap", interval=every)

    def set_back(ago):
        PeriodicTask.objects.filter(pk=row.pk).update(last_run_at=timezone.now() - ago)

    return set_back


def test_it_is_ready_when_everything_is(broker, tick, client: Client):
    tick(timedelta(seconds=40))
    assert [client.get(url).status_code for url in ("/healthz", "/readyz")] == [200, 200]


def test_it_is_alive_and_not_ready_when_beat_is_gone(broker, tick, client: Client):
    tick(timedelta(minutes=4))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"unavailable")
    assert client.get("/healthz").status_code == 200
    PeriodicTask.objects.update(last_run_at=None)
    assert client.get("/readyz").status_code == 503


def test_it_is_not_ready_while_a_migration_waits(broker, tick, client: Client):
    tick(timedelta())
    recorder, (last,) = MigrationRecorder(connection), MigrationLoader(connection).graph.leaf_nodes("audits")
    recorder.record_unapplied(*last)
    assert client.get("/readyz").status_code == 503
    recorder.record_applied(*last)
    assert client.get("/readyz").status_code == 200


def test_it_is_not_ready_without_a_broker(tick, client: Client):
    tick(timedelta())
    assert client.get("/readyz").status_code == 503


def test_our_own_broker_keeps_what_is_queued(broker):
    seen = brokers.look()
    assert (seen.answers, seen.policy, seen.appendonly, seen.problems) == (True, "noeviction", "yes", ())
    assert seen.version.startswith(("Valkey ", "Redis "))


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("maxmemory-policy", "allkeys-lru", "throws messages away when its memory is full (allkeys-lru)"),
        ("appendonly", "no", "forgets what is queued when it restarts"),
    ],
)
def test_a_broker_that_could_lose_scans_is_red(broker, client: Client, name, value, said):
    with broker.client as server:
        server.config_set(name, value)
    (problem,) = brokers.look().problems
    assert said in problem


def test_a_worker_shows_what_it_runs(make, start_worker, broker):  # noqa: F811
    start_worker()
    repository = make("busy", hang=True)
    make("waiting")
    wait_for(lambda: repository.scans.filter(state="scanning").exists(), "the scan does not begin")

    looks = []

    def tells():
        looks.append(health.system())
        work = [work for worker in looks[-1].workers for work in worker.work if work.scan]
        return [one.scan.repository.name for one in work] == ["busy"]

    wait_for(tells, "the worker does not tell")
    seen = looks[-1]
    assert seen.busy_elsewhere == ()
    assert (seen.queues[0].name, seen.queues[0].waiting) == ("people", 1)
