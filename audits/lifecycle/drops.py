"""A suspicious drop: much is gone and little has changed. A person accepts or rejects it before it counts."""

from collections.abc import Iterable
from dataclasses import dataclass

from .axes import PROGRESS, Gone
from .identity import Known
from .look import Look
from .reconcile import Plan

LEAST, SHARE = 10, 0.3


@dataclass(frozen=True, slots=True)
class Drop:
    """The uses that would be gone by progress, of so many that were there, and in how many files, touched or not."""

    gone: tuple[tuple[str, Gone], ...]
    known: int
    files: int
    touched: int

    @property
    def suspicious(self) -> bool:
        """More than max(10, 30 %) would close while fewer than half of their files were touched."""
        return len(self.gone) > max(LEAST, SHARE * self.known) and 2 * self.touched < self.files


def drop(known: Iterable[Known], plan: Plan, look: Look) -> Drop:
    """What the plan closes as progress. With nothing to compare with, no file counts as touched."""
    there = {item.id: item for item in known if not item.absent and not item.left_out}
    counted = {key for key, item in there.items() if not item.held}
    gone = tuple((key, reason) for key, reason in plan.resolved if reason in PROGRESS and key in counted)
    files = {there[key].path for key, _ in gone}
    return Drop(gone, len(there), len(files), sum(look.touched(path) for path in files))
