"""Who last changed a line. Names, addresses and times are what a commit claims; anybody can write anything there."""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from audits.gitstore.environment import environment
from audits.gitstore.errors import GitError
from audits.gitstore.mirror import Mirror
from audits.gitstore.paths import raw_path
from audits.gitstore.process import run

TIMEOUT = 20.0
LINES_LIMIT = 60
_OUTPUT_LIMIT = 4 * 1024**2


@dataclass(frozen=True, slots=True)
class Blamed:
    """The commit that gave a line its words, by its author. `text` is the line.

    `boundary`: the mirror's history is cut off there; the line is as old as this commit or older. `at` is None where
    the commit's time is none.
    """

    commit: str
    name: str
    mail: str
    at: datetime | None
    text: str
    boundary: bool


def blame(mirror: Mirror, commit: str, path: str, lines: Iterable[int]) -> dict[int, Blamed]:
    """Line number -> who changed it last, up to `commit`; empty where git does not tell in time.

    `path` is a path as displayed, lines count from 1; of more than LINES_LIMIT lines the first ones are looked up.
    """
    wanted = sorted(set(lines))[:LINES_LIMIT]
    if not wanted:
        return {}
    ranges = [word for line in wanted for word in ("-L", f"{line},{line}")]
    arguments = ["--git-dir", str(mirror.path), "--no-replace-objects", "blame", "--porcelain", "--no-textconv"]
    arguments += [*ranges, commit, "--", os.fsdecode(raw_path(path))]
    try:
        code, output, _ = run(arguments, environment(), timeout=TIMEOUT, output_limit=_OUTPUT_LIMIT)
    except GitError:
        return {}
    return dict(_parse(output, mirror.cuts())) if not code else {}


def _parse(output: bytes, cuts: Iterable[str]) -> Iterator[tuple[int, Blamed]]:
    """Groups of `oid old new …`, headers (once a commit), and a tab with the line."""
    ends = frozenset(cuts)
    known: dict[str, dict[str, str]] = {}
    oid, number = "", 0
    for raw in output.split(b"\n"):
        line = raw.decode("utf-8", "replace")
        if line.startswith("\t"):
            yield number, _blamed(oid, known[oid], line[1:], boundary=oid in ends)
            oid = ""
        elif not oid:
            words = line.split(" ")
            if len(words) > 2 and words[2].isdigit():
                oid, number = words[0], int(words[2])
                known.setdefault(oid, {})
        else:
            key, _, value = line.partition(" ")
            known[oid][key] = value


def _blamed(oid: str, header: Mapping[str, str], text: str, *, boundary: bool) -> Blamed:
    mail = header.get("author-mail", "").removeprefix("<").removesuffix(">")
    return Blamed(oid, header.get("author", ""), mail, _time(header.get("author-time", "")), text, boundary)


def _time(seconds: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        return None
