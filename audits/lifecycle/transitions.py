"""Who may turn what into what: the one table of a finding's transitions, people's and the machine's."""

from dataclasses import dataclass
from enum import StrEnum

from .axes import Disposition, Gone, Presence


class Move(StrEnum):
    """What a person does to a finding."""

    PLAN = "plan"
    ASSIGN = "assign"
    DISMISS = "dismiss"
    WAIVE = "waive"
    REOPEN = "reopen"
    CONFIRM = "confirm"
    CLAIM = "claim"


@dataclass(frozen=True, slots=True)
class Step:
    """One row for people. `after` is None where the disposition stays; `needs` are the words of what must be given.

    A use that is gone takes no step: there is nothing left to decide.
    """

    move: Move
    before: tuple[Disposition, ...]
    after: Disposition | None
    right: str
    needs: str
    verb: str
    means: str


_ANY = tuple(Disposition)
_UNDECIDED = (Disposition.OPEN, Disposition.PLANNED, Disposition.WAIVED)
_DECIDED = (Disposition.PLANNED, Disposition.DISMISSED, Disposition.WAIVED)

STEPS: dict[Move, Step] = {
    step.move: step
    for step in (
        Step(
            Move.PLAN,
            _UNDECIDED,
            Disposition.PLANNED,
            "triage",
            "owner; a due day or none",
            "planned",
            "will be migrated by then",
        ),
        Step(Move.ASSIGN, _ANY, None, "triage", "a person, or nobody", "assigned", "is looked after by somebody"),
        Step(Move.DISMISS, _UNDECIDED, Disposition.DISMISSED, "dismiss", "reason", "dismissed", "needs no migration"),
        Step(Move.WAIVE, _UNDECIDED, Disposition.WAIVED, "dismiss", "last day, plan", "waived", "stays until that day"),
        Step(
            Move.REOPEN,
            _DECIDED,
            Disposition.OPEN,
            "triage",
            "",
            "set_open",
            "the decision, or the old one in re-review, is taken back",
        ),
        Step(
            Move.CONFIRM,
            (Disposition.OPEN,),
            Disposition.DISMISSED,
            "dismiss",
            "a dismissal that waits for re-review",
            "confirmed",
            "the old reason still holds",
        ),
        Step(Move.CLAIM, _UNDECIDED, None, "triage", "", "claimed", "“I fixed it”: a scan is asked for, which looks"),
    )
}


@dataclass(frozen=True, slots=True)
class Sighting:
    """One row for the machine, in the order in which a scan decides; the first that holds is taken."""

    when: str
    before: tuple[Presence, ...]
    after: Presence
    reason: Gone | None
    verb: str
    progress: bool = False


_THERE = (Presence.PRESENT, Presence.UNKNOWN)
SIGHTINGS: tuple[Sighting, ...] = (
    Sighting("seen, and known to nobody", (), Presence.PRESENT, None, "opened"),
    Sighting("seen again", _THERE, Presence.PRESENT, None, "seen"),
    Sighting("seen again within 90 days", (Presence.ABSENT,), Presence.PRESENT, None, "reopened"),
    Sighting("a comment in the source sets it aside", _THERE, Presence.ABSENT, Gone.SET_ASIDE, "left_out"),
    Sighting("its file, or one its proof leads through, was not read", _THERE, Presence.UNKNOWN, None, "lost_sight"),
    Sighting("another branch is scanned", _THERE, Presence.ABSENT, Gone.BRANCH_CHANGED, "left_out"),
    Sighting(
        "the commit it was last seen in does not lead here", _THERE, Presence.ABSENT, Gone.HISTORY_REWRITTEN, "left_out"
    ),
    Sighting("nobody can tell whether that commit leads here", _THERE, Presence.UNKNOWN, None, "lost_sight"),
    Sighting("the same commit, read by other rules", _THERE, Presence.ABSENT, Gone.RULE_CHANGED, "left_out"),
    Sighting(
        "the same call stands elsewhere, and which is which is open", _THERE, Presence.ABSENT, Gone.MOVED, "left_out"
    ),
    Sighting(
        "a file that names the API changed and was not read, and no Chat call took its place",
        _THERE,
        Presence.UNKNOWN,
        None,
        "lost_sight",
    ),
    Sighting("part of a suspicious drop", _THERE, Presence.UNKNOWN, None, "held"),
    Sighting("a Chat call took its place in the same scope", _THERE, Presence.ABSENT, Gone.MIGRATED, "resolved", True),
    Sighting("its file is gone from the tree", _THERE, Presence.ABSENT, Gone.FILE_DELETED, "resolved", True),
    Sighting("its lines were deleted", _THERE, Presence.ABSENT, Gone.CODE_DELETED, "resolved", True),
    Sighting("its file was read, and it is not there", _THERE, Presence.ABSENT, Gone.CODE_CHANGED, "resolved", True),
    Sighting("a rule excludes its path", _THERE, Presence.ABSENT, Gone.PATH_EXCLUDED, "left_out"),
    Sighting(
        "that rule is taken back, and the last scan saw it", (Presence.ABSENT,), Presence.PRESENT, None, "counted_again"
    ),
    Sighting(
        "that rule is taken back, and the last scan did not", (Presence.ABSENT,), Presence.UNKNOWN, None, "taken_back"
    ),
    Sighting("the repository was archived", _THERE, Presence.ABSENT, Gone.REPOSITORY_ARCHIVED, "left_out"),
    Sighting("the repository was removed", _THERE, Presence.ABSENT, Gone.REPOSITORY_REMOVED, "left_out"),
    Sighting("the repository is taken back", (Presence.ABSENT,), Presence.UNKNOWN, None, "taken_back"),
)
