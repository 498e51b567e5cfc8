"""What one reading of a repository leaves for the next one: two commits of a history share most of their files."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping

from audits.analysis.store import FactKey
from audits.engine import ModuleFacts
from audits.engine.facts import FileKind, Unread, Usage
from audits.engine.link.chats import ChatSite
from audits.engine.looks import Look

Used = tuple[tuple[Usage, ...], tuple[ChatSite, ...]]


class Memo:
    """Knows blobs by id, for one engine and one object format; forgets facts that the last reading did not need.

    Files without an id, those of a folder on disk, are never remembered. `former` are, of the files that are not as in
    an earlier commit, their ids there, "" where there was none: what a store knows of that one holds for all others.
    Where no reading follows (`once`), the facts go as soon as they are linked.
    """

    def __init__(self, former: Mapping[str, str] | None = None, *, once: bool = False) -> None:
        self.former = former or {}
        self._once = once
        self._looks: dict[FileKind, dict[str, Look]] = defaultdict(dict)
        self._facts: dict[FactKey, ModuleFacts | Unread] = {}
        self._needed: dict[FactKey, ModuleFacts | Unread] = {}
        self._linked: frozenset[tuple[str, str]] | None = None
        self._uses: Used = ((), ())

    def keep(self, oids: Collection[str]) -> None:
        """Forget the facts of all other blobs: what takes their place would lie beside them, and both are large."""
        self._facts = {key: found for key, found in self._facts.items() if key.oid in oids}

    def look(self, oid: str, kind: FileKind, *, closer: bool) -> Look | None:
        found = self._looks[kind].get(oid)
        return found if found is not None and (found.closer or not closer) else None

    def remember_look(self, oid: str, kind: FileKind, look: Look) -> None:
        if oid:
            self._looks[kind][oid] = look

    def facts_of(self, key: FactKey) -> ModuleFacts | Unread | None:
        return self._needed.get(key) or self._facts.get(key)

    def remember_facts(self, key: FactKey, found: ModuleFacts | Unread) -> ModuleFacts | Unread:
        if key.oid:
            self._needed[key] = found
        return found

    def uses(self, files: frozenset[tuple[str, str]], link: Callable[[], Used]) -> Used:
        """The uses, and the calls of Chat, in files given as (path, blob): those of the last reading, or linked."""
        self._facts, self._needed = {} if self._once else self._needed, {}
        if files != self._linked or any(not oid for _, oid in files):
            self._linked, self._uses = files, link()
        return self._uses
