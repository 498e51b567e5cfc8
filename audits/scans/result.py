"""The last step of a scan: everything that readers see, in one short transaction that starts by proving the lease."""

from django.db import transaction
from django.db.models.functions import Now

from audits import query
from audits.analysis import Report
from audits.engine.facts import UnreadReason
from audits.gitstore import Tip
from audits.lifecycle import Gone, Look
from audits.models import Finding, Repository, Scan, ScanState, UnreadFile
from audits.models.scan import READ_STATES

from .claims import Claim, database_now
from .findings import Changes, Recorder, fit_paths, fit_usage
from .text import fit

# What another scan of the same commit may well read: the fault was the machine's, the store's or the time's.
_PASSING = {UnreadReason.TIMED_OUT, UnreadReason.BUDGET, UnreadReason.OBJECT_MISSING}
_COPIED = ("files_total", "files_done", "files_parsed", "files_unread", "file_states", "usages")


def apply(claim: Claim, repository: Repository, tip: Tip, report: Report, *, follows: bool) -> None:
    """Write a scan's result: findings, events, unread files, the repository and the scan itself.

    `follows` is false when the commit is known not to descend from the last one. Raises LostLease, having written
    nothing, when another worker has taken the scan over.
    """
    usages = [fit_usage(usage) for usage in report.usages]
    look = _look(repository, tip, report, follows=follows)
    with transaction.atomic():
        claim.write()
        now = Scan.objects.annotate(now=database_now()).values_list("now", flat=True).get(pk=claim.scan_id)
        changes = Recorder(repository.pk, claim.scan_id, tip.commit, now).record(usages, look)
        _replace_unread(repository, report)
        Repository.objects.filter(pk=repository.pk).update(
            settled=follows and not any(unread.reason in _PASSING for _, unread in report.unread),
            failures=0,
            last_scan=claim.scan_id,
            **_applied(tip, report.engine),
        )
        state = ScanState.PARTIAL if report.unread else ScanState.DONE
        claim.end(state, {**_counts(report, changes), **_left(repository), "commit": tip.commit, "branch": tip.branch})


def confirm(claim: Claim, repository: Repository, tip: Tip) -> None:
    """End a scan whose commit and engine are those of the last result: that result holds, nothing was fetched."""
    last = Scan.objects.filter(repository=repository, state__in=READ_STATES, commit=tip.commit).first()
    copied = {name: getattr(last, name) for name in _COPIED} if last else {}
    with transaction.atomic():
        claim.write()
        Repository.objects.filter(pk=repository.pk).update(
            failures=0, last_scan=claim.scan_id, **_applied(tip, repository.applied_engine)
        )
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


def _look(repository: Repository, tip: Tip, report: Report, *, follows: bool) -> Look:
    changed = Gone.CODE_CHANGED
    if repository.applied_branch and repository.applied_branch != tip.branch:
        changed = Gone.BRANCH_CHANGED
    elif repository.applied_engine and repository.applied_engine != report.engine:
        # With another engine nobody knows whether the code or the rule made a use go away: never count it as progress.
        changed = Gone.RULE_CHANGED
    return Look(
        paths=fit_paths(report.paths),
        unread=fit_paths(path for path, _ in report.unread),
        conclusive=follows,
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
