"""What came and went, a bar a week: in above the line, out below it, and the net under it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from .frame import opened

CAME = ("introduced", "discovered", "regressed", "waiver_ended")
WENT = ("migrated", "changed", "deleted", "dismissed", "waived")
_TOP, _BOTTOM, _LEFT = 8, 38, 6


@dataclass(frozen=True)
class Bar:
    """One week from Monday `start`; `counts` are calls by a word of CAME or WENT."""

    start: date
    counts: dict[str, int]

    def sum(self, words: Sequence[str]) -> int:
        """Of some words."""
        return sum(self.counts.get(word, 0) for word in words)

    @property
    def net(self) -> int:
        return self.sum(CAME) - self.sum(WENT)

    @property
    def told(self) -> str:
        """The week in words."""
        parts = [f"{self.counts[word]:,} {word.replace('_', ' ')}" for word in (*CAME, *WENT) if self.counts.get(word)]
        return f"Week of {self.start.day} {self.start:%b %Y}: {', '.join(parts) or 'nothing came or went'}"


def flow(uid: str, weeks: Sequence[Bar], title: str, desc: str, *, width: int, height: int) -> str:
    """`weeks` are whole ones, oldest first, at least one."""
    up, down = (max(week.sum(words) for week in weeks) for words in (CAME, WENT))
    unit = (height - _TOP - _BOTTOM) / max(up + down, 1)
    zero = round(_TOP + up * unit, 1) if up + down else (height - _BOTTOM) / 2
    slot = (width - 2 * _LEFT) / len(weeks)
    bars = (_bar(week, number, zero, unit, slot, height, len(weeks)) for number, week in enumerate(weeks))
    axis = f'<line class="axis" x1="0" x2="{width}" y1="{zero}" y2="{zero}"/></svg>'
    return opened(uid, width, height, title, desc, "flow") + "".join(bars) + axis


def _bar(week: Bar, number: int, zero: float, unit: float, slot: float, height: int, count: int) -> str:
    x, w = round(_LEFT + number * slot + slot * 0.18, 1), round(slot * 0.64, 1)
    hit = f'<rect x="{x}" y="{_TOP}" width="{w}" height="{height - _TOP - _BOTTOM}"/>'
    # The bars are in the group too: they lie over its ground, and are what people point at.
    out, y = [f'<g class="hit" data-tip="{week.told}" data-to="{week.start + timedelta(days=6)}">{hit}'], zero
    for word in CAME:
        size = round(week.counts.get(word, 0) * unit, 1)
        y = round(y - size, 1)
        out.append(f'<rect class="{word}" x="{x}" y="{y}" width="{w}" height="{size}"/>' if size else "")
    y = zero
    for word in WENT:
        size = round(week.counts.get(word, 0) * unit, 1)
        out.append(f'<rect class="{word}" x="{x}" y="{y}" width="{w}" height="{size}"/>' if size else "")
        y = round(y + size, 1)
    out.append("</g>")
    middle = round(x + w / 2, 1)
    net = f"{week.net:+d}".replace("-", "−") if week.net else "0"
    out.append(f'<text class="net" x="{middle}" y="{height - 22}" text-anchor="middle">{net}</text>')
    if (count - 1 - number) % 4 == 0:
        day = f"{week.start.day} {week.start:%b}"
        out.append(f'<text x="{middle}" y="{height - 6}" text-anchor="middle">{day}</text>')
    return "".join(out)
