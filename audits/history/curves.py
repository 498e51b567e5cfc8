"""A history's curve as it is kept: with what people decided meanwhile, and an end that the findings agree to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from uuid import UUID

from django.db.models import Count, Q

from audits import lifecycle, query
from audits.lifecycle import Cause, Decision, Disposition, Point
from audits.models import Finding, FindingEvent, Repository


@dataclass(frozen=True)
class Curves:
    """The same moments twice, point by point: calls of the `product`, and `whole` with those in tests and the like."""

    product: list[Point]
    whole: list[Point]

    @classmethod
    def of(cls, repository: Repository, fold: lifecycle.Fold, keys: Mapping[UUID, str], until: datetime) -> "Curves":
        """`keys` are the fold's tracks of the findings that are there; at most three queries."""
        decisions = _decisions(repository, _tracks(repository, fold, keys), until)
        made = cls(*(fold.curve(decisions, apart=apart) for apart in (False, True)))
        left = _left(repository)
        ends = [_end(curve[-1], until, *left[apart]) for apart, curve in made.both()]
        if any(
            end.gone or end.remaining != curve[-1].remaining for end, (_, curve) in zip(ends, made.both(), strict=True)
        ):
            return cls([*made.product, ends[0]], [*made.whole, ends[1]])
        return made

    def both(self) -> Iterator[tuple[bool, list[Point]]]:
        """With whether tests and the like count."""
        yield False, self.product
        yield True, self.whole


def _end(last: Point, until: datetime, remaining: int, unknown: int) -> Point:
    """What the findings say at the end. Scans may see less than commits do, as when a drop waits for a person."""
    less = last.remaining + last.unknown - remaining - unknown
    gone = {Cause.READING.value: less} if less else {}
    at = max(until, last.at)
    return replace(last, at=at, remaining=remaining, unknown=unknown, added=0, returned=0, gone=gone)


def _left(repository: Repository) -> dict[bool, tuple[int, int]]:
    counted = {
        f"{name}{apart:d}": Count("pk", filter=condition(apart=apart))
        for apart in (False, True)
        for name, condition in (("left", query.remaining), ("unknown", query.unknown))
    }
    found = Finding.objects.filter(repository=repository).aggregate(**counted)
    return {apart: (found[f"left{apart:d}"], found[f"unknown{apart:d}"]) for apart in (False, True)}


def _tracks(repository: Repository, fold: lifecycle.Fold, keys: Mapping[UUID, str]) -> dict[UUID, str]:
    """Which track each finding that people ever dismissed is: by `keys`, or by its code where it is gone."""
    once = FindingEvent.objects.filter(Q(before=Disposition.DISMISSED) | Q(after=Disposition.DISMISSED))
    rows = Finding.objects.filter(repository=repository, pk__in=once.values("finding"))
    by_code = {(row.known.path, row.known.scope, row.known.call_hash): key for key, row in fold.tracks.items()}
    found = {}
    for pk, *code in rows.values_list("pk", "path", "scope", "call_hash"):
        key = keys.get(pk) or by_code.get((code[0], code[1], code[2]))
        if key is not None:
            found[pk] = key
    return found


def _decisions(repository: Repository, tracks: Mapping[UUID, str], until: datetime) -> list[Decision]:
    """Dismissals, and their ends, oldest first; of one moment and one kind together."""
    if not tracks:
        return []
    words = [word.value for word in Disposition]
    rows = FindingEvent.objects.filter(finding__in=tracks, at__lte=until, before__in=words, after__in=words)
    told = [
        (at, after == Disposition.DISMISSED, tracks[pk])
        for pk, at, before, after in rows.order_by("at", "pk").values_list("finding", "at", "before", "after")
        if Disposition.DISMISSED in (before, after) and before != after
    ]
    return [
        Decision(at, frozenset(key for *_, key in group), out)
        for (at, out), group in groupby(told, key=lambda row: row[:2])
    ]
