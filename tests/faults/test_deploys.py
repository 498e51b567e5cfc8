"""What operators do: stop workers while they work, and put yesterday's database back."""

import shutil
import signal
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db.models import F

from audits import scans
from audits.models import Finding, Repository, Scan
from audits.scans.claims import ATTEMPTS
from tests.scans.conftest import SHOP
from tests.waiting import wait_for

from .conftest import halt, known, slow, undisturbed
from .test_workers import STOPPED, TWO_USES, wait_until, wait_until_ended, what_is_known

pytestmark = [pytest.mark.broker, pytest.mark.fault, pytest.mark.django_db(transaction=True)]


def test_a_worker_that_is_asked_to_end_finishes_its_scan_and_takes_no_other(make, start_worker):
    worker = start_worker(FILE_DEADLINE=STOPPED)
    running = make("busy", hang=True).scans.get()
    wait_until(running, "scanning")
    halt(worker, running)
    waiting = make("next").scans.get()
    worker.process.send_signal(signal.SIGTERM)
    worker.signal(signal.SIGCONT)
    wait_for(lambda: worker.process.poll() is not None, "the worker does not end")
    for scan in (running, waiting):
        scan.refresh_from_db()
    assert (running.state, running.attempt) == ("partial", 1)
    assert (waiting.state, waiting.attempt) == ("queued", 0)
    start_worker()
    wait_until_ended(2)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.attempt) == ("done", 1)


def is_read():
    """Does a worker read the only scan's files? It is rung for as often as the clock would, or it may not be heard."""
    scans.reap()
    scan = Scan.objects.get()
    return (scan.state, scan.attempt) == ("scanning", 1)


def test_a_worker_that_is_told_to_end_at_once_costs_no_attempt(make, start_worker, settings):
    settings.SCAN_RING_AGAIN = 0
    for stops in range(ATTEMPTS + 1):
        worker = start_worker()
        running = (make("busy", hang=True) if not stops else Repository.objects.get()).scans.get()
        wait_for(is_read, "nobody reads the files")
        worker.process.send_signal(signal.SIGTERM)
        wait_for(lambda worker=worker: "Warm shutdown" in worker.log, "the worker does not hear")
        worker.process.send_signal(signal.SIGQUIT)
        wait_for(lambda worker=worker: worker.process.poll() is not None, "the worker does not end")
        running.refresh_from_db()
        assert (running.state, running.attempt) == ("scanning", 0)
    start_worker(FILE_DEADLINE="3")
    wait_for(is_read, "nobody reads the files")
    wait_until_ended(1)
    running.refresh_from_db()
    assert (running.state, running.attempt) == ("partial", 1)
    assert what_is_known() == TWO_USES


def test_a_worker_that_is_killed_when_its_time_to_end_is_over_costs_no_attempt(make, start_worker, settings):
    """As containers are stopped: told to end once, killed later."""
    settings.SCAN_RING_AGAIN = 0
    for stops in range(ATTEMPTS + 1):
        worker = start_worker(WORKER_STOP_GRACE="1")
        running = (make("busy", hang=True) if not stops else Repository.objects.get()).scans.get()
        wait_for(is_read, "nobody reads the files")
        worker.process.send_signal(signal.SIGTERM)
        wait_for(lambda: Scan.objects.get().attempt == 0, "the scan is not let go")
        worker.kill()
        running.refresh_from_db()
        assert (running.state, running.attempt) == ("scanning", 0)
    start_worker(FILE_DEADLINE="3")
    wait_for(is_read, "nobody reads the files")
    wait_until_ended(1)
    running.refresh_from_db()
    assert (running.state, running.attempt) == ("partial", 1)
    assert what_is_known() == TWO_USES


def test_a_worker_whose_scan_was_let_go_ends_by_itself_and_writes_nothing(make, start_worker, settings):
    settings.SCAN_RING_AGAIN = 0
    repository = make("busy", scan=False)
    make.builders["busy"].commit({f"shop/slow{number}.py": slow(number) for number in range(40)})
    worker = start_worker(WORKER_STOP_GRACE="1")
    running = scans.request_scan(repository)
    wait_until(running, "scanning")
    worker.process.send_signal(signal.SIGTERM)
    wait_for(lambda: worker.process.poll() is not None, "the worker does not end")
    running.refresh_from_db()
    assert (running.state, running.attempt) == ("scanning", 0)
    assert not Finding.objects.exists()
    start_worker()
    scans.reap()
    wait_until_ended(1)
    running.refresh_from_db()
    assert (running.state, running.attempt, Finding.objects.count()) == ("done", 1, 42)


def emptied():
    """What a restore does first; PostgreSQL may end it for a scan that is under way, and it is begun again."""
    try:
        call_command("flush", interactive=False, verbosity=0)
    except CommandError:
        return False
    return True


def test_yesterdays_database_put_back_goes_on_by_itself(make, start_worker, broker, settings, tmp_path, ledger):
    repository = make("shop")
    start_worker()
    wait_until_ended(1)
    ids = set(Finding.objects.values_list("pk", flat=True))
    again = scans.request_scan(repository, "schedule")
    wait_until_ended(2)
    # Yesterday that scan was under way.
    Scan.objects.filter(pk=again.pk).update(
        state="scanning", finished_at=None, attempt=1, lease_until=F("queued_at") + timedelta(seconds=1)
    )
    backup = tmp_path / "yesterday.json"
    call_command("dumpdata", "audits", output=str(backup), verbosity=0)
    make.builders["shop"].commit({"shop/new.py": SHOP})
    scans.request_scan(repository, "schedule")
    wait_for(emptied, "the database cannot be emptied")
    broker.lose_everything()
    shutil.rmtree(django_settings.MIRROR_ROOT)
    call_command("loaddata", str(backup), verbosity=0)
    settings.SCAN_RING_AGAIN = 0
    wait_for(scans.reap, "the reaper does not bring the scan back")
    wait_until_ended(2)
    again.refresh_from_db()
    assert (again.state, again.attempt) == ("done", 2)
    there, verbs = what_is_known()
    assert there == sorted([*TWO_USES[0], ("shop/new.py", 7, "present")])
    assert verbs == ["opened"] * 3
    assert ids < set(Finding.objects.values_list("pk", flat=True))
    assert Repository.objects.get().failures == 0
    calm = undisturbed(make.builders["shop"])
    ledger.compare("Database of yesterday put back", known(Repository.objects.get()), calm)
