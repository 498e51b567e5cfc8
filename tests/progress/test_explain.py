"""A step taken apart: what came and went adds up to it, for every interval and scope."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audits.lifecycle import Cause
from audits.models import HistoryPoint, HistoryRun, Repository, Scan
from audits.progress.explain import Assumed, explain
from audits.progress.flows import changes, flow
from audits.progress.heat import Heat, heat
from audits.progress.numbers import window
from audits.progress.scope import Scope
from audits.progress.snapshots import take
from audits.progress.tables import step

from . import rows
from .test_figures import TODAY, Paper, at, paper  # noqa: F401

pytestmark = pytest.mark.django_db


def days(first, last):
    return TODAY - timedelta(days=first), TODAY - timedelta(days=last)


@pytest.fixture
def kept(paper):  # noqa: F811
    """The paper's repository with the daily numbers that its scans would have kept."""
    from audits.models import Snapshot

    Snapshot.objects.all().delete()
    for when, left, unknown in ((70, 6, 0), (47, 5, 0), (40, 4, 0), (33, 5, 0), (26, 4, 0), (19, 5, 0), (12, 4, 0),
                                (11, 3, 0), (5, 2, 1)):  # fmt: skip
        Snapshot.objects.create(repository=paper.row, day=at(when).date(), at=at(when), remaining=left, unknown=unknown)
    return paper


def test_a_step_names_repositories_causes_and_findings(kept):
    told = explain(Scope.of(None), *days(34, 10))
    assert (told.opening, told.closing, told.other) == (4, 3, 0)
    [row] = told.rows
    assert row.causes == {
        Cause.INTRODUCED: 1, Cause.CHANGED: -1, Cause.REGRESSED: 1, Cause.DISMISSED: -1, Cause.MIGRATED: -1
    }  # fmt: skip
    assert {cause: len(calls) for cause, calls in row.behind.items()} == dict.fromkeys(row.causes, 1)
    assert row.net == told.net == -1


def test_what_was_there_all_along_came_with_its_repository(kept):
    told = explain(Scope.of(None), *days(90, 60))
    assert (told.opening, told.closing) == (0, 6)
    assert told.rows[0].causes == {Cause.ADDED: 6}


def test_what_nobody_did_is_a_difference_of_its_own(kept):
    """A rule moved three calls out of the product: no event tells of it."""
    from audits.models import Snapshot

    Snapshot.objects.create(repository=kept.row, day=at(2).date(), at=at(2), remaining=0, unknown=0)
    told = explain(Scope.of(None), *days(3, 1))
    assert (told.opening, told.closing, told.rows, told.other) == (3, 0, (), -3)


def test_a_repository_whose_scans_fail_is_named_though_nothing_moved(kept):
    failed = rows.scan(kept.row, "failed")
    Scan.objects.filter(pk=failed.pk).update(finished_at=at(2))
    told = explain(Scope.of(None), *days(3, 1))
    assert [(row.repository, row.failed, row.causes) for row in told.rows] == [(kept.row, 1, {})]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.integers(0, 80), st.integers(0, 80))
def test_opening_and_rows_make_the_closing(kept, first, last):
    start, end = days(max(first, last), min(first, last))
    told = explain(Scope.of(None), start, end)
    assert told.opening + sum(row.net for row in told.rows) + told.other == told.closing
    assert told.other == 0


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
@given(st.integers(0, 80), st.integers(0, 80))
def test_a_platform_is_counted_back_from_today(kept, first, last):
    start, end = days(max(first, last), min(first, last))
    whole, narrow = (explain(scope, start, end) for scope in (Scope.of(None), platform()))
    assert (narrow.opening, narrow.closing) == (whole.opening, whole.closing)


def platform():
    return Scope(Repository.objects.all(), platform="cohere")


class TestHeat:
    def line(self, weeks=4):
        return [cell.heat for cell in heat(list(Repository.objects.all()), timezone.localdate(), weeks)[0].cells]

    def test_a_week_says_how_it_went(self):
        row = rows.repository(read=False)
        rows.scan(row, days_ago=20, remaining=5)
        rows.scan(row, days_ago=13, remaining=3)
        rows.scan(row, days_ago=6, remaining=3)
        rows.scan(row, days_ago=0, remaining=0)
        assert self.line() == [Heat.UNKNOWN, Heat.DIRTY, Heat.IMPROVING, Heat.CLEAN]

    def test_a_week_in_which_nobody_could_look_is_not_clean(self):
        row = rows.repository(read=False)
        rows.scan(row, days_ago=27, remaining=0)
        rows.scan(row, "failed", days_ago=9)
        assert self.line() == [Heat.CLEAN, Heat.STALE, Heat.FAILING, Heat.STALE]

    def test_the_last_week_follows_a_decision_at_once(self):
        row = rows.repository(read=False)
        rows.scan(row, days_ago=9, remaining=2)
        rows.scan(row, days_ago=1, remaining=2)
        rows.finding(row)
        rows.finding(row, disposition="dismissed")
        cells = heat([row], timezone.localdate(), 3)[0].cells
        assert [(cell.heat, cell.left) for cell in cells] == [
            (Heat.UNKNOWN, None), (Heat.DIRTY, 2), (Heat.IMPROVING, 1)
        ]  # fmt: skip

    def test_more_repositories_cost_no_more_queries(self, django_assert_num_queries):
        for _ in range(5):
            rows.scan(rows.repository(read=False), remaining=1)
        found = list(Repository.objects.all())
        with django_assert_num_queries(5):
            heat(found, timezone.localdate())


def test_daily_numbers_make_a_step(paper):  # noqa: F811
    take(Scope.of(None).repositories)
    today = timezone.localdate()
    told = explain(Scope.of(None), date(2024, 1, 1), today)
    assert told.closing == 3


def test_a_repository_whose_past_is_read_is_named_when_it_was_added():
    row = rows.repository()
    today = timezone.localdate()
    assert explain(Scope.of(None), today, today).added == 0
    HistoryRun.objects.create(repository=row, is_current=True, state="done", queued_at=timezone.now())
    assert explain(Scope.of(None), today, today).added == 1
    assert explain(Scope.of(None), date(2024, 1, 1), date(2024, 1, 2)).added == 0


def test_the_news_and_the_step_of_the_same_days_tell_one_story(kept):
    """What scans found long after it happened is of no day since: it is said apart."""
    for days_ago in (80, 34, 0):
        since = at(days_ago).replace(hour=0, minute=0)
        told = explain(Scope.of(None), since.date(), TODAY)
        found = changes(Scope.of(None), since)
        assert {cause: calls.total() for cause, calls in found.sums.items() if calls.total()} == dict(told.causes)
        assert (found.brought, found.taken) == (0, 0)
    run = HistoryRun.objects.create(
        repository=kept.row, is_current=True, state="done", queued_at=timezone.now(), base_at=at(10)
    )
    HistoryPoint.objects.create(
        run=run, number=0, at=at(40), added=9, gone={"migrated": 6}, remaining=3, unknown=0, resolved=6, returned=0
    )
    found = changes(Scope.of(None), at(34))
    assert not any(calls.total() for cause, calls in found.sums.items() if cause is not Cause.READING)
    assert (found.brought, found.taken) == (2, 3)
    found = flow(Scope.of(None), at(34).date(), timezone.localdate())
    assert (found.opened, found.resolved) == (0, 0)


def test_nothing_is_claimed_of_days_before_anything_was_read():
    """The trend goes by the real day, so these are days before it and not those on paper."""
    row, now = rows.repository(), timezone.now()
    yesterday = timezone.localdate(now - timedelta(days=1))
    run = HistoryRun.objects.create(
        repository=row, is_current=True, state="done", queued_at=now, base_at=now, complete=False
    )
    HistoryPoint.objects.create(
        run=run,
        number=0,
        at=now - timedelta(days=100),
        added=0,
        gone={},
        remaining=10,
        unknown=1,
        resolved=0,
        returned=0,
    )
    HistoryPoint.objects.create(
        run=run,
        number=1,
        at=now - timedelta(days=50),
        added=2,
        gone={},
        remaining=12,
        unknown=1,
        resolved=0,
        returned=0,
    )
    # The trend begins before the first point: what that held is taken for what was there.
    begun = window()
    told = explain(Scope.of(None), date(2020, 1, 1), yesterday)
    assert (told.opening, told.closing, told.other, told.untold) == (0, 13, 0, False)
    assert told.rows[0].causes == {Cause.ADDED: 11, Cause.INTRODUCED: 2}
    assert told.assumed == Assumed(1, begun, begun)
    told = explain(Scope.of(None), date(2020, 1, 1), begun - timedelta(days=1))
    assert (told.opening, told.closing, told.rows, told.untold) == (0, 0, (), True)
    told = explain(Scope.of(None), begun + timedelta(days=1), yesterday)
    assert (told.opening, told.closing, told.other, told.assumed) == (11, 13, 0, None)
    HistoryRun.objects.filter(pk=run.pk).update(complete=True)
    assert explain(Scope.of(None), date(2020, 1, 1), timezone.localdate()).assumed is None


def test_of_a_platform_nothing_is_claimed_before_the_first_scan(kept):
    told = explain(platform(), at(300).date(), at(200).date())
    assert told.untold
    assert told.assumed == Assumed(1, at(70).date(), at(70).date())
    assert step(platform(), at(300).date(), at(200).date())[1] == [("", f"not_known_before_{at(70).date()}", 0)]
    assert explain(platform(), at(60).date(), TODAY).assumed is None
