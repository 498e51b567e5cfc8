"""Findings against labelled real repositories: what was missed, what was found that is none, which parameters agree.

Reads bare repositories in place: `--mirrors` is the folder that holds them, laid out as `repos.tsv` of the corpus says.
Nothing of theirs is run.
"""

import argparse
import csv
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from audits import analysis, gitstore  # noqa: E402 - the project is no installed package
from audits.engine.facts import Usage  # noqa: E402
from audits.sandbox import Sandbox  # noqa: E402
from benchmarks import labels  # noqa: E402

CORE = ("sdk_call", "sdk_stream", "batch", "raw_http", "bedrock", "sagemaker")
# What the labels in `tests/corpus/python.tsv` name beside these.
READ_BY_US = (*CORE, "oci", "half_migrated", "dead_model", "response_access")
OWN = PROJECT / "tests" / "corpus" / "python.tsv"
LEVELS = ("confirmed", "likely", "possible")
Place = tuple[str, str]


@dataclass
class Score:
    """Counts of one repository or of one kind; `named`, `right` and `wanted` are parameters."""

    found: int = 0
    false: int = 0
    labelled: int = 0
    named: int = 0
    right: int = 0
    wanted: int = 0
    levels: Counter[str] = field(default_factory=Counter)

    def line(self, name: str) -> str:
        """One row of the table."""
        recall, precision = _share(self.found, self.labelled), _share(self.found, self.found + self.false)
        parameters = f"{_share(self.right, self.wanted)}  {_share(self.right, self.named)}"
        return f"{name:<56}{self.labelled:>6}{self.found:>7}{self.false:>7}  {recall}  {precision}  {parameters}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mirrors", type=Path, required=True, help="folder of bare repositories")
    parser.add_argument(
        "--corpus", type=Path, default=PROJECT.parent / "shared" / "corpus", help="folder of the labels"
    )
    parser.add_argument("--only", default="", help="repositories whose name contains this")
    parser.add_argument("--sets", action="store_true", help="only the labels of files that are no Python")
    options = parser.parse_args()
    if options.sets and options.mirrors.is_dir():
        return int(labels.score(options.mirrors, options.only) > 0)
    if not options.mirrors.is_dir() or not (options.corpus / "labels.tsv").is_file():
        parser.error("--mirrors must name a folder of bare repositories and --corpus one with labels.tsv")
    print("The labelled corpus\n")
    unreadable = Run(options.mirrors, corpus_truth(options.corpus)).run(options.only)
    print("\nRead by us\n")
    unreadable = Run(options.mirrors, own_truth(OWN)).run(options.only) or unreadable
    return int(labels.score(options.mirrors, options.only) > 0) or unreadable


@dataclass
class Truth:
    """Labels by (repository, commit) and (path, line); `neutral` places count neither way, `kinds` are scored."""

    kinds: tuple[str, ...]
    repositories: list[dict[str, str]] = field(default_factory=list)
    labels: dict[Place, dict[Place, dict[str, str]]] = field(default_factory=lambda: defaultdict(dict))
    neutral: dict[Place, set[Place]] = field(default_factory=lambda: defaultdict(set))


def corpus_truth(corpus: Path) -> Truth:
    """The labels that came with the task: all calls of the core kinds."""
    truth = Truth(CORE, [*_rows(corpus / "repos.tsv"), *_rows(corpus / "negatives.tsv")])
    for row in _rows(corpus / "labels.tsv"):
        key, place = (row["repo"], row["commit"]), (row["path"], row["line"])
        if row["kind"] in CORE and row["language"] in ("python", "notebook"):
            truth.labels[key][place] = row
        else:
            truth.neutral[key].add(place)
    return truth


def own_truth(path: Path) -> Truth:
    """The labels that were made here by reading further repositories; a row of kind `none` stands for one without."""
    truth = Truth(READ_BY_US)
    known: set[Place] = set()
    for row in _rows(path):
        key = (row["repo"], row["commit"])
        if key not in known:
            known.add(key)
            truth.repositories.append({"repo": row["repo"], "commit": row["commit"], "n_py": row["line"]})
        if row["kind"] in READ_BY_US:
            truth.labels[key][row["path"], row["line"]] = row
        elif row["kind"] == "neutral":
            truth.neutral[key].add((row["path"], row["line"]))
    return truth


class Run:
    """One measurement over a set of labels."""

    def __init__(self, mirrors: Path, truth: Truth) -> None:
        self._mirrors = mirrors
        self._truth = truth
        self._kinds: dict[str, Score] = defaultdict(Score)
        self._levels: Counter[tuple[str, bool]] = Counter()
        self._passed: dict[str, Counter[str]] = defaultdict(Counter)
        self._notes: list[str] = []
        self._total = Score()

    def run(self, only: str) -> int:
        """Print the table; 1 when a repository could not be read."""
        print(f"{'repository':<56}{'labels':>6}{'found':>7}{'false':>7}  recall  precis  p-rec.  p-prec.")
        started, unreadable = time.monotonic(), 0
        for row in self._truth.repositories:
            if only in row["repo"]:
                unreadable += not self._repository(row)
        print()
        for kind in self._truth.kinds:
            if kind in self._kinds:
                print(self._kinds[kind].line(kind))
        print(self._total.line("all"))
        print()
        found = 0
        for level in LEVELS:
            right, wrong = self._levels[level, True], self._levels[level, False]
            found += right
            passed = self._passed[level]
            print(
                f"{level}: {right} right, {wrong} false alarms, precision {_share(right, right + wrong).strip()}, "
                f"recall with those above {_share(found, self._total.labelled).strip()}; parameters: "
                f"recall {_share(passed['right'], passed['wanted']).strip()}, "
                f"precision {_share(passed['right'], passed['named']).strip()}"
            )
        sure = [note for note in self._notes if note.startswith("false") and " possible:" not in note]
        print(
            f"misses: {sum(note.startswith('missed ') and ' parameter ' not in note for note in self._notes)}, "
            f"false alarms of confirmed and likely: {sum(' parameter ' not in note for note in sure)}"
        )
        print("\n".join(["", *self._notes]) if self._notes else "")
        print(f"{time.monotonic() - started:.1f} s", file=sys.stderr)
        return int(unreadable > 0)

    def _repository(self, row: dict[str, str]) -> bool:
        folder = self._mirrors / (row.get("git_dir") or row["repo"].replace("/", "+") + "/repo")
        if not folder.is_dir():
            print(f"{row['repo']:<56}not fetched")
            return True
        try:
            with gitstore.open_local(folder, row["commit"]) as source, Sandbox() as sandbox:
                report = analysis.analyse(source, sandbox)
        except gitstore.GitError as error:
            print(f"{row['repo']:<56}not read: {error.message}")
            return False
        key = (row["repo"], row["commit"])
        score = self._score(key, [usage for usage in report.usages if self._is_scored(usage)])
        print(score.line(f"{row['repo']}{'' if row.get('n_py') else ' (none)'}"))
        self._notes += [f"unread  {row['repo']} {path}: {why.reason} {why.detail}" for path, why in report.unread]
        return True

    def _is_scored(self, usage: Usage) -> bool:
        """Of a kind and in a language that have labels."""
        return usage.kind in self._truth.kinds and usage.path.endswith((".py", ".pyi", ".ipynb"))

    def _score(self, key: Place, usages: list[Usage]) -> Score:
        labels, score = self._truth.labels.get(key, {}), Score()
        found = {_place(usage): usage for usage in usages}
        score.labelled = len(labels)
        for place, label in labels.items():
            kind = self._kinds[label["kind"]]
            kind.labelled += 1
            usage = found.get(place)
            if usage is None:
                self._notes.append(f"missed  {key[0]} {place[0]}:{place[1]} {label['kind']}")
                continue
            self._hit(score, kind, key, label, usage)
        for place, usage in found.items():
            if place not in labels and place not in self._truth.neutral[key]:
                score.false += 1
                self._kinds[usage.kind].false += 1
                self._levels[usage.confidence, False] += 1
                self._notes.append(
                    f"false   {key[0]} {place[0]}:{place[1]} {usage.kind} {usage.confidence}: {usage.why}"
                )
        self._add(score)
        return score

    def _hit(self, score: Score, kind: Score, key: Place, label: dict[str, str], usage: Usage) -> None:
        labelled = label["params"].split(",") if label["params"] != "?" else []
        wanted = {name.removesuffix("(pos)") for name in labelled if name and "**" not in name}
        named = (
            {row.name for row in usage.parameters if not row.name.startswith("*")} if label["params"] != "?" else set()
        )
        for one in (score, kind):
            one.found += 1
            one.wanted += len(wanted)
            one.named += len(named)
            one.right += len(wanted & named)
        self._levels[usage.confidence, True] += 1
        self._passed[usage.confidence] += Counter(wanted=len(wanted), named=len(named), right=len(wanted & named))
        where = f"{key[0]} {label['path']}:{label['line']}"
        if usage.kind != label["kind"]:
            self._notes.append(f"kind    {where} is {label['kind']}, not {usage.kind}")
        for name in sorted(wanted - named):
            self._notes.append(f"missed  {where} parameter {name}")
        for name in sorted(named - wanted):
            self._notes.append(f"false   {where} parameter {name}")

    def _add(self, score: Score) -> None:
        for name in ("found", "false", "labelled", "named", "right", "wanted"):
            setattr(self._total, name, getattr(self._total, name) + getattr(score, name))


def _place(usage: Usage) -> Place:
    return usage.path, str(usage.line) if usage.cell is None else f"cell:{usage.cell}:{usage.line}"


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)


def _share(part: int, whole: int) -> str:
    return f"{part / whole:6.1%}" if whole else "     -"


if __name__ == "__main__":
    sys.exit(main())
