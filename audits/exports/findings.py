"""Findings as CSV and JSON, streamed row by row: what the list shows under the same filter, and nothing else."""

import csv
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.db.models import QuerySet

from audits import query
from audits.engine import codec
from audits.engine.facts import Usage
from audits.models import Finding

from .tables import Echo, plain_cell

COLUMNS = (
    "id", "repository", "team", "state", "path", "line", "end_line", "column", "cell", "kind", "method", "client",
    "platform", "confidence", "scope", "callee", "model", "unsupported", "parameters", "first_seen", "last_seen",
    "commit", "snippet", "language", "area", "owners", "assignee",
    "known_broken", "absent_reason", "dismissal", "due", "waived_until", "regressed", "re_review",
)  # fmt: skip
_ROW = (
    "path",
    "line",
    "end_line",
    "column",
    "cell",
    "kind",
    "platform",
    "confidence",
    "scope",
    "callee",
    "snippet",
    "language",
)


def usage_of(finding: Finding) -> Usage:
    """The Usage a finding was made of; the row's columns win over `detail`, which an older engine may have written.

    Where `detail` has a shape that this engine does not know, the columns are all there is.
    """
    columns = {name: getattr(finding, name) for name in _ROW}
    columns |= {name: getattr(finding, name) or None for name in ("method", "client", "model")}
    try:
        return codec.decode(Usage, {**finding.detail, **columns})
    except ValueError:
        return codec.decode(Usage, columns)


def usage_object(usage: Usage) -> dict[str, Any]:
    """A usage as `audit --format json` writes it; the keys are a contract."""
    return {
        "path": usage.path,
        "line": usage.line,
        "end_line": usage.end_line,
        "column": usage.column,
        "cell": usage.cell,
        "kind": usage.kind.value,
        "method": usage.method,
        "client": usage.client,
        "platform": usage.platform.value,
        "confidence": usage.confidence.value,
        "parameters": [
            {"name": parameter.name, "verdict": parameter.verdict.value, "value": parameter.value}
            for parameter in usage.parameters
        ],
        "unsupported": list(usage.unsupported),
        "snippet": usage.snippet,
        "language": usage.language.value,
    }


def usage_detail(usage: Usage) -> dict[str, Any]:
    """The same, and how it is known: the proof, each verdict's sources, what reads its answer, the Chat code."""
    said = usage_object(usage)
    parameters = [
        {**base, "note": row.note, "guide": row.guide, "sdk": row.sdk, "source": row.source}
        for base, row in zip(said["parameters"], usage.parameters, strict=True)
    ]
    return {
        **said,
        "parameters": parameters,
        "defaults": [codec.encode(row) for row in usage.defaults],
        "scope": usage.scope,
        "callee": usage.callee,
        "model": usage.model,
        "why": usage.why,
        "proof": [{"text": step.text, "path": step.path, "line": step.line, "cell": step.cell} for step in usage.proof],
        "reads": [
            {"path": row.path, "line": row.line, "end_line": row.end_line, "text": row.text, "cell": row.cell}
            for row in usage.reads
        ],
        "hardcoded_key": usage.hardcoded_key,
        "replacement": None if usage.replacement is None else codec.encode(usage.replacement),
    }


def finding_object(finding: Finding) -> dict[str, Any]:
    """A finding as `findings --format json` writes it: the usage, and what is known of it through time."""
    team, derived = finding.repository.team, query.derived(finding)
    return {
        "id": str(finding.pk),
        "repository": finding.repository.name,
        "team": team.name if team else None,
        "state": derived.state.value,
        "first_seen": iso(finding.first_seen_at),
        "last_seen": iso(finding.last_seen_at),
        "commit": finding.commit or None,
        "area": finding.area,
        **usage_object(usage_of(finding)),
        "scope": finding.scope,
        "callee": finding.callee,
        "model": finding.model or None,
        "owners": finding.owner_names,
        "assignee": finding.assignee.username if finding.assignee else None,
        "known_broken": derived.known_broken,
        "absent_reason": finding.absent_reason or None,
        "dismissal": finding.dismissal or None,
        "due": finding.due.isoformat() if finding.due else None,
        "waived_until": finding.waived_until.isoformat() if finding.waived_until else None,
        "regressed": finding.regressed,
        "re_review": finding.re_review,
    }


def as_json(findings: "QuerySet[Finding]", sort: str = "") -> Iterator[str]:
    """One JSON list, an object a line."""
    before = "[\n"
    for finding in query.in_chunks(findings, sort):
        yield before + json.dumps(finding_object(finding))
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def as_csv(findings: "QuerySet[Finding]", sort: str = "") -> Iterator[str]:
    """A header line and a line a finding, every cell quoted and none of them a formula."""
    writer = csv.writer(Echo(), quoting=csv.QUOTE_ALL)
    yield writer.writerow(COLUMNS)
    for finding in query.in_chunks(findings, sort):
        row = finding_object(finding)
        row["unsupported"] = " ".join(row["unsupported"])
        row["owners"] = " ".join(row["owners"])
        row["parameters"] = " ".join(parameter["name"] for parameter in row["parameters"])
        yield writer.writerow([plain_cell(row[column]) for column in COLUMNS])


def iso(moment: datetime | None) -> str | None:
    """In UTC, to the second."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if moment else None
