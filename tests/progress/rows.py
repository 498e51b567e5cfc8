"""Rows for tests of numbers and pages: a repository, its scans and its findings, as a scan would have left them."""

from datetime import timedelta
from itertools import count

from django.utils import timezone

from audits.models import Finding, FindingParameter, Repository, Scan, Snapshot, Team, UnreadFile

_numbers = count(1)


def team(name):
    return Team.objects.get_or_create(slug=name.lower(), defaults={"name": name})[0]


def repository(name="", *, read=True, days_ago=0, state="", team_name="", unread=0):
    """A repository; with `read` one that a scan has read `days_ago`."""
    number = next(_numbers)
    row = Repository.objects.create(
        name=name or f"repository-{number}",
        url=f"https://github.com/acme/r{number}",
        key=f"github.com/acme/r{number}",
        host="github.com",
        team=team(team_name) if team_name else None,
    )
    if read:
        scan(row, state or ("partial" if unread else "done"), days_ago=days_ago)
        row.applied_commit, row.applied_at = "a" * 40, timezone.now() - timedelta(days=days_ago)
        row.save()
    UnreadFile.objects.bulk_create(
        UnreadFile(repository=row, path=f"broken_{n}.py", reason="unparsable") for n in range(unread)
    )
    return row


def scan(row, state="done", *, days_ago=0, **fields):
    at = timezone.now() - timedelta(days=days_ago)
    fields.setdefault("error_message", "The host does not answer." if state == "failed" else "")
    if state in ("fetching", "scanning"):
        fields.setdefault("lease_until", at + timedelta(minutes=25))
    ended = None if state in ("queued", "fetching", "scanning") else at
    made = Scan.objects.create(repository=row, state=state, queued_at=at, finished_at=ended, commit="a" * 40, **fields)
    row.last_scan = made
    row.save()
    if state in ("done", "partial"):
        numbers = {"remaining": made.remaining, "changed": made.resolved, "at": at, "scan": made}
        Snapshot.objects.update_or_create(repository=row, day=timezone.localdate(at), defaults=numbers)
    return made


def finding(row, *, presence="present", parameters=(), days_ago=0, **fields):
    """A finding; `parameters` as (name, verdict) pairs, in the way unless kept or renamed."""
    number, at = next(_numbers), timezone.now() - timedelta(days=days_ago)
    if presence == "absent":
        fields.setdefault("absent_reason", "code_changed")
        fields.setdefault("resolved_at", timezone.now())
    if fields.get("disposition") == "dismissed":
        fields.setdefault("dismissal", "false_positive")
    if fields.get("disposition") == "waived":
        fields.setdefault("waived_until", timezone.localdate())
    values = {
        "path": "app/expand.py", "line": number, "end_line": number + 2, "kind": "sdk_call", "method": "generate",
        "client": "cohere.Client", "platform": "cohere", "confidence": "confirmed", "scope": "expand",
        "callee": "co.generate", "call_hash": f"{number:064d}", "shape_hash": f"{number:064d}", "commit": "a" * 40,
        "snippet": "co.generate(prompt=text)", **fields,
    }  # fmt: skip
    values.setdefault("ways", sum(verdict not in ("kept", "renamed") for _, verdict in parameters))
    made = Finding.objects.create(
        repository=row, presence=presence, first_seen_at=at, last_seen_at=timezone.now(), **values
    )
    FindingParameter.objects.bulk_create(
        FindingParameter(finding=made, name=name, verdict=verdict, in_the_way=verdict not in ("kept", "renamed"))
        for name, verdict in parameters
    )
    return made
