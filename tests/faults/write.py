"""Runs the fault suite on both databases and writes its table into docs/reliability.md."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
TARGET = PROJECT / "docs" / "reliability.md"
BEGIN, END = "<!-- faults: begin, written by `make faults` -->", "<!-- faults: end -->"


def run(database: str, folder: Path) -> tuple[int, dict]:
    found = folder / f"{database}.json"
    environment = {**os.environ, "TEST_DATABASE": database, "FAULTS_JSON": str(found)}
    command = [sys.executable, "-m", "pytest", "-q", "-n", os.environ.get("JOBS", "2"), "-m", "fault", "tests"]
    code = subprocess.run(command, cwd=PROJECT, env=environment, check=False).returncode
    return code, json.loads(found.read_text()) if found.exists() else {"rows": [], "skipped": []}


def table(results: dict[str, dict]) -> str:
    """One row a fault: tried, lost and doubled, on each database."""
    names = sorted({row[0] for result in results.values() for row in result["rows"]})
    lines = ["| Fault | Tried, SQLite | Tried, PostgreSQL | Lost | Doubled |", "|---|---:|---:|---:|---:|"]
    for name in names:
        counts = [next((row[1:] for row in result["rows"] if row[0] == name), [0, 0, 0]) for result in results.values()]
        tried = " | ".join(str(count[0]) if count[0] else "–" for count in counts)
        lines.append(
            f"| {name} | {tried} | {sum(count[1] for count in counts)} | {sum(count[2] for count in counts)} |"
        )
    return "\n".join(lines)


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        ran = {database: run(database, Path(folder)) for database in ("sqlite", "postgres")}
    text = TARGET.read_text()
    before, rest = text.split(BEGIN)
    results = {database: result for database, (_, result) in ran.items()}
    TARGET.write_text(f"{before}{BEGIN}\n\n{table(results)}\n\n{END}{rest.split(END)[1]}")
    return max(code for code, _ in ran.values())


if __name__ == "__main__":
    sys.exit(main())
