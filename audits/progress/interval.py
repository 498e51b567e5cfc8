"""The first and the last day of a step, out of an address."""

from datetime import date, timedelta

from django.utils import timezone
from django.utils.dateparse import parse_date

_TEN_YEARS = timedelta(days=3653)
_BEFORE = timedelta(days=6)


def interval(first: str, last: str) -> tuple[date, date]:
    """The last seven days where none are asked for; kept within ten years and not in the future."""
    end = _kept(day_of(last) or timezone.localdate())
    return min(_kept(day_of(first) or end - _BEFORE), end), end


def day_of(text: str) -> date | None:
    """A day as 2026-11-25; None for what is none."""
    try:
        return parse_date(text)
    except ValueError:
        return None


def _kept(day: date) -> date:
    today = timezone.localdate()
    return min(max(day, today - _TEN_YEARS), today)
