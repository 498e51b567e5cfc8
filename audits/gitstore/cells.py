"""Where the lines of a notebook's cells stand in its file, as git counts lines.

No JSON is read: only its marks and strings are told apart, in one pass over the text, without recursion.
"""

import os
import re
from collections import Counter
from collections.abc import Iterator

from audits.gitstore.environment import environment
from audits.gitstore.errors import GitError
from audits.gitstore.mirror import Mirror
from audits.gitstore.paths import raw_path
from audits.gitstore.process import run

TIMEOUT = 20.0
# A larger one is mostly pictures, and nobody waits for it.
SIZE_LIMIT = 4 * 1024**2
# A string without its end stops at the end of its line: JSON has none that goes on.
_MARK = re.compile(r'"((?:[^"\\\n]|\\.)*)"|[{}\[\]:,\n]')
_ESCAPE = re.compile(r"\\(.)")


def lines_of_cells(mirror: Mirror, commit: str, path: str) -> dict[tuple[int, int], int]:
    """(cell, line in it) -> line of the file `path` at `commit`; cells count from 0, lines from 1.

    Without the lines that share one of the file, as all do where it is written on a single one. Empty where the file
    cannot be had, or is above SIZE_LIMIT.
    """
    arguments = ["--git-dir", str(mirror.path), "--no-replace-objects", "cat-file", "blob"]
    name = os.fsdecode(raw_path(path))
    try:
        code, output, _ = run([*arguments, f"{commit}:{name}"], environment(), timeout=TIMEOUT, output_limit=SIZE_LIMIT)
    except GitError:
        return {}
    return {} if code else mapped(output.decode("utf-8", "replace"))


def mapped(text: str) -> dict[tuple[int, int], int]:
    """The same of a notebook's text."""
    found: dict[tuple[int, int], int] = {}
    at, number = -1, 1
    for cell, row, raw in _sources(text):
        if cell != at:
            at, number = cell, 1
        parts = _ESCAPE.sub(lambda escape: "\n" if escape[1] == "n" else "_", raw).split("\n")
        for step, part in enumerate(parts):
            if part:
                found.setdefault((cell, number + step), row)
        number += len(parts) - 1
    shared = Counter(found.values())
    return {place: row for place, row in found.items() if shared[row] == 1}


def _sources(text: str) -> Iterator[tuple[int, int, str]]:
    """(cell, line of the file, string as written) for each string of `cells[*].source`, in their order."""
    path: list[str] = []
    row, cell, key, value = 1, -1, "", False
    for mark in _MARK.finditer(text):
        symbol = mark[0]
        if symbol == "\n":
            row += 1
        elif symbol in "{[":
            path.append(f"{key}{symbol}" if value else symbol)
            cell += path == ["{", "cells[", "{"]
            key, value = "", False
        elif symbol in "}]":
            del path[-1:]
            value = False
        elif symbol == ":":
            value = True
        elif symbol == ",":
            value = False
        elif path == ["{", "cells[", "{", "source["] or (value and key == "source" and path == ["{", "cells[", "{"]):
            yield cell, row, mark[1]
        else:
            key = mark[1]
