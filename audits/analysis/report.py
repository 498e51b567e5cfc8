"""What an analysis says."""

from dataclasses import dataclass

from audits.engine.facts import Unread, Usage
from audits.engine.link.chats import ChatSite


@dataclass(frozen=True, slots=True)
class Report:
    """What one state of a repository holds.

    `unread` pairs a path with its reason; `states` counts candidate files by state and adds up to `seen`; `parsed`
    of them were read by the parser (or their facts were known). `paths` is every path of the tree, as shown.
    `suppressed` are uses that a comment in the source sets aside: they are in no other number. Of the uses in the files
    `unpresented` there is no snippet, excerpt or replacement: the second reading of the file failed. `chats` are the
    calls of Chat on a Cohere client that stand beside them.
    """

    usages: tuple[Usage, ...]
    unread: tuple[tuple[str, Unread], ...]
    seen: int
    parsed: int
    states: dict[str, int]
    commit: str | None
    engine: str
    paths: frozenset[str]
    suppressed: tuple[Usage, ...] = ()
    unpresented: frozenset[str] = frozenset()
    chats: tuple[ChatSite, ...] = ()
