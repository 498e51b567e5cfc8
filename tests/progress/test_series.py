from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from audits.models import Repository
from audits.progress import Day
from audits.progress.series import _fold, trend

from .rows import repository, scan

pytestmark = pytest.mark.django_db


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


scans = st.lists(
    st.tuples(st.integers(1, 4), st.integers(0, 9), st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=40
)


@given(scans)
def test_the_running_sum_equals_a_recount(rows):
    rows = [(pk, ago(0), left, gone) for pk, _, left, gone in rows]
    last = {}
    for (pk, _, left, gone), day in zip(rows, _fold(rows), strict=True):
        last[pk] = (left, gone)
        assert (day.left, day.resolved) == (sum(a for a, _ in last.values()), sum(b for _, b in last.values()))
