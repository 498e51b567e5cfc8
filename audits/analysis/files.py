"""The files of one reading, and their bytes."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from audits.analysis.store import FactKey
from audits.engine import ENGINE_VERSION
from audits.engine.facts import FileKind
from audits.engine.filekinds import is_installed, kind_and_fate, passed_over_in
from audits.engine.looks import NOTHING, Look
from audits.gitstore import Entry, Source

SKIPPED = "skipped_prefilter"


@dataclass(slots=True)
class File:
    """One candidate: what its bytes say, and how it ended, SKIPPED until it was chosen."""

    entry: Entry
    kind: FileKind
    look: Look = NOTHING
    state: str = SKIPPED


def candidates(entries: Iterable[Entry], reads: Callable[[str], bool]) -> tuple[dict[str, File], Counter[str]]:
    """What a tree holds to be read, by path; and what it would hold more, had others not written it: files by place.

    What `reads` says yes to is read all the same.
    """
    files: dict[str, File] = {}
    others = Counter[str]()
    for entry in entries:
        kind, passed_over = kind_and_fate(entry.label)
        passed_over = passed_over and not reads(entry.label)
        if kind is not None and not passed_over:
            files[entry.path] = File(entry, kind)
        # Installed modules are read for those that import them; their own uses are nobody's here.
        if kind is not None and (passed_over or is_installed(entry.label)):
            others[passed_over_in(entry.label)] += 1
    return files, others


def key_of(source: Source, file: File, kind: str = "") -> FactKey:
    """Under which a store keeps what is known of the file, or, under another `kind`, what follows from it."""
    return FactKey(source.object_format, file.entry.oid, kind or file.kind, ENGINE_VERSION)


def read(source: Source, files: Iterable[File]) -> Iterator[tuple[list[File], bytes | None]]:
    """Stream bytes, each blob once for all files that hold it; their entries then have its size."""
    groups: dict[tuple[str, str], list[File]] = defaultdict(list)
    for file in files:
        groups[file.entry.oid or f"={file.entry.path}", file.kind].append(file)
    by_path = {group[0].entry.path: group for group in groups.values()}
    for entry, data in source.read([group[0].entry for group in groups.values()]):
        group = by_path[entry.path]
        for file in group:
            file.entry = file.entry._replace(size=entry.size)
        yield group, data
