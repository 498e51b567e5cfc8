"""What the bytes of a file hold that uses a client which other files give: a name of it, or the name of its module."""

import re
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from zlib import crc32

from audits.engine import gate
from audits.engine.across import FAMILY, REAL, first
from audits.engine.catalogue.endpoints import NAMES_COHERE
from audits.engine.extract.model import ModuleFacts
from audits.engine.facts import FileKind, Given
from audits.engine.handing import Kept
from audits.engine.specifiers import Specifiers, go_folder, stem
from audits.engine.ways import CLASSES, ELSEWHERE, FOLDER, HERE

_WORD = re.compile(rb"[\w\x80-\xff]+")
# The last part of what may be a module's name.
_PART = re.compile(rb"[/\"']([^/\"'\r\n]{1,200})(?=[\"'])")
_CHUNK, _OVERLAP = 1 << 20, 1 << 8
# A file with more different words than this may hold any.
_MANY = 1 << 18
# What stands in a file that sends to an address of which it has a name, or makes what does so.
_SPEAKS = re.compile(rb"generate|prompt|base_?(?:url|uri|address)", re.IGNORECASE)
_SENDS = re.compile(rb"generate|prompt|base_?(?:url|uri|address)|post|fetch|request", re.IGNORECASE)
_SCRIPTS = frozenset({FileKind.JAVASCRIPT, FileKind.TYPESCRIPT, FileKind.TSX})
# Generate's path, for what puts it behind such an address.
_PATH = re.compile(rb"[\"'`/]generate\b")
_SILENT = frozenset({"", "*", "=", "default"})
_Place = tuple[object, ...]


def words_of(data: bytes) -> Sequence[int] | None:
    """The words of a file and the modules that it may name, four bytes each; None where they are too many."""
    text = gate.plain(data)
    found: set[int] = set()
    for start in range(0, len(text), _CHUNK):
        part = text[start : start + _CHUNK + _OVERLAP]
        found.update(map(crc32, set(_WORD.findall(part))))
        found.update(crc32(b"/" + name.split(b".")[0]) for name in set(_PART.findall(part)))
        if len(found) > _MANY:
            return None
    return array("I", found)


@dataclass(slots=True)
class Helping:
    """The names of helpers, the kinds of file that may call them, and what a caller's words hold beside each name."""

    names: set[str] = field(default_factory=set)
    kinds: frozenset[FileKind] = frozenset()
    beside: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    folders: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))

    def meets(self, path: str, words: Sequence[int]) -> bool:
        """May a file of these words call a helper? In a helper's own folder its name is enough."""
        there, folder = set(words), path.rpartition("/")[0]
        return any(
            not self.beside[name].isdisjoint(there) or folder in self.folders[name]
            for name in there.intersection(self.beside)
        )


def helping_words(ways: Iterable[tuple[str, str]], kinds: Mapping[str, FileKind]) -> Helping:
    """What tells a file that calls a helper of another one; `ways` are their files, and how others call them."""
    found = Helping()
    for path, way in ways:
        kind = kinds.get(path)
        if kind is not None:
            *outer, name = way.removesuffix("()").split(".")
            if name in ("", "default"):
                # Others give what a module is as a whole a name of their own, but they name the module.
                name = next(iter(re.findall(r"\w+", stem(path))), name)
            at = crc32(name.encode("utf-8", "replace"))
            found.names.add(name)
            found.kinds |= FAMILY.get(kind, frozenset())
            parts = (*path.split("/")[:-1], stem(path))
            # A script's module may be named by the folder of its index, a package of Go's by its folder.
            found.beside[at] |= {crc32(b"/" + part.encode("utf-8", "replace")) for part in parts[-2:] if part}
            found.beside[at] |= {crc32(part.encode("utf-8", "replace")) for part in outer}
            if kind is FileKind.GO:
                found.folders[at].add(path.rpartition("/")[0])
    return found


class Joinable(NamedTuple):
    """The name of a base or an address that a file keeps, and whether it takes a path.

    `within` are names on the way to it. `beside` stands in all files that name it as what it is, but for those that do
    so through others; `folder` is that of a name of Go's, which others name with the package, or not at all.
    """

    name: str
    takes_path: bool = False
    within: tuple[str, ...] = ()
    beside: str = ""
    folder: str | None = None

    def meets(self, path: str, data: bytes) -> bool:
        """May a file of these bytes, in plain encoding, send to what begins with it?"""
        if not self._is_near(path, data) or not all(_holds(data, one) for one in (self.name, *self.within)):
            return False
        if self.folder is not None:
            return _SENDS.search(data) is not None
        if self.takes_path:
            return _PATH.search(data) is not None
        return _SPEAKS.search(data) is not None or bool(_SENDS.search(data) and _holds(data, self.beside))

    def _is_near(self, path: str, data: bytes) -> bool:
        """Is it a file of the same package of Go's, or one that imports the package?"""
        if self.folder is None or path.rpartition("/")[0] == self.folder:
            return True
        return self.name[:1].isupper() and f'{self.beside}"'.encode("utf-8", "replace") in data


def joining_names(path: str, kind: FileKind, row: ModuleFacts) -> frozenset[Joinable]:
    """What a file keeps for others, but for what has Cohere's name: who names that is read in any case."""
    folder = path.rpartition("/")[0]
    found: set[Joinable] = set()
    for kept in row.kept:
        head, *inner = re.split(r"[./]", kept.way.removesuffix("()").removesuffix("@"))
        # Others give what a module is as a whole a name of their own, but they name the module.
        whole = head in _SILENT
        if NAMES_COHERE.search(stem(path) if whole else kept.way) or not _is_base(kept):
            continue
        names = re.findall(r"\w+", stem(path))[:1] if whole and not inner else [inner[-1] if inner else head]
        beside = head if inner and kind not in _SCRIPTS else stem(path)
        if kind is FileKind.GO:
            found.update(Joinable(one, beside="/".join(folder.split("/")[-2:]), folder=folder) for one in names)
        else:
            within = tuple(inner[:-1]) if kind in _SCRIPTS else ()
            found.update(Joinable(one, kept.takes_path, within, beside) for one in names)
    return frozenset(found)


def _is_base(kept: Kept) -> bool:
    """Is it more than a path?"""
    return any(part.ways or NAMES_COHERE.search(part.text) for part in kept.parts)


def _holds(data: bytes, word: str) -> bool:
    """Is it a word of the bytes? An expression that looks behind costs many times as much."""
    found = word.encode("utf-8", "replace")
    at = data.find(found) if found else -1
    while at >= 0:
        if not _WORD.match(data[max(at - 1, 0) : at]) and not _WORD.match(data, at + len(found)):
            return True
        at = data.find(found, at + 1)
    return False


def may_join(path: str, data: bytes, names: Iterable[Joinable]) -> bool:
    """May a file of these bytes send to an address that begins with one of these?"""
    text = gate.plain(data)
    return any(one.meets(path, text) for one in names)


class Leads:
    """The files of a tree that give a client of Cohere's or lead to one; arguments as those of `Across`."""

    def __init__(self, facts: Mapping[str, ModuleFacts], paths: Mapping[str, FileKind], specifiers: Specifiers) -> None:
        self._facts = facts
        self._paths = paths
        self._specifiers = specifiers
        self._names = {path: {first(given.name) for given in row.gives} for path, row in facts.items() if row.gives}
        self._folders = {path.rpartition("/")[0] for path in self._names}
        self._go: dict[str, str | None] = {}

    def words(self) -> frozenset[int]:
        """What `words_of` gives of a file that uses one of these clients."""
        found: set[bytes] = set()
        for path, names in self._leading().items():
            for name in names - _SILENT:
                found.update(_WORD.findall(name.encode("utf-8", "replace")))
            parts = (*path.split("/")[:-1], stem(path))
            modules = parts[-2:] if parts[-1] == "src" else parts[-1:]
            found.update(b"/" + part.encode("utf-8", "replace") for part in modules if part)
        return frozenset(map(crc32, found))

    def _leading(self) -> dict[str, set[str]]:
        """The names under which each file gives a client, or what leads to one; what waits for a file is told once."""
        leading: dict[str, set[str]] = defaultdict(set)
        waiting: dict[_Place, list[tuple[str, str]]] = defaultdict(list)
        todo: list[tuple[str, str]] = []
        for path in self._names:
            for given in self._facts[path].gives:
                row = (path, first(given.name))
                if given.kind in REAL:
                    todo.append(row)
                elif given.kind == ELSEWHERE:
                    for place in self._asked(path, given):
                        waiting[place].append(row)
        while todo:
            path, name = todo.pop()
            if name in leading[path]:
                continue
            places = [(HERE, path, name), *(self._places(path) if not leading[path] else ())]
            leading[path].add(name)
            for place in places:
                rows = waiting.pop(place, [])
                # There it means others than itself.
                mine = [row for row in rows if row[0] == path] if place[0] in (FOLDER, CLASSES) else []
                if mine:
                    waiting[place] = mine
                todo += [row for row in rows if row not in mine]
        return leading

    def _asked(self, path: str, given: Given) -> Iterator[_Place]:
        """The places at which a row looks for what it is."""
        module = given.module
        if module == HERE:
            yield from ((HERE, path, name) for name in (first(given.way), "="))
        elif module == FOLDER:
            yield FOLDER, path.rpartition("/")[0]
        elif module == CLASSES:
            yield CLASSES, first(given.way), self._family(path)
        elif self._paths.get(path) is FileKind.GO:
            if module not in self._go:
                self._go[module] = go_folder(module, self._folders, self._specifiers.folders)
            if self._go[module] is not None:
                yield FOLDER, self._go[module]
        else:
            yield from (("file", target) for target, _ in self._specifiers.files(path, module))

    def _places(self, path: str) -> Iterator[_Place]:
        """The places at which a file is found."""
        yield "file", path
        yield FOLDER, path.rpartition("/")[0]
        family = self._family(path)
        yield from ((CLASSES, name, family) for name in {*self._names[path], stem(path)})

    def _family(self, path: str) -> frozenset[FileKind]:
        return FAMILY.get(self._paths.get(path, FileKind.PYTHON), frozenset())
