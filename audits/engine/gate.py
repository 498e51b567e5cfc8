"""Which files deserve a parse: tests on raw bytes, no syntax."""

import codecs
import re
from pathlib import PurePosixPath

from audits.engine.facts import FileKind

_NAME = re.compile(rb"cohere(?!n[ct]|d|s\b)", re.IGNORECASE)
_METHOD = re.compile(rb"(?:\.|['\"])\s*(?:generate|generate_stream|batch_generate)\b")
_MODEL = re.compile(rb"command-(?:nightly|light|xlarge|medium)|spacy\.Command|GenerateTextDetails")
_IMPORT = re.compile(
    rb"^[ \t]*(?:from[ \t]+([.\w]+)[ \t]+import[ \t]*(\([^)]{0,4000}\)|[^\r\n]{0,1000})"
    rb"|import[ \t]+([\w., \t]{1,1000}))",
    re.MULTILINE,
)
_WORD = re.compile(rb"[A-Za-z_]\w*")
_HIDING = re.compile(rb"coding[:=][ \t]*(?:utf[-_]?7|(?:raw[-_])?unicode[-_]escape)", re.IGNORECASE)
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_REQUIREMENTS = re.compile(
    r"(?:requirements[\w.-]*\.(?:txt|in)|pyproject\.toml|setup\.(?:py|cfg)|Pipfile(?:\.lock)?|poetry\.lock)$"
)
SIZE_LIMIT = {FileKind.PYTHON: 1 << 20, FileKind.NOTEBOOK: 20 << 20, FileKind.REQUIREMENTS: 1 << 20}


def file_kind(path: str) -> FileKind | None:
    """How a file of this name is read; None: it is no candidate."""
    name = PurePosixPath(path).name
    if name.endswith((".py", ".pyi")):
        return FileKind.PYTHON
    if name.endswith(".ipynb"):
        return FileKind.NOTEBOOK
    return FileKind.REQUIREMENTS if _REQUIREMENTS.fullmatch(name) else None


def plain(data: bytes) -> bytes:
    """The bytes on which the tests below work: encodings that hide ASCII names are undone."""
    if data.startswith(_WIDE):
        encoding = "utf-32" if data.startswith(_WIDE[2:]) else "utf-16"
        return data.decode(encoding, "replace").encode()
    found = _HIDING.search(data[:400])
    if found is None:
        return data
    name = found.group().split(b":")[-1].split(b"=")[-1].strip().decode()
    return data + b"\n" + data.decode(name, "replace").encode("utf-8", "replace")


def names_api(data: bytes) -> bool:
    """Does the text name Cohere, or a model or class that only Generate has?"""
    folded = b"ohere" in data or b"OHERE" in data
    return bool(folded and _NAME.search(data)) or _MODEL.search(data) is not None


def holds_method(data: bytes) -> bool:
    """Is there an attribute or a string with the name of a Generate method?"""
    return b"generate" in data and _METHOD.search(data) is not None


def imported(data: bytes) -> frozenset[str]:
    """Dotted names that import statements bring in: modules, and what is taken from them (`module.name`)."""
    names: set[str] = set()
    for source, items, modules in _IMPORT.findall(data):
        if source:
            names.add(source.decode())
            names.update(f"{source.decode()}.{word.decode()}" for word in _WORD.findall(items))
        names.update(part.split()[0].decode("utf-8", "replace") for part in modules.split(b",") if part.split())
    return frozenset(names)


def module_name(path: str) -> str:
    """The last name under which a file is imported: its own, for a package's `__init__` the folder's."""
    pure = PurePosixPath(path)
    return pure.parent.name if pure.stem == "__init__" else pure.stem


def lines_naming(data: bytes) -> tuple[int, ...]:
    """The lines (from 1) that name the API, for files that cannot be parsed; at most 50."""
    found = []
    for number, line in enumerate(re.split(rb"\r\n|\r|\n", data), 1):
        if _NAME.search(line) or _METHOD.search(line):
            found.append(number)
            if len(found) == 50:
                break
    return tuple(found)
