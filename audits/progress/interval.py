"""The first and the last day of a step, out of an address."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.dateparse import parse_date

_TEN_YEARS = timedelta(days=3653)
_BEFORE = timedelta(days=6)
# The tables that are told of any day.
OF_DAYS = ("numbers", "survival")
# Where it is today already, somewhere east of here.
_TOMORROW = timedelta(days=1)


def week_before(today: date) -> tuple[date, date]:
    """The seven days before it, all over: a letter about each Monday tells of every day once."""
    return today - timedelta(days=7), today - timedelta(days=1)


def begins(day: date) -> datetime:
    """Its first moment."""
    return timezone.make_aware(datetime.combine(day, time.min))


def interval(first: str, last: str) -> tuple[date, date]:
    """The last seven days where none are asked for; kept within ten years and not in the future."""
    end = _kept(day_of(last) or timezone.localdate())
    return min(_kept(day_of(first) or end - _BEFORE), end), end


def misread(first: str, last: str) -> list[str]:
    """Sentences on what `interval` does not take as it is written; none for days that it takes."""
    today, told = timezone.localdate(), []
    for text in filter(None, (first, last)):
        day = day_of(text)
        if day is None:
            told.append(f"“{text[:40]}” is no day: write it as {today}.")
        elif day > today + _TOMORROW:
            told.append(f"{day} is still to come.")
        elif day < today - _TEN_YEARS:
            told.append(f"{day} is more than ten years ago.")
    since, until = day_of(first), day_of(last)
    if not told and since and since > (until or today):
        told.append(f"The first day, {since}, is after the last, {until or today}.")
    return told


def misasked(what: str, day: str) -> list[str]:
    """Sentences on a `day` at whose end the table `what` is not told; none where it can, or where none is asked for."""
    if day and what not in OF_DAYS:
        return ["Only numbers and survival are told of a past day; leave day= out."]
    return misread("", day)


def day_of(text: str) -> date | None:
    """A day as 2026-11-25; None for what is none."""
    try:
        return parse_date(text)
    except ValueError:
        return None


def _kept(day: date) -> date:
    today = timezone.localdate()
    return min(max(day, today - _TEN_YEARS), today)
