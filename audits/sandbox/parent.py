"""The parent of the children that read hostile bytes."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from types import TracebackType
from typing import TypeVar

from audits import owners
from audits.engine import ModuleFacts, codec
from audits.engine.facts import FileKind, Unread, Usage
from audits.engine.stored import from_text, shown_from_text
from audits.engine.unread import with_lines
from audits.sandbox.pool import Job, Pool

T = TypeVar("T")


class Sandbox(Pool):
    """Long-lived children over pipes, started when needed and again after each death. A context manager.

    `deadline` is a file's wall time in seconds, `memory` a child's address space in bytes; after `deaths` deaths all
    further files are Unread with the reason `budget`. At most `children` run; if not told, as many as there are
    processors, up to four. Not for several threads. Raises SandboxError when no child starts.
    """

    def __init__(
        self, *, deadline: float = 20.0, memory: int = 2 * 1024**3, deaths: int = 20, children: int | None = None
    ) -> None:
        super().__init__(deadline=deadline, memory=memory, deaths=deaths, children=children)

    def __enter__(self) -> "Sandbox":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def extract(self, kind: FileKind, data: bytes) -> ModuleFacts | Unread:
        """The facts of one file's bytes, or why there are none."""
        ((_, found, _),) = self.extract_all([(None, kind, data)])
        return found

    def extract_all(self, files: Iterable[tuple[T, FileKind, bytes]]) -> Iterator[tuple[T, ModuleFacts | Unread, str]]:
        """The facts of files in their order, each with the key it came with and the text that a store keeps.

        The text is "" where no child told it. A file whose reader died has the lines that name the API all the same.
        """
        jobs = (Job(key, {"work": "extract", "kind": kind}, data, from_text) for key, kind, data in files)
        for job in self.answers(jobs):
            found: ModuleFacts | Unread = with_lines(job.answer, job.data)
            yield job.key, found, job.text if found is job.answer else ""

    def present(self, kind: FileKind, data: bytes, usages: Sequence[Usage]) -> tuple[Usage, ...] | Unread:
        """The same usages with snippet, excerpt and replacement, or why the file could not be read."""
        ((_, found, _),) = self.present_all([(None, kind, data, usages)])
        return found

    def owners(self, data: bytes, paths: Sequence[str]) -> Mapping[str, tuple[str, ...]] | Unread:
        """Who owns these paths by a CODEOWNERS file, or why it could not be read."""
        (job,) = self.answers([Job(None, {"work": "owners", "paths": list(paths)}, data, _owned)])
        found: Mapping[str, tuple[str, ...]] | Unread = job.answer
        return found

    def present_all(
        self, files: Iterable[tuple[T, FileKind, bytes, Sequence[Usage]]]
    ) -> Iterator[tuple[T, tuple[Usage, ...] | Unread, str]]:
        """The same for the usages of many files; see `extract_all`."""
        jobs = (
            Job(
                key,
                {"work": "present", "kind": kind, "usages": codec.encode(tuple(usages))},
                data,
                partial(_shown, len(usages)),
            )
            for key, kind, data, usages in files
        )
        for job in self.answers(jobs):
            yield job.key, job.answer, job.text


def _shown(count: int, text: str) -> tuple[Usage, ...] | Unread | None:
    found = shown_from_text(text, count)
    if found is not None:
        return found
    why = from_text(text)
    return why if isinstance(why, Unread) else None


def _owned(text: str) -> Mapping[str, tuple[str, ...]] | Unread | None:
    why = from_text(text)
    return why if isinstance(why, Unread) else owners.by_path(json.loads(text))
