"""The last result of a repository, kept for as long as nothing of what it follows from changes.

It follows from the bytes of the files that were chosen, and from what made the choice: of every other module or source
file its path, that it does not name the API, and, where some file holds a client, what it imports and whether it holds
a method of that name. So most changes leave it as it is.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from audits.analysis.files import SKIPPED, File
from audits.analysis.store import RESULT, FactKey, FactStore
from audits.engine import ENGINE_VERSION, codec
from audits.engine.across import FAMILY
from audits.engine.facts import Dependency, FileKind, Unread, UnreadReason, Usage
from audits.engine.filekinds import MODULES
from audits.engine.link.chats import ChatSite
from audits.engine.stored import result_from_text, result_to_text
from audits.gitstore import Source

# A file of these kinds may hold a use of what another one makes.
FOLLOWED = MODULES | frozenset(FAMILY)
# In characters: so much a database keeps and a scan loads in no time; who has more is read anew.
_LONGEST = 16 * 1024**2
# The digests stand within so many characters of its beginning.
_HEAD = 200
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
    """Keeps one result a repository: that of the files which the last reading found.

    `look_closer` completes the looks of the files of some kinds, where the selection has not done so.
    """

    def __init__(
        self,
        source: Source,
        store: FactStore,
        files: Iterable[File],
        owning: tuple[str, str] | None,
        look_closer: Callable[[frozenset[FileKind]], None],
    ) -> None:
        self._key = FactKey(source.object_format, place_of(source.name), RESULT, ENGINE_VERSION)
        self._store = store
        self._rows = [file for file in files if file.kind in FOLLOWED or file.look.names]
        self._look_closer = look_closer
        self._usable = all(file.entry.oid for file in self._rows)
        looked = [(*_what(file), file.state, file.look.names) for file in self._rows]
        self._files = _digest([repr(owning), *map(repr, looked), *(file.entry.oid for file in self._rows)])
        named = [file.entry.oid for file in self._rows if file.look.names]
        self._named = _digest([repr(owning), *map(repr, looked), *named])

    def known(self) -> Result | None:
        """What was kept, None where something has changed since."""
        text = self._store.get_many([self._key]).get(self._key) if self._usable else None
        if text is None:
            return None
        try:
            kept = result_from_text(text, self._files) or self._kept_of_others(text)
            return None if kept is None else codec.decode(Result, kept["result"])
        except (ValueError, KeyError, TypeError):
            return None

    def keep(self, result: Result) -> None:
        """Remember what was found, where another reading would find the same."""
        if not (self._usable and result.lasts):
            return
        chosen = [file.entry.path for file in self._rows if file.state != SKIPPED]
        closer = {file.kind for file in self._rows if file.look.closer}
        kept = {
            "named": self._named,
            "closer": sorted(closer),
            "choice": self._choice(chosen) if closer else "",
            "chosen": chosen if closer else [],
            "result": codec.encode(result),
        }
        text = result_to_text(kept, self._files)
        if len(text) <= _LONGEST:
            self._store.put_many({self._key: text})

    def _kept_of_others(self, text: str) -> Mapping[str, Any] | None:
        """What was kept of other files, if what it follows from is the same. Raises ValueError, KeyError, TypeError."""
        if self._named not in text[:_HEAD]:
            return None
        kept: Mapping[str, Any] = json.loads(text)["result"]
        if kept["named"] != self._named:
            return None
        if kept["choice"]:
            self._look_closer(frozenset(map(FileKind, kept["closer"])))
            if kept["choice"] != self._choice(kept["chosen"]):
                return None
        return kept

    def _choice(self, chosen: Iterable[str]) -> str:
        """One text for what closer looks at all modules tell, and for the bytes of the chosen files."""
        looks = [
            (file.entry.path, file.look.closer, file.look.method, sorted(file.look.imports))
            for file in self._rows
            if file.kind in FOLLOWED
        ]
        oids = {file.entry.path: file.entry.oid for file in self._rows}
        return _digest([*map(repr, looks), *(f"{path} {oids.get(path)}" for path in chosen)])


def _what(file: File) -> tuple[str, str]:
    return file.entry.path, str(file.kind)


def _digest(rows: Iterable[str]) -> str:
    return blake2b("\n".join(rows).encode(errors="backslashreplace"), digest_size=20).hexdigest()
