"""Identity on real histories: commits that touched Cohere, one after the other, through analysis and `reconcile`.

Prints the churn: findings that closed in the step in which a same-shaped one opened, which may be one use whose history
was lost. Each comes with what the decision rested on. Reads bare repositories in place, below `--mirrors`.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from audits import analysis, gitstore  # noqa: E402 - the project is no installed package
from audits.gitstore.environment import environment  # noqa: E402
from audits.gitstore.process import run  # noqa: E402
from audits.lifecycle import (  # noqa: E402
    PROGRESS,
    Difference,
    Hunk,
    Known,
    Look,
    Plan,
    Seen,
    Text,
    reconcile,
)
from audits.sandbox import Sandbox  # noqa: E402

TOUCHED = r"cohere"
PATHS = ("*.py", "*.ipynb")
LEAST_STEPS = 3


@dataclass
class Tally:
    """Over all steps of all repositories."""

    repositories: int = 0
    commits: int = 0
    events: Counter[str] = field(default_factory=Counter)
    churn: list[str] = field(default_factory=list)
    uses: int = 0


class History:
    """The findings of one repository from commit to commit, as the product would keep them."""

    def __init__(self, name: str, mirror: gitstore.Mirror, tally: Tally) -> None:
        self.name, self.mirror, self.tally = name, mirror, tally
        self.known: dict[str, Known] = {}
        self.last = ""
        self.chats: dict[tuple[str, str], int] = {}
        self.number = 0

    def step(self, report: analysis.Report) -> None:
        commit = report.commit or ""
        seen = [Seen.of(usage) for usage in report.usages]
        aside = [Seen.of(usage) for usage in report.suppressed]
        chats = dict(Counter((chat.path, chat.scope) for chat in report.chats))
        look = Look(
            paths=report.paths,
            commit=commit,
            unread=frozenset(path for path, _ in report.unread),
            difference=self._difference(commit),
            chats=chats,
            chats_before=self.chats,
        )
        plan = reconcile(self.known.values(), seen, look, aside)
        if self.last:
            self._tell(plan, seen, commit)
        self._apply(plan, seen, commit)
        self.last, self.chats = commit, chats

    def _difference(self, commit: str) -> Difference | None:
        if not self.last:
            return None
        paths = {known.path for known in self.known.values() if not known.absent}
        found = gitstore.compare(self.mirror, self.last, commit, paths)
        if found is None:
            return None
        hunks = {path: tuple(Hunk(*row) for row in rows) for path, rows in found.hunks.items()}
        texts = {path: tuple(Text(*row) for row in rows) for path, rows in found.texts.items()}
        return Difference(self.last, found.changed, found.renames, hunks, found.cells, texts)

    def _apply(self, plan: Plan, seen: list[Seen], commit: str) -> None:
        for key, index in (*plan.matched, *plan.reopened):
            self.known[key] = _known(key, seen[index], commit)
        for index in plan.opened:
            self.number += 1
            self.known[str(self.number)] = _known(str(self.number), seen[index], commit)
        for key, _ in plan.resolved:
            self.known[key] = replace(self.known[key], absent=True)

    def _tell(self, plan: Plan, seen: list[Seen], commit: str) -> None:
        events, moved = self.tally.events, dict(plan.moved)
        events.update(str(reason) for _, reason in plan.resolved)
        events["opened"] += len(plan.opened)
        events["reopened"] += len(plan.reopened)
        events["matched"] += len(plan.matched)
        events["elsewhere"] += sum(self.known[key].path != seen[index].path for key, index in plan.matched)
        free = set(plan.opened)
        for key, reason in plan.resolved:
            old = self.known[key]
            index = moved.get(key, _same_shape(old, seen, free - set(moved.values())))
            if index is None:
                continue
            free.discard(index)
            self.tally.churn.append(
                f"{self.name} {commit[:10]}  {_place(old)} closed as {reason}"
                f"{' (progress)' if reason in PROGRESS else ''}, {_place(seen[index])} opened: {_why(old, seen[index])}"
            )


def _known(key: str, place: Seen, commit: str) -> Known:
    fields = {name: getattr(place, name) for name in Seen.__dataclass_fields__}
    return Known(**fields, id=key, commit=commit)


def _same_shape(old: Known, seen: list[Seen], free: set[int]) -> int | None:
    return next((index for index in sorted(free) if seen[index].shape_hash == old.shape_hash), None)


def _place(place: Known | Seen) -> str:
    cell = f" cell {place.cell}" if place.cell is not None else ""
    return f"{place.path}{cell}:{place.line} {place.scope or '<module>'}"


def _why(old: Known, new: Seen) -> str:
    where = "same file" if old.path == new.path else "other file"
    scope = "same scope" if old.scope == new.scope else "other scope"
    call = "same call" if old.call_hash == new.call_hash else "other arguments"
    return f"{where}, {scope}, {call}, {abs(old.line - new.line)} lines apart"


def repositories(mirrors: Path) -> Iterator[tuple[str, Path]]:
    """(name, path) of the bare repositories, the small ones first: they are read in no time."""
    found = [path for path in mirrors.glob("*/*") if (path / "objects").is_dir()]
    sized = sorted((sum(pack.stat().st_size for pack in path.glob("objects/pack/*.pack")), path) for path in found)
    yield from ((path.parent.name.replace("+", "/"), path) for _, path in sized)


def commits_of(path: Path, limit: int) -> list[str]:
    """The newest first parents that touched a line naming Cohere, the oldest of them first."""
    arguments = ["--git-dir", str(path), "log", "--first-parent", "-m", "--format=%H", f"-G{TOUCHED}"]
    try:
        code, output, _ = run([*arguments, "-n", str(limit), "HEAD", "--", *PATHS], environment(), timeout=120)
    except gitstore.GitError:
        return []
    return list(dict.fromkeys(reversed(output.decode().split()))) if not code else []


def replay(name: str, path: Path, commits: list[str], tally: Tally) -> None:
    mirror = gitstore.Mirror(path.parent, "unused")
    mirror.path = path
    history, memo = History(name, mirror, tally), analysis.Memo()
    with closing(mirror), mirror.past() as source, Sandbox() as sandbox:
        for commit in commits:
            report = analysis.analyse(source(commit), sandbox, memo=memo, shown=False)
            history.step(report)
            tally.commits += 1
            tally.uses = max(tally.uses, history.number)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mirrors", type=Path, required=True, help="folder of bare repositories, owner+name/…")
    parser.add_argument("--commits", type=int, default=200, help="how many commits in all")
    parser.add_argument("--each", type=int, default=20, help="how many of one repository")
    options = parser.parse_args()
    tally, began = Tally(), time.monotonic()
    for name, path in repositories(options.mirrors):
        if tally.commits >= options.commits:
            break
        commits = commits_of(path, options.each)
        if len(commits) < LEAST_STEPS:
            continue
        before, told = tally.events["matched"] + tally.events["opened"], len(tally.churn)
        try:
            replay(name, path, commits, tally)
        except gitstore.GitError as error:
            print(f"{name}: {error}")
            continue
        if tally.events["matched"] + tally.events["opened"] == before:
            # Nothing of ours ever stood there: its commits prove nothing.
            tally.commits -= len(commits)
            continue
        tally.repositories += 1
        print("\n".join([f"{name}: {len(commits)} commits", *tally.churn[told:]]), flush=True)
    counts = ", ".join(f"{count} {word}" for word, count in tally.events.most_common())
    print(f"\n{tally.repositories} repositories, {tally.commits} commits in {time.monotonic() - began:.0f} s: {counts}")
    print(f"churn: {len(tally.churn)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
