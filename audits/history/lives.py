"""The calls that are gone at the end of a history: what each was, how it went and how long it lived."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from audits import lifecycle
from audits.lifecycle import PROGRESS
from audits.models import Finding, HistoryGone, Repository
from audits.models.history import one_a_line
from audits.scans.columns import hashes

# By whether tests and the like count: pairs of days and calls.
Lives = dict[str, list[list[int]]]


@dataclass(frozen=True, order=True, slots=True)
class Gone:
    """One call of the fold; it counts in the `product`, in the `whole` with tests and the like, or in both. `seen` of a
    scan, or gone before any."""

    at: datetime
    first_at: datetime
    product: bool
    whole: bool
    reason: str
    traits: lifecycle.Traits
    points: int = 0
    older: bool = False
    seen: bool = False

    @property
    def days(self) -> int:
        return (self.at - self.first_at).days

    def of(self, run_id: int) -> HistoryGone:
        """Its row."""
        return HistoryGone(
            run_id=run_id,
            platform=self.traits.platform,
            ways=one_a_line(self.traits.ways),
            reason=self.reason,
            days=self.days,
            first_at=self.first_at,
            gone_at=self.at,
            older=self.older,
            seen=self.seen,
            points=self.points,
            product=self.product,
            whole=self.whole,
        )


def calls_gone(repository: Repository, fold: lifecycle.Fold, product: int, whole: int) -> list[Gone]:
    """The fold's calls that went by somebody's work, in their order; one query.

    Of those that a scan saw go a finding tells itself. Which they are, their code says; where that is not enough, since
    it changed before it went, there are no more than `product` and `whole` others, and the last to go are a scan's.
    """
    rows = Finding.objects.filter(repository=repository, absent_reason__in=PROGRESS)
    rows = rows.only("path", "scope", "call_hash", "shape_hash", "hash_version", "detail")
    seen = Counter((row.path, row.scope, hashes(row)[0]) for row in rows.iterator())
    found: list[Gone] = []
    opening = fold.moments[0].at if fold.moments and not fold.complete else None
    for track in fold.tracks.values():
        if track.gone_at is None or track.reason not in PROGRESS:
            continue
        code = (track.known.path, track.known.scope, track.known.call_hash)
        told = _gone(track, track.gone_at, older=track.first_at == opening)
        found.append(replace(told, seen=seen[code] > 0))
        seen[code] -= seen[code] > 0
    return list(_no_more(sorted(found), product, whole))


def _gone(track: lifecycle.Track, at: datetime, *, older: bool) -> Gone:
    told = (track.counted, track.apart, track.reason, track.traits, track.points)
    return Gone(at, track.first_at, *told, older)


def _no_more(found: Iterable[Gone], product: int, whole: int) -> Iterable[Gone]:
    for row in found:
        before = not row.seen
        in_product, in_whole = before and row.product and product > 0, before and row.whole and whole > 0
        product, whole = product - in_product, whole - in_whole
        if in_product or in_whole:
            yield replace(row, product=in_product, whole=in_whole)
        rest = row.product and not in_product, row.whole and not in_whole
        if any(rest):
            yield replace(row, product=rest[0], whole=rest[1], seen=True)


def lives(gone: Iterable[Gone]) -> Lives:
    """How long those lived that no scan saw."""
    rows = [row for row in gone if not row.seen]
    return {
        "product": _pairs(row.days for row in rows if row.product),
        "whole": _pairs(row.days for row in rows if row.whole),
    }


def _pairs(days: Iterable[int]) -> list[list[int]]:
    return sorted([lived, calls] for lived, calls in Counter(days).items())
