"""How long the calls lived that were gone before any scan could see them."""

from collections import Counter

from audits import lifecycle
from audits.lifecycle import PROGRESS
from audits.models import Finding, Repository

# By whether tests and the like count: pairs of days and calls.
Lives = dict[str, list[list[int]]]


def lives(repository: Repository, fold: lifecycle.Fold) -> Lives:
    """Of the fold's calls that went by somebody's work, without those that a scan saw go; one query.

    A finding tells of the latter itself. Which they are, their code says.
    """
    seen = Counter(
        Finding.objects.filter(repository=repository, absent_reason__in=PROGRESS).values_list(
            "path", "scope", "call_hash"
        )
    )
    product, whole = Counter[int](), Counter[int]()
    for track in fold.tracks.values():
        if track.gone_at is None or track.reason not in PROGRESS:
            continue
        code = (track.known.path, track.known.scope, track.known.call_hash)
        if seen[code]:
            seen[code] -= 1
            continue
        days = (track.gone_at - track.first_at).days
        product[days] += track.counted
        whole[days] += track.apart
    return {"product": _pairs(product), "whole": _pairs(whole)}


def _pairs(days: Counter[int]) -> list[list[int]]:
    return sorted([lived, calls] for lived, calls in days.items() if calls)
