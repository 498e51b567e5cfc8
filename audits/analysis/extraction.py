"""The facts of files: those that a store knows, the others from their bytes, which the sandbox reads."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from audits.analysis.files import File, key_of, read
from audits.analysis.memo import Memo
from audits.analysis.results import digest
from audits.analysis.store import FactKey, FactStore
from audits.engine import ModuleFacts
from audits.engine.facts import FileKind, Unread, UnreadReason
from audits.engine.stored import from_text, to_text
from audits.gitstore import Source
from audits.sandbox import Sandbox

_BATCH = 256
# The file's fault or the moment's? Only the first is worth remembering.
_PASSING = frozenset({UnreadReason.BUDGET, UnreadReason.OBJECT_MISSING})


class Extraction:
    """Extracts for one reading; `missing` is told the files without bytes, `done` the paths of the others."""

    def __init__(
        self,
        source: Source,
        sandbox: Sandbox,
        store: FactStore,
        memo: Memo,
        missing: Callable[[Sequence[File]], None],
        done: Callable[[Iterable[str]], None],
    ) -> None:
        self._source = source
        self._sandbox = sandbox
        self._store = store
        self._memo = memo
        self._missing = missing
        self._done = done
        self._digests: dict[FactKey, str] = {}

    def facts_of(self, files: Sequence[File]) -> dict[str, ModuleFacts | Unread]:
        """By path the facts of files, those without bytes left out."""
        found: dict[str, ModuleFacts | Unread] = {}
        for start in range(0, len(files), _BATCH):
            found |= self._remembered(files[start : start + _BATCH])
        todo = [file for file in files if file.entry.path not in found]
        fresh: dict[FactKey, str] = {}
        for group, facts, text in self._sandbox.extract_all(self._to_extract(todo)):
            key = key_of(self._source, group[0])
            self._memo.remember_facts(key, facts)
            for file in group:
                found[file.entry.path] = facts
            self._done(file.entry.path for file in group)
            if key.oid and not (isinstance(facts, Unread) and facts.reason in _PASSING):
                fresh[key] = text or to_text(facts)
            if len(fresh) >= _BATCH:
                self._keep(fresh)
                fresh = {}
        self._keep(fresh)
        return found

    def digests(self, files: Sequence[File]) -> dict[str, str]:
        """By path what extraction says of files, as a digest; without those of which it may say another thing later."""
        keys = {file.entry.path: key_of(self._source, file) for file in files}
        self.facts_of([file for file in files if keys[file.entry.path] not in self._digests])
        return {path: self._digests[key] for path, key in keys.items() if key in self._digests}

    def _keep(self, texts: Mapping[FactKey, str]) -> None:
        if texts:
            self._store.put_many(texts)
            self._take(texts)

    def _take(self, texts: Mapping[FactKey, str]) -> None:
        self._digests |= {key: digest([text]) for key, text in texts.items()}

    def _remembered(self, files: Sequence[File]) -> dict[str, ModuleFacts | Unread]:
        """By path what is known of some files."""
        keys = {file.entry.path: key_of(self._source, file) for file in files if file.entry.oid}
        unknown = dict.fromkeys(key for key in keys.values() if self._memo.facts_of(key) is None)
        texts = self._store.get_many(list(unknown)) if unknown else {}
        self._take(texts)
        found = {}
        for path, key in keys.items():
            facts = self._known(key, texts)
            if facts is not None:
                found[path] = facts
        self._done(found)
        return found

    def _known(self, key: FactKey, texts: Mapping[FactKey, str]) -> ModuleFacts | Unread | None:
        found = self._memo.facts_of(key) or (from_text(texts[key]) if key in texts else None)
        return None if found is None else self._memo.remember_facts(key, found)

    def _to_extract(self, files: Iterable[File]) -> Iterator[tuple[list[File], FileKind, bytes]]:
        for group, data in read(self._source, files):
            if data is None:
                self._missing(group)
            else:
                yield group, group[0].kind, data
