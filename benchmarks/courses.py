"""The weeks of real repositories: calls that came, went and were left, as today's engine reads their past commits."""

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import django

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))
# What is read here is pure, and lives beside rows that are not.
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "migrator_site.settings")
django.setup()

from audits import analysis, areas, gitstore, lifecycle  # noqa: E402 - the project is no installed package
from audits.areas import Area  # noqa: E402
from audits.gitstore.environment import environment  # noqa: E402
from audits.gitstore.process import run  # noqa: E402
from audits.lifecycle import PROGRESS  # noqa: E402
from audits.query import NOT_CALLS  # noqa: E402
from audits.sandbox import Sandbox  # noqa: E402

TOUCHED = "[Cc]ohere"
PATHS = ("*.py", "*.ipynb", "*.ts", "*.js")
# They define Generate and do not call it: what came and went there is no migration.
SDKS = tuple(f"cohere-ai/cohere-{name}" for name in ("python", "typescript", "go", "java"))
WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class Course:
    """Whole weeks of one repository or many, oldest first from Monday `start`: calls in, out, and left at the end."""

    name: str
    start: date
    inflow: tuple[int, ...]
    outflow: tuple[int, ...]
    left: tuple[int, ...]

    def end_of(self, week: int) -> date:
        """The Monday after it."""
        return self.start + (week + 1) * WEEK


def together(name: str, courses: Sequence[Course]) -> Course:
    """The sum. A repository that ends early stays as it was."""
    start = min(course.start for course in courses)
    last = max(course.end_of(len(course.left) - 1) for course in courses)
    length = (last - start) // WEEK
    sums = {name: [0] * length for name in ("inflow", "outflow", "left")}
    for course in courses:
        skip = (course.start - start) // WEEK
        for number in range(skip, length):
            own = number - skip
            sums["left"][number] += course.left[min(own, len(course.left) - 1)]
            if own < len(course.left):
                sums["inflow"][number] += course.inflow[own]
                sums["outflow"][number] += course.outflow[own]
    return Course(name, start, *(tuple(sums[key]) for key in ("inflow", "outflow", "left")))


def course_of(name: str, points: Sequence[lifecycle.Point], until: datetime) -> Course:
    """Points of one repository by week, up to the week of its newest commit."""
    start = _monday(points[0].at)
    length = (_monday(until) - start) // WEEK + 1
    inflow, outflow, left = [0] * length, [0] * length, [-1] * length
    for point in points:
        week = (_monday(point.at) - start) // WEEK
        inflow[week] += point.added + point.returned
        outflow[week] += sum(calls for reason, calls in point.gone.items() if reason in PROGRESS)
        left[week] = point.remaining + point.unknown
    for week in range(1, length):
        left[week] = left[week - 1] if left[week] < 0 else left[week]
    return Course(name, start, tuple(inflow), tuple(outflow), tuple(left))


def _monday(moment: datetime) -> date:
    day = moment.astimezone(UTC).date()
    return day - timedelta(days=day.weekday())


def _counts(place: lifecycle.Place) -> bool:
    return place.kind not in NOT_CALLS and areas.classifier(())(place.path) is Area.PRODUCT


def repositories(mirrors: Path) -> Iterator[tuple[str, Path]]:
    """(name, path) of the bare repositories, the small ones first."""
    found = [path for path in mirrors.glob("*/*") if (path / "objects").is_dir()]
    sized = sorted((sum(pack.stat().st_size for pack in path.glob("objects/pack/*.pack")), path) for path in found)
    named = ((path.parent.name.replace("+", "/"), path) for _, path in sized)
    yield from ((name, path) for name, path in named if name not in SDKS)


def read(name: str, path: Path) -> Course | None:
    """The course of one repository; None where no call ever stood in it."""
    arguments = ["--git-dir", str(path), "log", "--first-parent", "-m", "--format=%H", f"-G{TOUCHED}", "HEAD", "--"]
    code, output, _ = run([*arguments, *PATHS], environment(), timeout=300)
    touched = set(output.decode().split())
    mirror = gitstore.Mirror(path.parent, "unused")
    mirror.path = path
    code, tip, _ = run(["--git-dir", str(path), "rev-parse", "HEAD"], environment(), timeout=60)
    if code or not touched:
        return None
    with closing(mirror):
        line = mirror.line(tip.decode().strip())
    commits = lifecycle.dated(line.rows, datetime.now(UTC))
    last = {_monday(row.at): row for row in commits if row.commit in touched}
    points = _points(mirror, list(last.values()), complete=line.complete)
    if not any(point.remaining for point in points):
        return None
    return course_of(name, points, commits[-1].at)


def _points(mirror: gitstore.Mirror, commits: list[lifecycle.Dated], *, complete: bool) -> list[lifecycle.Point]:
    fold, memo = lifecycle.Fold(_counts, complete), analysis.Memo()
    with mirror.past() as source, Sandbox() as sandbox:
        for row in commits:
            report = analysis.analyse(source(row.commit), sandbox, memo=memo, shown=False)
            chats = dict(Counter((chat.path, chat.scope) for chat in report.chats))
            unread = frozenset(path for path, _ in report.unread)
            look = lifecycle.Look(paths=report.paths, commit=row.commit, unread=unread, chats=chats)
            seen = [lifecycle.Seen.of(usage) for usage in report.usages]
            aside = [lifecycle.Seen.of(usage) for usage in report.suppressed]
            depends = [frozenset(step.path for step in usage.proof) - {usage.path} for usage in report.usages]
            fold.step(lifecycle.Sample(row.commit, row.at, look, seen, aside, depends))
    return fold.points


def gathered(mirrors: Path, kept: Path | None, seconds: float) -> list[Course]:
    """Every repository's course; those that `kept` holds already are not read again."""
    known: dict[str, dict[str, object] | None] = {}
    if kept and kept.exists():
        known = dict(json.loads(line) for line in kept.read_text().splitlines())
    began, courses = time.monotonic(), []
    for name, path in repositories(mirrors):
        if name not in known:
            if time.monotonic() - began > seconds:
                continue
            known[name] = _read_row(name, path)
            if kept:
                with kept.open("a") as file:
                    file.write(json.dumps([name, known[name]], default=str) + "\n")
        if (row := known[name]) is not None:
            courses.append(_course(row))
    return courses


def _read_row(name: str, path: Path) -> dict[str, object] | None:
    try:
        course = read(name, path)
    except gitstore.GitError as error:
        print(f"{name}: {error}", flush=True)
        return None
    if course:
        print(
            f"{name}: {len(course.left)} weeks, {max(course.left)} calls at most, {course.left[-1]} at last", flush=True
        )
    return asdict(course) if course else None


def _course(row: dict[str, object]) -> Course:
    flows = (tuple(row[key]) for key in ("inflow", "outflow", "left"))  # type: ignore[arg-type]
    return Course(str(row["name"]), date.fromisoformat(str(row["start"])), *flows)
