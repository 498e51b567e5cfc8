"""What a scan means for the findings that are already known: seen again, new, back, gone, or not to be told.

Pure: rows, clocks and events are the business of `scans`; people's decisions that of `triage`. Absence is believed only
where somebody looked: a file that was not read, and a file that proves what another file's client is, keep theirs.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from .axes import Gone
from .identity import Known, Seen
from .matching import match_present, match_returning

RETURNS_WITHIN = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Look:
    """How far a scan's eyes reached.

    `paths` are all paths of the tree of `commit`, `unread` those that gave no answer. `rewritten` are commits that are
    known not to lead to this one: what was seen in them and is missing here, nobody need have migrated. `changed` says
    what a missing call in a file that was read comes from: other code, another rule, another branch.
    """

    paths: frozenset[str]
    commit: str | None = None
    unread: frozenset[str] = frozenset()
    rewritten: frozenset[str] = frozenset()
    changed: Gone = Gone.CODE_CHANGED

    def why_gone(self, known: Known) -> Gone | None:
        """The reason a finding that was not seen is gone, or None when nobody can tell."""
        if known.path in self.unread or known.depends & self.unread:
            return None
        if self.changed is Gone.BRANCH_CHANGED:
            return self.changed
        if known.commit in self.rewritten:
            return Gone.HISTORY_REWRITTEN
        if known.commit == self.commit:
            # The code is the same to the byte, so it was not the code.
            return Gone.RULE_CHANGED
        return Gone.FILE_DELETED if known.path not in self.paths else self.changed


@dataclass(frozen=True, slots=True)
class Plan:
    """Decisions: ids of findings with the index of the sighting or the reason. Every sighting in `seen` occurs once."""

    matched: tuple[tuple[str, int], ...]
    reopened: tuple[tuple[str, int], ...]
    opened: tuple[int, ...]
    resolved: tuple[tuple[str, Gone], ...]
    unknown: tuple[str, ...]


def reconcile(known: Iterable[Known], seen: Sequence[Seen], look: Look, aside: Sequence[Seen] = ()) -> Plan:
    """Match findings with sightings one to one and decide about the rest of both.

    `known` are a repository's findings, those that are absent only if they left within `RETURNS_WITHIN`. `aside` are
    uses that a comment in the source sets aside: they open nothing, and what they were until now is gone unmigrated.
    """
    known = tuple(known)
    sightings = enumerate((*seen, *aside))
    present = match_present((k for k in known if not k.absent), sightings, look.paths, look.unread)
    counted = [(index, place) for index, place in present.free_seen.items() if index < len(seen)]
    returning = match_returning((k for k in known if k.absent), counted)
    reasons = {item.id: look.why_gone(item) for item in present.free_known.values()}
    reasons |= {key: Gone.SET_ASIDE for key, index in present.pairs.items() if index >= len(seen)}
    return Plan(
        matched=tuple((key, index) for key, index in present.pairs.items() if index < len(seen)),
        reopened=tuple(returning.pairs.items()),
        opened=tuple(sorted(returning.free_seen)),
        resolved=tuple((key, reason) for key, reason in reasons.items() if reason is not None),
        unknown=tuple(key for key, reason in reasons.items() if reason is None),
    )
