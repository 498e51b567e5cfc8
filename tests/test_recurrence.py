from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audits.recurrence import LONGEST_WAIT, RuleRefused, checked, hours, next_run, slot, words, zones

DAY = timedelta(days=1)
NOW = datetime(2026, 3, 28, 12, tzinfo=UTC)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))


@given(st.text(max_size=40), st.integers(1, 744), moments)
def test_a_next_run_is_in_the_future_within_one_interval_and_in_its_slot(key, every, now):
    interval = timedelta(hours=every)
    first = next_run(f"{every}h", "UTC", key, now)
    assert now < first <= now + interval
    assert next_run(f"{every}h", "UTC", key, first) == first + interval


@given(st.text(max_size=40), st.sampled_from(["30 4 * * *", "0 2 * * 0", "59 23 1 * *", "30 1,2 * * *"]), moments)
def test_a_line_of_cron_comes_in_the_future_and_never_twice_at_once(key, line, now):
    first = next_run(line, "Europe/Berlin", key, now)
    second = next_run(line, "Europe/Berlin", key, first)
    assert now < first < second
    assert next_run(line, "Europe/Berlin", key, second - timedelta(seconds=1)) == second


@given(st.sampled_from(["1h", "24h", "168h", "744h", "30 4 * * *", "0 4 1 * *"]), st.integers(0, 40), moments)
def test_each_failure_puts_the_next_run_off_and_never_by_more_than_a_week(rule, failures, now):
    usual = next_run(rule, "UTC", "shop", now)
    late, later = (next_run(rule, "UTC", "shop", now, count) for count in (failures, failures + 1))
    assert usual <= late <= later <= max(usual, now + LONGEST_WAIT + (next_run(rule, "UTC", "shop", usual) - usual))
    assert failures >= 3 or late == usual


def test_the_wait_doubles_after_the_third_failure():
    runs = [next_run("24h", "UTC", "shop", NOW, failures) - NOW for failures in (2, 3, 4, 5, 25)]
    assert [run - runs[0] for run in runs] == [n * DAY for n in (0, 1, 3, 6, 6)]


def test_a_slot_is_the_same_on_every_machine_and_after_every_restart():
    assert slot("github.com/acme/shop", DAY) == timedelta(seconds=82781)


@pytest.mark.parametrize("rule", ["24h", "168h", "0 4 * * *"])
def test_a_thousand_repositories_do_not_start_together(rule):
    runs = [next_run(rule, "UTC", f"github.com/acme/r{n}", NOW) for n in range(1000)]
    together = {at.replace(second=0) for at in runs}
    assert max(sum(at.replace(second=0) == minute for at in runs) for minute in together) < 40


def test_a_line_of_cron_keeps_the_clock_of_its_time_zone_through_the_change_of_the_hour():
    wait = slot("shop", timedelta(hours=1))
    winter, summer = (
        next_run("30 9 * * *", "Europe/Berlin", "shop", datetime(2026, 3, day, 12, tzinfo=UTC)) - wait
        for day in (27, 28)
    )
    assert (winter.hour, winter.minute, summer.hour, summer.minute) == (8, 30, 7, 30)


@pytest.mark.parametrize("line", ["30 2 * * *", "30 0-23 * * *", "0 2,3 * * *", "15 */6 * * *", "0 0 * * *"])
@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Europe/Berlin", datetime(2027, 3, 28, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2027, 10, 31, tzinfo=UTC)),
        ("Africa/Cairo", datetime(2027, 10, 28, 18, tzinfo=UTC)),
        ("America/Havana", datetime(2027, 11, 7, 3, tzinfo=UTC)),
        ("UTC", datetime(2026, 12, 31, 21, tzinfo=UTC)),
        ("UTC", datetime(2028, 2, 28, 21, tzinfo=UTC)),
    ],
)
def test_it_comes_later_than_now_at_each_minute_of_a_night_in_which_a_clock_is_changed_or_a_year(line, zone, day):
    runs = []
    for minute in range(6 * 60):
        now = day + timedelta(minutes=minute)
        runs.append(next_run(line, zone, "shop", now))
        assert runs[-1] > now
    assert runs == sorted(runs)


def test_what_comes_in_an_hour_that_is_left_out_comes_right_after_it():
    run = next_run("30 2 * * *", "Europe/Berlin", "shop", datetime(2027, 3, 28, tzinfo=UTC))
    assert run - slot("shop", timedelta(hours=1)) == datetime(2027, 3, 28, 1, tzinfo=UTC)


# Nights in which a clock goes forward and back: by an hour at two, at midnight and at one, and by half an hour.
CHANGES = [
    *(("Europe/Berlin", datetime(2027, 3, 28)), ("Europe/Berlin", datetime(2027, 10, 31))),
    *(("Africa/Cairo", datetime(2027, 4, 30)), ("Africa/Cairo", datetime(2027, 10, 28))),
    *(("Atlantic/Azores", datetime(2027, 3, 28)), ("Atlantic/Azores", datetime(2027, 10, 31))),
    *(("Australia/Lord_Howe", datetime(2026, 10, 4)), ("Australia/Lord_Howe", datetime(2027, 4, 4))),
]


def by_the_clock(day, zone):
    """When a clock on the wall first shows this time; where it leaves it out, the next one that it shows."""
    while (at := day.replace(tzinfo=zone).astimezone(UTC)).astimezone(zone).replace(tzinfo=None) != day:
        day += timedelta(minutes=1)
    return at


def runs_of(line, zone, first, last):
    """The times of cron after `first` and up to `last`, without the wait of the key's slot."""
    wait = slot("shop", timedelta(hours=1))
    runs = [next_run(line, zone, "shop", first + wait)]
    while runs[-1] - wait <= last:
        runs.append(next_run(line, zone, "shop", runs[-1]))
    return [run - wait for run in runs[:-1]]


@settings(max_examples=300)
@given(st.sampled_from(CHANGES), st.integers(0, 23), st.integers(0, 59))
def test_each_day_has_one_run_at_its_time_by_the_clock_of_its_time_zone(change, hour, minute):
    name, night = change
    days = [night.replace(hour=hour, minute=minute) + timedelta(days=day) for day in range(-2, 3)]
    wanted = [by_the_clock(day, ZoneInfo(name)) for day in days]
    runs = runs_of(f"{minute} {hour} * * *", name, wanted[0] - timedelta(minutes=1), wanted[-1])
    assert runs == wanted


@given(st.sampled_from(CHANGES), st.integers(0, 59))
def test_hourly_runs_are_an_hour_apart_whatever_a_clock_does(change, minute):
    name, night = change
    first = night.replace(tzinfo=ZoneInfo(name)).astimezone(UTC) - timedelta(hours=6)
    runs = runs_of(f"{minute} * * * *", name, first, first + timedelta(hours=18))
    apart = {later - earlier for earlier, later in pairwise(runs)}
    # A clock that is changed by half an hour costs one of them that much.
    assert apart <= {timedelta(hours=1), timedelta(minutes=90)}
    assert name == "Australia/Lord_Howe" or apart == {timedelta(hours=1)}


@pytest.mark.parametrize("line", ["0 0 31 2 *", "0 0 30 2 *", "0 0 31 4,6 *"])
def test_a_day_that_no_month_has_is_told_as_such(line):
    with pytest.raises(RuleRefused, match="never comes due"):
        checked(line)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        *((line, "field of this line") for line in ("0 0 31 13 *", "61 0 31 2 *", "0 0 32 2 *", "0 0 31 2 9")),
        *((line, "no line of cron") for line in ("0 0 31", "0 0 4 * * *", "30 4 * * 1 2027")),
    ],
)
def test_a_field_that_is_none_is_told_as_such(line, told):
    with pytest.raises(RuleRefused, match=told):
        checked(line)


@pytest.mark.parametrize(
    ("text", "rule", "said"),
    [
        ("1h", "1h", "Hourly"),
        ("24h", "24h", "Daily"),
        ("168h", "168h", "Weekly"),
        ("6h", "6h", "Every 6 hours"),
        ("48h", "48h", "Every 2 days"),
        ("  30  4 * *   1-5 ", "30 4 * * 1-5", "By cron “30 4 * * 1-5” (UTC)"),
    ],
)
def test_a_rule_has_one_spelling_and_words(text, rule, said):
    assert checked(text) == rule
    assert words(rule) == said
    assert (hours(rule) is None) == (" " in rule)


@pytest.mark.parametrize(
    "text",
    ["", "0h", "745h", "h", "-1h", "often", "* * * * *", "0,30 4 * * *", "0 0 30 2 *", "1 2 3 4 5 6 7", "1" * 200],
)
def test_what_is_no_rule_is_refused_with_a_sentence(text):
    with pytest.raises(RuleRefused, match=r"\w+ .*[.]$"):
        checked(text)


def test_there_are_time_zones():
    assert {"UTC", "Europe/Berlin", "America/New_York"} <= set(zones())
