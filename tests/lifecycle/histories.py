"""Programs that change: source to sightings by the engine, commits to differences by git, scans to plans."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from audits.engine import file_kind
from audits.engine.extract.model import ModuleFacts
from audits.engine.steps import extract, judge, link
from audits.gitstore import Mirror, compare
from audits.lifecycle import Difference, Hunk, Known, Look, Plan, Seen, Text, reconcile
from tests.gitbuild import RepositoryBuilder

Files = dict[str, str]
HEAD = "import cohere\n\nco = cohere.Client()\n"
VALUES = ("0.1", "0.2", "0.3")


def function(name: str, calls: Sequence[int]) -> str:
    """A function that makes these calls, by index of VALUES; equal ones are twins."""
    lines = [f"    a{n} = co.generate(prompt=q, temperature={VALUES[value]})" for n, value in enumerate(calls)]
    return f"\n\ndef {name}(q):\n" + "\n".join((*lines, "    return q\n"))


def module(functions: Mapping[str, Sequence[int]]) -> str:
    return HEAD + "".join(function(name, calls) for name, calls in functions.items())


calls = st.lists(st.integers(0, 2), min_size=1, max_size=3)
functions = st.dictionaries(st.sampled_from(["ask", "answer", "draft", "rank"]), calls, min_size=1, max_size=3)
programs = st.dictionaries(st.sampled_from(["a.py", "b.py", "d/a.py"]), functions, min_size=1, max_size=3)


def rendered(program: Mapping[str, Mapping[str, Sequence[int]]]) -> Files:
    return {path: module(found) for path, found in program.items()}


def uses(files: Mapping[str, str]) -> list[Seen]:
    """What the engine sees in these files, in order."""
    facts = {}
    for path, text in files.items():
        kind = file_kind(path)
        if kind is None:
            continue
        found = extract(kind, text.encode())
        assert isinstance(found, ModuleFacts), (path, found)
        facts[path] = found
    return [Seen.of(judge(site)) for site in link(facts)]


def as_known(seen: Sequence[Seen], commit: str = "one", **more: Any) -> list[Known]:
    """The findings of a first scan; their ids are their indexes."""
    places = [{name: getattr(place, name) for name in Seen.__dataclass_fields__} for place in seen]
    return [Known(**place, id=str(index), commit=commit, **more) for index, place in enumerate(places)]


@dataclass
class Step:
    """What the second scan of a program made of the findings of the first."""

    before: list[Seen]
    after: list[Seen]
    plan: Plan

    @property
    def pairs(self) -> dict[int, int]:
        return {int(key): index for key, index in self.plan.matched}

    @property
    def quiet(self) -> bool:
        """Nothing opened, nothing closed, nothing unknown."""
        plan = self.plan
        return not (plan.opened or plan.resolved or plan.unknown or plan.reopened)

    @property
    def in_place(self) -> bool:
        """Quiet, and each finding is the sighting of the same number."""
        return self.quiet and self.pairs == {index: index for index in range(len(self.before))}


@dataclass
class Scans:
    """A repository in which two states follow each other."""

    folder: Path
    number: int = field(default=0)

    def step(self, old: Files, new: Files, *, git: bool = True, **look: Any) -> Step:
        """Scan `old`, then `new`; with `git` the scan knows the difference, else it has only the two trees."""
        before, after = uses(old), uses(new)
        difference = self.difference(old, new) if git else None
        commit = difference.base if difference else "one"
        seen = Look(frozenset(new), commit="two", difference=difference, **look)
        return Step(before, after, reconcile(as_known(before, commit), after, seen))

    def difference(self, old: Files, new: Files) -> Difference:
        self.number += 1
        builder = RepositoryBuilder(self.folder / f"{self.number}.git")
        first = builder.commit(old)
        gone = dict.fromkeys(old.keys() - new.keys())
        second = builder.commit({**gone, **new})
        mirror = Mirror(self.folder, "unused")
        mirror.path = builder.path
        with closing(mirror):
            found = compare(mirror, first, second, old)
        assert found is not None
        hunks = {path: tuple(Hunk(*row) for row in rows) for path, rows in found.hunks.items()}
        texts = {path: tuple(Text(*row) for row in rows) for path, rows in found.texts.items()}
        return Difference(first, found.changed, found.renames, hunks, found.cells, texts)
