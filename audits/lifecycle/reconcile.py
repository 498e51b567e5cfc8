"""What a scan means for the findings that are already known: seen again, new, back, gone, or not to be told.

Pure: rows, clocks and events are the business of `scans`; people's decisions that of `triage`. Absence is believed only
where somebody looked: a file that was not read, and a file that proves what another file's client is, keep theirs.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from .identity import Known, Seen
from .matching import match_present, match_returning

RETURNS_WITHIN = timedelta(days=90)


class Gone(StrEnum):
    """Why a use is no longer there; only the first two are progress."""

    FILE_DELETED = "file_deleted"
    CODE_CHANGED = "code_changed"
    RULE_CHANGED = "rule_changed"
    BRANCH_CHANGED = "branch_changed"


PROGRESS = (Gone.FILE_DELETED, Gone.CODE_CHANGED)


@dataclass(frozen=True, slots=True)
class Look:
    """How far a scan's eyes reached.

    `paths` are all paths of the tree, `unread` those that gave no answer. `conclusive` is false where absence proves
    nothing, because the commit does not come after the last one. `changed` says what a missing call in a file that was
    read comes from: other code, or, on an unchanged commit, another rule.
    """

    paths: frozenset[str]
    unread: frozenset[str] = frozenset()
    conclusive: bool = True
    changed: Gone = Gone.CODE_CHANGED

    def why_gone(self, known: Known) -> Gone | None:
        """The reason a finding that was not seen is gone, or None when nobody can tell."""
        if not self.conclusive or known.path in self.unread or known.depends & self.unread:
            return None
        if known.path not in self.paths and self.changed is not Gone.BRANCH_CHANGED:
            return Gone.FILE_DELETED
        return self.changed


@dataclass(frozen=True, slots=True)
class Plan:
    """Decisions: ids of findings with the index of the sighting (`seen`) or the reason. Every sighting occurs once."""

    matched: tuple[tuple[str, int], ...]
    reopened: tuple[tuple[str, int], ...]
    opened: tuple[int, ...]
    resolved: tuple[tuple[str, Gone], ...]
    unknown: tuple[str, ...]


def reconcile(known: Iterable[Known], seen: Sequence[Seen], look: Look) -> Plan:
    """Match findings with sightings one to one and decide about the rest of both.

    `known` are a repository's findings, those that are absent only if they left within `RETURNS_WITHIN`.
    """
    known = tuple(known)
    present = match_present((k for k in known if not k.absent), enumerate(seen), look.paths, look.unread)
    returning = match_returning((k for k in known if k.absent), present.free_seen.items())
    reasons = {item.id: look.why_gone(item) for item in present.free_known.values()}
    return Plan(
        matched=tuple(present.pairs.items()),
        reopened=tuple(returning.pairs.items()),
        opened=tuple(sorted(returning.free_seen)),
        resolved=tuple((key, reason) for key, reason in reasons.items() if reason is not None),
        unknown=tuple(key for key, reason in reasons.items() if reason is None),
    )
