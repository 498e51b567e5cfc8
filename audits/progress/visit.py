"""What changed since somebody was here last: by cause, with the repositories in which it happened."""

from collections import Counter
from dataclasses import dataclass

from audits.lifecycle import Cause
from audits.models import Repository

from .flows import Changes

SHOWN = 3
# Losing sight of a file and finding it again is the coverage's business.
_UNTOLD = (Cause.READING,)


@dataclass(frozen=True)
class News:
    """Calls that came (`calls` above 0) or went by one cause; the repositories with most of them, and how many more."""

    cause: Cause
    calls: int
    repositories: tuple[tuple[Repository, int], ...]
    more: int


def news(changed: Changes) -> list[News]:
    """Most first; at most one query."""
    found = {cause: by for cause, by in changed.sums.items() if by.total() and cause not in _UNTOLD}
    ids = {pk for by in found.values() for pk in by}
    rows = Repository.objects.in_bulk(ids) if ids else {}
    told = (
        News(
            cause,
            by.total(),
            tuple((rows[pk], abs(calls)) for pk, calls in _most(by) if pk in rows),
            max(len(by) - SHOWN, 0),
        )
        for cause, by in found.items()
    )
    return sorted(told, key=lambda row: (-abs(row.calls), row.cause))


def _most(by: Counter[int]) -> list[tuple[int, int]]:
    return sorted(by.items(), key=lambda item: -abs(item[1]))[:SHOWN]
