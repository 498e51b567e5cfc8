"""What a scan did to calls of the product beside finding new ones and closing others: its events, counted."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import Count

from audits import query
from audits.lifecycle import Gone
from audits.models import Finding, FindingEvent


@dataclass(frozen=True, slots=True)
class Passed:
    """Calls: `back` had been gone, `ours` came by other rules than before, `branch` with another branch, `moved` stand
    in a new place; `left` went for a reason that is nobody's progress, `unsure` could not be checked."""

    back: int = 0
    ours: int = 0
    branch: int = 0
    moved: int = 0
    unsure: int = 0
    left: Mapping[str, int] = ()  # type: ignore[assignment]


NOTHING = Passed(left={})


def passed(scans: Collection[int]) -> dict[int, Passed]:
    """By the scans' keys, those that did any of it; one query."""
    events = FindingEvent.objects.filter(scan__in=scans, verb__in=("opened", "reopened", "left_out", "lost_sight"))
    events = events.filter(finding__in=Finding.objects.filter(query.counted())).order_by()
    found: dict[int, Counter[tuple[str, str]]] = {}
    for scan, verb, reason, count in events.values_list("scan", "verb", "reason").annotate(n=Count("pk")):
        # Of what came back and of what was lost sight of the reason is a sentence.
        found.setdefault(scan, Counter())[verb, reason if verb in ("opened", "left_out") else ""] += count
    return {scan: _of(counts) for scan, counts in found.items()}


def _of(counts: Counter[tuple[str, str]]) -> Passed:
    return Passed(
        back=counts["reopened", ""],
        ours=counts["opened", Gone.RULE_CHANGED],
        branch=counts["opened", Gone.BRANCH_CHANGED],
        moved=counts["opened", Gone.MOVED],
        unsure=counts["lost_sight", ""],
        left={reason: count for (verb, reason), count in counts.items() if verb == "left_out"},
    )
