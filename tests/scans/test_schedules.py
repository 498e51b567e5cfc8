from datetime import timedelta

import pytest
from django.db import IntegrityError, connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audits import schedules
from audits.models import Organisation, Repository, Scan, Team
from audits.schedules import in_force, pause_all, queue_due, reschedule, resume_all
from tests.progress.rows import repository

DAY = timedelta(days=1)


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

    def test_a_time_that_the_database_wrote_by_its_own_clock_is_due_as_well(self):
        row = repository(read=False)
        Repository.objects.filter(pk=row.pk).update(next_scan_at=Now())
        assert queue_due() == 1
        assert queue_due() == 0

    def test_it_queues_no_more_than_the_limit_a_tick_the_longest_due_first(self):
        rows = [self.due(timedelta(minutes=n)) for n in (1, 3, 2)]
        assert queue_due(limit=2) == 2
        assert {scan.repository for scan in Scan.objects.all()} == {rows[1], rows[2]}
        assert queue_due(limit=2) == 1

    def test_the_interval_is_the_organisations(self):
        Organisation.objects.create(pk=1, schedule="2h")
        row = self.due(timedelta(minutes=1))
        queue_due()
        row.refresh_from_db()
        assert row.next_scan_at <= timezone.now() + timedelta(hours=2)

    def test_a_new_interval_gives_every_repository_a_new_time(self):
        row = self.due(-timedelta(hours=20))
        Organisation.objects.create(pk=1, schedule="1h")
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

    def test_it_leaves_room_for_those_that_are_under_way(self, settings):
        settings.SCHEDULED_IN_FLIGHT = 2
        for _ in range(3):
            self.due(timedelta(minutes=1))
        assert (queue_due(), queue_due()) == (2, 0)
        Scan.objects.filter(pk=Scan.objects.first().pk).update(state="done")
        assert queue_due() == 1

    def test_while_all_are_paused_nothing_is_queued_and_afterwards_each_once(self, django_user_model):
        ada, bob = (django_user_model.objects.create(username=name) for name in ("ada", "bob"))
        self.due(timedelta(days=9))
        pause_all(ada)
        pause_all(bob)
        assert Organisation.current().paused_by == ada
        assert queue_due() == 0
        resume_all()
        assert (queue_due(), queue_due()) == (1, 0)

    def test_a_paused_repository_is_left_alone(self):
        row = self.due(timedelta(minutes=1))
        Repository.objects.filter(pk=row.pk).update(paused_at=timezone.now(), next_scan_at=None)
        reschedule(timezone.now())
        assert queue_due() == 0

    def test_the_number_of_queries_of_a_tick_grows_by_the_same_for_each_repository(self):
        costs = []
        for count in (1, 2, 3):
            for _ in range(count):
                self.due(timedelta(minutes=1), team_name=f"Team {count}")
            with CaptureQueriesContext(connection) as queries:
                assert queue_due() == count
            costs.append(len(queries))
        assert costs[2] - costs[1] == costs[1] - costs[0]


@pytest.mark.django_db
class TestOverrides:
    def rules(self, row):
        return in_force(row, Organisation.current())

    def test_a_repository_goes_before_its_team_and_that_before_the_organisation(self):
        row = repository(read=False, team_name="Search")
        assert (self.rules(row).words, self.rules(row).source) == ("Daily", "organisation")
        row.team.schedule = "6h"
        assert (self.rules(row).words, self.rules(row).source) == ("Every 6 hours", "team")
        row.schedule, row.time_zone = "30 4 * * 1", "Europe/Berlin"
        assert self.rules(row).words == "By cron “30 4 * * 1” (Europe/Berlin)"
        assert self.rules(row).source == "repository"

    def test_each_gets_its_next_time_by_its_own_rule(self):
        Organisation.objects.create(pk=1, schedule="168h")
        weekly, hourly = repository(read=False), repository(read=False, team_name="Search")
        Team.objects.update(schedule="1h")
        now = timezone.now()
        reschedule(now)
        for row in (weekly, hourly):
            row.refresh_from_db()
        assert now < hourly.next_scan_at <= now + timedelta(hours=1)
        assert weekly.next_scan_at <= now + timedelta(days=7)

    def test_only_some_are_given_a_new_time(self):
        first, second = repository(read=False), repository(read=False)
        reschedule(timezone.now(), Repository.objects.filter(pk=first.pk))
        for row in (first, second):
            row.refresh_from_db()
        assert first.next_scan_at is not None
        assert second.next_scan_at is None
