"""The files of a commit as git itself lists them, where that is quick and leaves no question open.

`git ls-tree` is many times faster than a walk in Python, but it never ends on a hostile tree, and it passes over what
git would refuse to check out. So it is ended as soon as its answer passes a budget, and anything odd in an answer, or a
word of complaint, makes it no answer: the walk of `tree` then decides, and says why.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from audits.gitstore.batch import ObjectReader
from audits.gitstore.errors import GitError
from audits.gitstore.source import Entry

TIMEOUT = 60.0
# A mode of six digits, the type and a space stand before the id, a tab behind it.
_ID = 12
_FILES = ("100644 blob", "100755 blob", "100664 blob")
_OTHERS = ("120000 blob", "160000 commit")
_FOLDERS = "040000 tree"
_REFUSED = frozenset({"", ".", "..", ".git"})
_BYTES_A_LETTER = 4


@dataclass(frozen=True, slots=True)
class Budget:
    """How many paths and different folders there may be, how deep, and how long in bytes a path and all of it."""

    paths: int
    trees: int
    depth: int
    path_bytes: int
    bytes: int


def listed(reader: ObjectReader, commit: str, budget: Budget) -> tuple[Entry, ...] | None:
    """All regular files of a commit, sorted as git sorts; None where only a walk can tell what they are."""
    data = _answer(reader, commit, budget)
    try:
        rows = data.decode().split("\0")[:-1]
    except UnicodeDecodeError:
        return None
    width = _ID + (64 if reader.object_format == "sha256" else 40)
    folders = [row for row in rows if row.startswith(_FOLDERS)]
    names = [row[width + 1 :] for row in folders]
    within = rows and (
        len({row[_ID:width] for row in folders}) < budget.trees
        and max((name.count("/") for name in names), default=0) + 2 < budget.depth
        and max(map(len, rows)) * _BYTES_A_LETTER <= budget.path_bytes
    )
    if not within:
        return None
    files = [row for row in rows if row.startswith(_FILES)]
    paths = [row[width + 1 :] for row in files]
    others = [row.partition("\t")[2] for row in rows if row.startswith(_OTHERS)]
    if len(files) + len(folders) + len(others) != len(rows) or not _is_tree([*paths, *others], names):
        return None
    return tuple(map(Entry, paths, [row[_ID:width] for row in files]))


def _answer(reader: ObjectReader, commit: str, budget: Budget) -> bytes:
    """What git lists, b"" where that is too much or git was not content."""
    seen = 0

    def enough(part: bytes) -> bool:
        nonlocal seen
        seen += part.count(b"\0")
        return seen >= budget.paths

    arguments = ["ls-tree", "-r", "-t", "-z", "--full-tree", commit]
    try:
        code, data, errors = reader.run(arguments, timeout=TIMEOUT, output_limit=budget.bytes, enough=enough)
    except GitError:
        return b""
    return b"" if code or errors else data


def _is_tree(paths: Sequence[str], folders: Sequence[str]) -> bool:
    """Is each path there once, in a folder that was listed (a name may hold a slash), under a name that git takes?

    A path that begins with a double quote is shown in quotes, so that is for the walk too.
    """
    split = [path.rpartition("/") for path in (*paths, *folders)]
    known = {"", *folders}
    return (
        len({*paths, *folders}) == len(split)
        and known.issuperset({head for head, _, _ in split})
        and _REFUSED.isdisjoint({name.lower() for _, _, name in split})
        and not any(path.startswith('"') for path in (*paths, *folders))
    )
