"""A source of files and a store of facts to a report: the one path of the command line and of the scans."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from itertools import chain

from audits.analysis.beyond import Beyond
from audits.analysis.extraction import Extraction
from audits.analysis.files import SKIPPED, File, candidates
from audits.analysis.looks import Looking
from audits.analysis.memo import Memo, Used
from audits.analysis.owning import owning, ruling
from audits.analysis.present import presented
from audits.analysis.report import Report, asked_for
from audits.analysis.results import Result, Results, place_in_tree
from audits.analysis.store import FactStore, NullStore
from audits.engine import ENGINE_VERSION, ModuleFacts
from audits.engine.collector import seldom_collecting
from audits.engine.facts import FileKind, Unread
from audits.engine.filekinds import MODULES, PINNING
from audits.engine.judge import judge
from audits.engine.link import linked
from audits.engine.link.pins import Pins
from audits.engine.link.tree import Module
from audits.engine.selection import Selection
from audits.engine.unread import elsewhere, joined, matters, missing
from audits.gitstore import Entry, Source
from audits.sandbox import Sandbox

SCANNED = "scanned"
_ROUNDS = 12
_TICK = 0.25


def _silent(done: int, total: int) -> None:
    """Progress that nobody watches."""


def _nothing(path: str) -> bool:
    """Nothing is read that is passed over."""
    return False


def analyse(
    source: Source,
    sandbox: Sandbox,
    store: FactStore | None = None,
    progress: Callable[[int, int], None] = _silent,
    *,
    memo: Memo | None = None,
    shown: bool = True,
    reads: Callable[[str], bool] = _nothing,
) -> Report:
    """Audit one source. `progress(done, total)` gets files, a few times a second at most, and may raise to stop.

    With a `memo` of other commits of the same repository only what differs is looked at. Unless `shown`, the uses come
    without snippet, excerpt and replacement, which is all that telling them apart needs. Files that are passed over are
    read where `reads` says so of their path.

    Raises GitError when the tree cannot be walked, SandboxError when no child process starts.
    """
    with seldom_collecting():
        kept = store or NullStore(), memo or Memo(once=True)
        analysis = _Analysis(source, sandbox, *kept, progress, reads, shown=shown)
        with closing(analysis):
            return analysis.run()


class _Analysis:
    """One run: look at every candidate's bytes, extract those that can take part, link, judge, present."""

    def __init__(
        self,
        source: Source,
        sandbox: Sandbox,
        store: FactStore,
        memo: Memo,
        progress: Callable[[int, int], None],
        reads: Callable[[str], bool],
        *,
        shown: bool,
    ) -> None:
        self._source = source
        self._sandbox = sandbox
        self._store = store
        self._progress = progress
        self._memo = memo
        self._extraction = Extraction(source, sandbox, store, memo, self._missing, self._tick)
        self._reads = reads
        self._shown = shown
        self._files: dict[str, File] = {}
        self._passed_over: Mapping[str, int] = {}
        self._facts: dict[str, ModuleFacts] = {}
        self._plain: dict[str, ModuleFacts] = {}
        self._modules: dict[str, Module] = {}
        self._unread: dict[str, Unread] = {}
        self._beyond = Beyond({}, {})
        self._looking = Looking(source, store, memo, self._missing)
        self._done: set[str] = set()
        self._told = 0.0

    def close(self) -> None:
        """Let go of what refers back: Python seldom looks for such garbage, and here it is large."""
        del self._extraction, self._looking

    def run(self) -> Report:
        """The report."""
        entries = self._source.entries()
        self._files, self._passed_over = candidates(entries, self._reads)
        files = list(self._files.values())
        self._progress(0, len(files))
        self._looking.first(files)
        for file in files:
            # What a program is written in is known now.
            file.kind = file.look.kind or file.kind
        self._tick(file.entry.path for file in files if not file.look.names or file.look.quiet)
        looked = {path: file.state for path, file in self._files.items() if file.state != SKIPPED}
        results = self._results(ruling(entries)) if self._shown else None
        found = self._kept(results) if results is not None else None
        if found is None:
            found = self._found(entries, looked)
            if results is not None:
                found = results.keep(found)
        return self._report(entries, looked, found)

    def _results(self, owning: tuple[str, str] | None) -> Results:
        files = list(self._files.values())
        return Results(
            self._source,
            self._store,
            files,
            owning,
            look_closer=lambda kinds: self._looking.closer([file for file in files if file.kind in kinds]),
            digests=lambda paths: self._extraction.digests([self._files[path] for path in paths]),
        )

    def _kept(self, results: Results) -> Result | None:
        """The last result, the uses in changed files shown anew; None where it holds no more."""
        known = results.known()
        if known is None:
            return None
        found, changed = known
        mine = tuple(usage for usage in found.usages if usage.path in changed)
        # Whether a key was seen in the call itself or on the lines around it is not told apart.
        if any(usage.hardcoded_key for usage in mine):
            return None
        shown, failed = presented(self._source, self._sandbox, self._store, self._files, mine)
        return None if failed else found.with_uses(changed, shown)

    def _report(self, entries: Sequence[Entry], looked: Mapping[str, str], found: Result) -> Report:
        """What was found, with the files that the first look, or the reading after it, could not read."""
        counted = {path for path, file in self._files.items() if _counts(file)}
        states = Counter({SKIPPED: len(counted)}) + Counter(looked[path] for path in looked if path in counted)
        states += Counter(found.states)
        states[SKIPPED] -= states.total() - len(counted) - found.joined
        unread = {path: why for path, why in self._unread.items() if path in counted}
        return Report(
            usages=tuple(usage for usage in found.usages if not usage.suppressed),
            fingerprints=tuple(mark for usage, mark in found.told() if not usage.suppressed),
            unread=tuple(sorted({**unread, **found.unread}.items())),
            seen=len(counted) + found.joined,
            passed_over_in=self._passed_over,
            parsed=states[SCANNED],
            states=dict(+states),
            commit=self._source.commit,
            engine=ENGINE_VERSION,
            paths=frozenset(entry.path for entry in entries),
            suppressed=tuple(usage for usage in found.usages if usage.suppressed),
            unpresented=found.unpresented,
            chats=found.chats,
            owners=found.owners,
            dependencies=found.dependencies,
        )

    def _found(self, entries: Sequence[Entry], looked: Mapping[str, str]) -> Result:
        """Extract, link, judge and show."""
        self._extract_all()
        self._tick(self._files)
        usages, chats = self._used()
        named = any(file.look.names for file in self._files.values() if file.kind not in PINNING)
        lent = any(row.helpers or row.kept for row in self._plain.values())
        dependencies = asked_for({**self._facts, **self._plain}, named=named)
        # What follows needs them no more, and is large itself.
        for done in (self._facts, self._plain, self._modules):
            done.clear()
        failed: frozenset[str] = frozenset()
        if self._shown:
            usages, failed = presented(self._source, self._sandbox, self._store, self._files, usages)
        paths = sorted({usage.path for usage in usages})
        rows = ((file, self._unread.get(path)) for path, file in self._files.items() if path not in looked)
        chosen = [file for file, why in rows if matters(file.kind, why)]
        return Result(
            usages,
            chats,
            states=dict(Counter(file.state for file in chosen if file.state != SKIPPED)),
            unread={
                file.entry.path: self._unread[file.entry.path] for file in chosen if file.entry.path in self._unread
            },
            dependencies=dependencies,
            owners=owning(self._source, self._sandbox, entries, paths) if self._shown else None,
            unpresented=failed,
            lent=lent,
            joined=sum(file.state != SKIPPED and not _counts(file) for file in chosen),
        )

    def _missing(self, group: Sequence[File], data: bytes | None = None) -> None:
        """Files without bytes, or, with `data`, such as lie elsewhere."""
        for file in group:
            self._note(file, missing(file.kind, file.entry.size or 0) if data is None else elsewhere())

    def _extract_all(self) -> None:
        self._extract_modules()
        self._beyond = Beyond(self._files, self._plain)
        tried = frozenset(self._plain) | frozenset(self._unread)
        self._beyond.read(self._source, self._looking, self._extract_files, tried)

    def _extract_modules(self) -> None:
        named = frozenset(path for path, file in self._files.items() if file.look.names)
        if all(self._files[path].kind in PINNING for path in named):
            # Nothing here names the API but what installs it: of the other libraries nobody knows what they call.
            self._extract_files(path for path in named if self._files[path].look.method)
            return
        named -= {path for path in named if self._files[path].look.quiet}
        modules = [file for file in self._files.values() if file.kind in MODULES]
        selection = Selection({file.entry.path: file.look for file in modules})
        self._modules = selection.modules
        chosen = named
        tried = selection.further(self._facts, frozenset())
        for turn in range(_ROUNDS):
            self._extract_files(chosen)
            if not selection.goes_on(self._facts):
                return
            if turn == 0:
                # What modules hold and import matters now: most trees never come to this question.
                self._looking.closer(modules)
                selection.looks = {file.entry.path: file.look for file in modules}
            chosen = selection.further(self._facts, tried)
            tried |= chosen
            if not chosen:
                return

    def _extract_files(self, paths: Iterable[str]) -> None:
        files = [self._files[path] for path in sorted(paths)]
        # What seemed to be done with after the first look is read after all.
        self._done.difference_update(file.entry.path for file in files)
        self._extract(files)

    def _extract(self, files: Sequence[File]) -> None:
        """Note the facts of files in the order of the files."""
        found = self._extraction.facts_of(files)
        for file in files:
            if file.entry.path in found:
                self._note(file, found[file.entry.path])

    def _note(self, file: File, found: ModuleFacts | Unread) -> None:
        path = file.entry.path
        if isinstance(found, Unread):
            self._unread[path] = found
            file.state = found.reason
            return
        (self._facts if file.kind in MODULES | PINNING else self._plain)[path] = found
        file.state = SCANNED
        if found.faults:
            # Part of a notebook: what could be read counts, and the file is listed all the same.
            self._unread[path] = joined(found.faults)
            file.state = self._unread[path].reason

    def _tick(self, paths: Iterable[str]) -> None:
        """These files are done with: looked at and of no interest, or read, some of them for a second time."""
        before = len(self._done)
        self._done.update(paths)
        done, total = len(self._done), len(self._files)
        if done == before:
            return
        now = time.monotonic()
        if now - self._told >= _TICK or done == total:
            self._told = now
            self._progress(done, total)

    def _used(self) -> Used:
        """The uses, judged, in the order of the tree, and the calls of Chat; they follow from the facts alone."""
        return self._memo.uses(
            frozenset((path, self._files[path].entry.oid) for path in chain(self._facts, self._plain)), self._linked
        )

    def _linked(self) -> Used:
        found = linked(self._facts, self._modules)
        across = self._beyond.across
        pins = Pins(self._facts)
        sites = [*found.sites, *(site for path in self._plain for site in across.sites(path, pins))]
        chats = [chat for path in self._plain for chat in across.chats(path)]
        return tuple(sorted(map(judge, sites), key=place_in_tree)), (*found.chats, *chats)


def _counts(file: File) -> bool:
    """Is it one of the files that a report counts? Not each name without an ending is a program's, and of languages
    that are not parsed only what needs a person counts."""
    return file.look.names if file.kind in (FileKind.SCRIPT, FileKind.OTHER) else file.kind not in PINNING
