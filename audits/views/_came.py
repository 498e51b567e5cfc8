"""What came of a scan, in the words of its row."""

from collections.abc import Iterable

from audits.lifecycle import Gone
from audits.models import Scan
from audits.progress.passed import NOTHING, Passed, passed

LEFT = {
    Gone.RULE_CHANGED: "gone by new rules of ours",
    Gone.BRANCH_CHANGED: "left with the branch",
    Gone.HISTORY_REWRITTEN: "lost to rewritten history",
    Gone.SET_ASIDE: "set aside by comments",
    Gone.MOVED: "in another place",
    Gone.PATH_EXCLUDED: "excluded by path rules",
}


def add_parts(scans: Iterable[Scan | None]) -> None:
    """Give each an attribute `parts`: what came, came back, went and left, each with its number. One query."""
    rows = [scan for scan in scans if scan is not None]
    found = passed({scan.pk for scan in rows if not scan.unchanged})
    for scan in rows:
        scan.parts = parts(scan, found.get(scan.pk, NOTHING))  # type: ignore[attr-defined]


def parts(scan: Scan, did: Passed) -> list[str]:
    """`scan.first`: the annotation of `progress.is_first()`."""
    new = max(0, scan.opened_now - did.back - did.ours - did.branch - did.moved)
    rows = [
        (new, "found" if getattr(scan, "first", False) else "new"),
        (did.back, "came back"),
        (did.ours, "new by rules of ours"),
        (did.branch, "new with the branch"),
        (scan.resolved_now, "resolved"),
        (scan.apart_now, "not counted"),
        *((did.left.get(reason, 0), words) for reason, words in LEFT.items()),
        (did.unsure, "could not be checked"),
    ]
    return [f"{count:,} {words}" for count, words in rows if count]
