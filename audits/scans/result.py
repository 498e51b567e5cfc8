"""The last step of a scan: everything that readers see, in one short transaction that starts by proving the lease."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models.functions import Now

from audits import notify, pathrules, query
from audits.analysis import Report
from audits.engine.facts import UnreadReason
from audits.gitstore import Tip
from audits.lifecycle import Gone, Look, Presence
from audits.models import Finding, Repository, Scan, ScanState, UnreadFile
from audits.models.scan import READ_STATES

from . import clock
from .claims import Claim, database_now
from .findings import Changes, Recorder, Sight, fit_paths
from .text import fit

# What another scan of the same commit may well read: the fault was the machine's, the store's or the time's.
_PASSING = {UnreadReason.TIMED_OUT, UnreadReason.BUDGET, UnreadReason.OBJECT_MISSING}
_COPIED = ("files_total", "files_done", "files_parsed", "files_unread", "file_states", "usages")


@dataclass(frozen=True)
class Reading:
    """A commit as the present engine reads it. `rewritten` are earlier commits that are known not to lead to it.

    `before` is, after an upgrade, the last result's commit as the present engine reads it; None where there is none.
    """

    tip: Tip
    report: Report
    rewritten: frozenset[str] = frozenset()
    before: Report | None = None


def stored_branch(tip: Tip) -> str:
    """The name of the tip's branch as the repository's row holds it."""
    return str(fit(Repository, {"applied_branch": tip.branch})["applied_branch"])


def apply(claim: Claim, repository: Repository, reading: Reading) -> None:
    """Write a scan's result: findings, events, unread files, the repository and the scan itself.

    Raises LostLease, having written nothing, when another worker has taken the scan over.
    """
    tip, report = reading.tip, reading.report
    with transaction.atomic():
        claim.write()
        now = _database_now(claim)
        if reading.before is not None:
            # Whatever differs in one and the same commit is the rules' doing; what differs after that, the code's.
            _record(claim, repository, reading.before, _look(reading.before, Gone.RULE_CHANGED), now)
        changes = _record(claim, repository, report, _look(report, _changed(repository, reading), reading), now)
        pathrules.settle([repository.pk])
        _replace_unread(repository, report)
        passing = any(unread.reason in _PASSING for _, unread in report.unread)
        Repository.objects.filter(pk=repository.pk).update(
            settled=not (passing or report.unpresented),
            rewritten_at=now if repository.applied_commit in reading.rewritten else repository.rewritten_at,
            **_applied(tip, report.engine),
        )
        clock.ended_well(repository.pk, claim.scan_id)
        state = ScanState.PARTIAL if report.unread else ScanState.DONE
        claim.end(state, {**_counts(report, changes), **_left(repository), "commit": tip.commit, "branch": tip.branch})
        notify.scanned(Scan.objects.select_related("repository").get(pk=claim.scan_id))


def confirm(claim: Claim, repository: Repository, tip: Tip) -> None:
    """End a scan whose commit and engine are those of the last result: that result holds, nothing was fetched."""
    last = Scan.objects.filter(repository=repository, state__in=READ_STATES, commit=tip.commit).first()
    copied = {name: getattr(last, name) for name in _COPIED} if last else {}
    with transaction.atomic():
        claim.write()
        Repository.objects.filter(pk=repository.pk).update(**_applied(tip, repository.applied_engine))
        clock.ended_well(repository.pk, claim.scan_id)
        there = Finding.objects.filter(repository=repository, presence=Presence.PRESENT)
        there.update(last_seen_at=Now(), last_scan=claim.scan_id)
        claim.end(
            ScanState(last.state) if last else ScanState.DONE,
            {
                **copied,
                **_left(repository),
                "unchanged": True,
                "commit": tip.commit,
                "branch": tip.branch,
                "engine": repository.applied_engine,
            },
        )


def _database_now(claim: Claim) -> datetime:
    now: datetime = Scan.objects.annotate(now=database_now()).values_list("now", flat=True).get(pk=claim.scan_id)
    return now


def _record(claim: Claim, repository: Repository, report: Report, look: Look, now: datetime) -> Changes:
    recorder = Recorder(repository.pk, claim.scan_id, report.commit or "", now)
    return recorder.record(Sight.of(report), look)


def _changed(repository: Repository, reading: Reading) -> Gone:
    """What a missing use comes from, as far as the whole scan can tell."""
    if repository.applied_commit and repository.applied_branch != stored_branch(reading.tip):
        return Gone.BRANCH_CHANGED
    if repository.applied_engine not in ("", reading.report.engine) and reading.before is None:
        # Nobody knows whether the code or the rule made a use go away: never count it as progress.
        return Gone.RULE_CHANGED
    return Gone.CODE_CHANGED


def _look(report: Report, changed: Gone, reading: Reading | None = None) -> Look:
    return Look(
        paths=fit_paths(report.paths),
        commit=report.commit,
        unread=fit_paths(path for path, _ in report.unread),
        rewritten=reading.rewritten if reading else frozenset(),
        changed=changed,
    )


def _applied(tip: Tip, engine: str) -> dict[str, object]:
    values = {"applied_commit": tip.commit, "applied_branch": tip.branch, "applied_engine": engine}
    return {**fit(Repository, values), "applied_at": Now()}


def _replace_unread(repository: Repository, report: Report) -> None:
    UnreadFile.objects.filter(repository=repository).delete()
    rows = []
    for path, unread in report.unread:
        values = {"path": path, "reason": unread.reason.value, "detail": unread.detail}
        lines = list(unread.lines)
        rows.append(UnreadFile(repository=repository, names_api=bool(lines), lines=lines, **fit(UnreadFile, values)))
    UnreadFile.objects.bulk_create(rows, batch_size=500)


def _counts(report: Report, changes: Changes) -> dict[str, object]:
    return {
        "engine": report.engine,
        "files_total": report.seen,
        "files_done": report.seen,
        "files_parsed": report.parsed,
        "files_unread": len(report.unread),
        "file_states": dict(report.states),
        "usages": len(report.usages),
        "opened_now": changes.opened,
        "resolved_now": changes.resolved,
    }


def _left(repository: Repository) -> dict[str, int]:
    """The trend's numbers, by the conditions that the pages count with."""
    findings = Finding.objects.filter(repository=repository)
    return {
        "remaining": findings.filter(query.remaining()).count(),
        "resolved": findings.filter(query.resolved()).count(),
    }
