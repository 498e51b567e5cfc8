"""What a scan saw, as its rows are to say it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from audits.analysis import Report
from audits.engine.facts import Usage
from audits.models import Finding

from .columns import fingerprint_of, fit_paths, fit_usage, with_texts


@dataclass(frozen=True)
class Sight:
    """What a scan saw, its texts cut to their columns: uses, uses set aside, files whose uses have no excerpt.

    `fingerprints` has of each use a digest of all that its row takes on, "" where nobody knows one.
    """

    usages: Sequence[Usage]
    fingerprints: Sequence[str]
    aside: Sequence[Usage]
    unpresented: frozenset[str]

    @classmethod
    def of(cls, report: Report, *, comments: bool = True) -> "Sight":
        """Without `comments` a use that one sets aside is a use like any other."""
        usages, aside = ([fit_usage(usage) for usage in found] for found in (report.usages, report.suppressed))
        known = [fingerprint_of(mark) for mark in report.fingerprints] if not report.unpresented else []
        told = list(zip(usages, known or [""] * len(usages), strict=True))
        if not comments:
            told += [(replace(one, suppressed=""), "") for one in aside]
            told, aside = sorted(told, key=lambda row: _place(row[0])), []
        return cls([row[0] for row in told], [row[1] for row in told], aside, fit_paths(report.unpresented))


def _place(usage: Usage) -> tuple[str, int, int, int]:
    return usage.path, -1 if usage.cell is None else usage.cell, usage.line, usage.column


def with_what_differs(
    pairs: Iterable[tuple[Finding, int]], fingerprints: Sequence[str]
) -> Iterable[tuple[Finding, int]]:
    """The pairs: first the rows that say what was seen already, then the others, each with its widest columns."""
    others = []
    for row, index in pairs:
        if row.fingerprint and row.fingerprint == fingerprints[index]:
            yield row, index
        else:
            others.append((row, index))
    for row, (_, index) in zip(with_texts([row for row, _ in others]), others, strict=True):
        yield row, index
