"""The numbers of a day, and how long calls lived by then, as tables."""

from datetime import date
from typing import Any

from django.utils import timezone

from . import breakdown
from .ages import ages
from .asof import on
from .figures import counts, figures
from .flows import seven_days
from .scope import Scope

Table = tuple[tuple[str, ...], list[tuple[Any, ...]]]
NUMBERS = ("number", "value")
COVERED = ("repositories", "read_lately", "complete", "in_part", "unread")
_LIVES = ("days", "still_there")
_NUMBER_WORDS = {"read_lately": "read"}
_COUNTS = ("left", "unknown", "migrated", "changed", "deleted", "before", "dismissed", "waived", "known_broken")
_SHARES = ("migrated_ever", "changed_ever", "deleted_ever", "migration")
_BESIDE = ("at_zero", "ever", "chats", "aside")
_NAMES = (
    *(*_COUNTS, "backslide", "ever_seen", *_SHARES, "completion", "completion_if_unknown_are_gone"),
    *(*(_NUMBER_WORDS.get(name, name) for name in COVERED), *_BESIDE, "points", "velocity"),
    *("age_p50", "age_p90", "age_is_at_least", "forecast", "p50", "p85"),
    *("came_7_days", "went_7_days", "days_overdue"),
)


def numbers_on(scope: Scope, day: date) -> Table:
    """The names of `numbers` at the end of a day, what nobody knows of it left empty, and those of that page alone."""
    if day >= timezone.localdate():
        return numbers(scope)
    found = on(scope, day)
    calls, told = found.numbers, found.forecast
    low, high = found.completion or (None, None)
    ever = None if found.dismissed is None else found.known_ever + found.dismissed
    known: dict[str, Any] = {
        **{name: getattr(calls, name) for name in ("left", "unknown", "waived")},
        **{f"{name}_ever": getattr(calls, name) for name in ("migrated", "changed", "deleted")},
        **{name: getattr(found, name) for name in ("dismissed", "known_broken", "backslide", "migration", "points")},
        **{name: getattr(found, name) for name in ("velocity", "at_zero", "ever", "chats")},
        **{_NUMBER_WORDS.get(name, name): getattr(found.covered, name) for name in COVERED},
        **{"ever_seen": ever, "completion": low, "completion_if_unknown_are_gone": high},
        **{"age_p50": found.half, "age_p90": found.most},
        **{"age_is_at_least": found.at_least if found.half is not None else None},
        **{"forecast": told.answer.value, "p50": told.p50, "p85": told.p85},
        **{"came_7_days": found.came, "went_7_days": found.went},
        **{"days_overdue": max((due.days for due in found.overdue), default=0)},
    }
    if found.unknown_before:
        known = {}
    return NUMBERS, [("day", day), *((name, known.get(name)) for name in _NAMES)]


def numbers(scope: Scope) -> Table:
    """Each of _NAMES, after the day that they are of."""
    found, all_of_it = counts(scope), figures(scope)
    covered, ages, told = all_of_it.coverage, all_of_it.ages, all_of_it.forecast
    low, high = found.completion or (None, None)
    week, rows = seven_days(scope), breakdown.platforms(scope.findings(), apart=scope.apart)
    known: dict[str, Any] = {
        **{name: getattr(found, name) for name in (*_COUNTS, "backslide", "ever_seen", *_SHARES)},
        **{"completion": low, "completion_if_unknown_are_gone": high},
        **{_NUMBER_WORDS.get(name, name): getattr(covered.covered, name) for name in COVERED},
        **{name: getattr(covered, name) for name in _BESIDE},
        **{"points": all_of_it.points, "velocity": all_of_it.velocity},
        **{"age_p50": ages.half if ages else None, "age_p90": ages.most if ages else None},
        **{"age_is_at_least": ages.at_least if ages else None},
        **{"forecast": told.answer.value, "p50": told.p50, "p85": told.p85},
        **{"came_7_days": week.came, "went_7_days": week.went},
        **{"days_overdue": max((row.days_overdue or 0 for row in rows), default=0)},
    }
    return NUMBERS, [("day", timezone.localdate()), *((name, known[name]) for name in _NAMES)]


def survival_on(scope: Scope, day: date) -> Table:
    """The steps of the estimate at the end of a day; none where not every life until then is known."""
    return survival(scope) if day >= timezone.localdate() else (_LIVES, list(on(scope, day).survival or ()))


def survival(scope: Scope) -> Table:
    found = ages(scope, timezone.now())
    return _LIVES, list(found.survival) if found else []
