import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from audits.models import Repository, Scan, ScanState, ScanTrigger
from audits.scans import reap, reaper, request_scan
from audits.scans.claims import LostLease, OutOfTime, fail, give_back, take
from tests.progress.rows import repository

pytestmark = pytest.mark.django_db


@pytest.fixture
def scan(rung):
    return request_scan(repository(read=False))


def expire(scan):
    Scan.objects.filter(pk=scan.pk).update(lease_until=timezone.now() - timedelta(seconds=5))


def age(scan, **fields):
    Scan.objects.filter(pk=scan.pk).update(**{k: timezone.now() - v for k, v in fields.items()})


def test_a_scan_is_taken_once(scan):
    assert take(scan.pk) is not None
    assert take(scan.pk) is None
    scan.refresh_from_db()
    assert (scan.state, scan.attempt) == (ScanState.FETCHING, 1)
    assert timedelta(seconds=100) < scan.lease_until - timezone.now() <= timedelta(seconds=120)


def test_a_scan_that_is_gone_is_not_taken(db):
    assert take(4711) is None


def test_an_ended_scan_is_not_taken(scan):
    Scan.objects.filter(pk=scan.pk).update(state=ScanState.DONE)
    assert take(scan.pk) is None


def test_a_second_scan_of_a_repository_waits_and_is_rung_for_at_the_end(scan, rung, django_capture_on_commit_callbacks):
    claim = take(scan.pk)
    second = request_scan(scan.repository)
    assert take(second.pk) is None
    with django_capture_on_commit_callbacks(execute=True):
        fail(claim, "network", "The host does not answer.")
    assert rung == [second.pk]
    assert take(second.pk) is not None


def test_an_expired_lease_passes_to_the_next_worker_and_fences_the_first(scan):
    first = take(scan.pk)
    expire(scan)
    second = take(scan.pk)
    assert second is not None
    with pytest.raises(LostLease):
        first.write(state=ScanState.SCANNING)
    second.write(state=ScanState.SCANNING)
    fail(first, "network", "Too late.")
    scan.refresh_from_db()
    assert (scan.state, scan.attempt) == (ScanState.SCANNING, 2)


def test_progress_extends_the_lease_and_is_written_now_and_then(scan):
    claim = take(scan.pk)
    age(scan, lease_until=timedelta(seconds=-60))
    claim.progress(1, 9)
    claim.progress(2, 9)
    scan.refresh_from_db()
    assert (scan.files_done, scan.files_total) == (1, 9)
    assert scan.lease_until > timezone.now() + timedelta(seconds=100)
    claim.progress(9, 9)
    scan.refresh_from_db()
    assert scan.files_done == 9


def test_progress_ends_a_scan_that_was_taken_over(scan):
    claim = take(scan.pk)
    expire(scan)
    take(scan.pk)
    with pytest.raises(LostLease):
        claim.progress(1, 9)


def test_progress_ends_a_scan_that_takes_too_long(scan, settings):
    settings.SCAN_DEADLINE = -1
    with pytest.raises(OutOfTime, match="3 of 9 files"):
        take(scan.pk).progress(3, 9)


def test_a_failed_scan_says_why_and_keeps_what_was_known(scan):
    Repository.objects.filter(pk=scan.repository_id).update(applied_commit="c" * 40)
    fail(take(scan.pk), "network", "The host\0 does not answer." + "x" * 1000)
    scan.refresh_from_db()
    row = Repository.objects.get(pk=scan.repository_id)
    assert (scan.state, scan.error_kind, len(scan.error_message)) == (ScanState.FAILED, "network", 500)
    assert (row.applied_commit, row.failures, row.last_scan_id) == ("c" * 40, 1, scan.pk)


def test_three_attempts_are_all(scan):
    for _ in range(3):
        assert take(scan.pk) is not None
        expire(scan)
    assert take(scan.pk) is None
    reap()
    scan.refresh_from_db()
    assert (scan.state, scan.error_kind) == (ScanState.FAILED, "worker_lost")
    assert "3 times" in scan.error_message


def test_a_worker_that_comes_back_before_its_scan_is_given_up_keeps_it(scan):
    for _ in range(3):
        claim = take(scan.pk)
        expire(scan)
    seen = Scan.objects.get(pk=scan.pk)
    claim.write()
    reaper._give_up(seen)
    assert claim.row().exists()
    # Nor is it another one's: of that owner the reaper has seen nothing.
    expire(scan)
    Scan.objects.filter(pk=scan.pk).update(lease_owner=uuid.uuid4())
    reaper._give_up(seen)
    scan.refresh_from_db()
    assert (scan.state, scan.error_kind) == (ScanState.FETCHING, "")


def test_the_reaper_rings_again_for_a_row_that_nobody_took(scan, rung):
    assert reap() == 0
    age(scan, queued_at=timedelta(seconds=130))
    assert reap() == 1
    assert rung == [scan.pk]
    assert reap() == 0


def test_the_reaper_rings_soon_for_a_row_that_nobody_could_announce(scan, rung):
    Scan.objects.update(rung_at=None)
    age(scan, queued_at=timedelta(seconds=10))
    assert reap() == 0
    age(scan, queued_at=timedelta(seconds=20))
    assert reap() == 1
    assert rung == [scan.pk]
    assert reap() == 0


def test_the_reaper_leaves_a_row_that_found_no_room_at_its_host(scan, rung):
    other = request_scan(repository(read=False))
    Repository.objects.update(host="git.example")
    take(other.pk)
    Scan.objects.filter(pk=scan.pk).update(rung_at=None)
    age(scan, queued_at=timedelta(seconds=20))
    assert reap() == 0
    Scan.objects.filter(pk=other.pk).update(state=ScanState.DONE, lease_until=None)
    assert reap() == 1


def test_the_reaper_rings_less_often_the_longer_a_row_waits(scan, rung):
    age(scan, queued_at=timedelta(minutes=30), rung_at=timedelta(minutes=10))
    assert reap() == 0
    age(scan, queued_at=timedelta(minutes=30), rung_at=timedelta(minutes=16))
    assert reap() == 1


def test_the_reaper_rings_at_once_for_a_scan_whose_worker_is_gone(scan, rung):
    take(scan.pk)
    assert reap() == 0
    expire(scan)
    assert reap() == 1
    assert rung == [scan.pk]


def test_a_scan_given_back_goes_to_the_next_worker(scan, rung):
    give_back(take(scan.pk))
    assert reap() == 1
    assert take(scan.pk) is not None


def test_the_reaper_rings_first_for_those_that_a_person_waits_for(rung):
    clock = request_scan(repository(read=False), ScanTrigger.SCHEDULE)
    person = request_scan(repository(read=False))
    age(clock, queued_at=timedelta(minutes=9))
    age(person, queued_at=timedelta(minutes=5))
    assert reap() == 2
    assert rung == [person.pk, clock.pk]


def test_a_person_is_rung_for_however_many_scheduled_scans_wait(rung, monkeypatch):
    monkeypatch.setattr(reaper, "RINGS_A_TICK", 2)
    for _ in range(15):
        age(request_scan(repository(read=False), ScanTrigger.SCHEDULE), queued_at=timedelta(hours=9))
    Scan.objects.update(rung_at=timezone.now())
    person = request_scan(repository(read=False))
    age(person, queued_at=timedelta(minutes=5))
    assert reap() == 1
    assert rung == [person.pk]


def test_the_reaper_stops_while_the_broker_is_away(db, monkeypatch):
    scans = [request_scan(repository(read=False)) for _ in range(3)]
    for scan in scans:
        age(scan, queued_at=timedelta(minutes=9))
    tries = []
    monkeypatch.setattr("audits.scans.doorbell.send", lambda *args: bool(tries.append(args)))
    assert reap() == 0
    assert len(tries) == 1
