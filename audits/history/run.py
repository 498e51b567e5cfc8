"""One history from claim to result: fetch what the curve needs, read the sampled commits, fold them."""

import logging
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

from django.conf import settings
from django.db import OperationalError
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from structlog.contextvars import bound_contextvars

from audits import analysis, gitstore, lifecycle, pathrules, query
from audits.areas import Area
from audits.engine import ENGINE_VERSION
from audits.lifecycle import Gone
from audits.models import Finding, FindingEvent, HistoryRun, Organisation, Repository, Scan, ScanState
from audits.models.scan import READ_STATES
from audits.progress.effort import points_of
from audits.sandbox import Sandbox
from audits.scans import aside, blames, mirrors
from audits.scans.claims import ATTEMPTS, LostLease, OutOfTime, database_now, from_now
from audits.scans.columns import fit_paths, traits
from audits.scans.facts import DbFactStore
from audits.scans.heartbeat import beating
from audits.scans.lookout import chats_of, naming
from audits.scans.reach import FAULTS, explain, remote_of
from audits.scans.run import INTERNAL
from audits.scans.sights import Sight

from . import claims, result
from .claims import HistoryClaim, MadeRoom
from .requests import ring_next

EARLIER = 20
GONE = (
    f"A scan had to make the repository's mirror anew while its commits were read, {ATTEMPTS} times over. "
    "What was read is kept: ask for the history again to go on."
)
logger = logging.getLogger(__name__)


class MirrorGone(Exception):
    """A scan has thrown the mirror away while its past was read: what was missing since then says nothing."""


def run_history(run_id: int) -> None:
    """Do a queued run, or one whose worker is gone; returns quietly when there is nothing to do.

    Faults of the repository or its host end on the row. Raises what is a fault of ours, after the row says so.
    """
    claim = claims.take(run_id)
    if claim is None:
        return
    try:
        with bound_contextvars(history=run_id, repository=claim.repository_id), beating(claim):
            _attempt(claim)
    finally:
        ring_next()


def _attempt(claim: HistoryClaim) -> None:
    logger.info("The history begins")
    try:
        _run(claim)
    except LostLease:
        logger.warning("The history was taken over; nothing of this worker's result is written")
    except FAULTS as fault:
        claims.fail(claim, *explain(fault))
    except MadeRoom:
        logger.info("The history goes on when the scans that go first have ended")
    except OutOfTime as error:
        _later(claim, str(error))
    except MirrorGone:
        _later(claim, GONE)
    except OperationalError:
        _give_back(claim)
        raise
    except Exception:
        logger.exception("The history met a fault of ours")
        claims.fail(claim, "internal", INTERNAL)
        raise


def _later(claim: HistoryClaim, message: str) -> None:
    """Another attempt finds what this one has read; the last one says that it is too much."""
    if claim.row().filter(attempt__gte=ATTEMPTS).exists():
        claims.fail(claim, "timed_out", message)
    else:
        _give_back(claim)


def _give_back(claim: HistoryClaim) -> None:
    claim.row().update(lease_until=from_now(-1))


def _run(claim: HistoryClaim) -> None:
    repository = Repository.objects.filter(pk=claim.repository_id).first()
    if repository is None:
        raise LostLease(f"history {claim.scan_id}: the repository is deleted")
    base = repository.scans.filter(state__in=READ_STATES, commit=repository.applied_commit).order_by("-pk").first()
    if base is None or repository.applied_engine != ENGINE_VERSION:
        # As after an upgrade, or where rules of paths have changed.
        told = claim.scan_first(repository)
        claims.fail(claim, "not_scanned", f"A scan has to read the repository first, and it did not. {told}")
        return
    months = Organisation.current().history_months
    with gitstore.Mirror(settings.MIRROR_ROOT, repository.key) as mirror:
        line, rewritten = _fetch(claim, mirror, repository, base, months)
    claim.write(fetched_at=Now())
    # The lock is open from here on: a scan may fetch while objects are read by id, which never change.
    commits = lifecycle.sample(lifecycle.dated(line.rows, _now(claim)), months)
    complete = line.complete and commits[0].commit == line.rows[-1][0]
    claim.write(state=ScanState.SCANNING, commit=base.commit, branch=base.branch, points_total=len(commits))
    reading = _read(claim, mirror, commits, _fold(repository, complete=complete))
    result.apply(claim, repository, base, reading, {"complete": complete, "rewritten": rewritten, "months": months})
    # The mirror reaches back now: who wrote a line may be known where the first scan met the end of its history.
    blames.fill(repository.pk, mirror, base.commit)


def _fetch(
    claim: HistoryClaim, mirror: gitstore.Mirror, repository: Repository, base: Scan, months: int
) -> tuple[gitstore.Line, bool]:
    """The branch up to the commit of `base`, deep enough, and whether it is known not to hold an earlier commit."""
    remote = remote_of(repository)
    tip = gitstore.ls_remote(remote, repository.branch)
    mirrors.fetch(mirror, remote, tip, base.commit)
    if not mirror.has(base.commit):
        raise gitstore.GitError(
            "missing_objects", "The server no longer has the commit that was scanned last. Scan again."
        )
    tip = replace(tip, commit=base.commit)
    now = _now(claim).timestamp()
    newest = datetime.fromtimestamp(min(max(mirror.line(base.commit).rows[0][1], 0), now), UTC)
    with suppress(OverflowError):
        mirror.deepen(remote, tip, newest - lifecycle.reach(months))
    earlier = {run.commit for run in repository.history_runs.filter(is_current=True, branch=base.branch)}
    scans = repository.scans.filter(state__in=READ_STATES, branch=base.branch).order_by("-pk")
    earlier |= set(scans.values_list("commit", flat=True)[:EARLIER])
    rewritten = any(mirror.descends(base.commit, commit) is False for commit in earlier - {"", base.commit})
    return mirror.line(base.commit), rewritten


def _now(claim: HistoryClaim) -> datetime:
    now: datetime = HistoryRun.objects.annotate(now=database_now()).values_list("now", flat=True).get(pk=claim.scan_id)
    return now


def _fold(repository: Repository, *, complete: bool) -> lifecycle.Fold:
    """It counts as `query.counted()` does, by the path rules of now; what people decided is no matter of commits."""
    area_of = pathrules.area_of(repository.pk)

    def counts(place: lifecycle.Place) -> bool:
        return place.kind not in query.NOT_CALLS and area_of(place.path) is Area.PRODUCT

    def apart(place: lifecycle.Place) -> bool:
        return place.kind not in query.NOT_CALLS and area_of(place.path) is not Area.EXCLUDED

    return lifecycle.Fold(counts, complete, apart, held=_held(repository))


def _held(repository: Repository) -> frozenset[lifecycle.Code]:
    """The uses that a scan could not take for gone by anybody's work, though they are not to be seen any more."""
    told = FindingEvent.objects.filter(finding=OuterRef("pk"), verb__in=("held", "kept"))
    lost = ~Q(held_reason="") | Q(Exists(told), absent_reason=Gone.HISTORY_REWRITTEN)
    rows = Finding.objects.filter(lost, repository=repository).order_by()
    return frozenset(rows.values_list("path", "scope", "call_hash"))


def _read(
    claim: HistoryClaim, mirror: gitstore.Mirror, commits: list[lifecycle.Dated], fold: lifecycle.Fold
) -> result.Reading:
    """Each commit by what differs from the one before; one that cannot be walked is left out, unless it is the last."""
    memo, store, reads = analysis.Memo(), DbFactStore(), pathrules.reads(claim.repository_id)
    reading = result.Reading(fold)
    with mirror.past() as source, Sandbox(deadline=settings.FILE_DEADLINE) as sandbox:
        for number, row in enumerate(commits, 1):
            try:
                at = source(row.commit)
                report = analysis.analyse(at, sandbox, store, claim.on_time, memo=memo, shown=False, reads=reads)
            except gitstore.GitError:
                if number == len(commits) and mirror.whole:
                    raise
                reading.left_out += 1
            else:
                reading.step(_sample(row, report), len(report.unread))
            if not mirror.whole:
                raise MirrorGone
            claim.write(points_done=number)
            mirror.touch()
            claim.on_time(number, len(commits))
            claim.make_room()
    return reading


def _sample(row: lifecycle.Dated, report: analysis.Report) -> lifecycle.Sample:
    sight = Sight.of(report, comments=aside.allowed())
    return lifecycle.Sample(
        commit=row.commit,
        at=row.at,
        look=lifecycle.Look(
            paths=fit_paths(report.paths),
            commit=row.commit,
            unread=fit_paths(path for path, _ in report.unread),
            naming=naming(report),
            chats=chats_of(report),
        ),
        seen=[lifecycle.Seen.of(usage) for usage in sight.usages],
        chats=len(report.chats),
        aside=[lifecycle.Seen.of(usage) for usage in sight.aside],
        depends=[frozenset(step.path for step in usage.proof) - {usage.path} for usage in sight.usages],
        traits=[traits(usage) for usage in sight.usages],
        points=[points_of(usage) for usage in sight.usages],
    )
