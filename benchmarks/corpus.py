"""The labelled repositories, where they lie, and the groups that measurements compare."""

import csv
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from audits.gitstore import Entry, Source

PROJECT = Path(__file__).resolve().parent.parent
CORPUS = PROJECT.parent / "shared" / "corpus"


@dataclass(frozen=True)
class Repository:
    """One bare repository at one commit."""

    name: str
    commit: str
    folder: Path
    labelled: bool


class PythonOnly:
    """A source with those of its files alone that other tools open as Python."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def __getattr__(self, name: str) -> Any:
        return getattr(self._source, name)

    def entries(self) -> list[Entry]:
        return [entry for entry in self._source.entries() if entry.label.endswith((".py", ".pyi"))]


def rows(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a table with tabs between columns."""
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)


def repositories(mirrors: Path, corpus: Path) -> list[Repository]:
    """The corpus' repositories that are fetched, then whatever else lies in the folder, at its HEAD."""
    found = []
    for table in ("repos.tsv", "negatives.tsv"):
        for row in rows(corpus / table) if (corpus / table).is_file() else ():
            folder = mirrors / (row.get("git_dir") or row["repo"].replace("/", "+") + "/repo")
            if folder.is_dir():
                found.append(Repository(row["repo"], row["commit"], folder, table == "repos.tsv"))
    known = {row.folder for row in found}
    for head in sorted([*mirrors.glob("*/HEAD"), *mirrors.glob("*/*/HEAD")]):
        if head.parent not in known and (head.parent / "objects").is_dir():
            commit = git(head.parent, "rev-parse", "HEAD").strip()
            if commit:
                found.append(Repository(head.parent.relative_to(mirrors).parts[0], commit, head.parent, False))
    return found


def git(folder: Path, *arguments: str) -> str:
    """What git says about a repository; empty where it fails."""
    done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, text=True, errors="replace")
    return done.stdout
