"""One file's bytes to its facts, whatever kind of file it is."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice

from audits.engine.commands import command_sites
from audits.engine.config import PARSERS, read_settings, set_in
from audits.engine.config.scripts import Script
from audits.engine.config.tree import Unreadable
from audits.engine.dependencies import dependencies_in, installed_by
from audits.engine.docstrings import examples_in
from audits.engine.documents import read_document
from audits.engine.extract.model import ModuleFacts
from audits.engine.extract.module import extract as extract_python
from audits.engine.extract.requirements import pins_in
from audits.engine.facts import CallSite, FileKind, Unread, UnreadReason
from audits.engine.filekinds import PINNING, SIZE_LIMIT
from audits.engine.foreign import lines_calling
from audits.engine.gate import lines_naming, plain, wrongly_marked
from audits.engine.heredocs import programs_in, sites_inside
from audits.engine.languages import KINDS, SHELLS, read_code
from audits.engine.notebooks import raw_cells
from audits.engine.source import Undecodable, decode_source, decode_text
from audits.engine.unread import too_large

# Kinds whose uses are found in the file itself: the text, with "\n" at the end of each line, to facts with `sites`.
READERS: Mapping[FileKind, Callable[[FileKind, str], ModuleFacts | Unread]] = {
    **dict.fromkeys(KINDS, read_code),
    FileKind.MARKDOWN: read_document,
    FileKind.RST: read_document,
    **dict.fromkeys(PARSERS, read_settings),
    FileKind.YAML: lambda kind, text: read_settings(kind, text, _in_commands),
}

_FOREIGN = "Nothing here parses its language, and it holds Generate's address."
_MARKED = "The file begins with a mark of UTF-16 or UTF-32, and is neither."
# How many commands of a file are read for the Python in them.
_SCRIPTS = 50
# Files that hold commands.
INSTALLING = frozenset({FileKind.DOCKERFILE, FileKind.SHELL, FileKind.MAKEFILE, FileKind.YAML})


def extract(kind: FileKind, data: bytes) -> ModuleFacts | Unread:
    """Read one file. Raises nothing for what stands in it but MemoryError and, for Python, RecursionError."""
    if len(data) > SIZE_LIMIT[kind]:
        return too_large(kind, data)
    if wrongly_marked(data):
        return Unread(UnreadReason.UNDECODABLE, _MARKED, lines_naming(data))
    try:
        found = _read(kind, data)
        return found if isinstance(found, Unread) else _with_installs(kind, data, found)
    except Undecodable as error:
        return Unread(UnreadReason.UNDECODABLE, str(error), lines_naming(plain(data)))


def _read(kind: FileKind, data: bytes) -> ModuleFacts | Unread:
    if kind in PINNING:
        return _pinning(kind, data)
    if kind is FileKind.OTHER:
        return _foreign(data)
    reader = READERS.get(kind)
    if reader is None:
        return _with_examples(kind, data, extract_python(kind, data))
    try:
        return reader(kind, decode_text(data))
    except RecursionError:
        return Unread(UnreadReason.UNPARSABLE, "It is nested too deeply to be read.", lines_naming(plain(data)))


def _foreign(data: bytes) -> ModuleFacts | Unread:
    lines = lines_calling(plain(data))
    return Unread(UnreadReason.LANGUAGE, _FOREIGN, lines) if lines else ModuleFacts()


def _with_examples(kind: FileKind, data: bytes, facts: ModuleFacts | Unread) -> ModuleFacts | Unread:
    """A module's facts with what the examples in its docstrings show."""
    if isinstance(facts, Unread) or facts.faults or kind is not FileKind.PYTHON:
        return facts
    found = examples_in(data, decode_source(data).text)
    return replace(facts, sites=found) if found else facts


def _pinning(kind: FileKind, data: bytes) -> ModuleFacts | Unread:
    text = decode_text(data)
    try:
        found = dependencies_in(kind, text)
    except Unreadable as error:
        return Unread(UnreadReason.UNPARSABLE, str(error), lines_naming(plain(data)))
    locked = tuple(f"{row.package} =={row.version}" for row in found if row.version and row.ecosystem == "pypi")
    pins = tuple(dict.fromkeys([*locked, *pins_in(text)]))
    # Gradle's build is a program too.
    called = _foreign(data) if kind is FileKind.PINS_GRADLE else None
    faults = (called,) if isinstance(called, Unread) else ()
    return ModuleFacts(requirements=pins, dependencies=found, faults=faults)


def _with_installs(kind: FileKind, data: bytes, facts: ModuleFacts) -> ModuleFacts:
    """The facts with what the file's commands install, and what a setup.py asks for."""
    if kind is FileKind.NOTEBOOK:
        if b"%ai" in data or b"%%" in data or (b"generate" in data and (b"!" in data or b"%" in data)):
            facts = replace(facts, sites=tuple(command_sites(data)))
        cells = raw_cells(data).items() if b"install" in data else ()
        found = tuple(row._replace(cell=cell) for cell, text in cells for row in installed_by(text))
    elif kind in INSTALLING:
        text = decode_text(data)
        found = installed_by(text)
        inside = tuple(programs_in(text)) if kind not in (FileKind.MAKEFILE, FileKind.YAML) else ()
        given = set_in(kind, text, facts.sites) if kind in SHELLS else ()
        facts = replace(facts, sites=(*facts.sites, *inside, *given)) if inside or given else facts
    elif kind is FileKind.PYTHON and b"install_requires" in data:
        found = dependencies_in(FileKind.REQUIREMENTS, decode_text(data))
    else:
        return facts
    return replace(facts, dependencies=found) if found else facts


def _in_commands(commands: Iterable[Script]) -> Iterator[CallSite]:
    """The uses in the programs that a file's commands are, hand to an interpreter, or write."""
    for row in islice(commands, _SCRIPTS):
        whole = "\n" * (row.line - 1) + row.text
        found = programs_in(whole) if row.kind is FileKind.SHELL else sites_inside(row.kind, row.line, row.text)
        for site in found:
            yield replace(site, span=replace(site.span, column=site.span.column + row.indent))
