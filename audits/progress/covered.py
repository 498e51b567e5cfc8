"""How much of the repositories the totals speak for: what was read lately, and whether it was read whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet, Sum

from audits.models import Repository

from .status import complete_lately, in_part_lately, is_complete_lately, is_in_part_lately, readings


@dataclass(frozen=True)
class Covered:
    """Of `repositories`, `complete` have a scan of the last 7 days that read every file, and that is their last one;
    `in_part` have one that could not read some. `unread` are files, whenever a scan met them."""

    repositories: int = 0
    complete: int = 0
    in_part: int = 0
    unread: int = 0

    @property
    def read_lately(self) -> int:
        """Whole or in part."""
        return self.complete + self.in_part

    def __str__(self) -> str:
        """ "38 of 41 repositories read completely in the last 7 days, 2 more in part; 14 files unread"."""
        noun = "repository" if self.repositories == 1 else "repositories"
        whole = f"{self.complete:,} of {self.repositories:,} {noun} read completely in the last 7 days"
        more = f", {self.in_part:,} more in part" if self.in_part else ""
        return f"{whole}{more}; {self.unread:,} {'file' if self.unread == 1 else 'files'} unread"


def covered(rows: Sequence[Repository]) -> Covered:
    """Of rows of `statuses()` that are not archived; no query."""
    return Covered(
        len(rows),
        sum(map(is_complete_lately, rows)),
        sum(map(is_in_part_lately, rows)),
        sum(getattr(row, "unread_count", 0) for row in rows),
    )


def covered_in(repositories: "QuerySet[Repository]") -> Covered:
    """Of any repositories, without those that are archived; one query."""
    rows = readings(repositories.filter(archived_at=None)).order_by()
    return Covered(**{name: number or 0 for name, number in rows.aggregate(**of_all()).items()})


def of_all() -> dict[str, Any]:
    """The same as aggregates over `readings()`, which `statuses()` has too."""
    return {
        "repositories": Count("pk"),
        "complete": Count("pk", filter=complete_lately()),
        "in_part": Count("pk", filter=in_part_lately()),
        "unread": Sum("unread_count"),
    }
