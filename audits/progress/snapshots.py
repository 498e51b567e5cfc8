"""Daily numbers of each repository, kept when they change: what a chart of the scanned past is drawn from."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Case, Count, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.utils import timezone

from audits import query
from audits.lifecycle import Gone
from audits.models import Finding, Repository, Scan, Snapshot, UnreadFile
from audits.models.scan import READ_STATES

from .effort import with_points

NUMBERS = (
    *("remaining", "unknown", "migrated", "changed", "deleted", "dismissed", "waived", "apart"),
    *("points", "chats", "unread", "whole"),
)
WHOLE = ("remaining", "unknown", "migrated", "changed", "deleted", "waived")
_DELETED = (Gone.CODE_DELETED, Gone.FILE_DELETED)


def take(repositories: "QuerySet[Repository]", now: datetime | None = None) -> int:
    """Keep today's numbers of repositories where they differ from the last that were kept; returns how many rows.

    Call it inside the transaction that changed something. A fixed number of queries and one write a changed repository.
    """
    now = now or timezone.now()
    today = timezone.localdate(now)
    last = Subquery(Snapshot.objects.filter(pk__in=_newest(repositories)).values("pk"))
    before = {row.repository_id: row for row in Snapshot.objects.filter(pk__in=last)}
    kept = 0
    for pk, numbers in numbers_of(repositories, today).items():
        old = before.get(pk)
        if old is not None and all(getattr(old, name) == numbers[name] for name in NUMBERS):
            continue
        scan = numbers.pop("scan")
        Snapshot.objects.update_or_create(
            repository_id=pk, day=today, defaults={"at": now, "scan_id": scan or None, **numbers}
        )
        kept += 1
    return kept


def _newest(repositories: "QuerySet[Repository]") -> list[int]:
    newest = Snapshot.objects.filter(repository=OuterRef("pk")).order_by("-day").values("pk")[:1]
    rows = repositories.order_by().annotate(newest=Subquery(newest)).values_list("newest", flat=True)
    return [pk for pk in rows if pk is not None]


def numbers_of(repositories: "QuerySet[Repository]", today: date) -> dict[int, dict[str, Any]]:
    """By repository that a scan has read: NUMBERS, and `scan`, the last one that read it (0 where it is not kept)."""
    ids = list(repositories.order_by().exclude(applied_commit="").values_list("pk", flat=True))
    found: dict[int, dict[str, Any]] = {
        pk: dict.fromkeys((*NUMBERS, "scan"), 0) | {"whole": dict.fromkeys(WHOLE, 0)} for pk in ids
    }
    for pk, counts in _calls(ids, today):
        found[pk] |= counts
    for pk, counts in _calls(ids, today, apart=True):
        found[pk]["whole"] = {name: counts[name] for name in WHOLE}
    for pk, unread in _counted(UnreadFile.objects.filter(repository__in=ids, repository__archived_at=None)):
        found[pk]["unread"] = unread
    for pk, points in _effort(ids, today):
        found[pk]["points"] = points
    for pk, scan, chats in _scans(ids):
        found[pk] |= {"scan": scan, "chats": chats}
    return found


def _calls(ids: list[int], today: date, *, apart: bool = False) -> Iterable[tuple[int, Mapping[str, Any]]]:
    gone = query.resolved(apart=apart)
    rows: Iterable[Mapping[str, Any]] = (
        Finding.objects.filter(repository__in=ids)
        .order_by()
        .values("repository")
        .annotate(
            remaining=Count("pk", filter=query.remaining(apart=apart, today=today)),
            unknown=Count("pk", filter=query.unknown(apart=apart, today=today)),
            migrated=Count("pk", filter=gone & Q(absent_reason=Gone.MIGRATED)),
            changed=Count("pk", filter=gone & Q(absent_reason=Gone.CODE_CHANGED)),
            deleted=Count("pk", filter=gone & Q(absent_reason__in=_DELETED)),
            dismissed=Count("pk", filter=query.dismissed(apart=apart)),
            waived=Count("pk", filter=query.waived(apart=apart, today=today)),
            apart=Count("pk", filter=query.remaining(apart=True, today=today) & ~query.counted()),
        )
    )
    for row in rows:
        yield row["repository"], {name: row[name] for name in row if name != "repository"}


def _counted(rows: "QuerySet[UnreadFile]") -> Iterable[tuple[int, int]]:
    return rows.order_by().values("repository").annotate(n=Count("pk")).values_list("repository", "n")


def _effort(ids: list[int], today: date) -> Iterable[tuple[int, int]]:
    left = with_points(Finding.objects.filter(query.remaining(today=today), repository__in=ids).order_by())
    return left.values("repository").annotate(sum=Sum("points")).values_list("repository", "sum")


def _scans(ids: list[int]) -> Iterable[tuple[int, int, int]]:
    newest = Scan.objects.filter(repository=OuterRef("pk"), state__in=READ_STATES).order_by("-pk").values("pk")[:1]
    last = Repository.objects.filter(pk__in=ids).annotate(newest=Subquery(newest)).values("newest")
    sites = Case(When(repository__archived_at=None, then="chat_sites"), default=0)
    return Scan.objects.filter(pk__in=last).annotate(sites=sites).values_list("repository", "pk", "sites")
