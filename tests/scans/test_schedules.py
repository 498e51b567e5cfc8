from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from audits import schedules
from audits.models import Organisation, Repository, Scan
from audits.schedules import next_run, queue_due, reschedule, slot
from tests.progress.rows import repository

DAY = timedelta(days=1)


@given(
    st.text(max_size=40),
    st.integers(1, 744),
    st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),
)
def test_a_next_run_is_in_the_future_within_one_interval_and_in_its_slot(key, hours, now):
    every = timedelta(hours=hours)
    row = Repository(key=key)
    first = next_run(row, now, every)
    assert now < first <= now + every
    assert next_run(row, first, every) == first + every


def test_a_slot_is_the_same_on_every_machine_and_after_every_restart():
    assert slot(Repository(key="github.com/acme/shop"), DAY) == timedelta(seconds=82781)


def test_a_thousand_repositories_are_spread_over_the_day():
    hours = [slot(Repository(key=f"github.com/acme/r{n}"), DAY).total_seconds() // 3600 for n in range(1000)]
    assert len(set(hours)) == 24
    assert max(hours.count(hour) for hour in range(24)) < 80


@pytest.mark.django_db
class TestQueueDue:
    def due(self, ago, **kwargs):
        row = repository(read=False, **kwargs)
        Repository.objects.filter(pk=row.pk).update(next_scan_at=timezone.now() - ago)
        return row

    def test_it_queues_what_is_due_and_moves_the_time_on(self):
        row, later = self.due(timedelta(minutes=1)), self.due(-timedelta(hours=1))
        assert queue_due() == 1
        scan = Scan.objects.get()
        assert (scan.repository, scan.trigger, scan.state) == (row, "schedule", "queued")
        row.refresh_from_db()
        assert timezone.now() < row.next_scan_at <= timezone.now() + DAY
        assert not later.scans.exists()

    def test_it_catches_up_once_however_much_was_missed(self):
        self.due(timedelta(days=9))
        assert queue_due() == 1
        assert queue_due() == 0

    def test_it_queues_no_more_than_the_limit_a_tick_the_longest_due_first(self):
        rows = [self.due(timedelta(minutes=n)) for n in (1, 3, 2)]
        assert queue_due(limit=2) == 2
        assert {scan.repository for scan in Scan.objects.all()} == {rows[1], rows[2]}
        assert queue_due(limit=2) == 1

    def test_the_interval_is_the_organisations(self):
        Organisation.objects.create(pk=1, rescan_hours=2)
        row = self.due(timedelta(minutes=1))
        queue_due()
        row.refresh_from_db()
        assert row.next_scan_at <= timezone.now() + timedelta(hours=2)

    def test_a_new_interval_gives_every_repository_a_new_time(self):
        row = self.due(-timedelta(hours=20))
        Organisation.objects.create(pk=1, rescan_hours=1)
        reschedule(timezone.now())
        row.refresh_from_db()
        assert row.next_scan_at <= timezone.now() + timedelta(hours=1)

    def test_what_cannot_be_queued_stays_due(self, monkeypatch):
        self.due(timedelta(minutes=1))
        with monkeypatch.context() as patched:
            patched.setattr("audits.schedules.request_scan", lambda *args: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                queue_due()
        assert queue_due() == 1

    def test_a_repository_that_is_gone_meanwhile_does_not_keep_the_others_waiting(self, monkeypatch):
        gone, other = self.due(timedelta(minutes=2)), self.due(timedelta(minutes=1))
        ask = schedules.request_scan

        def deleted_before(repository, trigger):
            if repository == gone:
                raise IntegrityError("no such repository")
            return ask(repository, trigger)

        monkeypatch.setattr("audits.schedules.request_scan", deleted_before)
        assert queue_due() == 1
        assert Scan.objects.get().repository == other
