"""The forecast on real histories: at past weeks it is asked as the product asks it, and held against what came.

At every fourth week it sees the weeks before it and nothing else. Each repository's weeks are read by today's engine
from its first-parent commits that touched a line naming Cohere, the last one of each week, folded as the product folds
a history. Reads bare repositories in place, below `--mirrors`; writes the tables of docs/forecast.md.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from benchmarks.courses import Course, gathered, together  # noqa: E402 - it sets Django up, which the rest needs
from benchmarks.near import known_table, near_table  # noqa: E402
from benchmarks.organisations import closed, processes  # noqa: E402

# isort: split
from audits.engine import ENGINE_VERSION  # noqa: E402
from audits.progress.forecast import WINDOW, Answer, Forecast, Week, forecast  # noqa: E402

EVERY, QUARTER = 4, 12
# After so many weeks the cone is held against what was left.
AHEAD = (4, 8, 13)
BEGIN, END = "<!-- made by make backtest -->", "<!-- end -->"
NEAR = "<!-- made by make backtest: near goals -->"
KNOWN = "<!-- made by make backtest: near goals of known processes -->"


@dataclass
class Score:
    """What became of the answers. `undecided`: the data end before the day that was told, and it is not reached."""

    answers: Counter[str] = field(default_factory=Counter)
    decided: int = 0
    inside: Counter[int] = field(default_factory=Counter)
    undecided: int = 0
    came_though: Counter[str] = field(default_factory=Counter)

    def add(self, course: Course, week: int, share: float) -> None:
        """Ask after `week` when `share` of what is left then will be gone, and look."""
        left = course.left[week]
        goal = int(-(-left * share // 1))
        told = ask(course, week, goal)
        came = next(
            (course.end_of(n) for n in range(week + 1, len(course.left)) if course.left[n] <= left - goal), None
        )
        self.answers[told.answer.value] += 1
        if told.answer is not Answer.DATED:
            self.came_though[told.answer.value] += came is not None
            return
        over = course.end_of(len(course.left) - 1)
        if came is None and (told.p85 is None or told.p85 > over):
            self.undecided += 1
            return
        self.decided += 1
        for percent, day in ((50, told.p50), (85, told.p85)):
            self.inside[percent] += came is not None and (day is None or came <= day)


def scored(courses: Iterable[Course], share: float, every: int = EVERY, first: int = 0) -> Score:
    """At every fourth week in which something is left, or another, from the week `first` on."""
    score = Score()
    for course in courses:
        for week in range(first, len(course.left) - 1, every):
            if course.left[week]:
                score.add(course, week, share)
    return score


def cones(course: Course) -> list[tuple[int, int, int, int]]:
    """(weeks ahead, cones, of these with what was left not above their P85 line, and between P15 and P85)."""
    found = []
    for ahead in AHEAD:
        hits = [
            (band.low <= course.left[week + ahead], course.left[week + ahead] <= band.high)
            for week in range(len(course.left) - ahead)
            if (told := ask(course, week, course.left[week])).cone
            for band in [told.cone[min(ahead, len(told.cone) - 1)]]
        ]
        found.append((ahead, len(hits), sum(under for _, under in hits), sum(over and under for over, under in hits)))
    return found


def ask(course: Course, week: int, goal: int) -> Forecast:
    """What the product would have said after that week."""
    first = max(week + 1 - WINDOW, 0)
    known = [Week(*flows) for flows in zip(course.inflow, course.outflow, strict=True)][first : week + 1]
    return forecast(known, goal, course.end_of(week))


def table(courses: Sequence[Course]) -> list[str]:
    """The result in Markdown."""
    whole = together("all", courses)
    rows = [
        ("each repository, until zero", scored(courses, 1.0)),
        ("each repository, half of what is left", scored(courses, 0.5)),
        ("all as one organisation, a tenth of what is left", scored([whole], 0.1)),
        ("all as one organisation, half of what is left", scored([whole], 0.5)),
        ("all as one organisation, until zero", scored([whole], 1.0)),
        *_of_organisations(courses),
    ]
    lines = [
        "| Asked | Cuts | Not enough data | Not converging | Dated | of these decided | inside P50 | inside P85 |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, score in rows:
        few, never = score.answers[Answer.NOT_ENOUGH_DATA], score.answers[Answer.NOT_CONVERGING]
        inside = [_share(score.inside[percent], score.decided) for percent in (50, 85)]
        cells = [name, sum(score.answers.values()), f"{few} ({score.came_though[Answer.NOT_ENOUGH_DATA]} came)"]
        cells += [f"{never} ({score.came_though[Answer.NOT_CONVERGING]} came)", score.answers[Answer.DATED]]
        lines.append(f"| {' | '.join(map(str, [*cells, score.decided, *inside]))} |")
    return lines


def _of_organisations(courses: Sequence[Course]) -> Iterator[tuple[str, Score]]:
    """Scores of the made ones; overlapping weeks of one course are few trials, so each is asked once a quarter."""
    shares = {"a tenth": 0.1, "a quarter": 0.25, "half": 0.5}
    founded = closed(courses)
    for words, share in shares.items():
        yield f"closed organisations, {words} of what is left", scored(founded, share, QUARTER, QUARTER - 1)
    for name, made in processes().items():
        yield f"a made-up process, {name}, until zero", scored(made, 1.0, QUARTER, QUARTER - 1)


def cone_table(course: Course) -> list[str]:
    """How often the cone held, asked in every week, in Markdown."""
    lines = ["| Weeks ahead | Cones | left was at most P85 | left was between P15 and P85 |", "|---|---|---|---|"]
    for ahead, whole, under, between in cones(course):
        lines.append(f"| {ahead} | {whole} | {_share(under, whole)} | {_share(between, whole)} |")
    return lines


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({round(100 * part / whole)} %)" if whole else "–"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mirrors", type=Path, required=True, help="folder of bare repositories, owner+name/…")
    parser.add_argument("--kept", type=Path, help="file that keeps the courses, so that a second run only counts")
    parser.add_argument("--seconds", type=float, default=3600, help="read no further repository after that")
    parser.add_argument("--near", action="store_true", help="only the near goals, which take a tenth of the time")
    parser.add_argument("--write", type=Path, default=PROJECT / "docs/forecast.md", help="whose table is replaced")
    options = parser.parse_args()
    courses = gathered(options.mirrors, options.kept, options.seconds)
    if not courses:
        parser.error("no repository below --mirrors ever had a call")
    _write(options.write, NEAR, [_counted(courses), "", *near_table(closed(courses))])
    _write(options.write, KNOWN, known_table())
    if not options.near:
        _write(options.write, BEGIN, _whole(courses))
    return 0


def _counted(courses: Sequence[Course]) -> str:
    zero = sum(course.left[-1] == 0 for course in courses)
    gone = sum(sum(course.outflow) for course in courses)
    return (
        f"Engine {ENGINE_VERSION}, {datetime.now(UTC):%d %B %Y}: {len(courses)} repositories that ever had a call, "
        f"{sum(len(course.left) for course in courses):,} weeks, {gone:,} calls gone; {zero} repositories are at zero."
    )


def _whole(courses: Sequence[Course]) -> list[str]:
    return [
        _counted(courses),
        "",
        *table(courses),
        "",
        "The cone of all as one organisation, asked every week that has one:",
        "",
        *cone_table(together("all", courses)),
    ]


def _write(page: Path, mark: str, told: Sequence[str]) -> None:
    """Say it, and put it after its mark on the page."""
    print("\n".join(told))
    if page.exists() and mark in (text := page.read_text()):
        before, _, rest = text.partition(mark)
        page.write_text("\n".join([before + mark, *told, END + rest.partition(END)[2]]))


if __name__ == "__main__":
    sys.exit(main())
