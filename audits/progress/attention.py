"""Repositories of which the totals do not know enough, each with its reason in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from audits.models import Repository

# The worst first: nothing is known, too little is known, old things are known.
ORDER = ("failed", "unread", "stale", "never_scanned")


@dataclass(frozen=True)
class Attention:
    """A repository somebody should look at. `why` is a word of ORDER, `since` when it was last read, if ever."""

    repository: Repository
    why: str
    message: str
    since: datetime | None


def attention(rows: Iterable[Repository]) -> tuple[Attention, ...]:
    """From rows of `statuses()` annotated with `error`, the message of the last failed scan."""
    found = [item for row in rows if (item := _of(row))]
    return tuple(sorted(found, key=lambda item: (ORDER.index(item.why), item.repository.name)))


def _of(row: Repository) -> Attention | None:
    knowledge, unread, since = (
        getattr(row, "knowledge", ""),
        getattr(row, "unread_count", 0),
        getattr(row, "read_at", None),
    )
    if knowledge == "failed":
        return Attention(row, "failed", getattr(row, "error", "") or "The last scan failed.", since)
    if unread:
        what = "1 file was not read: calls in it" if unread == 1 else f"{unread:,} files were not read: calls in them"
        return Attention(row, "unread", f"{what} are not counted.", since)
    if knowledge == "stale":
        return Attention(row, "stale", "Not read in the last 7 days.", since)
    if knowledge == "never_scanned":
        return Attention(row, "never_scanned", "Registered, and its first scan has not ended yet.", None)
    return None
