"""The ends of waivers that no event tells of, out of the events that began them."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from audits.lifecycle import (
    Cause,
    Change,
    Disposition,
    Life,
    Presence,
    entries,
    tallies,
    waiver_day,
    waiver_words,
    with_waiver_ends,
)

FIRST = date(2026, 1, 1)
LATER = datetime(2027, 6, 1, tzinfo=UTC)


def day(number):
    return FIRST + timedelta(days=number)


def at(number):
    return datetime.combine(day(number), time(12), UTC)


def end_of(last):
    return datetime.combine(last + timedelta(days=1), time.min, UTC)


def waived(number, until, before="open"):
    return Change(at(number), before, "waived", waiver_words(day(until)))


def told(*changes, disposition="open", until=None, now=LATER):
    life = Life(Presence.PRESENT, Disposition(disposition), (Change(at(0), "", "present"), *changes))
    return with_waiver_ends(life, until, end_of, now)


def flows(life):
    return [(entry.at.date(), entry.cause, entry.open) for entry in entries(life)[1:]]


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_an_event_says_its_last_day_so_that_it_can_be_read_again(until):
    assert waiver_day(waiver_words(until)) == until


def test_other_words_are_no_day():
    assert waiver_day("Ann Lee, due 5 Mar 2026") is None
    assert waiver_day("") is None


def test_a_waiver_ends_at_the_midnight_after_its_last_day():
    life = told(waived(2, 5), disposition="waived", until=day(5))
    assert life.disposition is Disposition.OPEN
    assert flows(life) == [(day(2), Cause.WAIVED, -1), (day(6), Cause.WAIVER_ENDED, 1)]


def test_on_its_last_day_it_still_holds():
    life = told(waived(2, 5), disposition="waived", until=day(5), now=at(5))
    assert (life.disposition, flows(life)) == (Disposition.WAIVED, [(day(2), Cause.WAIVED, -1)])
    assert [tuple(tally)[:3] for _, tally in tallies(life)] == [(1, 0, 0), (0, 0, 0)]
    assert [tally.waived for _, tally in tallies(life)] == [0, 1]


def test_what_happens_at_that_very_midnight_happens_after_the_end():
    life = told(waived(2, 5), disposition="waived", until=day(5), now=end_of(day(5)))
    assert (life.disposition, len(flows(life))) == (Disposition.OPEN, 2)
    planned = told(waived(2, 5), Change(end_of(day(5)), "waived", "planned"), disposition="planned")
    assert [change.before for change in planned.changes if change.after == "planned"] == ["open"]
    assert flows(planned) == [(day(2), Cause.WAIVED, -1), (day(6), Cause.WAIVER_ENDED, 1)]


def test_taken_back_before_its_end_it_ends_once():
    life = told(waived(2, 9), Change(at(4), "waived", "open"))
    assert flows(life) == [(day(2), Cause.WAIVED, -1), (day(4), Cause.WAIVER_ENDED, 1)]


def test_one_that_ended_long_ago_may_be_planned_dismissed_or_waived_anew():
    start = [(day(2), Cause.WAIVED, -1), (day(6), Cause.WAIVER_ENDED, 1)]
    assert flows(told(waived(2, 5), Change(at(9), "waived", "planned"), disposition="planned")) == start
    dismissed = told(waived(2, 5), Change(at(9), "waived", "dismissed"), disposition="dismissed")
    assert flows(dismissed) == [*start, (day(9), Cause.DISMISSED, -1)]
    again = told(waived(2, 5), waived(9, 12, "waived"), disposition="waived", until=day(12), now=at(10))
    assert flows(again) == [*start, (day(9), Cause.WAIVED, -1)]


def test_one_that_is_made_longer_in_time_never_ended():
    life = told(waived(2, 5), waived(4, 8, "waived"), disposition="waived", until=day(8))
    assert flows(life) == [(day(2), Cause.WAIVED, -1), (day(9), Cause.WAIVER_ENDED, 1)]


def test_who_is_asked_to_look_after_it_moves_nothing():
    life = told(waived(2, 5), Change(at(9), "waived", "waived", "Ann Lee"), disposition="waived", until=day(5))
    assert flows(life) == [(day(2), Cause.WAIVED, -1), (day(6), Cause.WAIVER_ENDED, 1)]


def test_what_is_gone_when_its_waiver_ends_came_back_to_nobody():
    changes = (waived(2, 5), Change(at(3), "present", "absent", "migrated"))
    life = Life(Presence.ABSENT, Disposition.WAIVED, (Change(at(0), "", "present"), *changes))
    assert flows(with_waiver_ends(life, day(5), end_of, LATER)) == [(day(2), Cause.WAIVED, -1)]


def test_out_of_sight_it_is_waived_all_the_same():
    changes = (Change(at(0), "", "present"), waived(2, 5), Change(at(3), "present", "unknown"))
    life = Life(Presence.UNKNOWN, Disposition.WAIVED, changes)
    found = with_waiver_ends(life, day(5), end_of, LATER)
    assert flows(found) == [(day(2), Cause.WAIVED, -1), (day(6), Cause.WAIVER_ENDED, 1)]
    assert [(tally.left, tally.unknown, tally.waived) for _, tally in tallies(found)] == [
        (1, 0, 0), (0, 0, 1), (0, 0, 1), (0, 1, 0)
    ]  # fmt: skip
