"""What is left, day by day, stacked up to every call ever seen; with the forecast where there is one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape

from .frame import LABEL, NARROW, Event, Frame, Mark, days, grid, happened, marked, opened, scale

FARTHEST = timedelta(weeks=104)  # in which a day of one's own is shown, where the past is no longer
SHORTEST = 7  # days that it shows at least, so that a first day does not fill the whole frame
# Hatched, each by its own pattern.
HATCHED = {"unknown": "h", "waived": "w"}
BANDS = ("left", "waived", "unknown", "deleted", "changed", "migrated")


@dataclass(frozen=True)
class Point:
    """What is known at the end of a day; it holds until the next point. Counts are calls, stacked as in BANDS."""

    day: date
    left: int
    migrated: int = 0
    unknown: int = 0
    deleted: int = 0
    changed: int = 0
    waived: int = 0

    @property
    def seen(self) -> int:
        return sum(getattr(self, band) for band in BANDS)

    @property
    def told(self) -> str:
        """The point in words."""
        others = [f"{count:,} {band}" for band in BANDS[1:] if (count := getattr(self, band))]
        return ", ".join([f"{self.day.day} {self.day:%b %Y}: {self.left:,} left", *others])


@dataclass(frozen=True)
class Cone:
    """Calls left in future weeks as (day, low, high); `p50` and `p85` are days at zero, None beyond what is known."""

    bands: Sequence[tuple[date, int, int]]
    p50: date | None
    p85: date | None


def burndown(
    uid: str,
    points: Sequence[Point],
    marks: Sequence[Mark],
    title: str,
    desc: str,
    *,
    width: int,
    height: int,
    cone: Cone | None = None,
    events: Sequence[Event] = (),
) -> str:
    """`points` ascend and are at least one, the last is shown whole.

    A short history keeps its place at the right: days before the first point are marked as not scanned, not as zero.
    """
    last = points[-1]
    start, now, end = _span(points, marks, cone)
    step, peak = scale(_highest(points, cone, end))
    shown_marks = shown(points, marks, cone)
    ahead = end > now
    frame = Frame(width, height, start, end, peak, top=40 if shown_marks else 14, right=24 if ahead else 96)
    return "".join(
        (
            opened(uid, width, height, title, desc, "burndown"),
            _before(frame, points[0].day),
            grid(frame, step),
            days(frame),
            *_bands(uid, frame, points, now),
            f'<polyline class="left-line" points="{_line(frame, points, [point.left for point in points], now)}"/>',
            *(_cone(frame, cone, now) if cone and ahead else ()),
            *marked(frame, shown_marks),
            _labels(frame, last, now, ahead=ahead, beside=_beside(frame, points, now)),
            *_hits(frame, points, now),
            *happened(frame, events),
            "</svg>",
        )
    )


def _span(points: Sequence[Point], marks: Sequence[Mark], cone: Cone | None) -> tuple[date, date, date]:
    """Where the chart starts, where the past ends, and where the chart does."""
    start = min(points[0].day, points[-1].day - timedelta(days=SHORTEST - 1))
    now = points[-1].day + timedelta(days=1)
    return start, now, max(now, _end_of(cone, now - start), *_due(marks, now, now - start, cone))


def _highest(points: Sequence[Point], cone: Cone | None, end: date) -> int:
    """What fits in: all of the past, and a growing future as far as it leaves the past half of the height."""
    seen = max(point.seen for point in points)
    ahead = [high for day, _, high in cone.bands if day <= end] if cone else []
    return max(seen, min(max(ahead, default=0), 2 * seen))


def _beside(frame: Frame, points: Sequence[Point], now: date) -> tuple[float, float]:
    """The highest and the lowest that the line is where the label of its end stands, in pixels from the top."""
    ends = [point.day for point in points[1:]] + [now]
    rows = zip(points, ends, strict=True)
    heights = [frame.y(point.left) for point, end in rows if frame.x(now) - frame.x(end) < LABEL]
    return min(heights), max(heights)


def _clear(frame: Frame, y: float, highest: float, lowest: float) -> float:
    """Where the label stands so that the line does not cross it: under the line or above it, whichever is nearer to
    its end at `y`. Far off it would speak of another day: then it stands above the end."""
    over = highest - 10
    if lowest + 24 < frame.base and lowest - y <= y - highest:
        return lowest + 19
    return over if y - over <= LABEL else y - 10


def shown(points: Sequence[Point], marks: Sequence[Mark], cone: Cone | None) -> list[Mark]:
    """The marks within the chart, in the order of their days, which is that of their numbers where it is narrow."""
    start, _, end = _span(points, marks, cone)
    return sorted((mark for mark in marks if start <= mark.day < end), key=lambda mark: mark.day)


def _due(marks: Sequence[Mark], now: date, past: timedelta, cone: Cone | None) -> list[date]:
    """The days after those that one set oneself, as far as the chart may reach for them."""
    far = now + max(past, FARTHEST)
    return [mark.day + timedelta(days=1) for mark in marks if mark.kind == "due" and cone and mark.day < far]


def _end_of(cone: Cone | None, past: timedelta) -> date:
    """How far the future is shown: to the forecast's end, and no longer than the past is."""
    if cone is None or not cone.bands:
        return date.min
    far = cone.p85 or cone.bands[-1][0]
    return min(far + timedelta(days=14), cone.bands[0][0] + max(past, timedelta(weeks=8)))


def _before(frame: Frame, first: date) -> str:
    """The days before the first scan: nobody looked, which is not the same as none."""
    if first <= frame.start:
        return ""
    x, width = frame.x(frame.start), round(frame.x(first) - frame.x(frame.start), 1)
    box = f'<rect class="before" x="{x}" y="{frame.top}" width="{width}" height="{frame.base - frame.top}"/>'
    if width < 120:
        return box
    return (
        f'{box}<text x="{round(x + width - 12, 1)}" y="{frame.base - 12}" text-anchor="end">'
        f"no scan before {first.day} {first:%b}</text>"
    )


def _corners(frame: Frame, points: Sequence[Point], values: Sequence[int], now: date) -> list[str]:
    ends = [point.day for point in points[1:]] + [now]
    return [
        corner
        for point, end, value in zip(points, ends, values, strict=True)
        for corner in (f"{frame.x(point.day)},{frame.y(value)}", f"{frame.x(end)},{frame.y(value)}")
    ]


def _line(frame: Frame, points: Sequence[Point], values: Sequence[int], now: date) -> str:
    return " ".join(_corners(frame, points, values, now))


def _bands(uid: str, frame: Frame, points: Sequence[Point], now: date) -> Iterable[str]:
    low = [0] * len(points)
    for band in BANDS:
        high = [below + getattr(point, band) for below, point in zip(low, points, strict=True)]
        if high != low:
            fill = f' fill="url(#{escape(uid)}-{HATCHED[band]})"' if band in HATCHED else ""
            down = " ".join(reversed(_corners(frame, points, low, now)))
            yield f'<polygon class="{band}" points="{_line(frame, points, high, now)} {down}"{fill}/>'
        low = high


def _cone(frame: Frame, cone: Cone, now: date) -> Iterable[str]:
    rows = [row for row in cone.bands if row[0] <= frame.end]
    low = [f"{frame.x(max(day, now))},{frame.y(min(low, frame.peak))}" for day, low, _ in rows]
    high = [f"{frame.x(max(day, now))},{frame.y(min(high, frame.peak))}" for day, _, high in rows]
    yield f'<polygon class="cone" points="{" ".join(low + high[::-1])}"/>'
    x, y = frame.x(now), frame.y(cone.bands[0][1])
    for day, css in ((cone.p50, "p50"), (cone.p85, "p85")):
        if day is None or day > frame.end:
            continue
        if css == "p50":
            yield f'<line class="p50" x1="{x}" y1="{y}" x2="{frame.x(day)}" y2="{frame.base}"/>'
        yield f'<circle class="{css}-dot" cx="{frame.x(day)}" cy="{frame.base}" r="3.5"/>'


def _labels(frame: Frame, last: Point, now: date, *, ahead: bool, beside: tuple[float, float]) -> str:
    """The last values, written beside them and kept apart from each other."""
    x, y = frame.x(now), frame.y(last.left)
    out = f'<circle class="now" cx="{x}" cy="{y}" r="4"/>'
    if ahead:
        under = _clear(frame, y, *beside)
        return f'{out}<text class="strong" x="{x - 8}" y="{under}" text-anchor="end">{last.left:,} left</text>'
    at = min(y + 5, frame.base)
    out += f'<text class="strong" x="{x + 10}" y="{at}">{last.left:,} left</text>'
    base = last.left
    for band in BANDS[1:]:
        count = getattr(last, band)
        if count:
            at = min(frame.y(base + count / 2) + 4, at - 16)
            out += f'<text class="band-label" x="{x + 10}" y="{round(at, 1)}">{count:,} {band}</text>'
        base += count
    return out


def _hits(frame: Frame, points: Sequence[Point], now: date) -> Iterable[str]:
    ends = [point.day for point in points[1:]] + [now]
    for point, end in zip(points, ends, strict=True):
        x, width = frame.x(point.day), round(frame.x(end) - frame.x(point.day), 1)
        dot = f'<circle cx="{round(x + width / 2, 1)}" cy="{frame.y(point.left)}" r="4"/>'
        yield (
            f'<g class="hit" data-tip="{escape(point.told)}" data-to="{point.day}">'
            f'<rect x="{x}" y="{frame.top}" width="{width}" height="{frame.base - frame.top}"/>{dot}</g>'
        )


__all__ = ["BANDS", "NARROW", "Cone", "Point", "burndown", "shown"]
