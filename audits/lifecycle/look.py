"""How far a scan's eyes reached, and why a use that it did not see is gone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .axes import Gone
from .difference import Difference
from .identity import Known, Spot


@dataclass(frozen=True, slots=True)
class Look:
    """What a scan knows beside the uses that it saw.

    `paths` are all paths of the tree of `commit`, `unread` those that gave no answer, `naming` those of them that name
    the API, and `naming_before` those that did in the last result. `rewritten` are commits that
    are known not to lead to this one: what was seen in them and is missing here, nobody need have migrated; of the
    commits `unsure` nobody can tell. `changed` says what a missing call in a file that was read comes from: other
    code, another rule, another branch. `difference` is None where the last commit is not at hand; `earlier` has those
    from other commits, in which findings were last seen that no scan could tell of since. `chats` are the
    calls of Chat by (path, scope), `chats_before` those of the last result; `aside_before` are the uses that comments
    set aside in it.
    """

    paths: frozenset[str]
    commit: str | None = None
    unread: frozenset[str] = frozenset()
    naming: frozenset[str] = frozenset()
    naming_before: frozenset[str] = frozenset()
    rewritten: frozenset[str] = frozenset()
    changed: Gone = Gone.CODE_CHANGED
    unsure: frozenset[str] = frozenset()
    difference: Difference | None = None
    earlier: Mapping[str, Difference] = field(default_factory=dict)
    chats: Mapping[tuple[str, str], int] | None = None
    chats_before: Mapping[tuple[str, str], int] | None = None
    aside_before: Sequence[Spot] = ()

    def new_path(self, path: str) -> str:
        """The path that a file has now, as far as git tells."""
        return self.difference.renames.get(path, path) if self.difference else path

    def since(self, known: Known) -> Difference | None:
        """What changed since the finding was last seen, as far as git tells."""
        if self.difference is not None and known.commit == self.difference.base:
            return self.difference
        return self.earlier.get(known.commit)

    def path_of(self, known: Known) -> str:
        """The path that its file has now, as far as git tells."""
        since = self.since(known)
        return since.renames.get(known.path, known.path) if since else self.new_path(known.path)

    def new_place(self, spot: Spot) -> tuple[int | None, int] | None:
        """The cell and line that it has now; None where they changed. The same where nobody compared."""
        if self.difference is None:
            return spot.cell, spot.line
        return self.difference.place(spot.path, spot.cell, spot.line)

    def hiding(self) -> frozenset[str]:
        """Files in which a call may stand that is not where it was: they changed, name the API and were not read."""
        return self.naming & self.difference.changed if self.difference else self.naming - self.naming_before

    def touched(self, path: str) -> bool:
        """Whether the file is known to differ from the last result's."""
        return self.difference is not None and path in self.difference.changed

    def why_gone(self, known: Known, path: str) -> Gone | None:
        """The reason a finding that was not seen is gone, or None when nobody can tell. `path` is its path by now."""
        if path in self.unread or self.unread & {self.new_path(other) for other in known.depends}:
            return None
        if self.changed is Gone.BRANCH_CHANGED:
            return self.changed
        if known.commit in self.rewritten:
            return Gone.HISTORY_REWRITTEN
        if known.commit in self.unsure:
            return None
        if known.commit and known.commit == self.commit:
            # The code is the same to the byte, so it was not the code.
            return Gone.RULE_CHANGED
        if path not in self.paths:
            return Gone.FILE_DELETED
        if self.changed is Gone.CODE_CHANGED and self._deleted(known):
            return Gone.CODE_DELETED
        return self.changed

    def _deleted(self, known: Known) -> bool:
        difference = self.since(known)
        if difference is None or known.cell is not None:
            return False
        return difference.deleted(known.path, known.line, known.scope)
