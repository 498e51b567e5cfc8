"""What one reading of a repository leaves for the next one: two commits of a history share most of their files."""

from collections.abc import Callable

from audits.analysis.store import FactKey
from audits.engine import ModuleFacts
from audits.engine.facts import FileKind, Unread, Usage
from audits.engine.link.chats import ChatSite
from audits.engine.selection import Look

Used = tuple[tuple[Usage, ...], tuple[ChatSite, ...]]


class Memo:
    """Knows blobs by id, for one engine and one object format; forgets facts that the last reading did not need.

    Files without an id, those of a folder on disk, are never remembered.
    """

    def __init__(self) -> None:
        self._looks: dict[tuple[str, FileKind], Look] = {}
        self._imports: set[str] = set()
        self._facts: dict[FactKey, ModuleFacts | Unread] = {}
        self._needed: dict[FactKey, ModuleFacts | Unread] = {}
        self._linked: frozenset[tuple[str, str]] | None = None
        self._uses: Used = ((), ())

    def look(self, oid: str, kind: FileKind) -> Look | None:
        return self._looks.get((oid, kind))

    def remember_look(self, oid: str, kind: FileKind, look: Look) -> Look:
        if oid:
            self._looks[oid, kind] = look
        return look

    def knows_imports(self, oid: str) -> bool:
        """Whether the remembered look of a Python file holds what it imports."""
        return oid in self._imports

    def remember_imports(self, oid: str) -> None:
        if oid:
            self._imports.add(oid)

    def facts_of(self, key: FactKey) -> ModuleFacts | Unread | None:
        return self._needed.get(key) or self._facts.get(key)

    def remember_facts(self, key: FactKey, found: ModuleFacts | Unread) -> ModuleFacts | Unread:
        if key.oid:
            self._needed[key] = found
        return found

    def uses(self, files: frozenset[tuple[str, str]], link: Callable[[], Used]) -> Used:
        """The uses, and the calls of Chat, in files given as (path, blob): those of the last reading, or linked."""
        self._facts, self._needed = self._needed, {}
        if files != self._linked or any(not oid for _, oid in files):
            self._linked, self._uses = files, link()
        return self._uses
