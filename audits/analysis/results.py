"""The last result of a repository, kept for as long as nothing of what it follows from changes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b

from audits.analysis.files import File
from audits.analysis.store import RESULT, FactKey, FactStore
from audits.engine import ENGINE_VERSION, codec
from audits.engine.facts import Dependency, Unread, UnreadReason, Usage
from audits.engine.filekinds import MODULES
from audits.engine.link.chats import ChatSite
from audits.engine.stored import result_from_text, result_to_text
from audits.gitstore import Source

# In characters: so much a database keeps and a scan loads in no time; who has more is read anew.
_LONGEST = 16 * 1024**2
# These may be the moment's fault: the next reading is to try again.
_PASSING = frozenset({UnreadReason.BUDGET, UnreadReason.OBJECT_MISSING, UnreadReason.TIMED_OUT})


@dataclass(frozen=True, slots=True)
class Result:
    """What follows from the looks: the uses as they are shown, and how the files that were chosen ended.

    `states` counts the files that were chosen by their state; `unread` are those of them that were not read.
    """

    usages: tuple[Usage, ...] = ()
    chats: tuple[ChatSite, ...] = ()
    states: Mapping[str, int] = field(default_factory=dict)
    unread: Mapping[str, Unread] = field(default_factory=dict)
    dependencies: tuple[tuple[str, Dependency], ...] = ()
    owners: Mapping[str, tuple[str, ...]] | None = None
    unpresented: frozenset[str] = frozenset()

    @property
    def lasts(self) -> bool:
        """Would another reading find the same?"""
        passing = any(why.reason in _PASSING for why in self.unread.values())
        return self.owners is not None and not self.unpresented and not passing


def place_of(name: str) -> str:
    """In the place of a blob's id, under which id the result of the source of that name is kept."""
    return blake2b(name.encode(errors="backslashreplace"), digest_size=20).hexdigest()


class Results:
    """Keeps one result a repository: that of the files which the last reading found."""

    def __init__(self, source: Source, store: FactStore, files: Iterable[File], owning: tuple[str, str] | None) -> None:
        self._key = FactKey(source.object_format, place_of(source.name), RESULT, ENGINE_VERSION)
        self._store = store
        rows = [file for file in files if file.kind in MODULES or file.look.names]
        self._files = _digest(rows, owning)
        self._usable = all(file.entry.oid for file in rows)

    def known(self) -> Result | None:
        """What was kept, None where something has changed since."""
        text = self._store.get_many([self._key]).get(self._key) if self._usable else None
        found = None if text is None else result_from_text(text, self._files)
        try:
            return None if found is None else codec.decode(Result, found)
        except ValueError:
            return None

    def keep(self, result: Result) -> None:
        """Remember what was found, where another reading would find the same."""
        if not (self._usable and result.lasts):
            return
        text = result_to_text(codec.encode(result), self._files)
        if len(text) <= _LONGEST:
            self._store.put_many({self._key: text})


def _digest(files: Iterable[File], owning: tuple[str, str] | None) -> str:
    """One text for all that a result follows from: the files that are linked or read, and who owns them."""
    rows = [f"{file.entry.path}\0{file.entry.oid}\0{file.kind}\0{file.state}\0{file.look.names}" for file in files]
    return blake2b("\n".join([*rows, repr(owning)]).encode(errors="backslashreplace"), digest_size=20).hexdigest()
