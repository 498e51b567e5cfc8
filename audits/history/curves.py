"""A history's curve as it is kept: with what people decided meanwhile, and an end that the findings agree to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from uuid import UUID

from django.db.models import Count, Q

from audits import lifecycle, query
from audits.lifecycle import ENDS, Cause, Change, Decision, Disposition, Life, Point
from audits.models import Finding, FindingEvent, Repository
from audits.progress.ledger import STAND, changes_of, life_of


@dataclass(frozen=True)
class Curves:
    """The same moments twice, point by point: calls of the `product`, and `whole` with those in tests and the like."""

    product: list[Point]
    whole: list[Point]

    @classmethod
    def of(cls, repository: Repository, fold: lifecycle.Fold, keys: Mapping[UUID, str], until: datetime) -> "Curves":
        """`keys` are the fold's tracks of the findings that are there; at most four queries."""
        decisions = _decisions(repository, _tracks(repository, fold, keys), until)
        made = cls(*(fold.curve(decisions, apart=apart) for apart in (False, True)))
        left = _left(repository)
        ends = [_end(curve[-1], until, *left[apart]) for apart, curve in made.both()]
        if any(
            end.gone or (end.remaining, end.waived) != (curve[-1].remaining, curve[-1].waived)
            for end, (_, curve) in zip(ends, made.both(), strict=True)
        ):
            return cls([*made.product, ends[0]], [*made.whole, ends[1]])
        return made

    def both(self) -> Iterator[tuple[bool, list[Point]]]:
        """With whether tests and the like count."""
        yield False, self.product
        yield True, self.whole


def _end(last: Point, until: datetime, remaining: int, unknown: int, waived: int) -> Point:
    """What the findings say at the end. Scans may see less than commits do, as when a drop waits for a person."""
    less = last.remaining + last.unknown - remaining - unknown
    gone = {Cause.READING.value: less} if less else {}
    at = max(until, last.at)
    now = replace(last, remaining=remaining, unknown=unknown, waived=waived)
    return replace(now, at=at, added=0, returned=0, gone=gone, moved=(), parts={})


def _left(repository: Repository) -> dict[bool, list[int]]:
    named = (("left", query.remaining), ("unknown", query.unknown), ("waived", query.waived))
    counted = {
        f"{name}{apart:d}": Count("pk", filter=condition(apart=apart))
        for apart in (False, True)
        for name, condition in named
    }
    found = Finding.objects.filter(repository=repository).aggregate(**counted)
    return {apart: [found[f"{name}{apart:d}"] for name, _ in named] for apart in (False, True)}


def _tracks(repository: Repository, fold: lifecycle.Fold, keys: Mapping[UUID, str]) -> dict[UUID, str]:
    """Which track each finding that people ever took out is: by `keys`, or by its code where it is gone."""
    once = FindingEvent.objects.filter(Q(before__in=list(ENDS)) | Q(after__in=list(ENDS)))
    rows = Finding.objects.filter(repository=repository, pk__in=once.values("finding"))
    by_code = {(row.known.path, row.known.scope, row.known.call_hash): key for key, row in fold.tracks.items()}
    found = {}
    for pk, *code in rows.values_list("pk", "path", "scope", "call_hash"):
        key = keys.get(pk) or by_code.get((code[0], code[1], code[2]))
        if key is not None:
            found[pk] = key
    return found


def _decisions(repository: Repository, tracks: Mapping[UUID, str], until: datetime) -> list[Decision]:
    """Dismissals and waivers, and their ends, oldest first; of one moment and one kind together."""
    if not tracks:
        return []
    told = sorted(
        (change.at, word, tracks[pk])
        for pk, life in _lives(tracks, until)
        for change in life.changes
        if change.at <= until and (word := _word(change))
    )
    return [
        Decision(at, frozenset(key for *_, key in group), word)
        for (at, word), group in groupby(told, key=lambda row: row[:2])
    ]


def _lives(tracks: Mapping[UUID, str], until: datetime) -> Iterator[tuple[UUID, Life]]:
    words = [word.value for word in Disposition]
    events = FindingEvent.objects.filter(finding__in=tracks, at__lte=until, before__in=words, after__in=words)
    changes = changes_of(events)
    rows = Finding.objects.filter(pk__in=changes).values_list("pk", *STAND)
    for pk, presence, _, *stand in rows:
        # What was decided since is no matter of that moment: the last event until then says what stood.
        yield pk, life_of([presence, changes[pk][-1].after, *stand], changes[pk], None, until)


def _word(change: Change) -> str:
    """How a change of the disposition is told, a key or a value of ENDS; "" for one that leaves the call counted."""
    if change.after == change.before:
        return ""
    return str(change.after) if change.after in ENDS else ENDS.get(change.before, "")
