"""What is wrong with a repository, in words that say what happened and what to do.

Alerts are worked out from what is known, every time: nobody can dismiss one, and it is gone with its cause.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from audits.models import Organisation, Repository, ScanState
from audits.models.repository import STOP_AFTER_REFUSALS

from .status import UNREAD_SHARE

# By kind, the worst first: what stands in a badge. The kinds of failures are those of the scans' rows.
TITLES = {
    "paused": "Paused",
    "auth_failed": "Access refused",
    "credential_unreadable": "Credential unreadable",
    "not_found": "Not found",
    "moved": "Moved",
    "branch_not_found": "Branch gone",
    "no_commits": "No commits",
    "url_not_allowed": "Address not usable",
    "host_unknown": "Host unknown",
    "host_key_unknown": "Host key unknown",
    "host_key_changed": "Host key changed",
    "tls": "Host not proven",
    "disk_full": "Disk full",
    "mirrors_unwritable": "Mirrors not writable",
    "too_large": "Too large",
    "failed": "Last scan failed",
    "check_failed": "Check failed",
    "unread": "Unread files",
    "stale": "Not read lately",
}

# What a passing fault promises, in a sentence of its own.
NEXT = "The next scan tries again."
# Failures that are over when the host has named the branch's commit since.
REFUTED = frozenset(
    (
        *("auth_failed", "credential_unreadable", "not_found", "moved", "branch_not_found", "no_commits", "network"),
        *("url_not_allowed", "host_unknown", "host_key_unknown", "host_key_changed", "tls"),
    )
)


@dataclass(frozen=True)
class Alert:
    """`kind` is a key of TITLES, `text` whole sentences, `since` when it began, where that is known."""

    kind: str
    text: str
    since: datetime | None = None

    @property
    def title(self) -> str:
        return TITLES[self.kind]


@dataclass(frozen=True)
class Known:
    """What alerts are made of. `failure` is the kind of the last scan's failure, "" when it did not fail, and so is
    `check` the complaint of a failed check that no later scan has refuted; `failed` is when it failed, `failing` since
    when none has succeeded; `answered` is when the last check passed, where it did; `files` are those the last reading
    saw."""

    now: datetime
    registered: datetime
    read: datetime | None = None
    days: int = 7
    failure: str = ""
    message: str = ""
    failed: datetime | None = None
    failing: datetime | None = None
    failures: int = 0
    refusals: int = 0
    paused: datetime | None = None
    check: str = ""
    checked: datetime | None = None
    answered: datetime | None = None
    unread: int = 0
    files: int = 0


def alerts(known: Known) -> tuple[Alert, ...]:
    """All that holds at the moment, the worst first."""
    found = (_paused(known), _failed(known), _unread(known), _stale(known))
    return tuple(alert for alert in found if alert)


def _paused(known: Known) -> Alert | None:
    if known.paused is None:
        return None
    refused = known.refusals >= STOP_AFTER_REFUSALS
    why = f"the host refused {known.refusals} times" if refused else f"{known.failures} scans failed in a row"
    text = f"The schedule leaves it alone: {why}. Mend the cause, then press Resume or scan it."
    return Alert("paused", text, known.paused)


def _failed(known: Known) -> Alert | None:
    if known.failure in REFUTED and known.failed and known.answered and known.answered > known.failed:
        return Alert("failed", "The host lets it be read again, and no scan has read it since. Scan it.", known.failed)
    if known.failure:
        kind = known.failure if known.failure in TITLES else "failed"
        # Of a repository that its schedule leaves alone nobody knows whether there is a next scan.
        message = " ".join(known.message.replace(NEXT, "").split()) if known.paused else known.message
        return Alert(kind, message or "The last scan failed.", known.failing or known.failed)
    if known.check:
        return Alert("check_failed", known.check, known.checked)
    return None


def _unread(known: Known) -> Alert | None:
    if not known.files or known.unread <= UNREAD_SHARE * known.files:
        return None
    share = max(round(100 * known.unread / known.files), 1)
    text = f"{known.unread:,} of {known.files:,} files ({share} %) were not read: calls in them may be missing."
    return Alert("unread", f"{text} The list of unread files says what to do about each.")


def _stale(known: Known) -> Alert | None:
    since = known.read or known.registered
    if since >= known.now - timedelta(days=known.days):
        return None
    days = "day" if known.days == 1 else f"{known.days} days"
    if known.read is None:
        return Alert(
            "stale", f"No scan has read it, and it was registered more than {known.days} days ago. Scan it.", since
        )
    return Alert("stale", f"Not read in the last {days}: the numbers may be out of date. Scan it again.", since)


def alerts_of(row: Repository, organisation: Organisation) -> tuple[Alert, ...]:
    """The alerts of a row of `statuses()`, none of an archived one; no query."""
    return () if row.archived_at else alerts(_known(row, organisation))


def _known(row: Any, organisation: Organisation) -> Known:
    failed = row.ended_state == ScanState.FAILED
    unrefuted = row.check_state == "failed" and row.checked_at and not (row.read_at and row.read_at > row.checked_at)
    return Known(
        now=timezone.now(),
        registered=row.created_at,
        read=row.read_at,
        days=organisation.alert_after_days,
        failure=(row.failure or "failed") if failed else "",
        message=(row.failure_message or "") if failed else "",
        failed=row.failure_at if failed else None,
        failing=row.failing_since if failed else None,
        failures=row.failures,
        refusals=row.refusals,
        paused=row.paused_at,
        check=(row.check_message or "The host did not answer.") if unrefuted else "",
        checked=row.checked_at,
        answered=row.checked_at if row.check_state == "answered" else None,
        unread=row.unread_count,
        files=row.files_seen or 0,
    )
