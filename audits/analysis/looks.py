"""What the bytes of a tree's files say: remembered, told by a search of git's, or read."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from zlib import crc32

from audits.analysis.files import File, read
from audits.analysis.memo import Memo
from audits.analysis.store import CLOSER, LOOKS, FactKey, FactStore
from audits.engine import ENGINE_VERSION
from audits.engine.facts import FileKind
from audits.engine.filekinds import MODULES, PINNING
from audits.engine.gate import CALLED_SIEVE, SIEVE, is_pointer
from audits.engine.looks import (
    NOTHING,
    NOTHING_CLOSER,
    Look,
    closer_from_text,
    closer_to_text,
    look_at,
    look_closer,
    looks_from_text,
    looks_to_text,
    with_name,
)
from audits.gitstore import Source

_ROWS = 64
# Files of a row: about so many, never more than that.
_RUN, _LONGEST = 32, 64
# So many files must be unknown before another git is started to search them.
_WORTH_A_SEARCH = 200
Runs = Mapping[FactKey, Sequence[File]]


@dataclass(frozen=True, slots=True)
class _Glance:
    """One of the two ways to look: how it is remembered, and what bytes tell of a file."""

    kind: str
    closer: bool
    tell: Callable[[File, bytes], Look]
    to_text: Callable[[Sequence[Look | None]], str]
    from_text: Callable[[str, int], tuple[Look | None, ...] | None]
    # What git is to search for in the files of other kinds than `apart`, and what is known of those without it.
    sieve: Sequence[str]
    apart: frozenset[FileKind]
    nothing: Look


# Manifests hold other names than those that are searched for, and modules are asked for what they import too.
_FIRST = _Glance(
    LOOKS, False, lambda file, data: look_at(file.kind, data), looks_to_text, looks_from_text, SIEVE, PINNING, NOTHING
)
_CLOSER = _Glance(
    CLOSER, True, lambda file, data: look_closer(file.kind, data, file.look), closer_to_text, closer_from_text,
    CALLED_SIEVE, MODULES - {FileKind.SCRIPT}, NOTHING_CLOSER,
)  # fmt: skip


class Looking:
    """Looks at the files of one reading; `missing` is told those without bytes of their own, and the bytes of a pointer
    in their place. These are looked at no further."""

    def __init__(
        self, source: Source, store: FactStore, memo: Memo, missing: Callable[[Sequence[File], bytes | None], None]
    ) -> None:
        self._source = source
        self._store = store
        self._memo = memo
        self._missing = missing
        self._gone: set[str] = set()

    def first(self, files: Sequence[File]) -> None:
        """Set `look` of each file of the tree: does it name the API?"""
        self._memo.keep({file.entry.oid for file in files})
        self._look(files, _FIRST)

    def closer(self, files: Sequence[File]) -> None:
        """Complete `look`: do they hold a Generate method, and what do modules import?"""
        self._look([file for file in files if file.entry.path not in self._gone], _CLOSER)

    def _look(self, files: Sequence[File], glance: _Glance) -> None:
        unknown = [file for file in files if not self._remembered(file, glance)]
        if not unknown:
            return
        runs = self._runs(files, unknown, glance)
        fresh = self._recall(runs, glance)
        self._recall_former(fresh, glance)
        todo = [file for file in unknown if not self._remembered(file, glance)]
        self._read(self._suspects(todo, glance), glance)
        for keys in _batches(list(fresh), _ROWS):
            self._store.put_many(
                {key: glance.to_text([self._known(file, glance) for file in fresh[key]]) for key in keys}
            )

    def _known(self, file: File, glance: _Glance) -> Look | None:
        if file.entry.path in self._gone:
            return None
        return file.look if not file.entry.oid else self._memo.look(file.entry.oid, file.kind, closer=glance.closer)

    def _remembered(self, file: File, glance: _Glance) -> bool:
        """Whether the file's look is known, which it then has."""
        found = self._memo.look(file.entry.oid, file.kind, closer=glance.closer)
        if found is not None:
            file.look = found
        return found is not None

    def _learn(self, file: File, look: Look) -> None:
        file.look = look
        self._memo.remember_look(file.entry.oid, file.kind, look)

    def _recall(self, runs: Runs, glance: _Glance) -> Runs:
        """Take on what the store knows of the runs; those of which it knows nothing."""
        fresh = dict(runs)
        for keys in _batches(list(runs), _ROWS):
            for key, text in self._store.get_many(keys).items():
                looks = glance.from_text(text, len(runs[key]))
                if looks is None:
                    continue
                del fresh[key]
                for file, look in zip(runs[key], looks, strict=True):
                    if look is not None:
                        self._learn(file, with_name(look, file.look) if glance.closer else look)
        return fresh

    def _recall_former(self, fresh: Runs, glance: _Glance) -> None:
        """Take on what the store knows of these runs as they were before: of the files that are as they were."""
        former = {}
        for run in fresh.values():
            then = [(file, self._memo.former.get(file.entry.path, file.entry.oid)) for file in run]
            if any(oid != file.entry.oid for file, oid in then):
                former[self._key([(file.kind, oid) for file, oid in then if oid], glance)] = [
                    row for row in then if row[1]
                ]
        for keys in _batches(list(former), _ROWS):
            for key, text in self._store.get_many(keys).items():
                looks = glance.from_text(text, len(former[key]))
                for (file, oid), look in zip(former[key], looks or (), strict=False):
                    if look is not None and oid == file.entry.oid:
                        self._learn(file, with_name(look, file.look) if glance.closer else look)

    def _suspects(self, files: Sequence[File], glance: _Glance) -> Sequence[File]:
        """The files that must be read. Of the others a search has told that they hold nothing, which they then have."""
        searched = [file for file in files if file.kind not in glance.apart]
        if len(searched) < _WORTH_A_SEARCH:
            return files
        found = self._source.sift([file.entry for file in searched], glance.sieve)
        if found is None:
            return files
        for file in searched:
            if file.entry.path not in found:
                self._learn(file, with_name(glance.nothing, file.look) if glance.closer else glance.nothing)
        return [file for file in files if file.kind in glance.apart or file.entry.path in found]

    def _read(self, files: Sequence[File], glance: _Glance) -> None:
        for group, data in read(self._source, files):
            if data is None or is_pointer(group[0].kind, data):
                self._gone.update(file.entry.path for file in group)
                self._missing(group, data)
                continue
            look = glance.tell(group[0], data)
            for file in group:
                self._learn(file, look)

    def _runs(self, files: Sequence[File], unknown: Sequence[File], glance: _Glance) -> Runs:
        """The runs that hold a file of which nothing is known, by the key under which a store knows them."""
        wanted = {file.entry.path for file in unknown}
        return {
            self._key([(file.kind, file.entry.oid) for file in run], glance): run
            for run in _cut(files)
            if any(file.entry.path in wanted for file in run)
        }

    def _key(self, run: Iterable[tuple[FileKind, str]], glance: _Glance) -> FactKey:
        told = "\n".join(f"{kind} {oid}" for kind, oid in run)
        digest = blake2b(told.encode(), digest_size=20).hexdigest()
        return FactKey(self._source.object_format, digest, glance.kind, ENGINE_VERSION)


def _batches(keys: Sequence[FactKey], size: int) -> Iterator[Sequence[FactKey]]:
    return (keys[start : start + size] for start in range(0, len(keys), size))


def _cut(files: Sequence[File]) -> Iterator[Sequence[File]]:
    """Files with ids in runs. Its last path ends one, so that a file that comes or goes changes its own alone."""
    run: list[File] = []
    for file in files:
        if not file.entry.oid:
            continue
        run.append(file)
        if crc32(file.entry.path.encode()) % _RUN == 0 or len(run) == _LONGEST:
            yield run
            run = []
    if run:
        yield run
