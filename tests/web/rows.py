"""Rows for tests of pages: small, plausible, and hostile where a page shows what a repository holds."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from audits.access import give_role
from audits.models import (
    Credential,
    Dependency,
    Finding,
    FindingParameter,
    HostKey,
    Repository,
    Role,
    Scan,
    ScanState,
    Snapshot,
    Team,
    UnreadFile,
    User,
)

HOSTILE = "\"><img src=x onerror=alert(1)>'{{ 7*7 }}</script>"

# What a decision cannot be without.
DECIDED: dict[str, dict[str, Any]] = {
    "dismissed": {"dismissal": "false_positive"},
    "waived": {"comment": "Next quarter."},
}


def person(role: str, username: str = "") -> User:
    made = User.objects.create(username=username or role, role=role)
    give_role(made, Role(role))
    return made


def team(name: str = "Search") -> Team:
    return Team.objects.get_or_create(name=name, defaults={"slug": name.lower()})[0]


def repository(name: str = "catalog-search", **values: Any) -> Repository:
    address = f"https://github.com/acme/{name}"
    defaults = {"url": address, "key": f"github.com/acme/{name}", "host": "github.com", "check_state": "answered"}
    return Repository.objects.create(name=name, **{**defaults, **values})


def scan(of: Repository, state: str = ScanState.DONE, *, at: datetime | None = None, **values: Any) -> Scan:
    """A scan that began 42 seconds before `at`, now by default."""
    end = at or timezone.now()
    start = end - timedelta(seconds=42)
    times: dict[str, Any] = {"queued_at": start - timedelta(seconds=1)}
    if state != ScanState.QUEUED:
        times["started_at"] = start
    if state in (ScanState.FETCHING, ScanState.SCANNING):
        times["lease_until"] = end + timedelta(minutes=20)
    if state in (ScanState.DONE, ScanState.PARTIAL, ScanState.FAILED):
        times |= {"fetched_at": start + timedelta(seconds=6), "finished_at": end, "seconds": 41.6}
    if state == ScanState.FAILED:
        times |= {"error_kind": "timed_out", "error_message": "The host did not answer in 60 s."}
    made = Scan.objects.create(repository=of, state=state, commit="3fa92c1" + "0" * 33, **{**times, **values})
    if state in (ScanState.DONE, ScanState.PARTIAL):
        applied = {"applied_commit": made.commit, "applied_branch": "main", "applied_at": end, "last_scan": made}
        Repository.objects.filter(pk=of.pk).update(**applied)
        of.refresh_from_db()
        numbers = {"remaining": made.remaining, "changed": made.resolved, "at": end, "scan": made}
        Snapshot.objects.update_or_create(repository=of, day=timezone.localdate(end), defaults=numbers)
    if state == ScanState.FAILED:
        Repository.objects.filter(pk=of.pk).update(last_scan=made)
        of.refresh_from_db()
    return made


def finding(of: Repository, presence: str = "present", **values: Any) -> Finding:
    now = timezone.now()
    gone = {"absent_reason": "migrated", "resolved_at": now} if presence == "absent" else {}
    defaults: dict[str, Any] = {
        "path": "app/expand.py",
        "line": 45,
        "end_line": 49,
        "kind": "sdk_call",
        "method": "generate",
        "platform": "cohere",
        "confidence": "confirmed",
        "callee": "self.co.generate",
        "call_hash": uuid.uuid4().hex,
        "shape_hash": uuid.uuid4().hex,
        "first_seen_at": now,
        "last_seen_at": now,
    }
    defaults |= DECIDED.get(values.get("disposition", ""), {})
    if values.get("disposition") == "waived":
        defaults["waived_until"] = timezone.localdate() + timedelta(days=30)
    made = Finding.objects.create(repository=of, presence=presence, **{**defaults, **gone, **values})
    FindingParameter.objects.create(finding=made, name="num_generations", verdict="unsupported", in_the_way=True)
    return made


def unread(of: Repository, path: str = "old.py", **values: Any) -> UnreadFile:
    defaults = {"reason": "unparsable", "detail": "Python 2 print at line 12."}
    return UnreadFile.objects.create(repository=of, path=path, **{**defaults, **values})


def dependency(of: Repository, readiness: str = "outdated", **values: Any) -> Dependency:
    defaults = {"path": HOSTILE, "line": 3, "ecosystem": "pypi", "package": "cohere", "version": "4.57"}
    words = {"meaning": "A migration needs 5.8.0 or later.", "source": "https://github.com/cohere-ai/cohere-python"}
    return Dependency.objects.create(repository=of, readiness=readiness, **{**defaults, **words, **values})


def credential(of: Repository | None = None, **values: Any) -> Credential:
    """A token that nothing opens."""
    defaults = {"place": "github.com", "kind": "token", "username": "x-access-token", "secret": "gAAAAA-CIPHERTEXT"}
    return Credential.objects.create(repository=of, set_at=timezone.now(), **{**defaults, **values})


def host_key(place: str = "git.example.com") -> HostKey:
    key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBXGLSDtoPYwaLWsTgLBP7pQ1ZEZJ0NSMa5bJ0Hn4Gla"
    return HostKey.objects.create(place=place, key=key, added_at=timezone.now())
