"""Two words a repository: how far it has come (status), and how much is known of it (knowledge).

They stand beside each other because neither says the other: a failed scan keeps the last status, and a repository
without a finding is only `never_used` once it has been read. One whose calls were all dismissed has used it, and so
has one whose calls count nowhere.
"""

from datetime import datetime, timedelta

from django.db.models import (
    Case,
    CharField,
    Count,
    DateTimeField,
    Exists,
    F,
    IntegerField,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils import timezone

from audits import query
from audits.lifecycle import Gone
from audits.models import (
    Finding,
    FindingEvent,
    HistoryGone,
    HistoryRun,
    Repository,
    Scan,
    ScanState,
    SetAside,
    UnreadFile,
)
from audits.models.repository import CheckState
from audits.models.scan import READ_STATES

from .scope import Scope

STATUSES = {
    "to_migrate": "To migrate",
    "in_progress": "In progress",
    "migrated": "Migrated",
    "rewritten": "History rewritten",
    "dismissed": "All dismissed",
    "uncounted": "Not counted",
    "never_used": "No use found",
}
# Shown only where one is: a forced push took the calls away, so that nobody need have migrated them; people said of
# all that they need no migration; all stand in tests or the like, or are set aside by a path rule or a comment.
RARE = frozenset({"rewritten", "dismissed", "uncounted"})
# In place of a status: nobody works on it any more, so it has not come any far.
ARCHIVED = "archived"
KNOWLEDGE = {
    "fresh": "Fresh",
    "unread": "Unread files",
    "stale": "Stale",
    "failed": "Failed",
    "never_scanned": "Never scanned",
}
FRESH_FOR = timedelta(days=7)
# Above this share of unread files the numbers of a repository are not to be relied on.
UNREAD_SHARE = 0.05


def _count(queryset: "QuerySet[Model]") -> Coalesce:
    counted = queryset.filter(repository=OuterRef("pk")).order_by().values("repository").annotate(n=Count("pk"))
    return Coalesce(Subquery(counted.values("n"), output_field=IntegerField()), 0)


def _last_scan(states: tuple[str, ...]) -> "QuerySet[Scan]":
    return Scan.objects.filter(repository=OuterRef("pk"), state__in=states).order_by("-pk")


def failed_since() -> "QuerySet[Scan]":
    """Those that failed after the last that could read it, the first first; for a row with `read_at`."""
    failed = Scan.objects.filter(repository=OuterRef("pk"), state=ScanState.FAILED).order_by("pk")
    return failed.filter(finished_at__gt=Coalesce(OuterRef("read_at"), OuterRef("created_at")))


def statuses(
    repositories: "QuerySet[Repository]",
    *,
    apart: bool = False,
    among: "QuerySet[Finding] | None" = None,
    before: "QuerySet[HistoryGone] | None" = None,
) -> "QuerySet[Repository]":
    """Annotate `left`, `resolved_count`, `unknown_count`, `waived_count`, `ever_count`, `lost_count` (taken away by a
    forced push), `unread_count`, `read_at` (end of the last scan that could read it, None before), its `read_state` and
    the `files_seen` by it, `status` ("" until then) and `knowledge`, and of the last scan that ended `failure` (its
    kind, "" when it did not fail), `failure_message` and `failure_at`, with `failing_since`, the end of the first that
    failed after the last that could read it; all computed by the database. `before_count`
    calls were gone before any scan, as its history tells, and are part of no other number but `done_count`, these and
    the resolved. With `apart` calls in tests and the like count too; `among` some findings alone, and `before` those
    that were gone before any scan.
    """
    findings = Finding.objects.all() if among is None else among
    return (
        readings(repositories)
        .annotate(
            left=_count(findings.filter(query.remaining(apart=apart))),
            resolved_count=_count(findings.filter(query.resolved(apart=apart))),
            unknown_count=_count(findings.filter(query.unknown(apart=apart))),
            waived_count=_count(findings.filter(query.waived(apart=apart))),
            ever_count=_count(findings.filter(query.ever_seen(apart=apart))),
            lost_count=_count(findings.filter(query.lost(apart=apart))),
            before_count=_before(apart=apart) if before is None else _gone(before),
            files_seen=Subquery(_last_scan(READ_STATES).values("files_total")[:1], output_field=IntegerField()),
            failure=F("last_scan__error_kind"),
            failure_message=F("last_scan__error_message"),
            failure_at=F("last_scan__finished_at"),
            failing_since=Subquery(failed_since().values("finished_at")[:1], output_field=DateTimeField()),
            ended_state=Subquery(
                _last_scan((*READ_STATES, ScanState.FAILED)).values("state")[:1], output_field=CharField()
            ),
        )
        .annotate(done_count=F("resolved_count") + F("before_count"), status=_status(among), knowledge=_knowledge())
    )


def readings(repositories: "QuerySet[Repository]") -> "QuerySet[Repository]":
    """The part of `statuses()` that coverage asks for: `unread_count`, `read_at` and `read_state`."""
    return repositories.annotate(
        unread_count=_count(UnreadFile.objects.all()),
        read_at=Subquery(_last_scan(READ_STATES).values("finished_at")[:1], output_field=DateTimeField()),
        read_state=Subquery(_last_scan(READ_STATES).values("state")[:1], output_field=CharField()),
    )


def statuses_in(scope: Scope) -> "QuerySet[Repository]":
    """The same for a scope."""
    if not scope.narrow:
        return statuses(scope.repositories, apart=scope.apart)
    return statuses(scope.repositories, apart=scope.apart, among=scope.named(), before=scope.gone_before())


def _gone(rows: "QuerySet[HistoryGone]") -> Coalesce:
    own = rows.filter(run__repository=OuterRef("pk")).order_by().values("run__repository").annotate(n=Count("pk"))
    return Coalesce(Subquery(own.values("n"), output_field=IntegerField()), 0)


def _before(*, apart: bool) -> Coalesce:
    runs = HistoryRun.objects.filter(repository=OuterRef("pk"), is_current=True).order_by()
    both = Coalesce("resolved_apart", "resolved_before") if apart else F("resolved_before")
    return Coalesce(Subquery(runs.annotate(gone=both).values("gone")[:1], output_field=IntegerField()), 0)


def _status(among: "QuerySet[Finding] | None") -> Case:
    none = Q(left=0, unknown_count=0, waived_count=0)
    return Case(
        When(archived_at__isnull=False, then=Value(ARCHIVED)),
        When(read_at=None, applied_commit="", then=Value("")),
        When(none & _mostly_lost(), then=Value("rewritten")),
        When(none & _got_somewhere(), then=Value("migrated")),
        When(none & Q(ever_count__gt=0), then=Value("dismissed")),
        When(none & _uncounted(among), then=Value("uncounted")),
        When(none, then=Value("never_used")),
        When(_got_somewhere(), then=Value("in_progress")),
        default=Value("to_migrate"),
        output_field=CharField(),
    )


def _got_somewhere() -> Q:
    return Q(resolved_count__gt=0) | Q(before_count__gt=0)


def _uncounted(among: "QuerySet[Finding] | None") -> Q:
    """Calls are there that count nowhere. What comments set aside has neither parameter nor platform to be among."""
    findings = Finding.objects.all() if among is None else among
    found = Q(Exists(findings.filter(query.uncounted(), repository=OuterRef("pk"))))
    if among is not None:
        return found
    return found | Q(Exists(SetAside.objects.filter(repository=OuterRef("pk"), kind__in=query.CALLS)))


def _mostly_lost() -> Q:
    """A rebase that takes one commit with a call away does not undo that the others were migrated."""
    return Q(lost_count__gt=F("resolved_count") + F("before_count"))


def _knowledge() -> Case:
    """In the order of `alerts`, so that this word and the first alert say one thing.

    They differ in two: what no scan has ended of is that alone, and stale is what coverage leaves out, whatever number
    of days the organisation's alerts wait.
    """
    complaint = Q(check_state=CheckState.FAILED, checked_at__isnull=False)
    unread = Q(files_seen__gt=0, unread_count__gt=F("files_seen") * UNREAD_SHARE)
    return Case(
        When(ended_state=None, then=Value("never_scanned")),
        When(ended_state=ScanState.FAILED, then=Value("failed")),
        When(complaint & (Q(read_at=None) | Q(read_at__lte=F("checked_at"))), then=Value("failed")),
        When(unread, then=Value("unread")),
        When(read_at__lt=timezone.now() - FRESH_FOR, then=Value("stale")),
        default=Value("fresh"),
        output_field=CharField(),
    )


def is_first() -> Combinable:
    """For scans: no earlier one has read the repository, so what this one found is new to us and to nobody else."""
    earlier = Scan.objects.filter(repository=OuterRef("repository"), state__in=READ_STATES, pk__lt=OuterRef("pk"))
    return ~Exists(earlier)


def lost_by() -> Combinable:
    """For scans: how many calls of the product left the list as their commits are no longer part of the history."""
    events = FindingEvent.objects.filter(scan=OuterRef("pk"), reason=Gone.HISTORY_REWRITTEN)
    scans = events.filter(finding__in=Finding.objects.filter(query.counted())).order_by().values("scan")
    return Coalesce(Subquery(scans.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0)


def ever_had() -> Q:
    """For `statuses()`: a scan, or its history, saw a call in it."""
    return Q(ever_count__gt=0) | Q(before_count__gt=0)


def at_zero() -> Q:
    """For `statuses()`: verified zero. A call was resolved, none is left, unknown or waived, the last scan read every
    file, and it was not mainly a forced push that took them away. A dismissal alone gets nobody there."""
    none = Q(left=0, unknown_count=0, waived_count=0, unread_count=0)
    return none & _got_somewhere() & ~_mostly_lost() & ~Q(read_at=None)


def complete_lately() -> Q:
    """For `statuses()`: the repositories that a total speaks for. Their last reading is new, and read every file."""
    return Q(read_at__gte=timezone.now() - FRESH_FOR, read_state=ScanState.DONE)


def in_part_lately() -> Q:
    """For `statuses()`: the last reading is new, and could not read some files."""
    return Q(read_at__gte=timezone.now() - FRESH_FOR) & ~Q(read_state=ScanState.DONE)


def is_complete_lately(row: Repository) -> bool:
    """`complete_lately()` for a row in hand."""
    return _is_new(row) and getattr(row, "read_state", "") == ScanState.DONE


def is_in_part_lately(row: Repository) -> bool:
    """`in_part_lately()` for a row in hand."""
    return _is_new(row) and getattr(row, "read_state", "") != ScanState.DONE


def _is_new(row: Repository) -> bool:
    read_at: datetime | None = getattr(row, "read_at", None)
    return read_at is not None and read_at >= timezone.now() - FRESH_FOR


def _annotated(repository: Repository) -> Repository:
    return repository if hasattr(repository, "knowledge") else statuses(Repository.objects.all()).get(pk=repository.pk)


def status_of(repository: Repository) -> str:
    """A key of STATUSES, ARCHIVED, or "" for one that no scan has read yet; no query for a row of `statuses()`."""
    return str(getattr(_annotated(repository), "status", ""))


def knowledge_of(repository: Repository) -> str:
    """A key of KNOWLEDGE; no query when the repository comes from `statuses()`."""
    return str(getattr(_annotated(repository), "knowledge", ""))


__all__ = [
    "ARCHIVED",
    "FRESH_FOR",
    "KNOWLEDGE",
    "RARE",
    "STATUSES",
    "at_zero",
    "complete_lately",
    "failed_since",
    "in_part_lately",
    "is_complete_lately",
    "is_first",
    "is_in_part_lately",
    "knowledge_of",
    "lost_by",
    "status_of",
    "statuses",
]
