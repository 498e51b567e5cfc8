"""The forecast asked for a near goal: when will so many more calls be gone? That can be judged where zero cannot yet.

Each day is judged by itself: it is decided once the goal is reached or the data reach beyond it. What is open is told
beside, since it may still hold or fail.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from audits.progress.forecast import WINDOW, Answer, Week, forecast
from benchmarks.courses import Course
from benchmarks.organisations import of_bursts

GOALS = (5, 10)
EVERY = 4
PERCENTS = (50, 85)
_HEAD = ("| Asked | Dated | by P50: held of decided | by P85: held of decided | open |", "|---|---|---|---|---|")


@dataclass
class Judged:
    """By percent, of `dated` forecasts: those decided, and of these the ones whose goal was reached by the day."""

    dated: int = 0
    decided: Counter[int] = field(default_factory=Counter)
    held: Counter[int] = field(default_factory=Counter)


def judged(courses: Sequence[Course], goal: int, every: int = EVERY) -> Judged:
    """At every fourth week from the twelfth on, where `goal` calls are left, from the weeks before it alone."""
    found = Judged()
    for course in courses:
        over = course.end_of(len(course.left) - 1)
        for week in range(WINDOW - 1, len(course.left) - 1, every):
            if course.left[week] < goal:
                continue
            flows = zip(course.inflow, course.outflow, strict=True)
            known = [Week(*flow) for flow in flows][week + 1 - WINDOW : week + 1]
            told = forecast(known, goal, course.end_of(week))
            if told.answer is not Answer.DATED:
                continue
            found.dated += 1
            wanted = course.left[week] - goal
            came = next((course.end_of(n) for n in range(week + 1, len(course.left)) if course.left[n] <= wanted), None)
            for percent, day in zip(PERCENTS, (told.p50, told.p85), strict=True):
                if came is None and (day is None or day > over):
                    continue
                found.decided[percent] += 1
                found.held[percent] += came is not None and (day is None or came <= day)
    return found


def near_table(courses: Sequence[Course]) -> list[str]:
    """In Markdown, for organisations that are closed."""
    return [*_HEAD, *(_row(f"closed organisations, the next {goal} calls", judged(courses, goal)) for goal in GOALS)]


def known_table() -> list[str]:
    """The same for processes whose pace stays as it is: what rareness alone does to the days. Asked once in as many
    weeks as a window has, so that no two see the same."""
    rows = (_row(f"{name}: the next {GOALS[0]}", judged(made, GOALS[0], WINDOW)) for name, made in of_bursts().items())
    return [*_HEAD, *rows]


def _row(asked: str, row: Judged) -> str:
    held = [f"{row.held[percent]} of {row.decided[percent]}" for percent in PERCENTS]
    cells = [asked, row.dated, *held, f"{row.dated - row.decided[50]} and {row.dated - row.decided[85]}"]
    return f"| {' | '.join(map(str, cells))} |"
