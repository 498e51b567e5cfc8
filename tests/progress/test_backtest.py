"""The judge of the forecast judges rightly: on courses whose answer is known."""

from datetime import UTC, date, datetime, timedelta

from audits.lifecycle.curve import Point
from benchmarks.backtest import cones, scored
from benchmarks.courses import Course, course_of, together
from benchmarks.near import judged, known_table
from benchmarks.organisations import closed, of_bursts, processes

START = date(2024, 1, 1)


def course(name: str, opening: int, *flows: tuple[int, int], start: date = START) -> Course:
    """Weeks as (in, out), from `opening` calls that came in the first week."""
    left, rows = 0, [(opening, 0), *flows]
    kept = [left := left + came - went for came, went in rows]
    return Course(name, start, tuple(came for came, _ in rows), tuple(went for _, went in rows), tuple(kept))


def test_a_steady_course_ends_on_the_day_that_was_told():
    steady = scored([course("a", 120, *[(0, 6)] * 20)], 0.5)
    assert steady.answers == {"not_enough_data": 2, "dated": 3}
    assert (steady.decided, steady.inside) == (3, {50: 3, 85: 3})


def test_one_that_stops_after_the_forecast_is_outside():
    stopped = scored([course("a", 200, *[(0, 6)] * 12, *[(0, 0)] * 150)], 0.5)
    assert (stopped.answers["dated"], stopped.decided, stopped.inside[85]) == (3, 3, 0)


def test_what_lies_beyond_the_data_is_judged_by_nobody():
    short = scored([course("a", 400, *[(0, 6)] * 13)], 1.0)
    assert (short.answers["dated"], short.decided, short.undecided) == (1, 0, 1)


def test_few_calls_are_no_ground_for_a_date_and_it_says_whether_they_went_all_the_same():
    few = scored([course("a", 3, *[(0, 0)] * 8, (0, 3))], 1.0)
    assert few.answers == {"not_enough_data": 3}
    assert few.came_though == {"not_enough_data": 3}


def test_a_near_goal_is_judged_a_day_at_a_time():
    steady = judged([course("a", 120, *[(0, 6)] * 20)], 6)
    assert (steady.dated, steady.decided, steady.held) == (3, {50: 3, 85: 3}, {50: 3, 85: 3})
    stopped = judged([course("a", 200, *[(0, 6)] * 12, *[(0, 0)] * 4)], 6)
    assert (stopped.dated, stopped.decided[50], stopped.held[85]) == (2, 2, 1)
    assert judged([course("a", 3, *[(0, 0)] * 20)], 5).dated == 0


def test_a_known_process_is_judged_by_how_rarely_something_goes(monkeypatch):
    monkeypatch.setattr("benchmarks.organisations.OF_BURSTS", 2)
    monkeypatch.setattr("audits.progress.forecast.RUNS", 40)
    made = of_bursts()
    assert [course.outflow.count(0) < 20 for course in made["four calls a week, one by one"]] == [True, True]
    assert {out for course in made["five calls at once, every 20 weeks"] for out in course.outflow} == {0, 5}
    head, line, *lines = known_table()
    assert (head.count("|"), line, len(lines)) == (6, "|---|---|---|---|---|", 5)
    # A date comes after quick weeks alone.
    dated = [int(row.split("|")[2]) for row in lines]
    assert dated[0] == 16
    assert dated[-1] < dated[1]


def test_the_sum_keeps_what_has_ended_as_it_was():
    one, two = course("a", 5, (0, 1)), course("b", 7, (0, 2), (0, 2), start=START + timedelta(weeks=1))
    whole = together("all", [one, two])
    assert (whole.inflow, whole.outflow, whole.left) == ((5, 7, 0, 0), (0, 1, 2, 2), (5, 11, 9, 7))


def test_points_become_weeks_and_only_what_people_did_is_outflow():
    def point(day: int, remaining: int, added: int = 0, **gone: int) -> Point:
        at = datetime(2024, 1, day, 12, tzinfo=UTC)
        return Point("c", at, remaining, 0, 0, added, 0, gone, {})

    points = [point(2, 4, added=4), point(16, 2, migrated=1, set_aside=1)]
    made = course_of("a", points, datetime(2024, 1, 30, tzinfo=UTC))
    assert (made.start, made.inflow, made.outflow, made.left) == (
        START,
        (4, 0, 0, 0, 0),
        (0, 0, 1, 0, 0),
        (4, 4, 2, 2, 2),
    )


def test_a_cone_holds_a_steady_course_and_not_one_that_turns():
    assert cones(course("a", 90, *[(0, 6)] * 14))[0] == (4, 6, 6, 6)
    turned = cones(course("a", 200, *[(0, 6)] * 14, *[(9, 0)] * 4))[0]
    assert (turned[1] - turned[2], turned[2]) == (3, 7)


def test_a_closed_organisation_has_who_held_a_call_on_its_day_and_nobody_later():
    early = course("early", 5, *[(0, 0)] * 20, (0, 1), *[(0, 0)] * 20)
    done = course("done", 2, (0, 2), *[(0, 0)] * 38)
    late = course("late", 9, *[(0, 0)] * 10, start=START + timedelta(weeks=20))
    first, second = closed([early, done, late])
    assert (first.start, first.left[0], first.left[-1], sum(first.outflow)) == (START + timedelta(weeks=13), 5, 4, 1)
    # A second one is founded a quarter later, with the third repository; what ended stays as it was.
    assert (second.left[0], second.left[-1], len(second.left)) == (13, 13, len(early.left) - 26)


def test_the_known_processes_are_what_they_are_called():
    made = processes()
    assert made == processes()
    for name, mean in (("the same pace", 4.0), ("in bursts", 4.0)):
        weeks = [out for one in made[name] for out in one.outflow[:20]]
        assert abs(sum(weeks) / len(weeks) - mean) < 0.8, name
    slow = made["slowing down"]
    assert sum(sum(one.outflow[:12]) for one in slow) > 1.3 * sum(sum(one.outflow[40:52]) for one in slow)
    for one in (one for some in made.values() for one in some):
        assert all(now == before + came - out for before, now, came, out in
                   zip((240, *one.left), one.left, one.inflow, one.outflow, strict=False))  # fmt: skip
