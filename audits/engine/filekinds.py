"""Which files are read, and how: told by a file's name alone."""

import re
from collections.abc import Mapping

from audits.engine.facts import FileKind, Language

_REQUIREMENTS = re.compile(
    r"(?:requirements[\w.-]*\.(?:txt|in)|pyproject\.toml|setup\.(?:py|cfg)|Pipfile(?:\.lock)?|poetry\.lock)$"
)
_BY_ENDING: Mapping[str, FileKind] = {
    ending: kind
    for kind, endings in {
        FileKind.PYTHON: "py pyi",
        FileKind.NOTEBOOK: "ipynb",
        FileKind.MARKDOWN: "md markdown mdx",
    }.items()
    for ending in endings.split()
}
# What a build or a package manager has written: nobody mends a use there.
_GENERATED = re.compile(r"[.-](?:min|bundle|chunk|pack)\.\w+$|\.(?:d\.ts|pb\.go|g\.cs|designer\.cs)$", re.IGNORECASE)
_INSTALLED = frozenset({"site-packages", "dist-packages", "node_modules"})
_VENDORED = _INSTALLED | frozenset({"bower_components", "vendor", "third_party", "Pods", ".yarn", ".venv", "venv"})

# Files whose facts are linked over the tree; the uses of every other kind are found in the file itself.
MODULES = frozenset({FileKind.PYTHON, FileKind.NOTEBOOK})
# Read for the versions that they pin; they hold no use, and count among no files.
PINNING = frozenset({FileKind.REQUIREMENTS})
SIZE_LIMIT: Mapping[FileKind, int] = dict.fromkeys(FileKind, 1 << 20) | {FileKind.NOTEBOOK: 20 << 20}
_LANGUAGES: Mapping[FileKind, Language] = {FileKind.NOTEBOOK: Language.PYTHON, FileKind.TSX: Language.TYPESCRIPT}


def file_kind(path: str) -> FileKind | None:
    """How a file of this name is read; None: it is no candidate."""
    name = path[path.rfind("/") + 1 :]
    kind = _BY_ENDING.get(name[name.rfind(".") + 1 :].lower()) if "." in name else None
    if kind in MODULES:
        return kind
    if _REQUIREMENTS.fullmatch(name):
        return FileKind.REQUIREMENTS
    return None if kind is None or _GENERATED.search(name) or is_vendored(path) else kind


def is_installed(path: str) -> bool:
    """Does the file lie in a checked-in environment, among installed packages?"""
    return not _INSTALLED.isdisjoint(path.split("/"))


def is_vendored(path: str) -> bool:
    """Does the file lie in a folder where other people's code is kept?"""
    return not _VENDORED.isdisjoint(path.split("/")[:-1])


def language_of(kind: FileKind) -> Language:
    """The language in which files of a kind are written."""
    return _LANGUAGES.get(kind) or Language(kind)
