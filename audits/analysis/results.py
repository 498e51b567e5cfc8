"""The last result of a repository, kept for as long as nothing of what it follows from changes.

It follows from what the files say that were chosen, and from what made the choice: of every other module or source file
its path, that it does not name the API, and, where some file holds a client, what it imports and whether it holds a
method of that name. So most changes leave it as it is: those of other files, and those after which a chosen file says
the same (a comment, prose, another setting).
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Any

from audits.analysis.files import SKIPPED, File
from audits.analysis.store import RESULT, FactKey, FactStore
from audits.engine import ENGINE_VERSION, codec
from audits.engine.across import FAMILY
from audits.engine.facts import Dependency, FileKind, Unread, UnreadReason, Usage
from audits.engine.filekinds import MODULES
from audits.engine.link.chats import ChatSite
from audits.engine.stored import result_from_text, result_to_text, usage_to_text, usages_from_text
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

    `fingerprints` has of each of the `usages` a digest of all that is told of it. `states` counts the files that were
    chosen by their state; `unread` are those of them that were not read; `joined` are the programs among them whose
    first look said nothing. `lent`: any source file that changes may call a helper, or use an address that is kept.
    """

    usages: tuple[Usage, ...] = ()
    chats: tuple[ChatSite, ...] = ()
    states: Mapping[str, int] = field(default_factory=dict)
    unread: Mapping[str, Unread] = field(default_factory=dict)
    dependencies: tuple[tuple[str, Dependency], ...] = ()
    owners: Mapping[str, tuple[str, ...]] | None = None
    unpresented: frozenset[str] = frozenset()
    joined: int = 0
    lent: bool = False
    fingerprints: tuple[str, ...] = ()

    @property
    def lasts(self) -> bool:
        """Would another reading find the same?"""
        passing = any(why.reason in _PASSING for why in self.unread.values())
        return self.owners is not None and not self.unpresented and not passing

    def told(self) -> Iterator[tuple[Usage, str]]:
        """The uses, each with its fingerprint; none where there are no fingerprints."""
        return zip(self.usages, self.fingerprints, strict=False)

    def with_uses(self, paths: Collection[str], usages: Iterable[Usage]) -> "Result":
        """The same with these uses in the place of those in the files `paths`."""
        kept = (pair for pair in self.told() if pair[0].path not in paths)
        fresh = ((usage, fingerprint_of(usage_to_text(usage))) for usage in usages)
        rows = sorted((*kept, *fresh), key=lambda pair: place_in_tree(pair[0]))
        return replace(self, usages=tuple(row[0] for row in rows), fingerprints=tuple(row[1] for row in rows))


def place_in_tree(usage: Usage) -> tuple[str, int, int, int]:
    """By which uses are put in order."""
    return usage.path, usage.cell or 0, usage.line, usage.column


def fingerprint_of(text: str) -> str:
    """Of 24 characters: the same, where the same engine tells the same of a use."""
    return blake2b(text.encode(), digest_size=12, key=ENGINE_VERSION.encode()).hexdigest()


def place_of(name: str) -> str:
    """In the place of a blob's id, under which id the result of the source of that name is kept."""
    return blake2b(name.encode(errors="backslashreplace"), digest_size=20).hexdigest()


class Results:
    """Keeps one result a repository: that of the files which the last reading found.

    `look_closer` completes the looks of the files of some kinds, where the selection has not done so. `digests` gives
    by path what extraction says of files, as a digest; it reads them where they are not read yet, and leaves out those
    of which it cannot tell.
    """

    def __init__(
        self,
        source: Source,
        store: FactStore,
        files: Iterable[File],
        owning: tuple[str, str] | None,
        *,
        look_closer: Callable[[frozenset[FileKind]], None],
        digests: Callable[[Collection[str]], Mapping[str, str]],
    ) -> None:
        self._key = FactKey(source.object_format, place_of(source.name), RESULT, ENGINE_VERSION)
        self._store = store
        self._rows = [file for file in files if file.kind in FOLLOWED or file.look.names]
        self._oids = {file.entry.path: file.entry.oid for file in self._rows}
        self._look_closer = look_closer
        self._digests = digests
        self._usable = all(self._oids.values())
        looked = [(*_what(file), file.state, file.look.names, file.look.quiet) for file in self._rows]
        self._looked = digest([repr(owning), *map(repr, looked)])
        self._files = digest([self._looked, *self._oids.values()])

    def known(self) -> tuple[Result, frozenset[str]] | None:
        """What was kept, and the files whose bytes changed since, though they say the same; None where more changed."""
        text = self._store.get_many([self._key]).get(self._key) if self._usable else None
        if text is None:
            return None
        kept, changed = result_from_text(text, self._files), frozenset[str]()
        if kept is None:
            kept, changed = self._kept_of_others(text)
        if kept is None:
            return None
        try:
            told = [(usage, fingerprint_of(row)) for usage, row in usages_from_text(text)]
            usages, fingerprints = tuple(row[0] for row in told), tuple(row[1] for row in told)
            result = replace(codec.decode(Result, kept["result"]), usages=usages, fingerprints=fingerprints)
            return (result, changed) if len(usages) == kept["uses"] else None
        except (ValueError, KeyError, TypeError):
            return None

    def keep(self, result: Result) -> Result:
        """Remember what was found, where another reading would find the same; it comes back with its `fingerprints`."""
        if not self._usable:
            return result
        rows = [usage_to_text(usage) for usage in result.usages]
        if result.lasts:
            self._keep(result, rows)
        return replace(result, fingerprints=tuple(map(fingerprint_of, rows)))

    def _keep(self, result: Result, rows: Sequence[str]) -> None:
        chosen = [file.entry.path for file in self._rows if file.state != SKIPPED]
        told = self._digests(chosen)
        named = [file.entry.path for file in self._rows if file.look.names and not file.look.quiet]
        closer = {file.kind for file in self._rows if file.look.closer}
        kept = {
            "looked": self._looked,
            "closer": sorted(closer),
            "choice": self._choice() if closer else "",
            "bytes": self._bytes() if result.lent else "",
            "follows": {path: [self._oids[path], told.get(path, "")] for path in (*named, *chosen)},
            "uses": len(rows),
            "result": codec.encode(replace(result, usages=())),
        }
        text = result_to_text(kept, self._files, rows)
        if len(text) <= _LONGEST:
            self._store.put_many({self._key: text})

    def _kept_of_others(self, text: str) -> tuple[Mapping[str, Any] | None, frozenset[str]]:
        """What was kept of other bytes, if what it follows from is the same, and of which files they are others."""
        nothing = (None, frozenset[str]())
        if self._looked not in text[:_HEAD]:
            return nothing
        try:
            kept: Mapping[str, Any] = result_from_text(text)
            looked, choice, closer = kept["looked"], kept["choice"], frozenset(map(FileKind, kept["closer"]))
            others = kept["bytes"]
            said = {path: what for path, (oid, what) in kept["follows"].items() if self._oids.get(path) != oid}
        except (ValueError, KeyError, TypeError, AttributeError):
            return nothing
        if looked != self._looked or (others and others != self._bytes()):
            return nothing
        if choice:
            self._look_closer(closer)
            if choice != self._choice():
                return nothing
        # What the store cannot tell of, no digest says.
        same = all(said.values()) and (not said or said == self._digests(said))
        return (kept, frozenset(said)) if same else nothing

    def _choice(self) -> str:
        """One text for what closer looks tell."""
        looks = (
            (file.entry.path, file.look.closer, file.look.method, list(file.look.imports), self._told_by_bytes(file))
            for file in self._rows
            if file.kind in FOLLOWED
        )
        return digest(map(repr, looks))

    def _bytes(self) -> str:
        """One text for the bytes of all the files that may call each other's functions."""
        return digest(f"{file.entry.path} {file.entry.oid}" for file in self._rows if file.kind in FAMILY)

    def _told_by_bytes(self, file: File) -> str:
        """Of a file that is chosen by its bytes, where it holds a method, their id."""
        return self._oids[file.entry.path] if file.look.method and file.kind not in MODULES else ""


def _what(file: File) -> tuple[str, str]:
    return file.entry.path, str(file.kind)


def digest(rows: Iterable[str]) -> str:
    """One short text for many."""
    return blake2b("\n".join(rows).encode(errors="backslashreplace"), digest_size=20).hexdigest()
