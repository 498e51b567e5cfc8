"""Repositories of which the totals do not know enough, each with its reason in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from audits.models import Organisation, Repository

from .alerts import TITLES, alerts_of

# The worst first: what has an alert, then what is not quite known yet.
ORDER = (*TITLES, "some_unread", "never_scanned")


@dataclass(frozen=True)
class Attention:
    """A repository somebody should look at. `why` is a word of ORDER, `since` when it was last read, if ever; `more`
    counts the alerts that it has besides."""

    repository: Repository
    why: str
    message: str
    since: datetime | None
    more: int = 0


@dataclass(frozen=True)
class Group:
    """Repositories of which the same is to be said, at least one."""

    items: tuple[Attention, ...]

    @property
    def first(self) -> Attention:
        return self.items[0]


def grouped(found: Iterable[Attention]) -> tuple[Group, ...]:
    """The worst first, as they came."""
    groups: dict[tuple[str, str], list[Attention]] = {}
    for item in found:
        groups.setdefault((item.why, item.message), []).append(item)
    return tuple(Group(tuple(items)) for items in groups.values())


def attention(rows: Iterable[Repository], organisation: Organisation) -> tuple[Attention, ...]:
    """From rows of `statuses()`."""
    found = [item for row in rows if (item := _of(row, organisation))]
    return tuple(sorted(found, key=lambda item: (ORDER.index(item.why), item.repository.name)))


def _of(row: Repository, organisation: Organisation) -> Attention | None:
    since, unread = getattr(row, "read_at", None), getattr(row, "unread_count", 0)
    if found := alerts_of(row, organisation):
        return Attention(row, found[0].kind, found[0].text, since, more=len(found) - 1)
    if unread:
        what = "1 file was not read: calls in it" if unread == 1 else f"{unread:,} files were not read: calls in them"
        return Attention(row, "some_unread", f"{what} may be missing.", since)
    if getattr(row, "knowledge", "") == "never_scanned":
        return Attention(row, "never_scanned", "Registered, and its first scan has not ended yet.", None)
    return None
