"""Scans whose processes die, stop and repeat themselves: real Valkey, real workers, real repositories."""

import signal

import pytest

from audits import scans
from audits.models import Finding, FindingEvent, Repository, Scan
from audits.scans import doorbell
from tests.scans.conftest import SHOP
from tests.waiting import wait_for

from .conftest import HANG, ended, halt, known, lapse, undisturbed, whole

pytestmark = [pytest.mark.broker, pytest.mark.fault, pytest.mark.django_db(transaction=True)]
ENDED = ("done", "partial", "failed")
# Of a worker that is stopped while a file hangs: it is over when the worker wakes, and not before it is stopped.
STOPPED = "20"


def wait_until_ended(count):
    wait_for(lambda: Scan.objects.filter(state__in=ENDED).count() == count, f"{count} scans do not end")


def wait_until(scan, *states):
    wait_for(lambda: Scan.objects.get(pk=scan.pk).state in states, f"{scan} does not become {states}")


def what_is_known():
    return sorted(Finding.objects.values_list("path", "line", "presence")), sorted(
        FindingEvent.objects.values_list("verb", flat=True)
    )


TWO_USES = ([("shop/ask.py", 7, "present"), ("shop/more.py", 7, "present")], ["opened", "opened"])


def test_queued_scans_survive_the_death_of_the_worker_and_are_done_by_the_next(make, start_worker, broker):
    first = start_worker()
    busy = make("busy", hang=True)
    wait_until(busy.scans.get(), "scanning")
    for name in ("one", "two", "three"):
        make(name)
    first.kill()
    waiting = Scan.objects.exclude(repository=busy)
    assert [scan.state for scan in waiting] == ["queued"] * 3
    start_worker(processes=2, FILE_DEADLINE="3")
    wait_until_ended(3)
    assert {scan.state for scan in waiting.all()} == {"done"}
    assert {scan.attempt for scan in waiting.all()} == {1}
    assert {r.check_state for r in Repository.objects.exclude(pk=busy.pk)} == {"answered"}


def test_a_scan_whose_worker_was_killed_is_done_by_another_one_once(make, start_worker, settings):
    settings.SCAN_RING_AGAIN = 0
    first = start_worker()
    scan = make("shop", hang=True).scans.get()
    wait_until(scan, "scanning")
    assert not Finding.objects.exists()
    first.kill()
    lapse(scan)
    start_worker(FILE_DEADLINE="3")
    wait_for(scans.reap, "the reaper does not see that the lease is over")
    wait_until_ended(1)
    scan.refresh_from_db()
    assert (scan.state, scan.attempt, scan.files_unread) == ("partial", 2, 1)
    assert what_is_known() == TWO_USES


def test_what_a_lost_broker_forgot_is_rung_again(make, start_worker, broker, settings, ledger):
    for name in ("one", "two", "three", "four", "five"):
        make(name)
    assert broker.waiting("people") == 10
    broker.lose_everything()
    start_worker(processes=2)
    settings.SCAN_RING_AGAIN = 0
    assert scans.reap() == 5
    wait_until_ended(5)
    assert {scan.state for scan in Scan.objects.all()} == {"done"}
    for repository in Repository.objects.all():
        calm = undisturbed(make.builders[repository.name])
        ledger.compare("Broker flushed with scans queued", known(repository), calm)


def test_a_broker_that_dies_while_a_scan_runs_and_another_waits_loses_neither(
    make, start_worker, broker, settings, ledger
):
    settings.SCAN_RING_AGAIN = 0
    worker = start_worker(FILE_DEADLINE=STOPPED, SCAN_LEASE="5")
    busy = make("busy", hang=True)
    wait_until(busy.scans.get(), "scanning")
    halt(worker, busy.scans.get())
    waiting = make("waiting")
    broker.stop()
    worker.signal(signal.SIGCONT)
    wait_until_ended(1)
    broker.start()
    broker.lose_everything()
    assert ended(waiting.scans.get()).state == "done"
    assert busy.scans.get().state == "partial"
    for repository in (busy, waiting):
        whole(repository)
        calm = undisturbed(make.builders[repository.name], deadline=3)
        ledger.compare("Broker killed and empty at its return", known(repository), calm)


def test_ten_messages_for_one_scan_and_four_workers_are_one_scan(make, start_worker, broker, ledger):
    scan = make("shop").scans.get()
    for _ in range(9):
        doorbell.send(doorbell.WAITED_FOR, scan.pk)
    workers = [start_worker() for _ in range(4)]
    wait_for(lambda: sum(worker.log.count("succeeded") for worker in workers) >= 11, "not all messages are handled")
    scan.refresh_from_db()
    assert (scan.state, scan.attempt) == ("done", 1)
    assert what_is_known() == TWO_USES
    ledger.compare("Messages delivered ten times", known(scan.repository), undisturbed(make.builders["shop"]), 10)


def test_a_stopped_worker_that_wakes_after_its_lease_writes_nothing(make, start_worker, ledger, settings):
    settings.SCAN_RING_AGAIN = 0
    first = start_worker(FILE_DEADLINE=STOPPED)
    scan = make("shop", hang=True).scans.get()
    wait_until(scan, "scanning")
    halt(first, scan)
    lapse(scan)
    start_worker(FILE_DEADLINE="3")
    wait_for(scans.reap, "the reaper does not see that the lease is over")
    # The broker may hand the first message to the worker that is stopped: beat rings again.
    ended(scan)
    owner, finished = scan.lease_owner, scan.finished_at
    assert (scan.state, scan.attempt) == ("partial", 2)
    first.signal(signal.SIGCONT)
    wait_for(lambda: "was taken over" in first.log, "the first worker does not notice")
    scan.refresh_from_db()
    assert (scan.lease_owner, scan.finished_at) == (owner, finished)
    assert what_is_known() == TWO_USES
    calm = undisturbed(make.builders["shop"], deadline=3)
    ledger.compare("Worker stopped past its lease, then woken", known(scan.repository), calm)


def test_readers_see_the_last_result_until_the_next_one_is_whole(make, start_worker, settings):
    repository = make("shop")
    first = start_worker()
    wait_until_ended(1)
    before = what_is_known()
    make.builders["shop"].commit({"shop/more.py": "x = 1\n", "shop/new.py": SHOP, "zz_hang.py": HANG})
    again = scans.request_scan(repository)
    wait_until(again, "scanning")
    assert what_is_known() == before
    first.kill()
    assert what_is_known() == before
    settings.SCAN_RING_AGAIN = 0
    lapse(again)
    start_worker(FILE_DEADLINE="3")
    wait_for(scans.reap, "the reaper does not see that the lease is over")
    wait_until_ended(2)
    known, verbs = what_is_known()
    # What left its place may stand in the new file that nobody could read.
    assert known == [("shop/ask.py", 7, "present"), ("shop/more.py", 7, "unknown"), ("shop/new.py", 7, "present")]
    assert verbs == ["lost_sight", "opened", "opened", "opened"]


def test_without_a_broker_a_scan_waits_in_its_row_and_is_done_when_there_is_one(make, start_worker, broker, settings):
    broker.stop()
    scan = make("shop").scans.get()
    assert (scan.state, scan.rung_at) == ("queued", None)
    broker.start()
    start_worker()
    settings.SCAN_RING_AGAIN = 0
    assert scans.reap() == 1
    wait_until_ended(1)
    assert Scan.objects.get().state == "done"


def test_a_broker_that_stands_still_holds_nobody_up(make, start_worker, broker, settings):
    """It takes connections and answers none: whoever asks for a scan waits for a few seconds, not for ever."""
    settings.SCAN_RING_AGAIN = 0
    worker = start_worker()
    broker.process.send_signal(signal.SIGSTOP)
    scan = make("shop").scans.get()
    assert (scan.state, scan.rung_at) == ("queued", None)
    broker.process.send_signal(signal.SIGCONT)
    assert ended(scan).state == "done"
    assert worker.process.poll() is None
