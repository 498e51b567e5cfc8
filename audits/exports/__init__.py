"""What leaves as a file: findings as CSV, JSON and SARIF, and any table, streamed: what a filter shows and no more."""

from collections.abc import Iterator
from typing import Protocol

from django.db.models import QuerySet

from audits.models import Finding

from .findings import as_csv, as_json, finding_object, iso, usage_detail, usage_object, usage_of
from .sarif import findings_as_sarif, log, run_of
from .tables import TABLE_FORMATS, plain_cell


class Writer(Protocol):
    """Writes findings piece by piece, in the order that `sort` asks for."""

    def __call__(self, findings: "QuerySet[Finding]", sort: str = "") -> Iterator[str]: ...


FORMATS: dict[str, Writer] = {"csv": as_csv, "json": as_json, "sarif": findings_as_sarif}
TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json", "sarif": "application/sarif+json"}

__all__ = [
    "FORMATS",
    "TABLE_FORMATS",
    "TYPES",
    "finding_object",
    "findings_as_sarif",
    "iso",
    "log",
    "plain_cell",
    "run_of",
    "usage_detail",
    "usage_object",
    "usage_of",
]
