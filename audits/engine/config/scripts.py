"""Commands in settings, such as `run: …` of a workflow, as scripts of their own."""

from collections.abc import Iterator
from textwrap import dedent

from audits.engine.catalogue.settings import COMMAND_KEYS
from audits.engine.config.finding import Page
from audits.engine.config.tree import TEXT


def is_command(page: Page, number: int) -> bool:
    """Does the setting's name say that its value is run?"""
    return any(COMMAND_KEYS.fullmatch(key) for key in page.tree.keys(number)[-2:])


def starts_block(page: Page, number: int) -> str:
    """The mark of a text that begins below it, as YAML's `|`; "" for one that begins where it stands."""
    place = page.tree.rows[number].place
    mark = page.lines[place.line - 1][place.column :].lstrip()[:1]
    return mark if mark in ("|", ">", "<") else ""


def scripts(page: Page) -> Iterator[tuple[str, int, int]]:
    """(script, its first line from 1, its indent) of each command that stands in one line or in a block of its own."""
    for number, row in enumerate(page.tree.rows):
        if row.kind != TEXT or not is_command(page, number):
            continue
        if row.place.end == row.place.line:
            yield page.tree.text(number), row.place.line, 0
        elif starts_block(page, number) == "|":
            lines = page.lines[row.place.line : row.place.end]
            script = dedent("\n".join(lines))
            indent = max(len(line) - len(short) for line, short in zip(lines, script.split("\n"), strict=True))
            yield script, row.place.line + 1, indent
