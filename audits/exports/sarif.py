"""Uses as SARIF 2.1.0, which code hosts and editors show at the line: https://docs.oasis-open.org/sarif/sarif/v2.1.0/"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.db.models import QuerySet

from audits import query
from audits.analysis import Report
from audits.engine.catalogue.platforms import PLATFORMS
from audits.engine.catalogue.sources import GUIDE
from audits.engine.facts import Confidence, Kind, Unread, Usage
from audits.gitstore import raw_path
from audits.lifecycle import OF_REPOSITORY, Gone, Presence
from audits.models import Finding, Repository
from audits.models.repository import OTHER_RULES
from audits.query.words import KINDS

from .findings import usage_of

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
ROOT = "%SRCROOT%"
_LEVELS = {Confidence.CONFIRMED: "error", Confidence.LIKELY: "warning", Confidence.POSSIBLE: "note"}
# Uses that are in no number of work: they are told, and fail nothing.
_TOLD = frozenset(query.NOT_CALLS)
_RULES = {kind: number for number, kind in enumerate(Kind)}
# git's short form of an ssh address.
_SCP = re.compile(r"([\w.-]+@[\w.-]+):(?!/)(.+)")
# What a person decided, as a suppression; the others stand in the list.
_SET_ASIDE = frozenset({"dismissed", "waived", "out_of_scope"})
# Absent for what a person did, while nobody says that the code is gone.
_TAKEN_OUT = frozenset({Gone.PATH_EXCLUDED, *OF_REPOSITORY})


def log(runs: Iterable[str], said: Mapping[str, Any] | None = None) -> Iterator[str]:
    """A whole log of runs in JSON; what is `said` of all of them is in the log's property bag."""
    bag = f'"properties": {json.dumps(dict(said))}, ' if said else ""
    yield f'{{"$schema": "{SCHEMA}", "version": "2.1.0", {bag}"runs": ['
    between = "\n"
    for run in runs:
        yield between + run
        between = ",\n"
    yield "\n]}\n"


def run_of(repository: str, report: Report) -> str:
    """One audit as a run: what a comment suppresses is in it as such, and what is unread as a notification."""
    results = [_result(usage) for usage in report.usages]
    results += [
        {**_result(usage), "suppressions": [{"kind": "inSource", "justification": usage.suppressed or ""}]}
        for usage in report.suppressed
    ]
    run = _run(repository, report.commit or "", report.engine)
    told = [_unread(path, why) for path, why in report.unread]
    run["invocations"] = [{"executionSuccessful": True, "toolExecutionNotifications": told}]
    return json.dumps({**run, "results": results})


def findings_as_sarif(
    findings: "QuerySet[Finding]", sort: str = "", said: Mapping[str, Any] | None = None
) -> Iterator[str]:
    """A log with a run for each repository, in the order of their names, whatever `sort` says; dismissed, waived and
    uncounted findings are suppressed in it, those of excluded paths too. Gone ones are `absent` from the baseline,
    which is the scans before."""
    rows = query.in_chunks(findings, "repository")
    groups = groupby(rows, key=lambda row: row.repository)
    runs = (
        json.dumps(
            {
                **_run(repository.url, repository.applied_commit, _engine(repository)),
                "results": [_finding(row) for row in group],
            }
        )
        for repository, group in groups
    )
    return log(runs, said)


def _engine(repository: Repository) -> str:
    """Nothing while rules of paths wait for a scan: their word is no version."""
    return "" if repository.applied_engine == OTHER_RULES else repository.applied_engine


def _run(repository: str, commit: str, engine: str) -> dict[str, Any]:
    driver = {"name": "Last Call", "rules": [_rule(kind) for kind in Kind]}
    if engine:
        driver["version"] = engine
    uri = _uri(repository)
    run: dict[str, Any] = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints"}
    # One address may hold several logs a day; this keeps those of one repository together.
    run["automationDetails"] = {"id": f"last-call/{uri}"}
    run["versionControlProvenance"] = [{"repositoryUri": uri, **({"revisionId": commit} if commit else {})}]
    return run


def _uri(repository: str) -> str:
    if "://" in repository:
        return repository
    if scp := _SCP.fullmatch(repository):
        return f"ssh://{scp[1]}/{quote(scp[2])}"
    return Path(repository).absolute().as_uri()


def _rule(kind: Kind) -> dict[str, Any]:
    name = "".join(word.title() for word in kind.value.split("_"))
    return {
        "id": kind.value,
        "name": name,
        "shortDescription": {"text": KINDS[kind]},
        "fullDescription": {"text": f"{KINDS[kind]}: code that has to move from Cohere's Generate API to Chat."},
        "helpUri": GUIDE.url,
    }


def _result(usage: Usage) -> dict[str, Any]:
    level = "note" if usage.kind in _TOLD else _LEVELS[usage.confidence]
    related = [_location(step.path, step.line, step.line, step.cell, step.text) for step in usage.proof]
    related += [_location(read.path, read.line, read.end_line, read.cell, read.text) for read in usage.reads]
    place = _location(usage.path, usage.line, usage.end_line, usage.cell)
    physical = place["physicalLocation"]
    if "region" in physical:
        physical["contextRegion"] = {**physical["region"], "snippet": {"text": usage.snippet}}
        physical["region"] |= {"startColumn": usage.column + 1}
    return {
        "ruleId": usage.kind.value,
        "ruleIndex": _RULES[usage.kind],
        "level": level,
        "message": {"text": _message(usage)},
        "locations": [place],
        "relatedLocations": [{"id": number, **row} for number, row in enumerate(related, 1)],
        "properties": {
            "confidence": usage.confidence.value,
            "platform": usage.platform.value,
            "unsupported": list(usage.unsupported),
            "cell": usage.cell,
            "line": usage.line,
            "hardcodedKey": usage.hardcoded_key,
        },
    }


def _finding(row: Finding) -> dict[str, Any]:
    state = query.state_of(row)
    said = _result(usage_of(row))
    said["guid"] = str(row.pk)
    said["properties"]["state"] = state
    if row.presence == Presence.ABSENT and row.absent_reason not in _TAKEN_OUT:
        said["baselineState"] = "absent"
    elif state in _SET_ASIDE:
        said["suppressions"] = [{"kind": "external", "justification": row.comment or state.replace("_", " ")}]
    return said


def _message(usage: Usage) -> str:
    where = f", cell {usage.cell}, line {usage.line}" if usage.cell is not None else ""
    parts = [f"{usage.callee or KINDS[usage.kind]}{where}: {usage.why}".strip()]
    if usage.unsupported:
        parts.append(f"Chat does not take {', '.join(usage.unsupported)}.")
    return " ".join((*parts, PLATFORMS[usage.platform].way_out))


def _location(path: str, line: int, end_line: int, cell: int | None, text: str = "") -> dict[str, Any]:
    """A place below the repository's root. The lines of a notebook's cell are no lines of its file: none are told."""
    physical: dict[str, Any] = {"artifactLocation": {"uri": quote(raw_path(path)), "uriBaseId": ROOT}}
    if cell is None and line > 0:
        physical["region"] = {"startLine": line, "endLine": max(line, end_line)}
    return {"physicalLocation": physical, **({"message": {"text": text}} if text else {})}


def _unread(path: str, why: Unread) -> dict[str, Any]:
    text = f"{path} was not read ({why.reason.value}), so it is not known to be clean. {why.detail}".strip()
    line = why.lines[0] if why.lines else 0
    return {"level": "warning", "message": {"text": text}, "locations": [_location(path, line, line, None)]}
