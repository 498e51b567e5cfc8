"""Rows as JSON values: repositories and scans. Findings and numbers have theirs where the exports are."""

from typing import Any

from audits.exports import iso
from audits.models import Dependency, Repository, Scan


def repository_object(row: Repository) -> dict[str, Any]:
    """A row of `progress.statuses()`, with its team and dependencies at hand; `error` says why its last scan failed."""
    status, knowledge = getattr(row, "status", ""), getattr(row, "knowledge", "")
    return {
        "id": row.pk,
        "name": row.name,
        "url": row.url,
        "team": row.team.name if row.team else None,
        "branch": row.branch or None,
        "archived": row.archived_at is not None,
        "status": status or None,
        "knowledge": knowledge,
        "remaining": getattr(row, "left", 0),
        "unknown": getattr(row, "unknown_count", 0),
        "waived": getattr(row, "waived_count", 0),
        "resolved": getattr(row, "done_count", 0),
        "unread": getattr(row, "unread_count", 0),
        "commit": row.applied_commit or None,
        "read_at": iso(getattr(row, "read_at", None)),
        "error": getattr(row, "failure_message", "") or None,
        "dependencies": [dependency_object(found) for found in row.dependencies.all()],
    }


def dependency_object(row: Dependency) -> dict[str, Any]:
    """A package that a repository asks for or installs; `needs` is the first release that a migration needs."""
    return {
        "package": row.package,
        "ecosystem": row.ecosystem,
        "asked": row.asked,
        "readiness": row.readiness,
        "generate": row.generate,
        "needs": row.needs or None,
        "path": row.path,
        "line": row.line,
        "cell": row.cell,
    }


def scan_object(scan: Scan) -> dict[str, Any]:
    """A scan; `seconds` from its claim to its end, `error` where it failed."""
    return {
        "id": scan.pk,
        "repository": scan.repository.name,
        "state": scan.state,
        "trigger": scan.trigger,
        "commit": scan.commit or None,
        "queued_at": iso(scan.queued_at),
        "started_at": iso(scan.started_at),
        "finished_at": iso(scan.finished_at),
        "seconds": scan.seconds,
        "files": scan.files_total,
        "usages": scan.usages,
        "unread": scan.files_unread,
        "passed_over": scan.files_passed_over,
        "passed_over_in": scan.passed_over_in,
        "error": scan.error_message or None,
    }
