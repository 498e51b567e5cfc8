"""How long the calls lived that were gone before any scan could see them."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from audits import lifecycle
from audits.lifecycle import PROGRESS
from audits.models import Finding, Repository
from audits.scans.columns import hashes

# By whether tests and the like count: pairs of days and calls.
Lives = dict[str, list[list[int]]]


def lives(repository: Repository, fold: lifecycle.Fold, product: int, whole: int) -> Lives:
    """Of the fold's calls that went by somebody's work, without those that a scan saw go; one query.

    A finding tells of the latter itself. Which they are, their code says; where that is not enough, since it changed
    before it went, there are no more than `product` and `whole`, and the last to go are a scan's.
    """
    rows = Finding.objects.filter(repository=repository, absent_reason__in=PROGRESS)
    rows = rows.only("path", "scope", "call_hash", "shape_hash", "hash_version", "detail")
    seen = Counter((row.path, row.scope, hashes(row)[0]) for row in rows.iterator())
    gone: list[tuple[datetime, int, bool, bool]] = []
    for track in fold.tracks.values():
        if track.gone_at is None or track.reason not in PROGRESS:
            continue
        code = (track.known.path, track.known.scope, track.known.call_hash)
        if seen[code]:
            seen[code] -= 1
        else:
            gone.append((track.gone_at, (track.gone_at - track.first_at).days, track.counted, track.apart))
    gone.sort()
    of_product = [days for _, days, counted, _ in gone if counted]
    of_all = [days for _, days, _, apart in gone if apart]
    return {"product": _pairs(of_product[:product]), "whole": _pairs(of_all[:whole])}


def _pairs(days: Iterable[int]) -> list[list[int]]:
    return sorted([lived, calls] for lived, calls in Counter(days).items())
