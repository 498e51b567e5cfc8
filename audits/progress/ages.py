"""How long calls have been there, and how long they live."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import BooleanField, Case, When
from django.utils import timezone

from audits import query
from audits.lifecycle import Disposition
from audits.models import HistoryRun
from audits.models.finding import is_dated

from .scope import Scope


@dataclass(frozen=True)
class Ages:
    """In days. `half` and `most` (9 of 10) are of the calls left, None where none is; `survival` pairs a day with the
    share still there, of `lives` calls, of which `before` were gone before any scan saw them.

    `at_least`: some of the calls left were there before anybody looked, so both may be more.
    """

    half: int | None
    most: int | None
    survival: tuple[tuple[int, float], ...]
    at_least: bool = False
    lives: int = 0
    before: int = 0


def ages(scope: Scope, now: datetime) -> Ages | None:
    """None where no call was ever seen. At most two queries.

    `survival` is Kaplan and Meier's estimate (1958): a call that is still there has lived at least so long. Dismissed,
    waived and unknown calls are counted as long as they were seen, those that our own rules took away are not; a
    dismissed one that is gone did not end by work. Without those that went before the first scan it would tell only of
    survivors.
    """
    rows = scope.findings().order_by().filter(query.ever_seen(apart=scope.apart))
    lives = [
        (
            ((gone or now) - first).days,
            gone is not None and disposition != Disposition.DISMISSED,
            is_left,
            is_dated(blame, first, found, older),
        )
        for first, gone, is_left, blame, found, older, disposition in rows.annotate(
            left=_is_left(scope, now)
        ).values_list("first_seen_at", "resolved_at", "left", "blame", "discovered_at", "older", "disposition")
    ]
    left = sorted(days for days, _, is_left, _ in lives if is_left)
    gone = lives_before(scope)
    if not lives and not gone:
        return None
    unsure = any(is_left and not dated for *_, is_left, dated in lives)
    ended = [*((days, over) for days, over, *_ in lives), *((days, True) for days in gone)]
    half, most = (at_percent(left, percent) if left else None for percent in (50, 90))
    return Ages(half, most, survival(ended), unsure, len(ended), len(gone))


def _is_left(scope: Scope, now: datetime) -> Case:
    left = query.remaining(apart=scope.apart, today=timezone.localdate(now))
    return Case(When(left, then=True), default=False, output_field=BooleanField())


def lives_before(scope: Scope) -> list[int]:
    """In days, of the calls that came and went before any scan, as far as histories kept them."""
    if scope.narrow:
        own = scope.gone_before().filter(run__repository__in=scope.repositories.order_by().values("pk"))
        return list(own.order_by().values_list("days", flat=True))
    rows = HistoryRun.objects.filter(is_current=True, repository__in=scope.repositories.order_by().values("pk"))
    word = "whole" if scope.apart else "product"
    told = rows.order_by().values_list("lives_before", flat=True)
    return [days for lives in told for days, calls in lives.get(word, ()) for _ in range(calls)]


def at_percent(ordered: Sequence[int], percent: int) -> int:
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
