"""The forecast on processes whose answer is known."""

from datetime import date, timedelta
from random import Random

import pytest

from audits.progress.forecast import FEWEST_WEEKS, WINDOW, Answer, Forecast, Week, forecast

TODAY = date(2026, 1, 5)
STEADY = [Week(inflow=1, outflow=6)] * 10


def after(weeks: int) -> date:
    return TODAY + timedelta(weeks=weeks)


def test_nothing_left_is_finished_whatever_the_weeks_were() -> None:
    assert forecast([], 0, TODAY).answer is Answer.FINISHED
    assert forecast(STEADY, 0, TODAY, due=after(1)).chance == 1.0


def test_too_few_weeks_or_closures_are_no_ground_for_a_date() -> None:
    few_weeks = forecast(STEADY[: FEWEST_WEEKS - 1], 40, TODAY, due=after(8))
    few_closures = forecast([Week(0, 1)] * 9, 40, TODAY)
    assert (few_weeks.answer, few_weeks.p50, few_weeks.pace) == (Answer.NOT_ENOUGH_DATA, None, 5.0)
    assert few_closures.answer is Answer.NOT_ENOUGH_DATA


def test_steady_weeks_give_the_same_day_with_certainty() -> None:
    told = forecast(STEADY, 40, TODAY, due=after(8))
    assert (told.answer, told.p50, told.p85, told.velocity) == (Answer.DATED, after(8), after(8), 5.0)
    assert (told.chance, told.pace) == (1.0, 5.0)
    assert forecast(STEADY, 40, TODAY, due=after(7)).chance == 0.0
    assert [band.middle for band in told.cone] == [40, 35, 30, 25, 20, 15, 10, 5, 0]


def test_weeks_that_only_add_do_not_converge_but_say_the_pace() -> None:
    told = forecast([Week(3, 2)] * 12, 30, TODAY, due=after(10))
    assert (told.answer, told.p50, told.p85, told.chance, told.pace) == (Answer.NOT_CONVERGING, None, None, 0.0, 3.0)
    assert told.cone[-1].low > 30


def test_only_the_last_weeks_count() -> None:
    assert forecast([Week(90, 1)] * 30 + [Week(0, 5)] * WINDOW, 40, TODAY).p85 == after(8)


def test_the_same_weeks_give_the_same_answer() -> None:
    weeks = [Week(0, out) for out in (0, 9, 2, 7, 1, 5, 3, 8)]
    assert forecast(weeks, 60, TODAY) == forecast(weeks, 60, TODAY)


@pytest.fixture(scope="module")
def coins() -> Forecast:
    """Weeks of 0 or 10 with equal chance, in an order without any pattern of two: 00 01 11 10, three times."""
    return forecast([Week(0, out) for out in (0, 0, 10, 10) * 3], 40, TODAY, due=after(8))


def test_a_known_process_has_its_known_distribution(coins: Forecast) -> None:
    """In blocks of two from 00 10 11 01 the weeks are a fair coin, and so are the twelve that a run goes by."""
    dice = Random(1)
    ends = sorted(_tosses(dice, [dice.random() < 0.5 for _ in range(12)]) for _ in range(20_000))
    assert coins.p50 == after(ends[10_000])
    assert coins.p85 == after(ends[17_000])
    assert coins.chance == pytest.approx(sum(end <= 8 for end in ends) / 20_000, abs=0.02)


def _tosses(dice: Random, coins: list[bool]) -> float:
    """How many of `coins`, drawn as neighbours in a ring, it takes to the fourth success."""
    tosses = successes = 0
    while successes < 4 and any(coins):
        at = dice.randrange(12)
        for coin in (coins[at], coins[(at + 1) % 12]):
            tosses += successes < 4
            successes += coin
    return tosses if any(coins) else float("inf")


def test_the_later_day_holds_in_as_many_cases_as_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """400 courses of a process that stays as it is: a Poisson number of calls goes each week, four in the mean."""
    monkeypatch.setattr("audits.progress.forecast.RUNS", 300)
    dice, held = Random(2), 0
    for _ in range(400):
        told = forecast([Week(0, _poisson(dice)) for _ in range(WINDOW)], 60, TODAY)
        left, weeks = 60, 0
        while left > 0:
            left, weeks = left - _poisson(dice), weeks + 1
        assert told.p85 is not None
        held += after(weeks) <= told.p85
    assert 0.80 <= held / 400 <= 0.92


def _poisson(dice: Random) -> int:
    """Arrivals within a week, at four a week."""
    count, at = 0, dice.expovariate(4)
    while at < 1:
        count, at = count + 1, at + dice.expovariate(4)
    return count


def test_the_cone_opens_and_never_crosses(coins: Forecast) -> None:
    assert coins.cone[0].low == coins.cone[0].high == 40
    assert all(band.low <= band.middle <= band.high for band in coins.cone)
    assert coins.cone[-1].high == 0


def test_a_due_day_that_is_past_asks_for_no_pace() -> None:
    told = forecast(STEADY, 40, TODAY, due=TODAY - timedelta(days=3))
    assert (told.chance, told.pace) == (0.0, None)
