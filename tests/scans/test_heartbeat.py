import threading

import pytest
from django.db import connection

from audits.gitstore import GitError
from audits.gitstore.process import given_up
from audits.models import Finding, Scan
from audits.scans import request_scan
from audits.scans.cancel import cancel
from audits.scans.claims import LostLease, give_back, take
from audits.scans.heartbeat import beating
from tests.progress.rows import repository
from tests.scans.conftest import SHOP
from tests.waiting import reached, wait_for

pytestmark = pytest.mark.django_db(transaction=True)


def lease_of(scan):
    return Scan.objects.get(pk=scan.pk).lease_until


def beats(scan):
    """Whether the thread of this scan still runs."""
    return any(thread.name == f"lease-of-scan-{scan.pk}" for thread in threading.enumerate())


def test_it_keeps_a_lease_for_longer_than_the_lease_and_stops_with_the_work(rung, settings):
    settings.SCAN_LEASE = 1
    scan = request_scan(repository(read=False))
    claim, first = take(scan.pk), lease_of(scan)
    with beating(claim):
        wait_for(lambda: (lease_of(scan) - first).total_seconds() > settings.SCAN_LEASE, "the lease is not extended")
        assert beats(scan)
    assert not beats(scan)


def test_it_survives_a_connection_that_breaks(rung, settings, monkeypatch):
    settings.SCAN_LEASE = 1
    scan = request_scan(repository(read=False))
    claim, begun, written = take(scan.pk), [], []
    real = claim.write

    def write():
        begun.append(1)
        if len(begun) == 2:
            connection.connection.close()
        real()
        written.append(1)

    monkeypatch.setattr(claim, "write", write)
    with beating(claim):
        wait_for(lambda: len(written) == 3, "it does not go on")
    assert len(begun) > len(written)


def test_it_does_not_extend_what_belongs_to_another(rung, settings):
    settings.SCAN_LEASE = 1
    scan = request_scan(repository(read=False))
    first = take(scan.pk)
    give_back(first)
    second = take(scan.pk)
    lease = lease_of(scan)
    with beating(first):
        assert reached(lambda: not beats(scan))
    scan.refresh_from_db()
    assert (scan.lease_owner, scan.lease_until) == (second.owner, lease)


def test_what_git_still_does_for_a_scan_ends_with_the_right_to_it(rung, settings):
    settings.SCAN_LEASE = 1
    scan = request_scan(repository(read=False))

    def work():
        with beating(take(scan.pk)):
            assert not given_up.get()()
            cancel(scan)
            wait_for(given_up.get(), "nobody tells git")
            raise GitError("given_up", "It was ended.")

    with pytest.raises(LostLease):
        work()
    assert not given_up.get()()


def test_what_becomes_of_git_otherwise_is_told_as_it_is(rung):
    claim = take(request_scan(repository(read=False)).pk)
    with pytest.raises(GitError), beating(claim):
        raise GitError("network", "It broke off.")


def test_who_wrote_a_line_is_wanted_after_the_last_write_too(scan, shop, monkeypatch):
    monkeypatch.setattr("audits.scans.heartbeat.LOOK_EVERY", 0.0)
    scan()
    shop.commit({"shop/more.py": SHOP})
    assert scan().state == "done"
    assert Finding.objects.get(path="shop/more.py").blame == "known"
