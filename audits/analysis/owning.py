"""Whose the files with uses are, by the tree's CODEOWNERS."""

from collections.abc import Mapping, Sequence

from audits import owners
from audits.engine.facts import Unread
from audits.gitstore import Entry, Source
from audits.sandbox import Sandbox


def ruling(entries: Sequence[Entry]) -> tuple[str, str] | None:
    """The path and the id of the CODEOWNERS file in force."""
    chosen = owners.place(entry.path for entry in entries)
    return next(((entry.path, entry.oid) for entry in entries if entry.path == chosen), None)


def owning(
    source: Source, sandbox: Sandbox, entries: Sequence[Entry], paths: Sequence[str]
) -> Mapping[str, tuple[str, ...]] | None:
    """The owners of these paths, those without any left out; None where the file cannot be read."""
    chosen = owners.place(entry.path for entry in entries)
    if chosen is None or not paths:
        return {}
    for _, data in source.read([entry for entry in entries if entry.path == chosen][:1]):
        if data is None or len(data) > owners.FILE_LIMIT:
            return None
        found = sandbox.owners(data, paths)
        return None if isinstance(found, Unread) else found
    return None
