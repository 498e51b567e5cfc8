"""Which files are read because they may use a client that another file of their language makes."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence, Set
from functools import cached_property

from audits.analysis.files import File, read
from audits.analysis.looks import Looking
from audits.engine import ModuleFacts
from audits.engine.across import FAMILY, shared
from audits.engine.facts import FileKind
from audits.engine.leads import Joinable, Leads, helping_words, joining_names, may_join, words_of
from audits.engine.lent import Lent
from audits.engine.specifiers import Specifiers
from audits.gitstore import Source

_ROUNDS = 12
# Callers, their callers, and once more.
_RELAYS = 3
# So many files may be read for calling a helper; so many are searched by reading them, more by git.
_CALLERS, _WORTH_A_SEARCH = 500, 200
# Names that are looked for at once, and the characters of a search for them: a word that a program is given has an end.
_NAMES, _PATTERN = 500, 15_000
# What begins a file in wide characters, whose words a search does not see.
_WIDE = r"\xff\xfe|\xfe\xff"


class Beyond:
    """The files of one reading that are no modules, and their facts as they become known."""

    def __init__(self, files: Mapping[str, File], facts: Mapping[str, ModuleFacts]) -> None:
        self._files = files
        self._facts = facts
        self._kinds = {path: file.kind for path, file in files.items() if file.kind in FAMILY}

    @cached_property
    def _specifiers(self) -> Specifiers:
        return Specifiers(self._kinds)

    @property
    def across(self) -> Lent:
        """What the facts that are known say together."""
        return Lent(self._facts, self._kinds, self._specifiers)

    def read(
        self, source: Source, looking: Looking, extract: Callable[[Collection[str]], None], tried: frozenset[str]
    ) -> None:
        """Have those read that hold a method of the name and name what others give, and what stands between them."""
        kinds = shared(self._facts, self._kinds)
        files = [file for file in self._files.values() if file.kind in kinds]
        looking.closer(files)
        calling = [file for file in files if file.look.method and file.entry.path not in tried]
        held: dict[str, Sequence[int] | None] = {}
        for group, data in read(source, calling):
            if data is not None:
                held.update(dict.fromkeys([file.entry.path for file in group], words_of(data)))
        for _ in range(_ROUNDS if files else 0):
            words = Leads(self._facts, self._kinds, self._specifiers).words()
            chosen = frozenset(
                path
                for path, known in held.items()
                if path not in tried and words and (known is None or not words.isdisjoint(known))
            )
            chosen |= self.across.explore() - tried
            if not chosen:
                break
            extract(chosen)
            tried |= chosen
        asked: set[tuple[str, str]] = set()
        named: set[tuple[frozenset[FileKind], Joinable]] = set()
        for _ in range(_RELAYS):
            ways = {(path, helper.way) for path, row in self._facts.items() for helper in row.helpers}
            ways |= set(self.across.relayed()) if ways else set()
            chosen = self._callers(source, tried, ways - asked) if ways - asked else frozenset()
            chosen |= self._joining(source, tried, named)
            if not chosen:
                break
            asked |= ways
            extract(chosen)
            tried |= chosen

    def _joining(
        self, source: Source, tried: frozenset[str], named: set[tuple[frozenset[FileKind], Joinable]]
    ) -> frozenset[str]:
        """The files that may put an address together of what others keep, and those that keep what is asked for.

        `named` are the names that were searched for before, with the kinds of files; the new ones are added.
        """
        rows = [(self._kinds[path], path, row) for path, row in self._facts.items() if path in self._kinds]
        told = {(FAMILY[kind], one) for kind, path, row in rows for one in joining_names(path, kind, row)}
        fresh, found = sorted(told - named, key=_place)[:_NAMES], list[str]()
        named |= told
        for kinds in {kinds for kinds, _ in fresh}:
            mine = [one for other, one in fresh if other == kinds]
            for group, data in read(source, self._naming(source, kinds, {one.name for one in mine}, tried)):
                paths = [file.entry.path for file in group]
                found += [path for path in paths if data is None or may_join(path, data, mine)]
        sought = self.across.sought() if any(row.sent for row in self._facts.values()) else frozenset()
        return frozenset(sorted(found)[:_CALLERS]) | (sought - tried)

    def _callers(self, source: Source, tried: frozenset[str], ways: Set[tuple[str, str]]) -> frozenset[str]:
        """The files that name a helper which another file gives, and its module or class."""
        helping = helping_words(ways, self._kinds)
        chosen: list[str] = []
        for group, data in read(source, self._naming(source, helping.kinds, helping.names, tried)):
            words = words_of(data) if data is not None else ()
            paths = (file.entry.path for file in group)
            chosen += [path for path in paths if words is None or helping.meets(path, words)]
        return frozenset(sorted(chosen)[:_CALLERS])

    def _naming(
        self, source: Source, kinds: Collection[FileKind], names: Collection[str], tried: frozenset[str]
    ) -> list[File]:
        """The files of these kinds that hold one of the words; all of them where these are few or those long."""
        files = [self._files[path] for path, kind in self._kinds.items() if kind in kinds and path not in tried]
        pattern = rf"\b(?:{'|'.join(map(re.escape, sorted(names)))})\b"
        if len(files) < _WORTH_A_SEARCH or len(pattern) > _PATTERN:
            return files
        found = source.sift([file.entry for file in files], [pattern, _WIDE])
        return files if found is None else [file for file in files if file.entry.path in found]


def _place(told: tuple[frozenset[FileKind], Joinable]) -> tuple[list[FileKind], str, bool, tuple[str, ...], str, str]:
    kinds, one = told
    return sorted(kinds), one.name, one.takes_path, one.within, one.beside, one.folder or ""
