"""What a notebook's cells hold beside its own Python, with the uses in it.

Commands of a shell, `!curl …`, `%%bash` and their like, files that a cell writes, scripts for the page, magics.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from audits.engine.facts import CallSite, FileKind
from audits.engine.filekinds import file_kind
from audits.engine.heredocs import programs_in, sites_inside
from audits.engine.languages.shell import shell_sites
from audits.engine.magics import magics_in
from audits.engine.notebooks import raw_cells
from audits.engine.source import lines_of
from audits.engine.suppressions import ignores_in

_CELL = re.compile(r"\s*%%(?:!|(?:bash|sh|zsh|sx|system|script\s+(?:--\S+\s+)*(?:\S*/)?(?:ba|z|da)?sh)(?!\w))")
_FILE = re.compile(
    r"%%(?:(?:write)?file\s+(?:-a\s+)?[\"']?(?P<name>[^\s\"']+)[\"']?|(?:javascript|js|html)(?:\s+--isolated)?)\s*",
    re.IGNORECASE,
)
_LINE = re.compile(r"^(\s*(?:[\w., \[\]'\"]+?\s*=\s*)?(?:!{1,2}|%(?:sx|system)\s))(?=\s*\S)")


def command_sites(data: bytes) -> Iterator[CallSite]:
    """What the commands and magics of a notebook's code cells ask, each in its cell. Raises ValueError."""
    for cell, text in raw_cells(data).items():
        if "ohere" not in text:
            continue
        commands, ends = _commands(text)
        # Of the cell as it stands: above a command the comment is Python's.
        reasons = dict(ignores_in([line.rstrip("\r\n") for line in lines_of(text)]))
        sent = shell_sites(FileKind.SHELL, commands) if "ohere" in commands else ()
        for site in (*sent, *programs_in(commands), *magics_in(text), *_written(text)):
            line = site.span.line
            yield replace(
                site,
                span=replace(site.span, cell=cell, end_line=max(site.span.end_line, ends.get(line, line))),
                proof=tuple(replace(step, cell=cell) for step in site.proof),
                reads=tuple(replace(read, cell=cell) for read in site.reads),
                suppressed=reasons.get(line, ""),
            )


def _written(text: str) -> Iterator[CallSite]:
    """The uses in a cell that writes a file, `%%writefile app.py`, or is a script or a page itself."""
    head, _, body = text.partition("\n")
    found = _FILE.fullmatch(head.strip())
    if found is not None:
        yield from sites_inside(_kind(found), 2, body)


def _kind(head: re.Match[str]) -> FileKind | None:
    """The kind of file that a cell is, by the name that its magic gives it."""
    if head["name"]:
        return file_kind(head["name"])
    return FileKind.HTML if "html" in head[0].lower() else FileKind.JAVASCRIPT


def _commands(text: str) -> tuple[str, dict[int, int]]:
    """What the shell is given, on the lines where it stands, all else left blank; and where joined lines end."""
    lines = [line.rstrip("\r\n") for line in lines_of(text)]
    if lines and _CELL.match(lines[0]):
        return "\n".join(["", *lines[1:]]), {}
    rows: list[str] = []
    ends: dict[int, int] = {}
    while len(rows) < len(lines):
        line = lines[len(rows)]
        found = _LINE.match(line)
        rows.append("" if found is None else " " * found.end() + line[found.end() :])
        first = len(rows) - 1
        # IPython joins such lines before the shell sees them, between quotes too.
        while found is not None and rows[first].endswith("\\") and len(rows) < len(lines):
            rows[first] = rows[first][:-1] + lines[len(rows)]
            rows.append("")
            ends[first + 1] = len(rows)
    return "\n".join(rows), ends
