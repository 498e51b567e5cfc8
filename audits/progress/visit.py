"""What changed since somebody was here last: by cause, with the repositories in which it happened."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime

from audits.lifecycle import Cause
from audits.models import Repository

from .ledger import ledger
from .scope import Scope

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


def news(scope: Scope, since: datetime) -> list[News]:
    """Most first; at most five queries."""
    sums: dict[Cause, Counter[int]] = defaultdict(Counter)
    for line in ledger(scope, since):
        if line.entry.cause not in _UNTOLD:
            sums[line.entry.cause][line.repository] += line.entry.open
    found = {cause: by for cause, by in sums.items() if by.total()}
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
