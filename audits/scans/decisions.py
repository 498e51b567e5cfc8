"""What a sighting means for what people have said: a dismissal in doubt, an "I fixed it" that does not hold.

Each is a compare-and-set: where a person was faster, their word stands, and the next scan looks again.
"""

from datetime import datetime

from django.db.models import F, QuerySet

from audits.engine.facts import Usage
from audits.lifecycle import Claim, Disposition
from audits.models import Finding, FindingEvent


def contradict(row: Finding, started: datetime | None) -> bool:
    """Whether somebody claimed to have fixed this use before the scan began, which sees it all the same."""
    if row.claim != Claim.WAITING or row.claimed_at is None or started is None or started < row.claimed_at:
        return False
    waiting = Finding.objects.filter(pk=row.pk, claim=Claim.WAITING, claimed_at__lte=started)
    return bool(waiting.update(claim=Claim.CONTRADICTED))


def contradict_all(findings: "QuerySet[Finding]", started: datetime, scan_id: int, now: datetime) -> None:
    """The same for findings of a scan whose commit was scanned before: nothing can have been fixed since."""
    rows = findings.filter(claim=Claim.WAITING, claimed_at__lte=started).defer("detail", "snippet")
    events = [
        FindingEvent(finding=row, at=now, scan_id=scan_id, verb="contradicted")
        for row in rows
        if contradict(row, started)
    ]
    FindingEvent.objects.bulk_create(events)


def doubt(row: Finding, usage: Usage, commit: str) -> bool:
    """Whether the dismissed statement has another content by now; it is then open again, and waits for re-review.

    In one and the same commit only our own reading of it can differ, which is no reason to ask.
    """
    if not row.decided_digest or row.decided_digest == usage.digest:
        return False
    dismissed = Finding.objects.filter(pk=row.pk, version=row.version, disposition=Disposition.DISMISSED)
    if row.commit == commit:
        dismissed.update(decided_digest=usage.digest)
        return False
    return bool(dismissed.update(disposition=Disposition.OPEN, re_review=True, version=F("version") + 1))
