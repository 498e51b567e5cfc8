"""Addresses that the files of one language keep in pieces, put together."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import NamedTuple

from audits.engine.across import Across, Sought
from audits.engine.catalogue.endpoints import COHERE_ADDRESS
from audits.engine.extract.model import ModuleFacts
from audits.engine.facts import FileKind, ProofStep
from audits.engine.handing import Kept, Part

# How many constants may be made of each other, and for how many pieces of one address is looked.
_DEPTH, _PIECES = 6, 20


class Joined(NamedTuple):
    """A text that was put together, the places of its pieces, and how sure it is (0 to 2)."""

    text: str
    steps: tuple[ProofStep, ...] = ()
    doubt: int = 0


class Joins:
    """Reads what the files of a tree keep; `kept` finds the rows by their ways, each row's number as what it shows."""

    def __init__(self, facts: Mapping[str, ModuleFacts], paths: Mapping[str, FileKind], kept: Across) -> None:
        self._facts = facts
        self._paths = paths
        self._kept = kept
        self._known: dict[tuple[str, tuple[Part, ...]], Joined | None] = {}

    @property
    def wanted(self) -> set[str]:
        """The unread files that ways have led to."""
        return self._kept.wanted

    def address(self, path: str, parts: Sequence[Part]) -> Joined | None:
        """What pieces that a file names make, where it is Generate's address."""
        found = self._join(path, tuple(parts), 0)
        return found if found is not None and COHERE_ADDRESS.fullmatch(found.text) else None

    def _join(self, path: str, parts: tuple[Part, ...], depth: int) -> Joined | None:
        key = (path, parts)
        if key not in self._known:
            # What is made of itself is nothing.
            self._known[key] = None
            self._known[key] = self._joined(path, parts, depth) if depth < _DEPTH else None
        return self._known[key]

    def _joined(self, path: str, parts: tuple[Part, ...], depth: int) -> Joined | None:
        steps: tuple[ProofStep, ...] = ()
        text, doubt = "", 0
        for part in parts[:_PIECES]:
            found = Joined(part.text) if part.text else self._piece(path, part, depth)
            if found is None:
                return None
            text, steps, doubt = text + found.text, (*steps, *found.steps), max(doubt, found.doubt)
        return Joined(text, steps, doubt)

    def _piece(self, path: str, part: Part, depth: int) -> Joined | None:
        for at, way in enumerate(part.ways):
            reached = self._kept.end(path, Sought(part.module, way))
            if reached is None:
                continue
            where = reached.steps[-1].path
            row: Kept = self._facts[where].kept[int(reached.given.shown)]
            # What leads on from file to file has its names from each of them.
            fits = len(reached.steps) > 1 or self._may_mean(path, part, row, where)
            inner = self._join(where, row.parts, depth + 1) if fits else None
            if inner is not None:
                unsure = row.several or at >= part.bases > 0
                doubt = max(reached.doubt, inner.doubt, 2 if unsure else int(row.assumed))
                return Joined(inner.text, (*map(_shown, reached.steps), *inner.steps), doubt)
        return None

    def _may_mean(self, path: str, part: Part, row: Kept, where: str) -> bool:
        """Is what was found by a name of the package that the asking file means?"""
        if self._paths.get(where) is FileKind.GO and part.module not in ("", "."):
            folder = where.rpartition("/")[0]
            return not any(len(one) > len(folder) and _ends(part.module, one) for one in self._folders)
        return not part.spaces or row.space in part.spaces

    @cached_property
    def _folders(self) -> frozenset[str]:
        """The folders that hold Go's files."""
        return frozenset(path.rpartition("/")[0] for path, kind in self._paths.items() if kind is FileKind.GO)


def _shown(step: ProofStep) -> ProofStep:
    """A step for people: of the way to an interface, which is one name, what they call it."""
    name = step.text.removesuffix("()")
    return replace(step, text=f"baseUrl of {name[name.rfind('/') + 1 : -1]}") if name.endswith("@") else step


def _ends(module: str, folder: str) -> bool:
    return module == folder or module.endswith(f"/{folder}")
