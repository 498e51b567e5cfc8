"""A suspicious drop, judged: accepted, its uses are gone for the reason they would have had; rejected, they stay."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from audits import notify, query
from audits.access import Action, may
from audits.lifecycle import Presence
from audits.models import Finding, FindingEvent, Hold, Repository, User

TOLD = "Somebody else has judged this drop already; look again."


class Judged(ValueError):
    """Somebody else has judged this drop; the message says so."""


def waiting(repository: Repository) -> "QuerySet[Hold]":
    """The drops that wait for a person: undecided, and some of their uses still not seen again."""
    return repository.holds.filter(accepted=None, findings__isnull=False).distinct()


def judge(user: User, hold: Hold, *, accept: bool, comment: str = "") -> int:
    """Decide a drop; how many findings it was about. `comment` says why. Raises Judged, PermissionDenied."""
    if not may(user, Action.JUDGE):
        raise PermissionDenied
    now = timezone.now()
    with transaction.atomic():
        # A scan writes the same findings: one after the other, never at once.
        Repository.locked([hold.repository_id]).first()
        open_one = Hold.objects.filter(pk=hold.pk, accepted=None)
        if not open_one.update(accepted=accept, decided_at=now, decided_by=user):
            raise Judged(TOLD)
        rows = list(Finding.objects.filter(hold=hold).defer("detail", "snippet"))
        if accept:
            _close(rows)
        FindingEvent.objects.bulk_create(_events(user, hold, rows, comment, accept=accept), batch_size=500)
        _recount(hold, rows if accept else ())
        if accept:
            notify.reached([hold.repository_id])
    return len(rows)


def _close(rows: Iterable[Finding]) -> None:
    now = timezone.now()
    for reason in {row.held_reason for row in rows}:
        keys = [row.pk for row in rows if row.held_reason == reason]
        for start in range(0, len(keys), 500):
            Finding.objects.filter(pk__in=keys[start : start + 500], hold__isnull=False).update(
                presence=Presence.ABSENT, absent_reason=reason, resolved_at=now, hold=None, held_reason="", claim=""
            )


def _events(user: User, hold: Hold, rows: Iterable[Finding], comment: str, *, accept: bool) -> Iterable[FindingEvent]:
    now = timezone.now()
    after = Presence.ABSENT if accept else Presence.UNKNOWN
    return [
        FindingEvent(
            finding_id=row.pk,
            at=now,
            actor=user,
            scan_id=hold.scan_id,
            verb="resolved" if accept else "kept",
            before=Presence.UNKNOWN,
            after=after,
            reason=row.held_reason,
            comment=comment.replace("\0", "").strip(),
        )
        for row in rows
    ]


def _recount(hold: Hold, closed: Iterable[Finding]) -> None:
    """The scan's row shows what its drop came to."""
    if hold.scan is None:
        return
    findings = Finding.objects.filter(repository=hold.repository_id)
    rows = [row.pk for row in closed]
    parts = (rows[start : start + 500] for start in range(0, len(rows), 500))
    now = sum(findings.filter(query.resolved(), pk__in=part).count() for part in parts)
    hold.scan.resolved_now += now
    hold.scan.apart_now += len(rows) - now
    hold.scan.held_now = 0
    hold.scan.resolved = findings.filter(query.resolved()).count()
    hold.scan.save(update_fields=["resolved_now", "apart_now", "held_now", "resolved"])
