"""The words of a finding's life: one enum an axis. Presence is the machine's, disposition people's, State derived."""

from enum import StrEnum


class Presence(StrEnum):
    """Is the use there? `unknown`: nobody could tell at the last scan."""

    PRESENT = "present"
    ABSENT = "absent"
    UNKNOWN = "unknown"


class Disposition(StrEnum):
    """What a person has decided. "Won't fix" is a waiver with an end."""

    OPEN = "open"
    PLANNED = "planned"
    DISMISSED = "dismissed"
    WAIVED = "waived"


class Dismissal(StrEnum):
    """Why a use needs no migration."""

    FALSE_POSITIVE = "false_positive"
    TEST = "test_or_fixture"
    GENERATED = "generated_or_vendored"
    DEAD_CODE = "dead_code"
    OTHER_PLATFORM = "other_platform"
    DUPLICATE = "duplicate"


class Gone(StrEnum):
    """Why a use is no longer there."""

    MIGRATED = "migrated"
    CODE_CHANGED = "code_changed"
    CODE_DELETED = "code_deleted"
    FILE_DELETED = "file_deleted"
    MOVED = "moved"
    RULE_CHANGED = "rule_changed"
    BRANCH_CHANGED = "branch_changed"
    HISTORY_REWRITTEN = "history_rewritten"
    SET_ASIDE = "set_aside"
    PATH_EXCLUDED = "path_excluded"
    REPOSITORY_ARCHIVED = "repository_archived"
    REPOSITORY_REMOVED = "repository_removed"


# Left out by a decision about the repository: all of it comes back as it was when that is taken back.
OF_REPOSITORY = (Gone.REPOSITORY_ARCHIVED, Gone.REPOSITORY_REMOVED)
# Somebody changed the code; with every other reason nobody migrated anything.
PROGRESS = (Gone.MIGRATED, Gone.CODE_CHANGED, Gone.CODE_DELETED, Gone.FILE_DELETED)


class Origin(StrEnum):
    """Was the use written after the baseline date, or only found after it? By blame of its line."""

    INTRODUCED = "introduced"
    DISCOVERED = "discovered"


class Blame(StrEnum):
    """How far the question went who last changed a line. `boundary`: to where the mirror's history is cut off."""

    KNOWN = "known"
    BOUNDARY = "boundary"
    FAILED = "failed"


class Claim(StrEnum):
    """What became of a person's "I fixed it"."""

    WAITING = "waiting"
    CONTRADICTED = "contradicted"


class State(StrEnum):
    """What a page shows."""

    OVERDUE = "overdue"
    OPEN = "open"
    PLANNED = "planned"
    IN_PROGRESS = "in_progress"
    STALE = "stale"
    WAIVED = "waived"
    DISMISSED = "dismissed"
    RESOLVED = "resolved"
    OUT_OF_SCOPE = "out_of_scope"


# Events that follow from what a person decided about paths or a repository, not about the finding.
FOLLOWING = ("area", "left_out", "counted_again", "taken_back")
