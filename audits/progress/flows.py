"""What came in and what went, between two moments: of the calls that are rows, by their own dates."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from audits import query
from audits.models import Finding


@dataclass(frozen=True)
class Flow:
    """Calls of a stretch of time: `opened` were seen for the first time, `resolved` are gone by progress."""

    opened: int
    resolved: int


def flow(findings: "QuerySet[Finding]", since: datetime, until: datetime) -> Flow:
    """From `since` on, before `until`."""
    counted = findings.order_by().aggregate(
        opened=Count("pk", filter=query.ever_seen() & Q(first_seen_at__gte=since, first_seen_at__lt=until)),
        resolved=Count("pk", filter=query.resolved() & Q(resolved_at__gte=since, resolved_at__lt=until)),
    )
    return Flow(**counted)
