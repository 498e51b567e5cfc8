"""The chart of what was left by day, and the list of the days that it marks."""

from collections.abc import Sequence

from django import template
from django.utils.safestring import SafeString

from audits import charts
from audits.engine.catalogue.platforms import GUIDE_DATE, OFF_SINCE
from audits.engine.facts import Platform
from audits.progress import series
from audits.progress.forecast import Forecast
from audits.progress.marks import Happened

from .lastcall import day

register = template.Library()
_TOLD = 6  # of what a chart marks, so many are read aloud; the table behind it has all


@register.simple_tag
def trend_chart(
    uid: str,
    days: Sequence[series.Day],
    width: int,
    height: int,
    forecast: Forecast | None = None,
    more: Sequence[charts.Mark] | None = None,
    happened: Sequence[Happened] = (),
) -> SafeString:
    """`{% trend_chart "wide" days 760 220 forecast marks happened %}`: what was left by day, and where it leads."""
    points = [_point(known) for known in days]
    marks = _marks(more)
    first, cone = days[0], _cone(forecast)
    events = [charts.Event(row.day, row.kind, row.what) for row in happened if first.day <= row.day]
    told = _told(days, charts.shown(points, marks, cone), events, forecast)
    size = {"width": width, "height": height}
    return SafeString(charts.burndown(uid, points, marks, "Calls left", told, **size, cone=cone, events=events))


@register.filter
def holds(days: Sequence[series.Day], band: str) -> bool:
    """Whether the chart of these days draws anything of a band."""
    return any(getattr(row.numbers, band) for row in days)


def _told(
    days: Sequence[series.Day], marks: Sequence[charts.Mark], events: Sequence[charts.Event], forecast: Forecast | None
) -> str:
    """What the chart shows, for those who do not see it."""
    first, last = days[0], days[-1]
    told = f"{first.left} calls left on {day(first.day)}, {last.left} on {day(last.day)}; {last.resolved} resolved."
    beside = ((last.numbers.waived, "waived"), (last.numbers.unknown, "unknown"))
    told += "".join(f" {count} {word} beside them." for count, word in beside if count)
    if forecast and forecast.p50:
        later = f", by {day(forecast.p85)} in 17 of 20" if forecast.p85 else ""
        told += f" At this pace none is left by {day(forecast.p50)} in one of two runs{later}."
    named = [(row.what, row.day) for row in events[-_TOLD:]] + [(row.label, row.day) for row in marks]
    return told + (f" Marked: {'; '.join(f'{what} on {day(when)}' for what, when in named)}." if named else "")


@register.simple_tag
def trend_marks(
    days: Sequence[series.Day], forecast: Forecast | None = None, more: Sequence[charts.Mark] | None = None
) -> list[charts.Mark]:
    """The days that `trend_chart` marks, as it numbers them where it is narrow."""
    return list(charts.shown([_point(known) for known in days], _marks(more), _cone(forecast)))


def _marks(more: Sequence[charts.Mark] | None) -> list[charts.Mark]:
    off = OFF_SINCE[Platform.COHERE]
    return [charts.Mark(GUIDE_DATE, "Guide date", "guide"), charts.Mark(off, "Enforced", "enforced"), *(more or ())]


def _cone(forecast: Forecast | None) -> charts.Cone | None:
    if not forecast or not forecast.cone:
        return None
    return charts.Cone([(row.day, row.low, row.high) for row in forecast.cone], forecast.p50, forecast.p85)


def _point(known: series.Day) -> charts.Point:
    numbers = known.numbers
    counts = {band: getattr(numbers, band) for band in charts.BANDS}
    return charts.Point(known.day, **counts)
