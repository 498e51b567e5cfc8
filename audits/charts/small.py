"""Small pictures beside numbers; decorative, since the numbers stand there."""

from collections.abc import Sequence
from html import escape


def share(uid: str, parts: Sequence[tuple[str, int]], *, width: int = 240, css: str = "") -> str:
    """One bar cut into named parts, decorative: the numbers stand beside it. `unknown` and `waived` are hatched, `rest`
    is empty."""
    total, x, hatched = sum(value for _, value in parts) or 1, 0.0, {"unknown": "h", "waived": "w"}
    out = [
        f'<svg class="{escape(f"share {css}".strip())}" viewBox="0 0 {width} 8" preserveAspectRatio="none" '
        f'aria-hidden="true"><defs><pattern id="{escape(uid)}-h" width="4" height="4" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><line class="hatch" x1="0" y1="0" x2="0" y2="4"/></pattern>'
        f'<pattern id="{escape(uid)}-w" width="4" height="4" patternUnits="userSpaceOnUse">'
        '<line class="stripe" x1="1" y1="0" x2="1" y2="4"/></pattern></defs>'
    ]
    for name, value in parts:
        size = value / total * width
        fill = f' fill="url(#{escape(uid)}-{hatched[name]})"' if name in hatched else ""
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


def spark(values: Sequence[int], *, width: int = 64, height: int = 20) -> str:
    """A line of a few values, oldest first; nothing for fewer than two."""
    if len(values) < 2:
        return ""
    low, spread = min(values), max(max(values) - min(values), 4)
    step = (width - 6) / (len(values) - 1)
    xy = [
        (round(3 + number * step, 1), round(height - 4 - (value - low) / spread * (height - 8), 1))
        for number, value in enumerate(values)
    ]
    line = " ".join(f"{x},{y}" for x, y in xy)
    return (
        f'<svg class="spark" viewBox="0 0 {width} {height}" width="{width}" height="{height}" aria-hidden="true">'
        f'<polyline points="{line}"/><circle cx="{xy[-1][0]}" cy="{xy[-1][1]}" r="2.2"/></svg>'
    )
