"""Clients that another file of the same language makes: from the facts of a tree's files to uses."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import NamedTuple

from audits.engine.extract.model import ModuleFacts
from audits.engine.facts import Asked, AskedChat, CallSite, Confidence, FileKind, Given, ProofStep
from audits.engine.filekinds import is_installed
from audits.engine.handing import Called, Opened
from audits.engine.link.chats import ChatSite, chats_of
from audits.engine.link.pins import Pins
from audits.engine.placing import NO_PINS, placed
from audits.engine.specifiers import Specifiers, go_folder, rust_files, stem
from audits.engine.ways import CLASSES, ELSEWHERE, FOLDER, HERE

_FAMILIES = (
    frozenset({FileKind.JAVASCRIPT, FileKind.TYPESCRIPT, FileKind.TSX, FileKind.HTML}),
    frozenset({FileKind.GO}),
    frozenset({FileKind.JAVA, FileKind.KOTLIN}),
    frozenset({FileKind.CSHARP}),
    frozenset({FileKind.RUBY}),
    frozenset({FileKind.PHP}),
    frozenset({FileKind.RUST}),
)
# Kinds of file whose clients are followed into other files, and those files' kinds.
FAMILY: Mapping[FileKind, frozenset[FileKind]] = {kind: family for family in _FAMILIES for kind in family}
REAL = frozenset({"client", "class", "module", "maker"})
# How far one way may lead, in how many files it may be looked for, and all ways of a tree together.
_DEPTH, _STEPS, _TOTAL = 12, 4000, 100_000
_LEVELS = tuple(Confidence)
_Way = tuple[str, str, str]


class Sought(NamedTuple):
    """A way that begins in a file."""

    module: str
    way: str


class Reached(NamedTuple):
    """What a way ends at, the steps to its constructor, and how sure they are (0 to 2)."""

    given: Given
    steps: tuple[ProofStep, ...] = ()
    doubt: int = 0


def shared(facts: Mapping[str, ModuleFacts], kinds: Mapping[str, FileKind]) -> frozenset[FileKind]:
    """The kinds of file that may use a client which one of these files gives to others."""
    giving = {kinds[path] for path, row in facts.items() if any(given.kind in REAL for given in row.gives)}
    return frozenset(kind for one in giving for kind in FAMILY.get(one, ()))


class Across:
    """The files of a tree that share clients.

    `paths` are those that may be read, with their kinds; `wanted` are unread ones that a way has led to. Where more
    facts have become known, another one is to be made.
    """

    def __init__(
        self, facts: Mapping[str, ModuleFacts], paths: Mapping[str, FileKind], specifiers: Specifiers | None = None
    ) -> None:
        self.wanted: set[str] = set()
        self._facts = facts
        self._paths = paths
        self._known = specifiers
        # Where ways lead; of the one that is followed, where it has been, and what it found out on its way.
        self._ends: dict[_Way, Reached | None] = {}
        self._been: set[_Way] = set()
        self._steps = self._total = 0
        self._cut = False

    @cached_property
    def _specifiers(self) -> Specifiers:
        return self._known or Specifiers(self._paths)

    @cached_property
    def _by_class(self) -> dict[str, list[str]]:
        """The files that give something of a class, or something else, by its name."""
        found: dict[str, list[str]] = defaultdict(list)
        for path, row in self._facts.items():
            for name in {first(given.name) for given in row.gives}:
                found[name].append(path)
        return found

    @cached_property
    def _by_folder(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for path, row in self._facts.items():
            if row.gives:
                found[path.rpartition("/")[0]].append(path)
        return found

    @cached_property
    def _by_name(self) -> dict[tuple[str, str], set[str]]:
        """The files of a folder that give something, by the first name of it, or all of it."""
        found: dict[tuple[str, str], set[str]] = defaultdict(set)
        for folder, paths in self._by_folder.items():
            for path in paths:
                for given in self._facts[path].gives:
                    found[folder, first(given.name)].add(path)
                    found[folder, given.name].add(path)
        return found

    def explore(self) -> frozenset[str]:
        """The unread files that what the read ones ask for leads to."""
        for path, row in self._facts.items():
            for ask in row.asks:
                self.end(path, ask)
            for chat in row.asked_chats:
                self.end(path, chat)
        return frozenset(self.wanted)

    def sites(self, path: str, pins: Pins = NO_PINS) -> Iterator[CallSite]:
        """The uses in one file, with those of clients that other files make."""
        own = self.own(path)
        yield from placed(path, replace(self._facts[path], sites=tuple(own[place] for place in sorted(own))), pins)

    def own(self, path: str) -> dict[tuple[int, int], CallSite]:
        """The uses in one file by line and column, before they are put there."""
        facts = self._facts[path]
        own = {(site.span.line, site.span.column): site for site in facts.sites}
        for ask in facts.asks:
            place = (ask.site.span.line, ask.site.span.column)
            reached = self.end(path, ask)
            if reached is None:
                continue
            if reached.given.kind == "other":
                own.pop(place, None)
            elif _fits(ask, reached.given):
                own[place] = _use(ask, reached)
        return own

    def chats(self, path: str) -> Iterator[ChatSite]:
        """The calls of Chat in one file, on clients of its own and of other files."""
        facts = self._facts[path]
        yield from chats_of(path, facts)
        for ask in () if is_installed(path) else facts.asked_chats:
            reached = self.end(path, ask)
            if reached is not None and reached.given.kind in ("client", "module"):
                yield ChatSite(path, ask.scope, ask.line)

    def end(self, path: str, ask: Asked | AskedChat | Called | Opened | Sought) -> Reached | None:
        """Where the way of an ask leads."""
        start = (path, ask.module, ask.way)
        if start not in self._ends:
            self._been, self._steps, self._cut = set(), 0, False
            self._ends[start] = self._way(*start, 0)
            if self._ends[start] is None and not self._cut:
                # All that lies behind it is known to lead nowhere.
                self._ends.update(dict.fromkeys(self._been))
        return self._ends[start]

    def _way(self, path: str, module: str, way: str, depth: int) -> Reached | None:
        """Where a way leads that begins in a file. What one ask comes to again has been tried, or is being tried."""
        here = (path, module, way)
        if here in self._ends:
            return self._ends[here]
        if depth > _DEPTH or here in self._been:
            self._cut |= depth > _DEPTH
            return None
        self._been.add(here)
        for target, doubt in self._targets(path, module, way):
            if target not in self._facts:
                self.wanted.add(target)
                continue
            self._steps += 1
            self._total += 1
            if self._steps > _STEPS or self._total > _TOTAL:
                self._cut = True
                return None
            found = self._in_file(target, way, depth, loose=module == FOLDER and target != path)
            if found is not None:
                self._ends[here] = found._replace(doubt=max(found.doubt, doubt))
                return self._ends[here]
        return None

    def _targets(self, path: str, module: str, way: str) -> list[tuple[str, int]]:
        """The files that a module's name may mean, with the doubt about each."""
        kind = self._paths.get(path)
        if module == HERE:
            return [(path, 0)]
        if module == FOLDER:
            # A type of Go's is one of its package's names in its own file, too.
            return [(one, 0) for one in self._beside(path.rpartition("/")[0], way)]
        if module == CLASSES:
            return self._of_class(path, first(way))
        if kind is FileKind.GO:
            folder = go_folder(module, self._by_folder, self._specifiers.folders)
            return [(one, int(not folder)) for one in self._by_folder[folder]] if folder is not None else []
        if kind is FileKind.RUST:
            return [(one, 0) for one in rust_files(path, module) if one in self._paths]
        return self._specifiers.files(path, module)

    def _beside(self, folder: str, way: str) -> list[str]:
        """The files of a folder that may give something under a way, in their order."""
        names = {*map(first, _spellings(way)), *_ANY, *_LAST.findall(way)}
        known = self._by_name
        return sorted(set().union(*(known[folder, name] for name in names if (folder, name) in known)))

    def _of_class(self, path: str, name: str) -> list[tuple[str, int]]:
        kinds = FAMILY.get(self._paths.get(path, FileKind.PYTHON), frozenset())
        found = [one for one in self._by_class.get(name, ()) if self._paths.get(one) in kinds and one != path]
        named = [one for one in self._specifiers.named(name) if self._paths[one] in kinds and one not in found]
        doubt = 0 if len(found) == 1 or len({stem(one) for one in found}) == len(found) else 1
        return [(one, doubt) for one in (*found, *named[:3])]

    def _in_file(self, path: str, way: str, depth: int, *, loose: bool) -> Reached | None:
        for given, rest in self._matches(path, way):
            found = self._given(path, given, rest, depth)
            if found is not None:
                return found
        if loose and (last := _LAST.search(way)):
            for given in self._facts[path].gives:
                if given.name == last[0] and given.kind in REAL:
                    return Reached(given, _placed(given, path), 1)
        return None

    def _matches(self, path: str, way: str) -> Iterator[tuple[Given, str]]:
        """What a file gives under a way or a beginning of it, with what is left of the way."""
        rows = self._facts[path].gives
        for spelled in _spellings(way):
            for given in rows:
                name = "" if given.name == "=" else given.name
                if spelled == name:
                    yield given, ""
                elif name != "*" and spelled.startswith(name) and (name == "" or spelled[len(name)] in ".("):
                    rest = spelled[len(name) :]
                    yield given, rest if rest[0] in ".(" else f".{rest}"
            yield from ((given, spelled) for given in rows if given.name == "*" and given.kind == ELSEWHERE)

    def _given(self, path: str, given: Given, rest: str, depth: int) -> Reached | None:
        if given.kind == ELSEWHERE:
            way = f"{given.way}{rest}" if given.way else rest.lstrip(".")
            found = self._way(path, given.module, way, depth + 1)
            return found._replace(steps=(*_placed(given, path), *found.steps)) if found is not None else None
        if given.kind in ("class", "maker") and rest == "()":
            return Reached(replace(given, kind="client"), _placed(given, path))
        ends = not rest and given.kind in ("client", "module", "other", "lent")
        return Reached(given, _placed(given, path)) if ends else None


def first(way: str) -> str:
    """The name with which a way begins."""
    return re.split(r"[.(]", way)[0]


# Names of rows that may give whatever is asked for.
_ANY = ("", "=", "*")
_LAST = re.compile(r"\.?\w+(?:\(\))?$")


def _spellings(way: str) -> Iterator[str]:
    """A way, without what the languages may leave out: `default` of a whole module, the making of a class's object."""
    plain = way.replace(".new()", "()")
    yield plain
    if plain == "default" or plain.startswith(("default.", "default(")):
        yield plain[len("default") :].lstrip(".")
    elif plain == "":
        yield "default"
    if plain.endswith("()"):
        # Ruby calls what it reads.
        yield plain[:-2]
    bare = re.sub(r"^([\w.]*?\w)\(\)\.", r"\1.", plain)
    if bare != plain:
        yield bare


def _placed(given: Given, path: str) -> tuple[ProofStep, ...]:
    return tuple(replace(step, path=path) for step in given.steps)


def _fits(ask: Asked, given: Given) -> bool:
    if given.kind == "module" and ask.version == "v2":
        return False
    return ask.version in ("", "v2" if given.shown.endswith("V2") else "v1")


def _use(ask: Asked, reached: Reached) -> CallSite:
    """The use that an ask is."""
    site, given = ask.site, reached.given
    where = reached.steps[-1].path if reached.steps else ""
    doubt = max(_LEVELS.index(site.confidence), reached.doubt)
    return replace(
        site,
        client=given.shown,
        platform=given.platform,
        confidence=_LEVELS[doubt],
        why=site.why or f"`{site.callee}` is called on {given.shown}, which {where} makes.",
        proof=(*site.proof, *reached.steps),
    )
