"""Commands in settings, such as `run: …` of a workflow, as scripts of their own."""

from collections.abc import Iterator
from dataclasses import replace
from textwrap import dedent
from typing import NamedTuple

from audits.engine.catalogue.settings import COMMAND_KEYS
from audits.engine.config.finding import Page
from audits.engine.config.tree import TEXT
from audits.engine.facts import FileKind, Span
from audits.engine.filekinds import file_kind
from audits.engine.languages import KINDS

# The `shell` of a step: https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax
_SHELLS = {"python": FileKind.PYTHON, "node": FileKind.JAVASCRIPT}


def is_command(page: Page, number: int) -> bool:
    """Does the setting's name say that its value is run?"""
    return any(COMMAND_KEYS.fullmatch(key) for key in page.tree.keys(number)[-2:])


def starts_block(page: Page, number: int) -> str:
    """The mark of a text that begins below it, as YAML's `|`; "" for one that begins where it stands."""
    place = page.tree.rows[number].place
    mark = page.lines[place.line - 1][place.column :].lstrip()[:1]
    return mark if mark in ("|", ">", "<") else ""


class Folded:
    """A block whose lines YAML joins, `>`: its text, and where in the block that stands."""

    def __init__(self, block: str) -> None:
        self._lines = block.split("\n")
        rows: list[str] = []
        # For each line of the text the lines of the block in it, each with the column at which it begins there.
        self._parts: list[list[tuple[int, int]]] = []
        for number, line in enumerate(self._lines):
            if not line.strip() or not rows:
                rows.append("")
                self._parts.append([])
            rows[-1] += " " if rows[-1] else ""
            self._parts[-1].append((number, len(rows[-1])))
            rows[-1] += line.strip()
        self.text = "\n".join(rows)

    def place(self, span: Span) -> Span:
        """Where a place in the text stands in the block."""
        number, start = max(row for row in self._parts[span.line - 1] if row[1] <= span.column)
        indent = len(self._lines[number]) - len(self._lines[number].lstrip())
        end = self._parts[min(span.end_line, len(self._parts)) - 1][-1][0]
        return replace(span, line=number + 1, end_line=max(end, number) + 1, column=span.column - start + indent)


class Script(NamedTuple):
    """A command as a program of its own: its first line (from 1), and by how much the file indents it."""

    text: str
    line: int
    indent: int
    kind: FileKind


def scripts(page: Page) -> Iterator[Script]:
    """Each command that names Cohere and stands in one line or in a block of its own."""
    for number, row in enumerate(page.tree.rows):
        if row.kind != TEXT or "ohere" not in page.tree.text(number):
            continue
        written = _file(row.key)
        if written is None and not is_command(page, number):
            continue
        mark = starts_block(page, number)
        if row.place.end == row.place.line:
            yield Script(page.tree.text(number), row.place.line, 0, _interpreter(page, number))
        elif mark == "|":
            lines = page.lines[row.place.line : row.place.end]
            script = dedent("\n".join(lines))
            indent = max(len(line) - len(short) for line, short in zip(lines, script.split("\n"), strict=True))
            yield Script(script, row.place.line + 1, indent, written or _interpreter(page, number))
        elif mark == ">":
            yield Script(page.tree.text(number), row.place.line + 1, 0, _interpreter(page, number))


def _file(key: str) -> FileKind | None:
    """The kind of program that a setting of a file's name holds, as in a ConfigMap of Kubernetes: `app.py: |`."""
    kind = file_kind(key) if "." in key else None
    return kind if kind is FileKind.PYTHON or kind in KINDS else None


def _interpreter(page: Page, number: int) -> FileKind:
    """What runs a command of a workflow: its step's shell, that of its job, or of all; else the shell."""
    for around in page.tree.above(number):
        at: int | None = around
        for key in ("defaults", "run") if page.tree.child(around, "shell") is None else ():
            at = page.tree.child(at, key) if at is not None else None
        told = page.tree.child(at, "shell") if at is not None else None
        if told is not None:
            return next((kind for name, kind in _SHELLS.items() if name in page.tree.text(told)), FileKind.SHELL)
        uses = page.tree.child(page.tree.rows[around].parent, "uses") if page.tree.rows[around].key == "with" else None
        if uses is not None and page.tree.text(uses).startswith("actions/github-script"):
            return FileKind.JAVASCRIPT
    return FileKind.SHELL
