from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.lifecycle import Dated, dated, points, sample
from audits.models import Organisation

NOW = datetime(2026, 11, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def seconds(at):
    return int(at.timestamp())


def rows(*times):
    """As git lists them, newest first, from times given oldest first."""
    return [(f"c{place}", seconds(at)) for place, at in reversed(list(enumerate(times)))]


def times(found):
    return [row.at for row in found]


def test_honest_dates_are_kept_and_turned_to_oldest_first():
    honest = [NOW - 3 * DAY, NOW - 2 * DAY, NOW - 2 * DAY, NOW]
    found = dated(rows(*honest), NOW)
    assert [row.commit for row in found] == ["c0", "c1", "c2", "c3"]
    assert times(found) == honest


@pytest.mark.parametrize(
    "lie", [NOW + 40_000 * DAY, datetime(1970, 1, 1, tzinfo=UTC), NOW - 9_000 * DAY, NOW + DAY], ids=str
)
def test_one_hostile_date_moves_no_other_commit(lie):
    found = dated(rows(NOW - 9 * DAY, NOW - 8 * DAY, lie, NOW - 6 * DAY, NOW - 5 * DAY), NOW)
    assert times(found) == [NOW - 9 * DAY, NOW - 8 * DAY, NOW - 8 * DAY, NOW - 6 * DAY, NOW - 5 * DAY]


def test_numbers_that_are_no_date_are_not_believed():
    found = dated([("c2", 2**70), ("c1", seconds(NOW - DAY)), ("c0", -(2**70))], NOW)
    assert times(found) == [NOW - DAY] * 3


def test_a_branch_without_one_believable_date_is_as_old_as_the_look_at_it():
    assert times(dated([("c1", 2**62), ("c0", 0)], NOW)) == [NOW, NOW]


@given(st.lists(st.integers(-(2**40), 2**40) | st.integers(0, seconds(NOW)), max_size=60))
def test_times_never_decrease_and_stay_in_their_bounds(claims):
    found = dated([(str(number), claim) for number, claim in enumerate(claims)], NOW)
    assert [row.commit for row in found] == [str(number) for number in reversed(range(len(claims)))]
    assert times(found) == sorted(times(found))
    assert all(datetime(1970, 1, 1, tzinfo=UTC) <= at <= NOW for at in times(found))


@given(st.lists(st.integers(1, seconds(NOW)), min_size=1, max_size=60))
def test_dates_in_order_are_all_believed(claims):
    claims = sorted(claims)
    found = dated([(str(n), claim) for n, claim in reversed(list(enumerate(claims)))], NOW)
    assert [seconds(at) for at in times(found)] == claims


def branch(days, every=1):
    return [Dated(f"d{back}", NOW - back * DAY) for back in range(days, -1, -every)]


def test_the_default_is_24_points_weekly_for_three_months_then_monthly():
    months = Organisation._meta.get_field("history_months").default
    found = sample(branch(900), months)
    back = [(NOW - row.at).days for row in found]
    assert len(found) == points(months) == 24
    assert back[-14:] == [91, 84, 77, 70, 63, 56, 49, 42, 35, 28, 21, 14, 7, 0]
    assert [later - sooner in (30, 31) for later, sooner in pairwise(back[:-14])] == [True] * 9
    assert back[0] == 396


def test_a_commit_stands_for_the_time_until_the_next_one():
    old = Dated("old", NOW - 400 * DAY)
    assert sample([old, Dated("new", NOW)], 17) == [old, Dated("new", NOW)]


def test_a_branch_older_than_the_window_opens_with_its_state_at_that_time():
    commits = [Dated("root", NOW - 2000 * DAY), Dated("then", NOW - 1000 * DAY), *branch(30)]
    assert sample(commits, 17)[0].commit == "then"


@given(st.lists(st.integers(0, 2000), min_size=1, max_size=80), st.integers(0, 40))
def test_the_sample_is_bounded_in_order_and_ends_with_the_newest(back, months):
    commits = [Dated(str(n), NOW - days * DAY) for n, days in enumerate(sorted(back, reverse=True))]
    found = sample(commits, months)
    assert 1 <= len(found) <= points(months)
    assert found[-1] == commits[-1]
    assert found == sorted(set(found), key=commits.index)


def test_no_commit_gives_no_sample():
    assert sample([], 17) == []
