"""Organisations for the backtest: of real histories beside each other, and of processes that are known.

A public repository has few calls, so one alone is hardly ever dated.
"""

import random
from collections.abc import Callable, Sequence
from datetime import date
from itertools import accumulate

from benchmarks.courses import WEEK, Course

# An organisation founds itself this many times apart; its repositories are those that hold a call then.
FOUNDED_EVERY = 13
# A known process: how many courses, calls at the start, weeks.
OF_EACH, CALLS, WEEKS = 6, 240, 104
# Of one whose answers are rare there are more.
OF_BURSTS = 40
SEED = 20250915


def closed(courses: Sequence[Course]) -> list[Course]:
    """By founding day: the repositories that held a call then, and no later one. What nobody commits to stays as it
    was, up to the last week of all."""
    over = max(course.end_of(len(course.left) - 1) for course in courses)
    day, found = min(course.start for course in courses) + FOUNDED_EVERY * WEEK, []
    while day < over - FOUNDED_EVERY * WEEK:
        members = [window for course in courses if (window := _window(course, day, over)) and window.left[0]]
        if members:
            found.append(_sum(f"founded {day}", members))
        day += FOUNDED_EVERY * WEEK
    return found


def _window(course: Course, day: date, over: date) -> Course | None:
    """The course from the week that begins on `day` to the last of all; None before its second week."""
    first, length = (day - course.start) // WEEK, (over - day) // WEEK
    if first < 1:
        return None
    weeks = range(first, first + length)
    inflow, outflow = (
        tuple(row[week] if week < len(row) else 0 for week in weeks) for row in (course.inflow, course.outflow)
    )
    left = tuple(course.left[min(week, len(course.left) - 1)] for week in weeks)
    return Course(course.name, day, inflow, outflow, left)


def _sum(name: str, members: Sequence[Course]) -> Course:
    """Of courses that begin and end in the same weeks."""
    sums = (
        tuple(map(sum, zip(*(getattr(member, flow) for member in members), strict=True)))
        for flow in ("inflow", "outflow", "left")
    )
    return Course(name, members[0].start, *sums)


def processes(seed: int = SEED) -> dict[str, list[Course]]:
    """OF_EACH courses of each of three processes: the same pace throughout, bursts, and a pace that falls to a third in
    a year, which no window of twelve weeks can know."""
    dice = random.Random(seed)
    paces: dict[str, Callable[[int], float]] = {
        "the same pace": lambda week: 4.0,
        "in bursts": lambda week: 16.0 if dice.random() < 0.25 else 0.0,
        "slowing down": lambda week: 6.0 * max(1 - week / 78, 1 / 3),
    }
    return {name: [_process(name, pace, dice) for _ in range(OF_EACH)] for name, pace in paces.items()}


def of_bursts(seed: int = SEED) -> dict[str, list[Course]]:
    """OF_BURSTS courses of each of some processes whose pace stays the same throughout: four calls a week, one by one,
    or five at once as rarely as its name says, as where a repository is rewritten. Nothing comes."""
    dice = random.Random(seed)
    made = {"four calls a week, one by one": [_going(lambda: _poisson(dice, 4.0)) for _ in range(OF_BURSTS)]}
    for weeks in (2, 5, 10, 20):
        chance = 1 / weeks
        courses = [_going(lambda: 5 * (dice.random() < chance)) for _ in range(OF_BURSTS)]  # noqa: B023 - called here
        made[f"five calls at once, every {weeks} weeks"] = courses
    return made


def _going(out: Callable[[], int]) -> Course:
    """WEEKS weeks in which so many go, of more than that takes."""
    flows = [out() for _ in range(WEEKS)]
    left = [sum(flows) + CALLS - gone for gone in accumulate(flows)]
    return Course("", date(2024, 1, 1), (0,) * WEEKS, tuple(flows), tuple(left))


def _process(name: str, pace: Callable[[int], float], dice: random.Random) -> Course:
    """Half a call comes each week until none is left; calls go as `pace` has it."""
    left, rows = CALLS, []
    for week in range(WEEKS):
        out = min(_poisson(dice, pace(week)), left)
        came = _poisson(dice, 0.5) if left - out else 0
        left += came - out
        rows.append((came, out, left))
    return Course(name, date(2024, 1, 1), *(tuple(row[n] for row in rows) for n in range(3)))


def _poisson(dice: random.Random, mean: float) -> int:
    """Arrivals of exponential distances within one unit of time."""
    count, at = 0, dice.expovariate(mean) if mean else 1.0
    while at < 1:
        count, at = count + 1, at + dice.expovariate(mean)
    return count
