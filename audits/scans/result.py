"""The last step of a scan: everything that readers see, in one short transaction that starts by proving the lease."""

from collections import Counter
from datetime import date, datetime
from functools import cache, lru_cache

from django.db import transaction
from django.db.models import Count, Q, Value
from django.db.models.functions import Now
from django.utils import timezone

from audits import notify, pathrules, query
from audits.analysis import Report
from audits.engine.facts import UnreadReason
from audits.gitstore import Tip
from audits.lifecycle import Claim as ClaimOfRepair
from audits.lifecycle import Look, Presence
from audits.models import Finding, Repository, Scan, ScanState, UnreadFile
from audits.models.repository import OTHER_RULES
from audits.models.scan import READ_STATES
from audits.progress import snapshots

from . import aside, clock, decisions, lookout
from .claims import Claim, LostLease, database_now
from .dependencies import replace_dependencies
from .findings import Changes, Moment, Recorder
from .lookout import Reading
from .owning import settle_owners
from .replaced import replace_rows
from .sights import Sight
from .text import clean_json, fit
from .worded import ANY, ANY_TEXT, Worded, WordedUpdate

# What another scan of the same commit may well read: the fault was the time's or the store's.
_PASSING = {UnreadReason.BUDGET, UnreadReason.OBJECT_MISSING}
_PRESENT = Q(presence=Presence.PRESENT)
# What is counted at the end of each scan.
_COUNTED = ("remaining", "resolved", "present", "waiting")
# So many folders and files that are passed over are named.
_PLACES = 30
_COPIED = (
    *(
        "files_total",
        "files_done",
        "files_parsed",
        "files_unread",
        "files_passed_over",
        "passed_over_in",
        "file_states",
        "usages",
    ),
    "chat_sites",
)
_UNREAD = ("path", "reason", "detail", "names_api", "lines")


def apply(claim: Claim, repository: Repository, reading: Reading) -> None:
    """Write a scan's result: findings, events, unread files, the repository and the scan itself.

    Raises LostLease, having written nothing, when another worker has taken the scan over or the repository is archived.
    """
    report = reading.report
    with transaction.atomic():
        claim.write()
        archived, ruled, repository.chats = next(iter(_locked().ask(repository.pk)), (None, None, []))
        if archived:
            raise LostLease(f"scan {claim.scan_id}: the repository is archived")
        # By rules of paths that changed since it began nothing was read: the next scan looks once more.
        late = ruled is not None and ruled >= _times(claim)[1]
        comments = aside.allowed()
        if reading.before is not None:
            # Whatever differs in one and the same commit is the rules' doing; what differs after that, the code's.
            _record(claim, reading.before, lookout.look_back(repository, reading.before), comments=comments)
        changes = _record(claim, report, lookout.look(repository, reading), comments=comments)
        if not changes.quiet or repository.applied_engine != report.engine:
            # Rules of paths are applied as they change; so here to what came, went, moved, or is read anew.
            pathrules.settle([repository.pk], claim.scan_id)
        settle_owners(repository.pk, report)
        _replace_unread(repository, report)
        aside.replace_aside(repository, report if comments else None)
        replace_dependencies(repository, report)
        clock.ended_well(repository.pk, claim.scan_id, **_kept(repository, reading, late=late))
        _end(claim, repository, reading, changes)
        if not _stays(claim, repository, reading, changes):
            snapshots.take(Repository.objects.filter(pk=repository.pk))
            notify.scanned(Scan.objects.select_related("repository").get(pk=claim.scan_id))


@cache
def _locked() -> Worded:
    return Worded(Repository.locked([ANY]).values_list("archived_at", "paths_ruled_at", "chats"))


def _end(claim: Claim, repository: Repository, reading: Reading, changes: Changes) -> None:
    """What the scan's own row says of it."""
    tip, found = reading.tip, _numbers(repository)
    counts = {**_counts(reading.report, changes), "remaining": found["remaining"], "resolved": found["resolved"]}
    state = ScanState.PARTIAL if reading.report.unread else ScanState.DONE
    claim.end(state, {**counts, "commit": tip.commit, "branch": tip.branch})


def _kept(repository: Repository, reading: Reading, *, late: bool) -> dict[str, object]:
    """What the repository's row says of its last result."""
    report = reading.report
    passing = reading.doubted or any(unread.reason in _PASSING for _, unread in report.unread)
    return {
        "settled": not (passing or late or report.unpresented),
        "chats": lookout.chat_rows(repository, report),
        **({"rewritten_at": Now()} if repository.applied_commit in reading.descent.rewritten else {}),
        **_applied(reading.tip, OTHER_RULES if late else report.engine),
    }


def confirm(claim: Claim, repository: Repository, tip: Tip) -> None:
    """End a scan whose commit and engine are those of the last result: that result holds, nothing was fetched.

    The commonest scan of all, so it costs as few statements as it can. Raises LostLease, having written nothing.
    """
    last = _last().ask(repository.pk, tip.commit)
    values = dict(zip(("state", *_COPIED), last[0], strict=True)) if last else {"state": ScanState.DONE}
    state = ScanState(values.pop("state"))
    values |= {"unchanged": True, "commit": tip.commit, "branch": tip.branch, "engine": repository.applied_engine}
    with transaction.atomic():
        found = _numbers(repository)
        present, waiting = found.pop("present"), found.pop("waiting")
        claim.end(state, {**values, **found})
        # All else is as it was; who changed the rules meanwhile has written that they are others.
        clock.ended_well(repository.pk, claim.scan_id, applied_at=Now())
        if present:
            _seen_again().write(repository.pk, told={"last_scan": claim.scan_id})
        if waiting:
            now, started = _times(claim)
            there = Finding.objects.filter(_PRESENT, repository=repository)
            decisions.contradict_all(there, started, claim.scan_id, now)


@cache
def _last() -> Worded:
    """What the newest scan that read this commit says of it."""
    read = Scan.objects.filter(repository=ANY, state__in=READ_STATES, commit=ANY_TEXT)
    return Worded(read.values_list("state", *_COPIED)[:1])


@cache
def _seen_again() -> WordedUpdate:
    there = Finding.objects.filter(_PRESENT, repository=ANY).order_by()
    return WordedUpdate(there, ("last_scan",), last_seen_at=Now())


def _stays(claim: Claim, repository: Repository, reading: Reading, changes: Changes) -> bool:
    """Whether every number is as the last result left it: then none is to be kept, and there is nothing to tell."""
    if not changes.quiet or reading.before is not None or not repository.applied_commit:
        return False
    others = [counts for pk, *counts in _last_counts().ask(repository.pk) if pk != claim.scan_id]
    return others[:1] == [[len(reading.report.unread), len(reading.report.chats)]]


@cache
def _last_counts() -> Worded:
    """Of the last two scans that read it: the one that is being written may be one of them."""
    read = Scan.objects.filter(repository=ANY, state__in=READ_STATES)
    return Worded(read.values_list("pk", "files_unread", "chat_sites")[:2])


def _record(claim: Claim, report: Report, look: Look, *, comments: bool) -> Changes:
    now, started = _times(claim)
    moment = Moment(claim.repository_id, claim.scan_id, report.commit or "", now, started)
    return Recorder(moment).record(Sight.of(report, comments=comments), look)


def _times(claim: Claim) -> tuple[datetime, datetime]:
    """The database's clock, and when the scan began."""
    ((now, started),) = _clocks().ask(claim.scan_id)
    return now, started or now


@cache
def _clocks() -> Worded:
    rows = Scan.objects.filter(pk=ANY).order_by().annotate(now=database_now())
    return Worded(rows.values_list("now", "started_at"))


def _applied(tip: Tip, engine: str) -> dict[str, object]:
    values = {"applied_commit": tip.commit, "applied_branch": tip.branch, "applied_engine": engine}
    return {**fit(Repository, values), "applied_at": Now()}


def _replace_unread(repository: Repository, report: Report) -> None:
    rows = []
    for path, unread in report.unread:
        values = {"path": path, "reason": unread.reason.value, "detail": unread.detail}
        lines = list(unread.lines)
        rows.append(UnreadFile(repository=repository, names_api=bool(lines), lines=lines, **fit(UnreadFile, values)))
    replace_rows(UnreadFile, _UNREAD, repository, rows)


def _counts(report: Report, changes: Changes) -> dict[str, object]:
    return {
        "engine": report.engine,
        "files_total": report.seen,
        "files_done": report.seen,
        "files_parsed": report.parsed,
        "files_unread": len(report.unread),
        "files_passed_over": report.passed_over,
        "passed_over_in": clean_json(dict(Counter(report.passed_over_in).most_common(_PLACES))),
        "file_states": dict(report.states),
        "usages": len(report.usages),
        **changes.numbers(),
        "chat_sites": len(report.chats),
    }


def _numbers(repository: Repository) -> dict[str, int]:
    """The trend's numbers, by the conditions that the pages count with, and how many findings are there and wait."""
    found = _question(timezone.localdate()).ask(repository.pk)
    return dict(zip(_COUNTED, found[0][1:] if found else (0,) * len(_COUNTED), strict=True))


@lru_cache(maxsize=1)
def _question(today: date) -> Worded:
    conditions = (
        query.remaining(today=today),
        query.resolved(),
        _PRESENT,
        _PRESENT & Q(claim=ClaimOfRepair.WAITING),
    )
    counts = {name: Count("pk", filter=asked) for name, asked in zip(_COUNTED, conditions, strict=True)}
    rows = Finding.objects.filter(repository=ANY).order_by().annotate(one=Value(1)).values("one")
    return Worded(rows.annotate(**counts).values_list("one", *_COUNTED))
