"""When will it be done? The last weeks, drawn again and again in blocks, instead of a line through them.

A straight line hides how uneven the weeks were; a bootstrap of whole blocks keeps good and bad weeks together (Künsch
1989, "The jackknife and the bootstrap for general stationary observations"). And it is drawn twice, as for prediction
intervals (Davison and Hinkley 1997, "Bootstrap Methods and their Application", 6.3.3): the weeks that a run goes by,
then its course, since twelve weeks do not tell the pace for sure. Pure: weeks in, dates out.
"""

import random
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from statistics import median

RUNS = 5_000
SEED = 20250915
WINDOW = 12
FEWEST_WEEKS = 6
FEWEST_CLOSURES = 10
BLOCK = 2
HORIZON = 156
# A cone has a band for each of the first weeks, then for every fourth, and for that in which 85 of 100 runs were done.
CONE_WEEKS, CONE_MOST, CONE_STEP = 26, 104, 4
WEEK = timedelta(weeks=1)


class Answer(StrEnum):
    """What can be said. Two of the four are no date, and say so."""

    FINISHED = "finished"
    NOT_ENOUGH_DATA = "not_enough_data"
    NOT_CONVERGING = "not_converging"
    DATED = "dated"


@dataclass(frozen=True, slots=True)
class Week:
    """One whole week: what came in (introduced, discovered, regressed) and what went (by any way out), in calls."""

    inflow: int
    outflow: int

    @property
    def net(self) -> int:
        """By how much the remaining calls changed; negative is progress."""
        return self.inflow - self.outflow


@dataclass(frozen=True, slots=True)
class Band:
    """Remaining calls at the end of a future week: 15, 50 and 85 of 100 runs had at most so many left."""

    day: date
    low: int
    middle: int
    high: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """`p50` and `p85` are days by which 50 and 85 of 100 runs were done; None beyond HORIZON weeks.

    `chance` of being done by `due` is from 0 to 1, `pace` the net calls a week that `due` asks for; both are None
    without a due day, the pace also where that day is past. `velocity` is the median of the net calls a week done,
    `mean` their mean, both over the weeks that are drawn from.
    """

    answer: Answer
    velocity: float | None = None
    p50: date | None = None
    p85: date | None = None
    due: date | None = None
    chance: float | None = None
    pace: float | None = None
    cone: tuple[Band, ...] = ()
    mean: float | None = None


def forecast(weeks: Sequence[Week], remaining: int, today: date, due: date | None = None) -> Forecast:
    """Resample the last WINDOW of `weeks` (oldest first, each a whole one) until nothing remains of `remaining`.

    The same input gives the same answer: the seed is fixed. Fewer than FEWEST_WEEKS weeks or FEWEST_CLOSURES calls that
    went are no ground for a date.
    """
    window = list(weeks)[-WINDOW:]
    nets = [week.net for week in window]
    velocity = float(median(-net for net in nets)) if nets else None
    mean = -sum(nets) / len(nets) if nets else None
    pace = _pace(remaining, today, due)
    if remaining <= 0:
        return Forecast(Answer.FINISHED, velocity, due=due, chance=1.0 if due else None, mean=mean)
    if len(window) < FEWEST_WEEKS or sum(week.outflow for week in window) < FEWEST_CLOSURES:
        return Forecast(Answer.NOT_ENOUGH_DATA, velocity, due=due, pace=pace, mean=mean)
    runs = _runs(nets, remaining)
    ends = sorted(_end(run) for run in runs)
    p50, p85 = _day(ends[_rank(50)], today), _day(ends[_rank(85)], today)
    chance = bisect_right(ends, (due - today) / WEEK) / RUNS if due else None
    answer = Answer.DATED if p50 else Answer.NOT_CONVERGING
    return Forecast(
        answer, velocity, p50, p85, due, chance, pace, _cone(runs, remaining, today, ends[_rank(85)]), mean=mean
    )


def _pace(remaining: int, today: date, due: date | None) -> float | None:
    if due is None or due <= today or remaining <= 0:
        return None
    return remaining / ((due - today) / WEEK)


def _runs(nets: Sequence[int], remaining: int) -> list[list[int]]:
    """RUNS courses of what remains, one number a week, each ending at zero or at the horizon."""
    dice = random.Random(SEED)  # noqa: S311  (a simulation, no secret)
    blocks = _blocks(nets)
    return [_run(dice, _blocks(_window(dice, blocks, len(nets))), remaining) for _ in range(RUNS)]


def _blocks(nets: Sequence[int]) -> list[Sequence[int]]:
    """Each starts at any week; the last ones wrap round, so that every week is drawn equally often."""
    return [[nets[(start + step) % len(nets)] for step in range(BLOCK)] for start in range(len(nets))]


def _window(dice: random.Random, blocks: Sequence[Sequence[int]], weeks: int) -> list[int]:
    """Weeks as they might have been: a few of them tell the pace roughly, so each run goes by a pace of its own."""
    return [net for _ in range(-(-weeks // BLOCK)) for net in dice.choice(blocks)][:weeks]


def _run(dice: random.Random, blocks: Sequence[Sequence[int]], remaining: int) -> list[int]:
    course: list[int] = []
    while len(course) < HORIZON:
        for net in dice.choice(blocks):
            remaining = max(remaining + net, 0)
            course.append(remaining)
            if not remaining:
                return course
    return course


def _end(course: Sequence[int]) -> float:
    return len(course) if course[-1] == 0 else float("inf")


def _rank(percent: int) -> int:
    return -(-RUNS * percent // 100) - 1


def _day(weeks: float, today: date) -> date | None:
    return None if weeks == float("inf") else today + weeks * WEEK


def _cone(runs: Sequence[Sequence[int]], remaining: int, today: date, done: float) -> tuple[Band, ...]:
    bands = [Band(today, remaining, remaining, remaining)]
    weeks = {*range(CONE_WEEKS), *range(CONE_WEEKS + CONE_STEP - 1, CONE_MOST, CONE_STEP)}
    for week in sorted(weeks | ({int(done) - 1} if done < HORIZON else set())):
        left = sorted(run[week] if week < len(run) else run[-1] for run in runs)
        bands.append(Band(today + (week + 1) * WEEK, left[_rank(15)], left[_rank(50)], left[_rank(85)]))
        if not left[_rank(85)]:
            break
    return tuple(bands)
