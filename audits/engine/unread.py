"""Files that were not read, or in part: the reason as it is listed."""

from dataclasses import replace

from audits.engine.extract.model import ModuleFacts
from audits.engine.facts import FileKind, Unread, UnreadReason
from audits.engine.filekinds import PINNING, SIZE_LIMIT
from audits.engine.gate import lines_naming, plain


def missing(kind: FileKind, size: int) -> Unread:
    """Why there are no bytes of a file of `size` bytes (0: not known)."""
    if size > SIZE_LIMIT[kind]:
        return Unread(UnreadReason.TOO_LARGE, f"The file has {size / (1 << 20):.1f} MiB.")
    return Unread(UnreadReason.OBJECT_MISSING, "The file's object is missing from the repository or corrupt.")


def elsewhere() -> Unread:
    """Why a pointer of Git LFS tells nothing."""
    return Unread(UnreadReason.LFS, "The repository holds a pointer: the file itself is kept in Git LFS.")


def too_large(kind: FileKind, data: bytes) -> Unread:
    """A file that has more bytes than are read of its kind, and the lines that name the API all the same."""
    size = f"{len(data) / (1 << 20):.1f} MiB, the limit is {SIZE_LIMIT[kind] >> 20} MiB."
    return Unread(UnreadReason.TOO_LARGE, f"The file has {size}", lines_naming(plain(data)))


def with_lines(found: ModuleFacts | Unread, data: bytes) -> ModuleFacts | Unread:
    """A file whose reader died has the lines that name the API all the same, found by its bytes."""
    if isinstance(found, Unread) and not found.lines:
        return replace(found, lines=lines_naming(plain(data)))
    return found


def joined(faults: tuple[Unread, ...]) -> Unread:
    """The faults of one file as one."""
    return Unread(faults[0].reason, " ".join(fault.detail for fault in faults), faults[0].lines)


def matters(kind: FileKind, why: Unread | None) -> bool:
    """Is a file of this kind, unread for this reason, more than a manifest? Gradle's build is that calls Generate."""
    return kind not in PINNING or (why is not None and why.reason is UnreadReason.LANGUAGE)
