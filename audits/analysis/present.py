"""Snippet, excerpt and replacement: what a page shows of a use."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from audits.analysis.files import File, key_of, read
from audits.analysis.store import FactKey, FactStore
from audits.engine.facts import FileKind, Unread, Usage
from audits.engine.stored import shown_from_text, shown_kind
from audits.gitstore import Source
from audits.sandbox import Sandbox


def presented(
    source: Source, sandbox: Sandbox, store: FactStore, files: Mapping[str, File], usages: Sequence[Usage]
) -> tuple[tuple[Usage, ...], frozenset[str]]:
    """The uses as they are shown, and the paths of the files whose second reading failed: theirs stay as they are.

    How the uses of a blob are shown is known from the store, or told by its bytes, read once more.
    """
    by_path: dict[str, list[Usage]] = defaultdict(list)
    for usage in usages:
        by_path[usage.path].append(usage)
    keys = {path: key_of(source, files[path], shown_kind(files[path].kind, rows)) for path, rows in by_path.items()}
    known = store.get_many([key for key in keys.values() if key.oid])
    shown: dict[str, Sequence[Usage]] = {}
    for path, key in keys.items():
        found = shown_from_text(known[key], len(by_path[path])) if key in known else None
        if found is not None:
            shown[path] = found
    asked = _asked(source, [files[path] for path in by_path if path not in shown], by_path)
    fresh: dict[FactKey, str] = {}
    for path, answer, text in sandbox.present_all(asked):
        if isinstance(answer, Unread):
            continue
        shown[path] = answer
        if keys[path].oid:
            fresh[keys[path]] = text
    if fresh:
        store.put_many(fresh)
    failed = frozenset(path for path in by_path if path not in shown)
    return tuple(usage for path, rows in by_path.items() for usage in shown.get(path, rows)), failed


def _asked(
    source: Source, files: Iterable[File], usages: Mapping[str, Sequence[Usage]]
) -> Iterator[tuple[str, FileKind, bytes, Sequence[Usage]]]:
    for group, data in read(source, files):
        if data is not None:
            for file in group:
                yield file.entry.path, file.kind, data, usages[file.entry.path]
