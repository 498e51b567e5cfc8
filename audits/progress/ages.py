"""How long calls have been there, and how long they live."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from audits import query
from audits.models import Finding
from audits.models.finding import is_dated


@dataclass(frozen=True)
class Ages:
    """In days. `half` and `most` (9 of 10) are of the calls left; `survival` pairs a day with the share still there.

    `at_least`: some of the calls left were there before anybody looked, so both may be more.
    """

    half: int
    most: int
    survival: tuple[tuple[int, float], ...]
    at_least: bool = False


def ages(findings: "QuerySet[Finding]", now: datetime, *, apart: bool = False) -> Ages | None:
    """Of the calls in `findings`; None where none is left. One query.

    `survival` is Kaplan and Meier's estimate (1958): a call that is still there has lived at least so long. Dismissed
    and unknown calls, and those that our own rules took away, are counted as long as they were seen.
    """
    rows = findings.order_by().filter(query.ever_seen(apart=apart))
    lives = [
        (
            ((gone or now) - first).days,
            gone is not None,
            present == "present" and disposition != "dismissed",
            is_dated(blame, first, found, older),
        )
        for first, gone, present, disposition, blame, found, older in rows.values_list(
            "first_seen_at", "resolved_at", "presence", "disposition", "blame", "discovered_at", "older"
        )
    ]
    left = sorted(days for days, _, is_left, _ in lives if is_left)
    if not left:
        return None
    unsure = any(is_left and not dated for *_, is_left, dated in lives)
    return Ages(_at(left, 50), _at(left, 90), survival([(days, gone) for days, gone, *_ in lives]), unsure)


def _at(ordered: Sequence[int], percent: int) -> int:
    """The smallest value that at least `percent` of all do not exceed."""
    return ordered[max(-(-len(ordered) * percent // 100) - 1, 0)]


def survival(lives: Sequence[tuple[int, bool]]) -> tuple[tuple[int, float], ...]:
    """Steps of the estimate from (days lived, whether it ended then); starts at (0, 1.0)."""
    lived: Counter[int] = Counter(max(days, 0) for days, _ in lives)
    ended: Counter[int] = Counter(max(days, 0) for days, over in lives if over)
    steps, share, at_risk = [(0, 1.0)], 1.0, len(lives)
    for day in sorted(lived):
        if ended[day]:
            share *= 1 - ended[day] / at_risk
            steps.append((day, share))
        at_risk -= lived[day]
    return tuple(steps)
