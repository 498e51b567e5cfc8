from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from audits.models import HistoryPoint, HistoryRun, Repository
from audits.progress import series
from audits.progress.series import Numbers, Step, _fold, current, history

from .rows import repository, scan

pytestmark = pytest.mark.django_db


def Day(day, left, resolved):
    return series.Day(day, Numbers(left, changed=resolved))


def trend(repositories, left, resolved, since=None):
    return series.trend(repositories, Numbers(left, changed=resolved), since)


def ago(days):
    return timezone.localdate() - timedelta(days=days)


def test_there_is_no_trend_before_the_first_scan():
    repository(read=False)
    assert trend(Repository.objects.all(), 0, 0) == ()


def test_each_day_sums_the_last_scans_of_all_repositories():
    one, two = repository(read=False), repository(read=False)
    scan(one, days_ago=5, remaining=10)
    scan(two, days_ago=3, remaining=4)
    scan(one, days_ago=3, remaining=9, resolved=1)
    scan(one, days_ago=3, remaining=7, resolved=3)
    scan(two, "failed", days_ago=2)
    assert trend(Repository.objects.all(), 8, 6) == (
        Day(ago(5), 10, 0),
        Day(ago(3), 11, 3),
        Day(ago(0), 8, 6),
    )


def test_today_is_the_headline():
    scan(repository(read=False), remaining=5)
    assert trend(Repository.objects.all(), 4, 0) == (Day(ago(0), 4, 0),)


def with_history(row, *points, complete=True, before=0, base_days_ago=10):
    """A repository's current history: points as (days ago, remaining, resolved)."""
    run = HistoryRun.objects.create(
        repository=row, state="done", is_current=True, complete=complete, resolved_before=before,
        ways_before={"code_changed": before},
        queued_at=timezone.now(), base_at=timezone.now() - timedelta(days=base_days_ago, seconds=-1),
    )  # fmt: skip
    for number, (days, remaining, gone) in enumerate(points):
        HistoryPoint.objects.create(
            run=run, number=number, commit=f"{number:040d}", at=timezone.now() - timedelta(days=days),
            remaining=remaining, resolved=gone, ways={"code_changed": gone}, unknown=0, added=0, returned=0,
        )  # fmt: skip
    return row


class TestHistory:
    def test_it_comes_before_the_scans_and_takes_the_place_of_those_it_covers(self):
        row = with_history(repository(read=False), (90, 6, 0), (40, 4, 2), before=2)
        scan(row, days_ago=10, remaining=4)
        scan(row, days_ago=2, remaining=3, resolved=1)
        assert trend(Repository.objects.all(), 3, 1) == (
            Day(ago(90), 6, 0),
            Day(ago(40), 4, 2),
            Day(ago(2), 3, 3),
            Day(ago(0), 3, 3),
        )

    def test_what_a_cut_history_opens_with_was_there_before(self):
        with_history(repository(read=False), (90, 1, 0))
        with_history(repository(read=False), (40, 5, 0), complete=False)
        assert trend(Repository.objects.all(), 6, 0) == (Day(ago(90), 6, 0), Day(ago(0), 6, 0))

    def test_days_before_the_window_are_its_first_day(self):
        with_history(repository(read=False), (90, 3, 0), (60, 2, 1), (20, 1, 2), before=2)
        assert trend(Repository.objects.all(), 1, 0, ago(30)) == (
            Day(ago(30), 2, 1),
            Day(ago(20), 1, 2),
            Day(ago(0), 1, 2),
        )

    def test_a_curve_that_another_takes_the_place_of_is_not_drawn(self):
        row = with_history(repository(read=False), (90, 9, 0))
        HistoryRun.objects.update(is_current=False)
        with_history(row, (80, 2, 0))
        assert [day.day for day in trend(Repository.objects.all(), 2, 0)] == [ago(80), ago(0)]

    def test_it_says_what_it_rests_on(self):
        scan(with_history(repository(read=False), (90, 6, 0), before=2), days_ago=3)
        waiting = repository()
        HistoryRun.objects.create(repository=waiting, state="queued", queued_at=timezone.now())
        runs = current(Repository.objects.all())
        known = history(Repository.objects.all(), runs, {pk: run.before() for pk, run in runs.items()})
        assert (known.before, known.repositories, known.reading, known.rewritten) == (2, 1, 1, 0)
        assert known.scanned_since == ago(3)


moves = st.lists(st.tuples(st.integers(1, 4), st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=40)


@given(moves)
def test_the_running_sum_equals_a_recount(rows):
    last = {}
    given_steps = [Step(timezone.now(), pk, Numbers(left, changed=gone)) for pk, left, gone in rows]
    for (pk, left, gone), found in zip(rows, _fold(given_steps), strict=True):
        last[pk] = (left, gone)
        assert (found.numbers.left, found.numbers.resolved) == (
            sum(a for a, _ in last.values()),
            sum(b for _, b in last.values()),
        )
