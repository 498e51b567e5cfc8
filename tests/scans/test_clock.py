"""What the end of a scan makes of the next time: later, never again, or as before."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audits import schedules
from audits.models import Repository
from audits.scans import clock, request_scan
from audits.scans.claims import fail, take
from tests.progress.rows import repository

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def row(rung):
    made = repository(read=False)
    schedules.reschedule(timezone.now())
    made.refresh_from_db()
    return made


def failed(row, times, kind="network"):
    for _ in range(times):
        fail(take(request_scan(row).pk), kind, "It did not work.")
    row.refresh_from_db()
    return row


def test_two_failures_change_nothing(row):
    before = row.next_scan_at
    assert failed(row, 2).next_scan_at == before


def test_the_third_failure_in_a_row_puts_the_next_scan_off(row):
    usual = schedules.next_run(row, timezone.now())
    assert failed(row, 3).next_scan_at == usual + DAY
    assert failed(row, 1).next_scan_at == usual + 3 * DAY


def test_after_25_failures_the_clock_leaves_it_alone(row):
    assert failed(row, 24).paused_at is None
    assert failed(row, 1).paused_at is not None
    assert row.next_scan_at is None
    since = row.paused_at
    assert failed(row, 1).paused_at == since


@pytest.mark.parametrize("kind", ["auth_failed", "not_found"])
def test_where_the_host_refuses_the_third_time_is_the_last(row, kind):
    assert failed(row, 2, kind).paused_at is None
    assert failed(row, 1, kind).paused_at is not None


def test_resuming_starts_anew(row):
    failed(row, 3, "auth_failed")
    schedules.resume(row)
    row.refresh_from_db()
    assert (row.failures, row.refusals, row.paused_at) == (0, 0, None)
    assert timezone.now() < row.next_scan_at <= timezone.now() + DAY


@pytest.mark.parametrize("failures", [3, 25])
def test_a_good_scan_ends_all_of_it(row, failures):
    failed(row, failures)
    scan = request_scan(row)
    clock.ended_well(row.pk, scan.pk)
    row.refresh_from_db()
    assert (row.failures, row.refusals, row.paused_at, row.last_scan) == (0, 0, None, scan)
    assert row.next_scan_at <= timezone.now() + DAY


def test_a_good_scan_leaves_the_usual_time_as_it_is(row):
    before = failed(row, 2).next_scan_at
    clock.ended_well(row.pk, request_scan(row).pk)
    row.refresh_from_db()
    assert (row.failures, row.next_scan_at) == (0, before)


def test_a_repository_that_is_gone_is_no_error(db):
    clock.ended_well(4711, 1)
    clock.ended_badly(4711, 1, "network")


def test_a_host_that_lets_us_in_again_is_asked_at_once(row):
    failed(row, 3, "auth_failed")
    clock.answered(Repository.objects.all())
    row.refresh_from_db()
    assert (row.failures, row.refusals, row.paused_at) == (0, 0, None)
    assert schedules.queue_due() == 1


def test_an_answer_does_not_end_a_pause_that_has_another_cause(row):
    failed(row, 25)
    clock.answered(Repository.objects.all())
    row.refresh_from_db()
    assert row.paused_at is not None
