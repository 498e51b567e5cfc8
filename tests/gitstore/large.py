"""Repositories that are huge to whoever unpacks them, and small on disk."""

import hashlib
import zlib

from tests.gitbuild import TREE, RepositoryBuilder

MIB = 1024**2


def million_in_one_folder(builder: RepositoryBuilder) -> None:
    """One list of a million files that all hold the same: 36 MB, of which git makes 3."""
    oid = builder.blob("x = 1\n")
    builder.publish(builder.tree((("100644", f"f{number:06}.py", oid) for number in range(1_000_000)), ordered=True))


def million_in_a_thousand_folders(builder: RepositoryBuilder) -> None:
    """A thousand names of one folder of a thousand files: three small objects."""
    oid = builder.blob("x = 1\n")
    inner = builder.tree([("100644", f"f{number:03}.py", oid) for number in range(1_000)])
    builder.publish(builder.tree([(TREE, f"d{number:03}", inner) for number in range(1_000)]))


def zeros(builder: RepositoryBuilder, size: int) -> str:
    """A blob of so many bytes, all zero, written a MiB at a time; its id."""
    head = b"blob %d\0" % size
    digest, packer, parts = hashlib.new(builder.object_format, head), zlib.compressobj(1), []
    parts.append(packer.compress(head))
    for start in range(0, size, MIB):
        part = bytes(min(MIB, size - start))
        digest.update(part)
        parts.append(packer.compress(part))
    target = builder.object_path(digest.hexdigest())
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(b"".join([*parts, packer.flush()]))
    return digest.hexdigest()
