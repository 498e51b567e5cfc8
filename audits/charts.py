"""Numbers to SVG text: pure functions without Django, and without a style attribute.

Colour, stroke and type come from classes of the stylesheets, so one picture serves both themes and print. Every text
goes through `escape`; the page puts the numbers behind a chart into a table beside it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape

SHORTEST = 7  # days that a trend shows at least, so that a first day does not fill the whole frame
LABEL = 86  # pixels that a label beside a mark takes
NARROW = 500  # a frame below this width numbers its marks instead of writing beside them


@dataclass(frozen=True)
class Point:
    """What is known at the end of a day; it holds until the next point."""

    day: date
    left: int
    resolved: int


@dataclass(frozen=True)
class Mark:
    """A day worth a line; `kind` is a class of the stylesheet: guide or enforced."""

    day: date
    label: str
    kind: str


@dataclass(frozen=True)
class Frame:
    """The plot area; x() and y() turn days and counts into pixels. `end` is the first day that is not shown."""

    width: int
    height: int
    start: date
    end: date
    peak: int
    left: int = 40
    right: int = 96
    top: int = 40
    bottom: int = 26

    def x(self, day: date) -> float:
        share = (day - self.start) / (self.end - self.start)
        return round(self.left + share * (self.width - self.left - self.right), 1)

    def y(self, value: float) -> float:
        return round(self.base - value / self.peak * (self.base - self.top), 1)

    @property
    def base(self) -> int:
        return self.height - self.bottom


def trend(
    uid: str, points: Sequence[Point], marks: Sequence[Mark], title: str, desc: str, *, width: int, height: int
) -> str:
    """Left and resolved stacked, day by day as steps; `points` ascend and are at least one, the last is shown whole.

    A short history keeps its place at the right: days before the first point are marked as not scanned, not as zero.
    """
    last = points[-1]
    start = min(points[0].day, last.day - timedelta(days=SHORTEST - 1))
    step, peak = _scale(max(point.left + point.resolved for point in points))
    end = last.day + timedelta(days=1)
    shown = [mark for mark in marks if start <= mark.day < end]
    frame = Frame(width, height, start, end, peak, top=40 if shown else 14)
    left = [point.left for point in points]
    seen = [point.left + point.resolved for point in points]
    return "".join(
        (
            _open(uid, width, height, title, desc),
            _before(frame, points[0].day),
            _grid(frame, step),
            _days(frame),
            _steps(frame, points, left, seen, "migrated"),
            _steps(frame, points, [0] * len(points), left, "left"),
            f'<polyline class="left-line" points="{_line(frame, points, left)}"/>',
            *_marks(frame, shown),
            _labels(frame, last),
            *_hits(frame, points),
            "</svg>",
        )
    )


def _open(uid: str, width: int, height: int, title: str, desc: str) -> str:
    return (
        f'<svg class="chart burndown" viewBox="0 0 {width} {height}" role="img" '
        f'aria-labelledby="{escape(uid)}-t {escape(uid)}-d"><title id="{escape(uid)}-t">{escape(title)}</title>'
        f'<desc id="{escape(uid)}-d">{escape(desc)}</desc>'
    )


def _scale(highest: int) -> tuple[int, int]:
    """A step of 1, 2 or 5 times a power of ten with at most six lines, and the round number above `highest`."""
    step, magnitude = 1, 1
    while highest / step > 5:
        step = next(factor * magnitude for factor in (2, 5, 10) if factor * magnitude > step)
        magnitude = magnitude * 10 if step == magnitude * 10 else magnitude
    return step, max(-(-highest // step), 2) * step


def _grid(frame: Frame, step: int) -> str:
    return "".join(
        f'<line class="grid" x1="{frame.left}" x2="{frame.width - frame.right}" y1="{frame.y(v)}" y2="{frame.y(v)}"/>'
        f'<text x="{frame.left - 8}" y="{frame.y(v) + 4}" text-anchor="end">{v:,}</text>'
        for v in range(0, frame.peak + 1, step)
    )


def _days(frame: Frame) -> str:
    room = max((frame.width - frame.left - frame.right) // 84, 2)
    span = (frame.end - frame.start).days
    every = max(-(-span // room), 1)
    days = (frame.end - timedelta(days=1 + back) for back in range(0, span, every))
    return "".join(
        f'<text x="{_middle(frame, day)}" y="{frame.height - 7}" text-anchor="middle">{_short(day, frame)}</text>'
        for day in days
    )


def _short(day: date, frame: Frame) -> str:
    long = (frame.end - frame.start).days > 300
    return f"{day:%b} {day.year}" if long else f"{day.day} {day:%b}"


def _middle(frame: Frame, day: date) -> float:
    return round((frame.x(day) + frame.x(day + timedelta(days=1))) / 2, 1)


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


def _corners(frame: Frame, points: Sequence[Point], values: Sequence[int]) -> list[str]:
    ends = [point.day for point in points[1:]] + [frame.end]
    return [
        corner
        for point, end, value in zip(points, ends, values, strict=True)
        for corner in (f"{frame.x(point.day)},{frame.y(value)}", f"{frame.x(end)},{frame.y(value)}")
    ]


def _line(frame: Frame, points: Sequence[Point], values: Sequence[int]) -> str:
    return " ".join(_corners(frame, points, values))


def _steps(frame: Frame, points: Sequence[Point], low: Sequence[int], high: Sequence[int], css: str) -> str:
    down = reversed(_corners(frame, points, low))
    return f'<polygon class="{css}" points="{_line(frame, points, high)} {" ".join(down)}"/>'


def _marks(frame: Frame, marks: Sequence[Mark]) -> Iterable[str]:
    """Lines with a label each. The two dates of the sunset lie 20 days apart, so labels make room for one another."""
    free = float(frame.left)
    for number, mark in enumerate(marks, 1):
        x, kind = frame.x(mark.day), escape(mark.kind)
        yield f'<line class="mark {kind}" x1="{x}" x2="{x}" y1="{frame.top - 5}" y2="{frame.base}"/>'
        if frame.width < NARROW:
            at = max(x + 7, free)
            free = at + 18
            yield (
                f'<circle class="mark-dot {kind}" cx="{at}" cy="{frame.top - 20}" r="8"/>'
                f'<text class="mark-no" x="{at}" y="{frame.top - 16}" text-anchor="middle">{number}</text>'
            )
            continue
        leftwards = number == 1 and x - LABEL > frame.left - 30
        at, anchor = (x - 5, "end") if leftwards else (max(x + 5, free), "start")
        free = x + 5 if leftwards else at + LABEL
        yield (
            f'<text class="mark-label {kind}" x="{at}" y="{frame.top - 22}" text-anchor="{anchor}">'
            f'{escape(mark.label)}</text><text class="mark-sub" x="{at}" y="{frame.top - 9}" '
            f'text-anchor="{anchor}">{mark.day.day} {mark.day:%b %Y}</text>'
        )


def _labels(frame: Frame, last: Point) -> str:
    """The bands' last values, written beside them and kept apart from each other."""
    x = frame.width - frame.right + 10
    left_y = min(frame.y(last.left) + 5, frame.base)
    out = (
        f'<circle class="now" cx="{frame.width - frame.right}" cy="{frame.y(last.left)}" r="4"/>'
        f'<text class="strong" x="{x}" y="{left_y}">{last.left:,} left</text>'
    )
    if last.resolved:
        y = min(frame.y(last.left + last.resolved / 2) + 4, left_y - 18)
        out += f'<text class="band-label" x="{x}" y="{y}">{last.resolved:,} resolved</text>'
    return out


def _hits(frame: Frame, points: Sequence[Point]) -> Iterable[str]:
    ends = [point.day for point in points[1:]] + [frame.end]
    for point, end in zip(points, ends, strict=True):
        text = f"{point.day.day} {point.day:%b %Y}: {point.left:,} left, {point.resolved:,} resolved"
        x, width = frame.x(point.day), round(frame.x(end) - frame.x(point.day), 1)
        yield (
            f'<g class="hit" data-tip="{escape(text)}"><rect x="{x}" y="{frame.top}" width="{width}" '
            f'height="{frame.base - frame.top}"/><circle cx="{round(x + width / 2, 1)}" cy="{frame.y(point.left)}" '
            'r="4"/></g>'
        )


def share(uid: str, parts: Sequence[tuple[str, int]], *, width: int = 240, css: str = "") -> str:
    """One bar cut into named parts, decorative: the numbers stand beside it. `unknown` is hatched, `rest` empty."""
    total, x = sum(value for _, value in parts) or 1, 0.0
    out = [
        f'<svg class="{escape(f"share {css}".strip())}" viewBox="0 0 {width} 8" preserveAspectRatio="none" '
        f'aria-hidden="true"><defs><pattern id="{escape(uid)}-h" width="4" height="4" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><line class="hatch" x1="0" y1="0" x2="0" y2="4"/></pattern></defs>'
    ]
    for name, value in parts:
        size = value / total * width
        fill = f' fill="url(#{escape(uid)}-h)"' if name == "unknown" else ""
        if value:
            gap = 1 if size > 2 else 0
            out.append(f'<rect class="{escape(name)}" x="{x:.1f}" width="{size - gap:.1f}" height="8"{fill}/>')
        x += size
    return "".join(out) + "</svg>"


def bar(value: int, peak: int) -> str:
    """A bar of `value` against the longest one of its column; decorative."""
    width = max(round(56 * value / peak, 1), 2) if value and peak else 0
    return (
        '<svg class="share bar" viewBox="0 0 56 6" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="left" x="0" width="{width}" height="8"/></svg>'
    )
