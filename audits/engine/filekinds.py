"""Which files are read, and how: told by a file's name alone."""

import re
from collections.abc import Mapping

from audits.engine.facts import FileKind, Language

# Manifests and lock files, by name or by the end of it.
_PINNING_NAMES: Mapping[str, FileKind] = {
    name: kind
    for kind, names in {
        FileKind.PINS_TOML: "pyproject.toml Pipfile poetry.lock uv.lock pdm.lock libs.versions.toml Cargo.toml "
        "Cargo.lock",
        FileKind.PINS_JSON: "package.json package-lock.json npm-shrinkwrap.json Pipfile.lock "
        "composer.json composer.lock",
        FileKind.PINS_YAML: "environment.yml environment.yaml conda.yml conda.yaml pnpm-lock.yaml",
        FileKind.PINS_XML: "pom.xml Directory.Packages.props",
        FileKind.PINS_YARN: "yarn.lock",
        FileKind.PINS_GO: "go.mod",
        FileKind.PINS_GEM: "Gemfile Gemfile.lock",
        FileKind.PINS_GRADLE: "build.gradle build.gradle.kts",
        FileKind.REQUIREMENTS: "setup.cfg",
    }.items()
    for name in names.split()
}
_PINNING_ENDS = {".csproj": FileKind.PINS_XML, ".fsproj": FileKind.PINS_XML, ".gemspec": FileKind.PINS_GEM}
# `requirements/base.txt`: what is asked for, in parts.
_PARTED = re.compile(r"(?:^|/)(?:pip-)?requirements?/[\w.-]+\.(?:txt|in|pip)$", re.IGNORECASE)
_REQUIREMENTS = re.compile(r"(?:[\w-]*requirements[\w.-]*|constraints[\w.-]*)\.(?:txt|in|pip)", re.IGNORECASE)
# What a name holds that is no ending of `_BY_ENDING` and may be read all the same: most names are none of either.
_SPECIAL = re.compile(
    r"env|requirements|constraints|proj|lock|file|go\.mod|gradle|gemspec|\.props$"
    r"|[.-](?:example|sample|template|tmpl|dist|defaults?|j2|tpl|bak|orig|config)$",
    re.IGNORECASE,
)
_BY_ENDING: Mapping[str, FileKind] = {
    ending: kind
    for kind, endings in {
        FileKind.PYTHON: "py pyi pyw pyx py3 wsgi tac",
        FileKind.SCRIPT: "cgi fcgi",
        FileKind.NOTEBOOK: "ipynb",
        FileKind.JAVASCRIPT: "js jsx mjs cjs gs",
        FileKind.TYPESCRIPT: "ts mts cts",
        FileKind.TSX: "tsx",
        FileKind.HTML: "html htm vue svelte",
        FileKind.GO: "go",
        FileKind.JAVA: "java",
        FileKind.KOTLIN: "kt kts",
        FileKind.RUBY: "rb rake ru jbuilder podspec thor",
        FileKind.CSHARP: "cs",
        FileKind.PHP: "php",
        FileKind.RUST: "rs",
        FileKind.SWIFT: "swift",
        FileKind.DART: "dart",
        FileKind.SHELL: "sh bash zsh ksh bats",
        FileKind.MAKEFILE: "mk",
        FileKind.DOCKERFILE: "dockerfile",
        FileKind.MARKDOWN: "md markdown mdx",
        FileKind.RST: "rst",
        FileKind.YAML: "yaml yml",
        FileKind.JSON: "json jsonc json5",
        FileKind.TOML: "toml",
        FileKind.INI: "ini cfg",
        FileKind.ENV: "env properties",
        FileKind.HCL: "tf tfvars hcl",
        FileKind.XML: "xml plist resx",
        FileKind.SQL: "sql",
        FileKind.NGINX: "conf nginx",
        FileKind.HTTP: "http rest",
        # No parser of ours knows these: a use in them is a person's to read.
        FileKind.OTHER: "scala sc lua ex exs c cc cpp cxx hpp m mm hs ps1 psm1 r rmd qmd pl pm jl fs fsx vb "
        "groovy clj cljs cljc erl nim cr zig elm ml mli rkt lisp el raku tcl pas coffee ahk applescript bas cls bat "
        "cmd fish nu gd sol hx astro erb ejs hbs jsp cshtml razor twig liquid njk "
        "bru hurl bicep jsonnet libsonnet nix robot awk proto thrift graphql service gradle sbt just vbs csh tcsh "
        "eex heex haml slim pug mustache mako ftl gotmpl pp star bzl ino cfm",
    }.items()
    for ending in endings.split()
}
# A sample of a file is read as what it is a sample of; some files go by a name without an ending.
_SAMPLE = re.compile(r"[.-](?:example|sample|template|tmpl|dist|default|defaults|j2|tpl|bak|orig)$", re.IGNORECASE)
_ENV = re.compile(
    r"\.envrc|\.env(?:[.-][\w.-]+)?|env\.(?:example|sample|template|dist|local|dev\w*|prod\w*|test)|[\w-]+\.env",
    re.IGNORECASE,
)
# A template or a sample of a module: `tool.py.j2`, `settings.py-tpl`.
_PYTHON_SAMPLE = re.compile(
    r"\.pyw?[._-](?:j2|jinja2?|tpl|tmpl|template|mako|in|erb|ejs|hbs|mustache|example|sample|dist)$", re.IGNORECASE
)
# A template or a sample of what is no module: with its holes no parser knows it.
_TEMPLATE = re.compile(
    r"\.\w+[.-](?:j2|jinja2?|tpl|tmpl|template|in|example|sample|dist)$|\.(?:j2|jinja2?|tpl|tmpl)$", re.IGNORECASE
)
# A name without an ending that may be a program's: what a first line says of it is told by its bytes. Names in capitals
# are those of documents, and those that are numbers in hexadecimal are not given by people.
_PROGRAM = re.compile(r"(?![0-9a-f]{16,}$)(?=[\w-]*[a-z])[\w-]{1,100}", re.ASCII)
_BY_NAME = {"MLproject": FileKind.YAML}
_RUBY = re.compile(r"(?:Rake|Vagrant|Guard|Fast|App|Pod|Cap|Brew|Berks|Thor)file")
# .NET's settings: `App.config`, `Web.Release.config`.
_DOTNET = re.compile(r"(?:app|web)(?:\.[\w-]+)?\.config", re.IGNORECASE)
SETTINGS = frozenset(
    [
        *(FileKind.YAML, FileKind.JSON, FileKind.TOML, FileKind.INI, FileKind.ENV, FileKind.HCL, FileKind.XML),
        *(FileKind.SQL, FileKind.NGINX, FileKind.HTTP),
    ]
)
SETTINGS_LANGUAGES = frozenset(Language(kind) for kind in SETTINGS)
# What package managers lock and describe, what tests record, what other tools write for themselves.
_NO_SETTINGS = re.compile(
    r"(?:package(?:-lock)?|npm-shrinkwrap|composer|tsconfig[\w.-]*|lerna|nx|turbo|bun)\.json|pnpm-lock\.yaml|.*[.-]lock(?:\.\w+)?"
    r"|.*\.snap(?:\.\w+)?|.*\.(?:sarif|geojson)(?:\.json)?|conda-lock\.yml|pom\.xml|.*\.csproj|packages\.config|Chart\.lock",
    re.IGNORECASE,
)
_RECORDED = re.compile(r"(?:^|/)(?:[^/]*cassettes?|_*snapshots_*|_*recordings_*|releasenotes)/", re.IGNORECASE)
_COMMANDS = re.compile(
    r"(?P<makefile>(?:GNU)?[Mm]akefile)|(?P<dockerfile>(?:Dockerfile|Containerfile)(?:[.-][\w.-]+)?)"
)
# What a build or a package manager has written: nobody mends a use there.
_GENERATED = re.compile(
    r"[.-](?:min|bundle|chunk|pack)\.\w+$|\.(?:d\.ts|pb\.go|g\.cs|designer\.cs|g\.dart|freezed\.dart)$", re.IGNORECASE
)
_INSTALLED = frozenset({"site-packages", "dist-packages", "node_modules"})
_VENDORED = _INSTALLED | frozenset({"bower_components", "vendor", "third_party", "Pods", ".yarn", ".venv", "venv"})

# Files whose facts are linked over the tree; the uses of every other kind are found in the file itself.
# A script is one until its first line says that it is of another language, or its text that nobody knows it.
MODULES = frozenset({FileKind.PYTHON, FileKind.NOTEBOOK, FileKind.SCRIPT})
# Read for the versions that they pin; they hold no use, and count among no files.
PINNING = frozenset({FileKind.REQUIREMENTS, *_PINNING_NAMES.values()})
SIZE_LIMIT: Mapping[FileKind, int] = (
    dict.fromkeys(FileKind, 1 << 20)
    | {FileKind.NOTEBOOK: 20 << 20}
    | dict.fromkeys((FileKind.JSON, FileKind.YAML), 4 << 20)
    | dict.fromkeys((FileKind.PINS_JSON, FileKind.PINS_YAML, FileKind.PINS_TOML, FileKind.PINS_YARN), 20 << 20)
)
_TESTS = frozenset({"test", "tests", "testing"})


def file_kind(path: str) -> FileKind | None:
    """How a file of this name is read; None: it is no candidate."""
    kind, passed_over = kind_and_fate(path)
    return None if passed_over else kind


def kind_and_fate(path: str) -> tuple[FileKind | None, bool]:
    """How a file of this name would be read, and whether it is passed over for where it lies or for who wrote it.

    Modules are read wherever they lie, for what others import of them. Of the other kinds nobody mends a use in what a
    package manager or a build has written.
    """
    name = path[path.rfind("/") + 1 :]
    kind = _BY_ENDING.get(name[name.rfind(".") + 1 :].lower()) if "." in name else None
    if kind in MODULES:
        return kind, False
    kind = _kind(path, name, kind)
    if kind is None:
        return None, False
    if kind is FileKind.OTHER and is_vendored(path):
        return None, False
    built = kind not in PINNING and _COMMANDS.fullmatch(name) is None and _GENERATED.search(name) is not None
    return kind, built or is_vendored(path)


def _kind(path: str, name: str, kind: FileKind | None) -> FileKind | None:
    """The kind of what is no module by its ending, whose kind is `kind`."""
    if named := _COMMANDS.fullmatch(name):
        return FileKind(str(named.lastgroup))
    if _PARTED.search(path):
        return FileKind.REQUIREMENTS
    if kind is None and not _SPECIAL.search(name):
        return _program_kind(name)
    pinning = _pinning_kind(name)
    if pinning is not None:
        return pinning
    kind = kind if kind not in SETTINGS else None
    return kind or _settings_kind(path, name) or _program_kind(name)


def _program_kind(name: str) -> FileKind | None:
    """The kind of a program without an ending, or of a template."""
    if "." in name:
        if _PYTHON_SAMPLE.search(name):
            return FileKind.PYTHON
        return FileKind.OTHER if _TEMPLATE.search(name) else None
    if _RUBY.fullmatch(name):
        return FileKind.RUBY
    return FileKind.SCRIPT if _PROGRAM.fullmatch(name) else None


def _pinning_kind(name: str) -> FileKind | None:
    """The kind of a manifest or a lock file."""
    if _REQUIREMENTS.fullmatch(name):
        return FileKind.REQUIREMENTS
    return _PINNING_NAMES.get(name) or _PINNING_ENDS.get(name[name.rfind(".") :])


def _settings_kind(path: str, name: str) -> FileKind | None:
    """The language of a configuration file; None for what is none, or tells nothing of what its people wrote."""
    if _NO_SETTINGS.fullmatch(name) or _RECORDED.search(path):
        return None
    bare = _SAMPLE.sub("", name)
    if _ENV.fullmatch(bare) or _ENV.fullmatch(name):
        return FileKind.ENV
    if _DOTNET.fullmatch(bare):
        return FileKind.XML
    kind = _BY_NAME.get(bare) or (_BY_ENDING.get(bare[bare.rfind(".") + 1 :].lower()) if "." in bare else None)
    return kind if kind in SETTINGS else None


def passed_over_in(path: str) -> str:
    """Where a file lies that is passed over: the outermost folder of other people's code, with a slash, or the file."""
    parts = path.split("/")
    depth = next((at for at, part in enumerate(parts[:-1]) if part in _VENDORED), None)
    return path if depth is None else "/".join(parts[: depth + 1]) + "/"


def is_installed(path: str) -> bool:
    """Does the file lie in a checked-in environment, among installed packages?"""
    return not _INSTALLED.isdisjoint(path.split("/"))


def is_vendored(path: str) -> bool:
    """Does the file lie in a folder where other people's code is kept?"""
    return not _VENDORED.isdisjoint(path.split("/")[:-1])


def is_test(path: str) -> bool:
    """Does the file lie among tests, by its name or a folder's?"""
    *folders, name = path.lower().split("/")
    return name.startswith("test_") or name.endswith("_test.py") or not _TESTS.isdisjoint(folders)
