"""Hosts that ask for patience, and how many fetches one is given at a time."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audits import scans
from audits.models import Repository, Scan, ScanTrigger
from audits.scans import reap, request_scan
from audits.scans.claims import fail, put_off, take
from tests.gitserver import GitServer, make_keys
from tests.progress.rows import repository

pytestmark = pytest.mark.django_db


def held(scan):
    scan.refresh_from_db()
    return (scan.state, scan.rung_at)


def test_a_host_is_given_so_many_fetches_and_the_next_one_when_one_is_over(
    rung, settings, django_capture_on_commit_callbacks
):
    settings.FETCHES_A_HOST = 2
    first, second, third, fourth = (request_scan(repository(read=False)) for _ in range(4))
    claims = [take(scan.pk) for scan in (first, second)]
    assert take(third.pk) is None
    assert take(fourth.pk) is None
    rung.clear()
    claims[0].fetched()
    assert rung == [third.pk]
    assert take(third.pk) is not None
    rung.clear()
    with django_capture_on_commit_callbacks(execute=True):
        fail(claims[1], "network", "It broke off.")
    assert rung == [fourth.pk]


def test_people_are_let_in_first(rung, settings):
    settings.FETCHES_A_HOST = 1
    busy = take(request_scan(repository(read=False)).pk)
    clock = request_scan(repository(read=False), ScanTrigger.SCHEDULE)
    person = request_scan(repository(read=False))
    assert (take(clock.pk), take(person.pk)) == (None, None)
    rung.clear()
    busy.fetched()
    assert rung == [person.pk]


def test_a_dead_worker_takes_up_no_room_and_folders_of_this_machine_need_none(rung, settings):
    settings.FETCHES_A_HOST = 1
    dead = request_scan(repository(read=False))
    take(dead.pk)
    Scan.objects.filter(pk=dead.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert take(request_scan(repository(read=False)).pk) is not None
    for _ in range(2):
        local = repository(read=False)
        Repository.objects.filter(pk=local.pk).update(host="")
        assert take(request_scan(local).pk) is not None


def test_a_scan_is_put_off_longer_each_time_and_fails_in_the_end(rung, settings):
    settings.HOST_BACK_OFF = 30
    scan = request_scan(repository(read=False))
    for number in range(5):
        before = timezone.now()
        assert put_off(take(scan.pk))
        scan.refresh_from_db()
        assert (scan.state, scan.attempt) == ("queued", 0)
        assert take(scan.pk) is None
        assert scan.not_before >= before + timedelta(seconds=15 * 2**number)
        assert scan.not_before <= timezone.now() + timedelta(seconds=45 * 2**number)
        Scan.objects.update(not_before=timezone.now() - timedelta(seconds=1))
    assert not put_off(take(scan.pk))


def test_not_all_that_a_host_puts_off_return_at_once(rung, settings):
    settings.HOST_BACK_OFF = 10_000
    waits = set()
    for number in range(8):
        put = repository(read=False)
        Repository.objects.filter(pk=put.pk).update(host=f"git{number}.example.com")
        scan = request_scan(put)
        put_off(take(scan.pk))
        scan.refresh_from_db()
        # In eighths of the whole: from half the wait to one and a half.
        waits.add(int((scan.not_before - scan.queued_at).total_seconds() - 5_000) // 1_250)
    # Two eighths at least: all eight in one of them is one case in two million.
    assert len(waits) > 1


def test_what_waits_for_the_same_host_waits_too(rung):
    scan, same, other = (request_scan(repository(read=False)) for _ in range(3))
    Repository.objects.filter(pk=other.repository_id).update(host="gitlab.com")
    put_off(take(scan.pk))
    assert take(same.pk) is None
    assert take(other.pk) is not None


def test_the_reaper_rings_when_the_time_has_come(rung):
    scan = request_scan(repository(read=False))
    put_off(take(scan.pk))
    rung.clear()
    assert reap() == 0
    Scan.objects.update(not_before=timezone.now() - timedelta(seconds=1))
    assert reap() == 1
    assert rung == [scan.pk]


def test_a_newer_request_that_waits_takes_the_place_of_a_scan_that_is_put_off(rung):
    scan = request_scan(repository(read=False))
    claim = take(scan.pk)
    newer = request_scan(scan.repository)
    assert not put_off(claim)
    fail(claim, "rate_limited", "The server asks for fewer requests.")
    newer.refresh_from_db()
    assert newer.not_before > timezone.now()
    assert take(newer.pk) is None


@pytest.mark.parametrize("status", ["429", "503"])
def test_a_host_that_asks_for_patience_twice_is_scanned_at_the_third_time(shop, rung, settings, tmp_path, status):
    keys = make_keys(tmp_path)
    with GitServer(shop.path.parent, keys) as server:
        settings.INTERNAL_GIT_HOSTS, settings.INTERNAL_GIT_AUTHORITIES = [server.place], str(server.authority)
        address = f"https://{server.place}/{shop.path.name}"
        row = repository(read=False)
        Repository.objects.filter(pk=row.pk).update(url=address, key=address, host="localhost")
        scan = request_scan(row)
        server.mode = status
        for deferrals in (1, 2):
            scans.run_scan(scan.pk)
            scan.refresh_from_db()
            assert (scan.state, scan.deferrals, scan.attempt) == ("queued", deferrals, 0), scan.error_message
            Scan.objects.update(not_before=timezone.now() - timedelta(seconds=1))
        server.mode = "ok"
        scans.run_scan(scan.pk)
    scan.refresh_from_db()
    row.refresh_from_db()
    assert (scan.state, scan.usages, row.failures) == ("done", 1, 0)
