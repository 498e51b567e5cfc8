"""The same call from several threads at once, on real transactions: the database decides who is first."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
from django.db import connections
from django.utils import timezone

from audits.models import Repository, Scan, ScanTrigger
from audits.scans import cancel, request_scan
from audits.scans.claims import take
from audits.schedules import queue_due
from tests.progress.rows import repository
from tests.waiting import PATIENCE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("rung")]
THREADS = 4


def each_of(calls):
    """What these functions return, called at once in as many threads that start together."""
    start = threading.Barrier(len(calls))

    def call(function):
        start.wait(timeout=PATIENCE)
        try:
            return function()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(call, calls))


def at_once(function, *arguments):
    """What `function` returns in each of several threads that start together."""
    return each_of([partial(function, *arguments)] * THREADS)


def test_one_of_many_workers_claims_a_scan():
    scan = request_scan(repository(read=False))
    claims = at_once(take, scan.pk)
    assert sum(claim is not None for claim in claims) == 1
    assert Scan.objects.get().attempt == 1


def test_many_requests_at_once_are_one_scan():
    scans = at_once(request_scan, repository(read=False))
    assert {scan.pk for scan in scans} == {Scan.objects.get().pk}


def test_people_who_press_scan_at_once_supersede_the_clocks_scan_by_one(rung, django_user_model):
    row = repository(read=False)
    scheduled = request_scan(row, ScanTrigger.SCHEDULE)
    person = django_user_model.objects.create(username="ada")
    rung.clear()
    scans = at_once(request_scan, row, ScanTrigger.PERSON, person)
    waiting = Scan.objects.get(state="queued")
    assert {scan.pk for scan in scans} == {waiting.pk}
    assert (waiting.trigger, waiting.requested_by, set(rung)) == ("person", person, {waiting.pk})
    assert list(Scan.objects.exclude(pk=waiting.pk).values_list("pk", "state")) == [(scheduled.pk, "superseded")]


def test_a_person_and_a_worker_at_the_same_scan_leave_one_that_waits_or_one_that_runs(rung):
    for _ in range(5):
        row = repository(read=False)
        scheduled = request_scan(row, ScanTrigger.SCHEDULE)
        each_of([partial(take, scheduled.pk), partial(request_scan, row)] * 2)
        states = sorted(Scan.objects.filter(repository=row).values_list("state", flat=True))
        assert states in (["fetching", "queued"], ["queued", "superseded"])


def test_one_of_many_who_cancel_has_cancelled(django_user_model):
    scan = request_scan(repository(read=False))
    assert sum(at_once(cancel, scan)) == 1


def test_no_more_fetches_start_at_once_than_a_host_is_given(settings):
    settings.FETCHES_A_HOST = 2
    scans = [request_scan(repository(read=False)) for _ in range(THREADS)]
    claims = each_of([partial(take, scan.pk) for scan in scans])
    assert sum(claim is not None for claim in claims) == 2
    assert Scan.objects.filter(state="fetching").count() == 2


def test_two_clocks_queue_each_slot_once():
    for _ in range(5):
        row = repository(read=False)
        Repository.objects.filter(pk=row.pk).update(next_scan_at=timezone.now() - timedelta(minutes=1))
    assert sum(at_once(queue_due)) == 5
    assert Scan.objects.count() == 5
