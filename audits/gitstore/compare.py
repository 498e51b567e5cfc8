"""What differs between two commits of a mirror: paths, renames, and the changed lines of the files asked for.

Both trees were walked within their budgets before, so git's own comparison is bounded too; it still gets little time
and memory, and nobody depends on its answer: a comparison that fails is no comparison.
"""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain, islice

from audits.gitstore.cells import lines_of_cells
from audits.gitstore.environment import environment
from audits.gitstore.errors import GitError
from audits.gitstore.mirror import Mirror
from audits.gitstore.paths import display_path
from audits.gitstore.process import run

TIMEOUT = 60.0
OUTPUT_LIMIT = 64 * 1024**2
FILES_LIMIT = 400
# Pairs of files whose contents git compares: beyond 400 x 400 it only finds files that were renamed unchanged.
_RENAMES = ("-M50%", "-l400")
_HUNK = re.compile(rb"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")

# Of longer patches, and of a longer hunk in one of them, only the numbers of the lines are kept: each finding that went
# is looked for in its hunk.
TEXT_LIMIT = 4 * 1024**2
HUNK_LIMIT = 64 * 1024
# Each is read twice and walked through.
NOTEBOOKS_LIMIT = 20

Cell = tuple[int, int]
HunkNumbers = tuple[int, int, int, int]
HunkText = tuple[tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Comparison:
    """`changed` are all paths of either side that differ, as displayed; `renames` maps old paths to new ones.

    `hunks` maps the old path of a changed file that was asked for to (old line, lines before, new line, lines after),
    white space ignored; of a file added, deleted or binary there is no entry. `cells` has, of the notebooks among
    these, (cell, line in it) -> line of the old file, and line of the new file -> (cell, line in it). `texts` has for
    each entry of `hunks` the lines that each of them took out and put in: none of a hunk beyond HUNK_LIMIT, and no
    entry where all together are beyond TEXT_LIMIT.
    """

    changed: frozenset[str]
    renames: dict[str, str] = field(default_factory=dict)
    hunks: dict[str, tuple[HunkNumbers, ...]] = field(default_factory=dict)
    cells: dict[str, tuple[dict[Cell, int], dict[int, Cell]]] = field(default_factory=dict)
    texts: dict[str, tuple[HunkText, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Row:
    status: bytes
    old: bytes
    new: bytes


def compare(mirror: Mirror, old: str, new: str, wanted: Iterable[str]) -> Comparison | None:
    """The difference between two commits; `wanted` are old paths whose lines matter.

    None where one of the commits is not in the mirror, or git takes too long or says too much.
    """
    rows = _rows_without_git(mirror, old, new) or _rows_at_any_price(mirror, old, new)
    if rows is None:
        return None
    mirror.found((old, new))
    asked = set(wanted)
    pairs = [row for row in rows if row.status[:1] in (b"M", b"R") and display_path(row.old) in asked][:FILES_LIMIT]
    patches, texts = _patches(mirror, old, new, pairs)
    return Comparison(
        changed=frozenset(display_path(path) for row in rows for path in (row.old, row.new)),
        renames={display_path(row.old): display_path(row.new) for row in rows if row.status.startswith(b"R")},
        hunks={path: tuple(numbers for numbers, _ in hunks) for path, hunks in patches.items()},
        cells=_cells(mirror, old, new, pairs),
        texts={path: tuple(text for _, text in hunks) for path, hunks in patches.items()} if texts else {},
    )


def _cells(
    mirror: Mirror, old: str, new: str, pairs: Sequence[_Row]
) -> dict[str, tuple[dict[Cell, int], dict[int, Cell]]]:
    notebooks = [(display_path(row.old), display_path(row.new)) for row in pairs if row.old.endswith(b".ipynb")]
    found = {}
    for before, now in notebooks[:NOTEBOOKS_LIMIT]:
        lines = lines_of_cells(mirror, new, now)
        found[before] = (lines_of_cells(mirror, old, before), {line: place for place, line in lines.items()})
    return found


def _rows_without_git(mirror: Mirror, old: str, new: str) -> "list[_Row]":
    """What the folders' lists tell, where nothing can have been renamed; empty where git is to be asked."""
    found = mirror.between(old, new)
    if found is None:
        return []
    rows = [(b"M", path) for path, _ in found.changed] + [(b"A", path) for path in found.came]
    return [_Row(status, path, path) for status, path in (*rows, *((b"D", path) for path, _ in found.went))]


def _rows_at_any_price(mirror: Mirror, old: str, new: str) -> list[_Row] | None:
    """With renames by content, else by equal content alone (which reads no file), else without; None where all fail."""
    for options in (_RENAMES, ("-M100%",), ("--no-renames",)):
        with suppress(GitError):
            return _rows(mirror, old, new, options)
    return None


def _rows(mirror: Mirror, old: str, new: str, options: Sequence[str]) -> list[_Row]:
    output = _diff(mirror, old, new, ["--raw", "-z", *options])
    return list(_parse_raw(iter(output.split(b"\0"))))


def _parse_raw(words: Iterator[bytes]) -> Iterator[_Row]:
    """`:mode mode oid oid status`, then one path, or two of a rename; all ended by NUL."""
    for word in words:
        if not word.startswith(b":"):
            continue
        status = word.rpartition(b" ")[2]
        old = next(words, b"")
        yield _Row(status, old, next(words, b"") if status[:1] in (b"R", b"C") else old)


def _patches(
    mirror: Mirror, old: str, new: str, pairs: Sequence[_Row]
) -> tuple[dict[str, list[tuple[HunkNumbers, HunkText]]], bool]:
    """The changed lines, and whether their text is kept; none where git takes too long.

    The patches come in the order of the raw rows before them.
    """
    if not pairs:
        return {}, False
    paths = dict.fromkeys(os.fsdecode(path) for row in pairs for path in (row.old, row.new))
    options = ["--raw", "-z", "-p", "-U0", "-w", "--no-color", *_RENAMES]
    try:
        output = _diff(mirror, old, new, options, paths)
    except GitError:
        return {}, False
    head, mark, patches = output.partition(b"\0\0")
    texts = len(patches) <= TEXT_LIMIT
    rows = list(_parse_raw(iter(head.split(b"\0"))))
    # A file that became another kind of thing has two patches.
    owners = list(chain.from_iterable([row] * (2 if row.status[:1] == b"T" else 1) for row in rows))
    found = {}
    for row, hunks in zip(owners, _parse_patches(patches, texts=texts) if mark else (), strict=False):
        if hunks is not None and row.status[:1] in (b"M", b"R"):
            found[display_path(row.old)] = hunks
    return found, texts


def _parse_patches(patches: bytes, *, texts: bool) -> Iterator[list[tuple[HunkNumbers, HunkText]] | None]:
    """The hunks of each patch, None for a binary one. Lines of a file may look like anything: they are counted off."""
    hunks: list[tuple[HunkNumbers, HunkText]] | None = None
    started = False
    lines = (line for line in patches.split(b"\n") if not line.startswith(b"\\"))
    for line in lines:
        if line.startswith(b"diff --git "):
            if started:
                yield hunks
            started, hunks = True, []
        elif line.startswith(b"Binary files "):
            hunks = None
        elif (match := _HUNK.match(line)) and hunks is not None:
            old, before, new, after = (int(number) if number is not None else 1 for number in match.groups())
            removed, added = ([*islice(lines, count)] for count in (before, after))
            short = texts and sum(map(len, removed)) + sum(map(len, added)) <= HUNK_LIMIT
            text = (_text(removed), _text(added)) if short else ((), ())
            hunks.append(((old, before, new, after), text))
    if started:
        yield hunks


def _text(lines: Iterable[bytes]) -> tuple[str, ...]:
    """Without the mark of the side."""
    return tuple(line[1:].decode("utf-8", "replace") for line in lines)


def _diff(mirror: Mirror, old: str, new: str, options: Sequence[str], paths: Iterable[str] = ()) -> bytes:
    arguments = ["--git-dir", str(mirror.path), "--no-replace-objects", "--literal-pathspecs", "diff-tree", "-r"]
    arguments += ["--no-commit-id", "--no-ext-diff", "--no-textconv", "--ignore-submodules=all"]
    arguments += [*options, old, new, "--", *paths]
    code, output, _ = run(arguments, environment(), timeout=TIMEOUT, output_limit=OUTPUT_LIMIT)
    if code:
        raise GitError("unreadable", "git could not compare two commits.")
    return output
