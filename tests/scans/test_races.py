"""The same call from several threads at once, on real transactions: the database decides who is first."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from audits.models import Repository, Scan, ScanTrigger
from audits.scans import request_scan
from audits.scans.claims import take
from audits.schedules import queue_due
from tests.progress.rows import repository

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("rung")]
THREADS = 4


def at_once(function, *arguments):
    """What `function` returns in each of several threads that start together."""
    start = threading.Barrier(THREADS)

    def call(_):
        start.wait(timeout=10)
        try:
            return function(*arguments)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(call, range(THREADS)))


def test_one_of_many_workers_claims_a_scan():
    scan = request_scan(repository(read=False))
    claims = at_once(take, scan.pk)
    assert sum(claim is not None for claim in claims) == 1
    assert Scan.objects.get().attempt == 1


def test_many_requests_at_once_are_one_scan():
    scans = at_once(request_scan, repository(read=False))
    assert {scan.pk for scan in scans} == {Scan.objects.get().pk}


def test_two_people_who_press_scan_join_the_clocks_scan_and_are_waited_for_once(rung, django_user_model):
    row = repository(read=False)
    scheduled = request_scan(row, ScanTrigger.SCHEDULE)
    person = django_user_model.objects.create(username="ada")
    rung.clear()
    scans = at_once(request_scan, row, ScanTrigger.PERSON, person)
    assert {scan.pk for scan in scans} == {scheduled.pk}
    waiting = Scan.objects.get()
    assert (waiting.trigger, waiting.requested_by, rung) == ("person", person, [scheduled.pk])


def test_two_clocks_queue_each_slot_once():
    for _ in range(5):
        row = repository(read=False)
        Repository.objects.filter(pk=row.pk).update(next_scan_at=timezone.now() - timedelta(minutes=1))
    assert sum(at_once(queue_due)) == 5
    assert Scan.objects.count() == 5
