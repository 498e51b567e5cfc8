"""What the bytes of files say before anything is parsed, and the texts in which that is remembered."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from audits.engine import gate
from audits.engine.facts import FileKind
from audits.engine.filekinds import MODULES, PINNING
from audits.engine.passages import DOCUMENTS, may_show
from audits.engine.programs import language_of_program


@dataclass(frozen=True, slots=True)
class Look:
    """What the bytes of one file say: that they name the API, that they hold a Generate method, what they import.

    Of a module only the first is known until somebody has looked `closer`. `kind` is told of a script that names the
    API: the kind of file that its first line makes it, OTHER where that is none that is read, and the text holds the
    address of Generate. A document is `quiet` that names the API and shows no use of it, so that nobody need read it.
    """

    names: bool = False
    method: bool = False
    imports: tuple[str, ...] = ()
    closer: bool = False
    kind: FileKind | None = None
    quiet: bool = False


# What is to be said of most files.
NOTHING = Look()
NOTHING_CLOSER = Look(closer=True)
QUIET = Look(True, quiet=True)

_LETTERS = {
    FileKind.SCRIPT: "p", FileKind.SHELL: "s", FileKind.JAVASCRIPT: "j", FileKind.TYPESCRIPT: "t", FileKind.RUBY: "r",
    FileKind.PHP: "h", FileKind.OTHER: "o",
}  # fmt: skip
_FROM_LETTER = {
    "?": None, "0": NOTHING, "1": Look(True), "2": Look(False, True), "3": Look(True, True), "q": QUIET,
    **{letter: Look(True, kind=kind) for kind, letter in _LETTERS.items()},
}  # fmt: skip


def look_at(kind: FileKind, data: bytes) -> Look:
    """What the bytes of a file of this kind say."""
    text = gate.plain(data)
    if kind is FileKind.SCRIPT:
        if not gate.names_api(text):
            return NOTHING
        program = language_of_program(text) or FileKind.OTHER
        return Look(True, kind=program) if gate.takes_part(program, text) else NOTHING
    if kind in MODULES:
        return Look(gate.names_api(text))
    if kind in PINNING:
        # Of a manifest `method` says that it names Cohere itself.
        return Look(gate.names_package(text), gate.names_api(text))
    if not gate.takes_part(kind, text):
        return NOTHING
    return Look(True) if kind not in DOCUMENTS or may_show(kind, text) else QUIET


def look_closer(kind: FileKind, data: bytes, look: Look) -> Look:
    """What the bytes of a file say beyond its `look`; what modules import that take part by themselves matters not."""
    text = gate.plain(data)
    if kind is FileKind.SCRIPT and language_of_program(text) is not FileKind.SCRIPT:
        return NOTHING_CLOSER
    if kind not in MODULES:
        return Look(look.names, gate.calls_method(text), closer=True)
    method = gate.holds_method(text)
    asks = kind is not FileKind.NOTEBOOK and not method and not look.names
    imports = gate.imported(text) if asks else ()
    return Look(look.names, method, imports, True, look.kind) if look.names or method or imports else NOTHING_CLOSER


def with_name(closer: Look, first: Look) -> Look:
    """A closer look that was remembered, with what the first one told."""
    return replace(closer, names=True, kind=first.kind) if first.names else closer


def looks_to_text(looks: Sequence[Look | None]) -> str:
    """First looks at a run of files as text, a letter each: `{"looks": "…"}`; None for one that must be asked again."""
    return json.dumps({"looks": "".join("?" if row is None else _letter(row) for row in looks)})


def _letter(look: Look) -> str:
    if look.kind is not None:
        return _LETTERS[look.kind]
    return "q" if look.quiet else "0123"[look.names + 2 * look.method]


def looks_from_text(text: str, count: int) -> tuple[Look | None, ...] | None:
    """What a store gave back for a run of `count` files; None where it is not readable any more."""
    found = _member(text, "looks")
    if not isinstance(found, str) or len(found) != count or not set(found) <= set(_FROM_LETTER):
        return None
    return tuple(_FROM_LETTER[row] for row in found)


def closer_to_text(looks: Sequence[Look | None]) -> str:
    """Closer looks at a run of modules as text: `{"closer": [[method, imports …] or null, …]}`."""
    return json.dumps({"closer": [None if row is None else [int(row.method), *row.imports] for row in looks]})


def closer_from_text(text: str, count: int) -> tuple[Look | None, ...] | None:
    """What a store gave back for a run of `count` modules, as `looks_from_text`; `names` is not told."""
    found = _member(text, "closer")
    if not isinstance(found, list) or len(found) != count or not all(row is None or _is_closer(row) for row in found):
        return None
    return tuple(
        None if row is None else Look(False, bool(row[0]), gate.shared(row[1:]), True) if row != [0] else NOTHING_CLOSER
        for row in found
    )


def _is_closer(row: Any) -> bool:
    return isinstance(row, list) and row[:1] in ([0], [1]) and all(isinstance(word, str) for word in row[1:])


def _member(text: str, name: str) -> Any:
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found.get(name) if isinstance(found, dict) else None
