"""What keeps the curves whole without anyone's hand: new repositories, new rules, new settings, lost workers."""

from datetime import timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Now

from audits.engine import ENGINE_VERSION
from audits.models import FindingEvent, HistoryRun, HistoryTrigger, Organisation, Repository, ScanState
from audits.models.scan import LIVE_STATES
from audits.scans.claims import ATTEMPTS, from_now

from .requests import open_runs, request_history, ring_next

QUEUED_AT_MOST = 20
AGAIN_AFTER = timedelta(days=1)
# Whoever reads a repository has met none of these: they have gone when a later scan ends well.
_ON_THE_WAY = (
    *("auth_failed", "not_found", "branch_not_found", "moved", "rate_limited", "network", "host_unknown", "tls"),
    *("host_key_unknown", "host_key_changed"),
)
WORKER_LOST = (
    f"The worker was lost {ATTEMPTS} times while it read this history, so it was not tried again. "
    "The worker's log and the machine's memory at that time tell more; after that, ask for the history again."
)


def tick() -> int:
    """Fail what lost its worker too often, queue what is missing, ring; returns how many were queued."""
    _dead().update(
        state=ScanState.FAILED,
        error_kind="worker_lost",
        error_message=WORKER_LOST,
        finished_at=Now(),
        lease_until=None,
    )
    room = QUEUED_AT_MOST - open_runs().count()
    queued = 0
    for repository in without_curve()[: max(room, 0)]:
        request_history(repository, _why(repository))
        queued += 1
    ring_next()
    return queued


def without_curve() -> "QuerySet[Repository]":
    """Repositories that the present engine has read and whose curve is missing, of other rules or settings, or older
    than an edit of a call's parameters.

    Annotated with `curve_engine`, `curve_months`, `curve_at` and `curve_base` of the one there is, and with
    `curve_whole`: it holds tests and the like, parameters and platforms. What failed is left alone for a day, or until
    a scan has found the way that it did not. Without a length in the settings there are none.
    """
    months = Organisation.current().history_months
    runs = HistoryRun.objects.filter(repository=OuterRef("pk"))
    current = runs.filter(is_current=True)
    read_at = Coalesce(OuterRef("applied_at"), F("finished_at"))
    lasting = ~Q(error_kind__in=_ON_THE_WAY) | Q(finished_at__gte=read_at)
    failed = runs.filter(lasting, state=ScanState.FAILED, finished_at__gte=from_now(-AGAIN_AFTER.total_seconds()))
    rows = Repository.objects.filter(applied_engine=ENGINE_VERSION, archived_at=None).exclude(applied_commit="")
    if not months:
        return rows.none()
    rows = rows.annotate(
        curve_engine=Subquery(current.values("engine")[:1]),
        curve_months=Subquery(current.values("months")[:1]),
        curve_at=Subquery(current.values("started_at")[:1]),
        curve_base=Subquery(current.values("base")[:1]),
        curve_whole=Exists(current.filter(resolved_apart__isnull=False, parts_kept=True)),
    )
    # Events of calls know no parameters: what an edit changed since is told by the commits that changed it.
    since = FindingEvent.objects.filter(scan__repository=OuterRef("pk"), scan__gt=OuterRef("curve_base"))
    wanted = (
        Q(curve_engine=None)
        | ~Q(curve_engine=ENGINE_VERSION)
        | ~Q(curve_months=months)
        | Q(curve_whole=False)
        | Q(rewritten_at__gt=F("curve_at"))
        | Q(paths_ruled_at__gt=F("curve_at"))
        | Exists(since.filter(verb="edited"))
    )
    free = ~Exists(open_runs().filter(repository=OuterRef("pk"))) & ~Exists(failed)
    return rows.filter(wanted, free).order_by("applied_at", "pk")


def _why(repository: Repository) -> str:
    engine: str | None = getattr(repository, "curve_engine", None)
    if engine is None:
        return HistoryTrigger.FIRST
    if engine != ENGINE_VERSION or not getattr(repository, "curve_whole", True):
        return HistoryTrigger.ENGINE
    at = getattr(repository, "curve_at", None)
    rewritten = repository.rewritten_at and at and repository.rewritten_at > at
    return HistoryTrigger.REWRITTEN if rewritten else HistoryTrigger.SETTINGS


def _dead() -> "QuerySet[HistoryRun]":
    gone = Q(state__in=LIVE_STATES, lease_until__lt=Now()) | Q(state=ScanState.QUEUED)
    return HistoryRun.objects.filter(gone, attempt__gte=ATTEMPTS)
