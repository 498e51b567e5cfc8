"""What the fault suite found out, as a table: printed after every run, kept in docs/reliability.md by `make faults`.

Each test records rows through the fixture `ledger`; pytest-xdist carries them in the reports' user properties.
"""

import json
import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

PROPERTY = "fault"


@dataclass(frozen=True)
class Known:
    """What a repository's page knows: each present use as (path, line, kind), and how often each finding was opened."""

    uses: Counter
    opened: Counter


class Ledger:
    """Compares what is known after a fault with an undisturbed run, and counts what was lost or doubled."""

    def __init__(self, record) -> None:
        self._record = record

    def compare(self, fault: str, known: Known, undisturbed: Known, times: int = 1) -> None:
        """Record a row; fails where a use is missing, stands there twice or was opened more than once."""
        lost = sum((undisturbed.uses - known.uses).values())
        doubled = sum((known.uses - undisturbed.uses).values())
        doubled += sum(count - 1 for count in known.opened.values() if count > 1)
        self.add(fault, times, lost, doubled)
        assert (lost, doubled) == (0, 0), f"{fault}: {known} instead of {undisturbed}"

    def add(self, fault: str, times: int, lost: int = 0, doubled: int = 0) -> None:
        self._record(PROPERTY, json.dumps([fault, times, lost, doubled]))


def rows(reports) -> list[tuple[str, int, int, int]]:
    """(fault, times tried, lost, doubled), in the order of their names, the same fault summed."""
    sums: dict[str, list[int]] = {}
    for report in reports:
        for name, value in getattr(report, "user_properties", ()):
            if name == PROPERTY and report.when == "call":
                fault, *counts = json.loads(value)
                sums[fault] = [a + b for a, b in zip(sums.get(fault, [0, 0, 0]), counts, strict=True)]
    return [(fault, *sums[fault]) for fault in sorted(sums)]


def table(found) -> str:
    lines = ["| Fault | Tried | Lost | Doubled |", "|---|---:|---:|---:|"]
    lines += [f"| {fault} | {tried} | {lost} | {doubled} |" for fault, tried, lost, doubled in found]
    return "\n".join(lines)


def skipped(reports) -> list[str]:
    """The sentences of what could not be tried on this machine."""
    said = {str(report.longrepr[2]).removeprefix("Skipped: ") for report in reports if "faults" in report.nodeid}
    return sorted(said)


def pytest_terminal_summary(terminalreporter) -> None:
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, [])]
    found = rows(reports)
    if not found:
        return
    terminalreporter.section("faults: lost and doubled")
    terminalreporter.write_line(table(found))
    target = os.environ.get("FAULTS_JSON")
    if target:
        said = skipped(terminalreporter.stats.get("skipped", []))
        Path(target).write_text(json.dumps({"rows": found, "skipped": said}))


@pytest.fixture
def ledger(record_property) -> Ledger:
    return Ledger(record_property)
