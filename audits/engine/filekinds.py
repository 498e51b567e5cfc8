"""Which files are read, and how: told by a file's name alone."""

import re
from collections.abc import Mapping

from audits.engine.facts import FileKind, Language

_REQUIREMENTS = re.compile(
    r"(?:requirements[\w.-]*\.(?:txt|in)|pyproject\.toml|setup\.(?:py|cfg)|Pipfile(?:\.lock)?|poetry\.lock)$"
)
_REQUIREMENTS_START = ("requirements", "pyproject", "setup", "Pipfile", "poetry")
_BY_ENDING: Mapping[str, FileKind] = {
    ending: kind
    for kind, endings in {
        FileKind.PYTHON: "py pyi",
        FileKind.NOTEBOOK: "ipynb",
        FileKind.MARKDOWN: "md markdown mdx",
        FileKind.YAML: "yaml yml",
        FileKind.JSON: "json jsonc",
        FileKind.TOML: "toml",
        FileKind.INI: "ini cfg",
        FileKind.ENV: "env properties",
        FileKind.HCL: "tf tfvars hcl",
        FileKind.XML: "xml",
    }.items()
    for ending in endings.split()
}
# A sample of a file is read as what it is a sample of; some files go by a name without an ending.
_SAMPLE = re.compile(r"[.-](?:example|sample|template|tmpl|dist|default|defaults|j2|tpl|bak|orig)$", re.IGNORECASE)
_ENV = re.compile(
    r"\.envrc|\.env(?:[.-][\w.-]+)?|env\.(?:example|sample|template|dist|local|dev\w*|prod\w*|test)|[\w-]+\.env",
    re.IGNORECASE,
)
_BY_NAME = {"MLproject": FileKind.YAML, "app.config": FileKind.XML, "web.config": FileKind.XML}
SETTINGS = frozenset(
    {FileKind.YAML, FileKind.JSON, FileKind.TOML, FileKind.INI, FileKind.ENV, FileKind.HCL, FileKind.XML}
)
# What package managers lock and describe, what tests record, what other tools write for themselves.
_NO_SETTINGS = re.compile(
    r"(?:package(?:-lock)?|npm-shrinkwrap|composer|tsconfig[\w.-]*|lerna|nx|turbo|bun)\.json|pnpm-lock\.yaml|.*[.-]lock(?:\.\w+)?"
    r"|.*\.snap(?:\.\w+)?|.*\.(?:sarif|geojson)(?:\.json)?|conda-lock\.yml|pom\.xml|.*\.csproj|packages\.config|Chart\.lock",
    re.IGNORECASE,
)
_RECORDED = frozenset({"cassettes", "__snapshots__", "snapshots", "vcr_cassettes", "recordings", "__recordings__"})
# What a build or a package manager has written: nobody mends a use there.
_GENERATED = re.compile(r"[.-](?:min|bundle|chunk|pack)\.\w+$|\.(?:d\.ts|pb\.go|g\.cs|designer\.cs)$", re.IGNORECASE)
_INSTALLED = frozenset({"site-packages", "dist-packages", "node_modules"})
_VENDORED = _INSTALLED | frozenset({"bower_components", "vendor", "third_party", "Pods", ".yarn", ".venv", "venv"})

# Files whose facts are linked over the tree; the uses of every other kind are found in the file itself.
MODULES = frozenset({FileKind.PYTHON, FileKind.NOTEBOOK})
# Read for the versions that they pin; they hold no use, and count among no files.
PINNING = frozenset({FileKind.REQUIREMENTS})
SIZE_LIMIT: Mapping[FileKind, int] = (
    dict.fromkeys(FileKind, 1 << 20)
    | {FileKind.NOTEBOOK: 20 << 20}
    | dict.fromkeys((FileKind.JSON, FileKind.YAML), 4 << 20)
)
_LANGUAGES: Mapping[FileKind, Language] = {FileKind.NOTEBOOK: Language.PYTHON, FileKind.TSX: Language.TYPESCRIPT}


def file_kind(path: str) -> FileKind | None:
    """How a file of this name is read; None: it is no candidate."""
    name = path[path.rfind("/") + 1 :]
    kind = _BY_ENDING.get(name[name.rfind(".") + 1 :].lower()) if "." in name else None
    if kind in MODULES:
        return kind
    if kind is None and not name.startswith(_REQUIREMENTS_START):
        return None
    if _REQUIREMENTS.fullmatch(name):
        return FileKind.REQUIREMENTS
    kind = kind if kind not in SETTINGS else None
    kind = kind or _settings_kind(path, name)
    return None if kind is None or _GENERATED.search(name) or is_vendored(path) else kind


def _settings_kind(path: str, name: str) -> FileKind | None:
    """The language of a configuration file; None for what is none, or tells nothing of what its people wrote."""
    if _NO_SETTINGS.fullmatch(name) or not _RECORDED.isdisjoint(path.split("/")[:-1]):
        return None
    bare = _SAMPLE.sub("", name)
    if _ENV.fullmatch(bare) or _ENV.fullmatch(name):
        return FileKind.ENV
    kind = _BY_NAME.get(bare) or (_BY_ENDING.get(bare[bare.rfind(".") + 1 :].lower()) if "." in bare else None)
    return kind if kind in SETTINGS else None


def is_installed(path: str) -> bool:
    """Does the file lie in a checked-in environment, among installed packages?"""
    return not _INSTALLED.isdisjoint(path.split("/"))


def is_vendored(path: str) -> bool:
    """Does the file lie in a folder where other people's code is kept?"""
    return not _VENDORED.isdisjoint(path.split("/")[:-1])


def language_of(kind: FileKind) -> Language:
    """The language in which files of a kind are written."""
    return _LANGUAGES.get(kind) or Language(kind)
