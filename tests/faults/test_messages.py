"""What a queue may bring: messages that are none of ours, two clocks, more requests than anybody needs."""

import json
import os
import pickle
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from django.db import connection, connections
from django.test import Client
from django.utils import timezone
from django_celery_beat.models import IntervalSchedule, PeriodicTask
from kombu import Connection, Producer

from audits import recurrence, scans
from audits.models import Finding, Repository, Scan, ScanTrigger
from migrator_site.celery import app
from tests.broker import PROJECT
from tests.waiting import wait_for
from tests.web import rows

from .conftest import halt, known, undisturbed
from .test_machine import FAKETIME
from .test_workers import STOPPED, TWO_USES, wait_until_ended, what_is_known

pytestmark = [pytest.mark.broker, pytest.mark.fault, pytest.mark.django_db(transaction=True)]


class Bomb:
    """Unpickled, it makes a file."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (os.system, (f"touch {self.path}",))


def test_a_pickled_message_is_refused_and_the_worker_goes_on(make, start_worker, tmp_path):
    worker = start_worker()
    headers = {"lang": "py", "task": "audits.tasks.scan", "id": "1", "argsrepr": "", "kwargsrepr": ""}
    with Connection(app.conf.broker_url) as connection, connection.channel() as channel:
        body = pickle.dumps(((Bomb(tmp_path / "PWNED"),), {}, {}))
        Producer(channel).publish(
            body,
            routing_key="people",
            headers=headers,
            content_type="application/x-python-serialize",
            content_encoding="binary",
        )
    make("shop")
    wait_until_ended(1)
    wait_for(lambda: "ContentDisallowed" in worker.log, "the worker does not refuse it")
    assert worker.process.poll() is None
    assert not (tmp_path / "PWNED").exists()
    assert what_is_known() == TWO_USES


@pytest.mark.parametrize("arguments", [[], ["x"], [10**30], [1, 2], [None]])
def test_a_message_that_names_no_scan_harms_nobody(make, start_worker, arguments):
    worker = start_worker()
    app.send_task("audits.tasks.scan_now", args=arguments)
    app.send_task("audits.tasks.nothing_of_ours", args=arguments)
    make("shop")
    wait_until_ended(1)
    assert worker.process.poll() is None
    assert Scan.objects.get().state == "done"


@pytest.mark.parametrize("torn", [b"not json", b"\xff\xfe", b"[]", b"{}", b'"x"', b'{"properties": 1, "body": null}'])
def test_what_is_no_message_is_dropped_and_the_worker_goes_on(make, start_worker, broker, torn):
    worker = start_worker()
    with broker.client as client:
        client.rpush("people", torn)
    wait_for(lambda: "is no message" in worker.log, "the worker does not tell")
    make("shop")
    wait_until_ended(1)
    assert worker.process.poll() is None
    assert what_is_known() == TWO_USES


def test_two_hundred_requests_for_a_repository_are_two_scans(make, start_worker):
    """As a host's hooks or a script ask: over HTTP, several at once, while the clock wants it as well."""
    repository = make("shop", hang=True)
    asker = rows.person("engineer", "asker")
    worker = start_worker(FILE_DEADLINE=STOPPED)
    wait_for(lambda: repository.scans.filter(state="scanning").exists(), "the scan does not begin")
    halt(
        worker, repository.scans.get(state="scanning")
    )  # so that it lasts until all have asked, however slow this machine is

    def ask(_):
        client = Client()
        client.force_login(asker)
        try:
            scans.request_scan(repository, ScanTrigger.SCHEDULE)
            return [client.post(f"/repositories/{repository.pk}/scan/").status_code for _ in range(50)]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(ask, range(4)))
    assert answers == [[302] * 50] * 4
    asked = repository.scans.exclude(state="superseded")
    assert sorted(asked.values_list("state", flat=True)) == ["queued", "scanning"]
    worker.signal(signal.SIGCONT)
    wait_until_ended(2)
    assert worker.process.poll() is None
    assert list(asked.values_list("state", flat=True)) == ["partial", "partial"]


@pytest.fixture
def start_beat(broker, database_url, tmp_path, settings):
    """`start_beat()` starts a real beat, with more variables where given, and returns the path of its log."""
    beats = []

    def start(**extra):
        environment = {
            **os.environ,
            **extra,
            "DJANGO_SETTINGS_MODULE": "migrator_site.settings",
            "DATABASE_URL": database_url,
            "DATA_DIR": str(settings.DATA_DIR),
        }
        command = [sys.executable, "-m", "celery", "-A", "migrator_site", "beat", "--pidfile=", "--loglevel", "INFO"]
        path = tmp_path / f"beat{len(beats)}.log"
        with path.open("wb") as log:
            beats.append(
                subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=log, stderr=log, start_new_session=True)
            )
        return path

    yield start
    for beat in beats:
        beat.kill()
        beat.wait()


def test_two_beats_queue_each_slot_once(make, start_worker, start_beat, ledger):
    every, _ = IntervalSchedule.objects.get_or_create(every=1, period=IntervalSchedule.SECONDS)
    PeriodicTask.objects.create(name="often", task="audits.tasks.queue_due", interval=every)
    repositories = [make(name, scan=False) for name in ("one", "two", "three")]
    start_worker(processes=2)
    logs = [start_beat(), start_beat()]
    for log in logs:
        wait_for(lambda log=log: "Sending due task often" in log.read_text(), "a beat does not tick")
    for slot in range(1, 4):
        Repository.objects.update(next_scan_at=timezone.now() - timedelta(seconds=1))
        wait_until_ended(slot * len(repositories))
    assert [repository.scans.count() for repository in repositories] == [3, 3, 3]
    assert set(Scan.objects.values_list("trigger", "state")) == {("schedule", "done")}
    assert Finding.objects.count() == 6
    wait_for(
        lambda: PeriodicTask.objects.get(name="often").last_run_at is not None, "beat does not write its tick down"
    )
    for repository in repositories:
        calm = undisturbed(make.builders[repository.name])
        ledger.compare("Two beats at once", known(repository), calm, times=3)


def test_beat_brings_back_what_a_flushed_broker_lost(make, start_worker, start_beat, broker):
    """With nobody's hand in it: beat ticks, a worker takes the tick, and the reaper rings again."""
    for name in ("one", "two"):
        make(name)
    broker.lose_everything()
    start_worker(SCAN_RING_AGAIN="1")
    start_beat()
    wait_for(partial(are_done, 2), "nobody rings again")
    assert Finding.objects.count() == 4


def test_a_tick_that_no_worker_takes_is_worth_nothing_after_a_while(start_beat, broker):
    """So that a worker that was away for a night comes back to one tick of each kind, not to thousands."""
    start_beat()

    def waiting():
        with broker.client as client:
            return [json.loads(text)["headers"] for text in client.lrange("people", 0, -1)]

    wait_for(lambda: "audits.tasks.reap" in {head["task"] for head in waiting()}, "no tick")
    assert all(head["expires"] for head in waiting())
    ours = PeriodicTask.objects.filter(task__startswith="audits.")
    assert ours.count() == len(app.conf.beat_schedule)
    assert not ours.filter(expire_seconds=None).exists()


class Minutes:
    """A clock that workers and beats go by, and that the test puts forward; `REAL_MINUTES=1` lets it go as all do."""

    def __init__(self, folder):
        self.real = bool(os.environ.get("REAL_MINUTES"))
        self._file = folder / "clock"
        self._file.write_text("+0\n")
        library = FAKETIME.format(f"{os.uname().machine}-linux-gnu")
        if not self.real and not Path(library).is_file():
            pytest.skip("a clock that is put forward: `apt-get install faketime`, or wait with REAL_MINUTES=1")
        told = {"LD_PRELOAD": library, "FAKETIME_TIMESTAMP_FILE": str(self._file), "FAKETIME_CACHE_DURATION": "1"}
        self.variables = {} if self.real else told
        self._passed = 0

    def passes(self):
        """A minute goes by, at once or in its time."""
        self._passed += 1
        self._file.write_text(f"+{60 * self._passed}\n")


def are_done(count):
    return Scan.objects.filter(state="done").count() >= count


def test_two_beats_queue_each_slot_of_five_minutes_once(make, start_worker, start_beat, tmp_path, ledger):
    """By the ticks that beat is given in production, with a slot a minute: more often than a form would take."""
    minutes = Minutes(tmp_path)
    if connection.vendor != "sqlite" and not minutes.real:
        pytest.skip("the clock of PostgreSQL is its server's, which nobody puts forward: wait with REAL_MINUTES=1")
    repositories = [make(name, scan=False) for name in ("one", "two", "three")]
    Repository.objects.update(schedule="* * * * *", next_scan_at=timezone.now())
    worker = start_worker(processes=2, **minutes.variables)
    logs = [start_beat(**minutes.variables), start_beat(**minutes.variables)]
    for count in range(1, 7):
        wait_for(partial(are_done, count * len(repositories)), "a slot is not taken")
        minutes.passes()
    for log in logs:
        assert log.read_text().count("Sending due task due-repositories") >= 5
    # By its clock every lease of this process is over.
    worker.kill()
    for repository in repositories:
        place = recurrence.slot(repository.key, timedelta(hours=1)).total_seconds()
        asked = repository.scans.order_by("queued_at").values_list("queued_at", flat=True)
        slots = [int((at.timestamp() - place) // 60) for at in asked]
        assert len(set(slots)) == len(slots) >= 6, slots
        calm = undisturbed(make.builders[repository.name])
        ledger.compare("Two beats for five minutes", known(repository), calm, times=5)
    assert set(Scan.objects.exclude(repository__name__startswith="twin").values_list("trigger", flat=True)) == {
        "schedule"
    }
