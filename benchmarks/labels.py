"""Findings against the labels of `tests/corpus/*.tsv`, a kind at a time.

Columns: repo, commit, path, line (in a notebook `cell:N:L`), kind, params ("?": not labelled), confidence, note. Kinds
beside the engine's: `trap` must stay silent, `neutral` counts as neither, `none` is a repository without a use in the
set's kinds of file. Every other finding in a labelled repository is a false alarm.
"""

import csv
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from audits import analysis, gitstore
from audits.engine.facts import FileKind, Usage
from audits.engine.filekinds import MODULES, SETTINGS, file_kind
from audits.sandbox import Sandbox

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "corpus"
# Measured beside the corpus, by `accuracy` itself.
PYTHON = "python"
# Which kinds of file a set speaks of, by its name; any other set speaks of all.
SCOPES: Mapping[str, frozenset[FileKind]] = {
    "config": SETTINGS,
    # Classes and functions of other libraries in Python; its calls of an SDK have a set of their own.
    "frameworks": MODULES,
    "languages": frozenset(FileKind) - MODULES - SETTINGS,
}
_APART = frozenset({"trap", "neutral", "none"})


@dataclass
class Tally:
    """Counts of one kind; `named`, `right` and `wanted` are parameters."""

    labelled: int = 0
    found: int = 0
    false: int = 0
    named: int = 0
    right: int = 0
    wanted: int = 0

    def line(self, name: str) -> str:
        """One row of the table."""
        recall, precision = share(self.found, self.labelled), share(self.found, self.found + self.false)
        parameters = f"{share(self.right, self.wanted)}  {share(self.right, self.named)}"
        return f"{name:<56}{self.labelled:>6}{self.found:>7}{self.false:>7}  {recall}  {precision}  {parameters}"


def score(mirrors: Path, only: str = "") -> int:
    """Print a table for each set; how many repositories could not be read."""
    unreadable = 0
    for path in sorted(FOLDER.glob("*.tsv")):
        if path.stem == PYTHON:
            continue
        unreadable += LabelSet(path).measure(mirrors, only)
    return unreadable


class LabelSet:
    """One file of labels."""

    def __init__(self, path: Path) -> None:
        self.name = path.stem
        self._scope = SCOPES.get(path.stem, frozenset(FileKind))
        self._rows: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                self._rows[row["repo"], row["commit"]].append(row)
        self._kinds: dict[str, Tally] = defaultdict(Tally)
        self._notes: list[str] = []

    def measure(self, mirrors: Path, only: str) -> int:
        """Audit the labelled repositories and print the table; how many could not be read."""
        unreadable = 0
        for (name, commit), rows in self._rows.items():
            if only not in name:
                continue
            try:
                with (
                    gitstore.open_local(mirrors / name.replace("/", "+") / "repo", commit) as source,
                    Sandbox() as sandbox,
                ):
                    report = analysis.analyse(source, sandbox)
            except gitstore.GitError as error:
                print(f"{name} not read: {error.message}")
                unreadable += 1
                continue
            self._compare(name, rows, [usage for usage in report.usages if file_kind(usage.path) in self._scope])
        files = {(row["repo"], row["path"]) for rows in self._rows.values() for row in rows if row["path"]}
        print(f"\n{self.name}: {len(files)} files of {len(self._rows)} repositories")
        total = Tally()
        for kind, tally in sorted(self._kinds.items()):
            print(tally.line(kind))
            for field in vars(total):
                setattr(total, field, getattr(total, field) + getattr(tally, field))
        print("\n".join([total.line("all"), *self._notes]))
        return unreadable

    def _compare(self, name: str, rows: list[dict[str, str]], usages: list[Usage]) -> None:
        found = {_place(usage): usage for usage in usages}
        labels = {(row["path"], row["line"]): row for row in rows}
        for place, row in labels.items():
            if row["kind"] in _APART:
                continue
            tally = self._kinds[row["kind"]]
            tally.labelled += 1
            usage = found.get(place)
            if usage is None:
                self._notes.append(f"missed  {name} {place[0]}:{place[1]} {row['kind']}")
            else:
                self._hit(tally, name, row, usage)
        for place, usage in found.items():
            row = labels.get(place, {"kind": "trap"})
            if row["kind"] in ("trap", "none"):
                self._kinds[usage.kind].false += 1
                self._notes.append(f"false   {name} {place[0]}:{place[1]} {usage.kind} {usage.confidence}: {usage.why}")

    def _hit(self, tally: Tally, name: str, row: dict[str, str], usage: Usage) -> None:
        tally.found += 1
        if usage.kind != row["kind"]:
            self._notes.append(f"kind    {name} {row['path']}:{row['line']} is {row['kind']}, not {usage.kind}")
        if row["params"] == "?":
            return
        wanted = {one.removesuffix("(pos)") for one in row["params"].split(",") if one and "**" not in one}
        named = {one.name for one in usage.parameters if not one.name.startswith("*")}
        tally.wanted += len(wanted)
        tally.named += len(named)
        tally.right += len(wanted & named)
        for word, names in (("missed", wanted - named), ("false", named - wanted)):
            self._notes += [f"{word:<8}{name} {row['path']}:{row['line']} parameter {one}" for one in sorted(names)]


def _place(usage: Usage) -> tuple[str, str]:
    return usage.path, str(usage.line) if usage.cell is None else f"cell:{usage.cell}:{usage.line}"


def share(part: int, whole: int) -> str:
    """A part of a whole in percent, six characters."""
    return f"{part / whole:6.1%}" if whole else "     -"
