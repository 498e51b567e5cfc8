"""The plot area, its grid and its days; what every chart over time is drawn in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape

LABEL = 86  # pixels that a label beside a mark takes
SIGN = 12  # pixels between two signs of one kind
NARROW = 500  # a frame below this width numbers its marks instead of writing beside them


@dataclass(frozen=True)
class Mark:
    """A day worth a line; `kind` is a class of the stylesheet: guide, enforced, due, or "" for what happened to us."""

    day: date
    label: str
    kind: str


@dataclass(frozen=True)
class Event:
    """What happened on a day, drawn small under the curve; `kind` is a class of the stylesheet: added, engine."""

    day: date
    kind: str
    what: str


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


def opened(uid: str, width: int, height: int, title: str, desc: str, css: str) -> str:
    """The start of an image with a name and a description, and the hatchings of what is unknown and waived."""
    return (
        f'<svg class="chart {escape(css)}" viewBox="0 0 {width} {height}" role="img" '
        f'aria-labelledby="{escape(uid)}-t {escape(uid)}-d"><title id="{escape(uid)}-t">{escape(title)}</title>'
        f'<desc id="{escape(uid)}-d">{escape(desc)}</desc><defs><pattern id="{escape(uid)}-h" width="6" height="6" '
        'patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line class="hatch" x1="0" y1="0" x2="0" y2="6"/>'
        f'</pattern><pattern id="{escape(uid)}-w" width="4" height="4" patternUnits="userSpaceOnUse">'
        '<line class="stripe" x1="1" y1="0" x2="1" y2="4"/></pattern></defs>'
    )


def scale(highest: int) -> tuple[int, int]:
    """A step of 1, 2 or 5 times a power of ten with at most six lines, and the round number above `highest`."""
    step, magnitude = 1, 1
    while highest / step > 5:
        step = next(factor * magnitude for factor in (2, 5, 10) if factor * magnitude > step)
        magnitude = magnitude * 10 if step == magnitude * 10 else magnitude
    return step, max(-(-highest // step), 2) * step


def grid(frame: Frame, step: int) -> str:
    """Lines with their values."""
    return "".join(
        f'<line class="grid" x1="{frame.left}" x2="{frame.width - frame.right}" y1="{frame.y(v)}" y2="{frame.y(v)}"/>'
        f'<text x="{frame.left - 8}" y="{frame.y(v) + 4}" text-anchor="end">{v:,}</text>'
        for v in range(0, frame.peak + 1, step)
    )


def days(frame: Frame) -> str:
    """Days under the plot, the last one of the frame first, as many as there is room for."""
    room = max((frame.width - frame.left - frame.right) // 84, 2)
    span = (frame.end - frame.start).days
    every = max(-(-span // room), 1)
    shown = (frame.end - timedelta(days=1 + back) for back in range(0, span, every))
    return "".join(
        f'<text x="{middle(frame, day)}" y="{frame.height - 7}" text-anchor="middle">{_short(day, frame)}</text>'
        for day in shown
    )


def _short(day: date, frame: Frame) -> str:
    long = (frame.end - frame.start).days > 300
    return f"{day:%b} {day.year}" if long else f"{day.day} {day:%b}"


def middle(frame: Frame, day: date) -> float:
    """The middle of a day, in pixels."""
    return round((frame.x(day) + frame.x(day + timedelta(days=1))) / 2, 1)


def marked(frame: Frame, marks: Sequence[Mark]) -> Iterable[str]:
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
        cut = x + LABEL > frame.width and x - LABEL > free
        leftwards = cut or (number == 1 and x - LABEL > frame.left - 30)
        at, anchor = (x - 5, "end") if leftwards else (max(x + 5, free), "start")
        free = x + 5 if leftwards else at + LABEL
        yield (
            f'<text class="mark-label {kind}" x="{at}" y="{frame.top - 22}" text-anchor="{anchor}">'
            f'{escape(mark.label)}</text><text class="mark-sub" x="{at}" y="{frame.top - 9}" '
            f'text-anchor="{anchor}">{mark.day.day} {mark.day:%b %Y}</text>'
        )


def happened(frame: Frame, events: Sequence[Event]) -> Iterable[str]:
    """Small signs on the base line, those of one kind that would overlap as one; each says on pointing what it was."""
    last: dict[str, tuple[float, list[str]]] = {}
    groups: list[tuple[str, float, list[str]]] = []
    for event in sorted(events, key=lambda row: row.day):
        if not frame.start <= event.day < frame.end:
            continue
        x, told = middle(frame, event.day), f"{event.day.day} {event.day:%b %Y}: {event.what}"
        if event.kind in last and x - last[event.kind][0] < SIGN:
            last[event.kind][1].append(told)
        else:
            last[event.kind] = (x, [told])
            groups.append((event.kind, *last[event.kind]))
    for kind, x, lines in groups:
        y = frame.base - (4 if kind == "added" else 4 + SIGN)
        yield (
            f'<g class="hit happened {escape(kind)}" data-tip="{escape("; ".join(lines))}">'
            f'<rect x="{x - 7}" y="{y - 7}" width="14" height="14"/><path d="{_sign(kind, x, y)}"/></g>'
        )


def _sign(kind: str, x: float, y: float) -> str:
    """A triangle for what was added, a diamond for an engine: told apart without colour."""
    if kind == "added":
        return f"M{x} {y - 5}L{round(x + 5, 1)} {y + 4}H{round(x - 5, 1)}Z"
    return f"M{x} {y - 5}L{round(x + 5, 1)} {y}L{x} {y + 5}L{round(x - 5, 1)} {y}Z"
