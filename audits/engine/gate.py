"""Which files deserve a parse: tests on raw bytes, no syntax."""

import codecs
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from sys import intern

from audits.engine.catalogue.packages import PACKAGES_BY_NAME
from audits.engine.facts import FileKind
from audits.engine.filekinds import PINNING, SETTINGS
from audits.engine.foreign import lines_calling

# An expression without a fixed beginning in one case costs a search ten times as much.
_NAME = re.compile(rb"[cC](?:ohere|OHERE)(?!(?i:n[ct]|d|s\b))")
_METHOD = re.compile(rb"(?:\.|['\"])\s*(?:generate|generate_stream|batch_generate)\b")
# For a search that is quicker than reading the bytes: one of them matches a line of every file that `calls_method` lets
# through, also of those in an encoding of wide characters, and the first line of a program in Python.
CALLED_SIEVE = (
    r"[gG]enerate",
    r"[cC]hat",
    r"\xff\xfe|\xfe\xff",
    r"^(?:\xef\xbb\xbf)?#!.*(?:python|pypy|uv run|pipx run)",
    r"^(?:'''|\"\"\")(?:.*exec|:)",
)
_CALLED = re.compile(
    rb"(?:(?:\.|->|::)\s*|\[\s*['\"`])(?:[gG]enerate|[cC]hat)(?:_?[sS]tream)?(?:Async)?\b",
)
_MODEL = re.compile(
    rb"command-(?:nightly|light|xlarge|medium|r(?:-plus)?(?:-0[34]-2024)?['\"])|spacy\.Command|GenerateTextDetails"
)
_MODEL_WORDS = (b"command-", b"spacy.Command", b"GenerateTextDetails")
_IMPORT = re.compile(
    rb"^[ \t]*(?:from[ \t]+([.\w\x80-\xff]+)[ \t]+import[ \t]*(\([^)]{0,4000}\)|[^\r\n]{0,1000})"
    rb"|import[ \t]+([\w\x80-\xff., \t]{1,1000}))",
    re.MULTILINE,
)
_WORD = re.compile(rb"[A-Za-z_\x80-\xff][\w\x80-\xff]*")
_HIDING = re.compile(rb"coding[:=][ \t]*(?:utf[-_]?7|(?:raw[-_])?unicode[-_]escape)", re.IGNORECASE)
# What stands beside the API's name where a kind of file that talks of Cohere is to be read for its uses.
_BESIDE = re.compile(
    rb"generat(?:e|or)|command-|langchain|llms|llm/v1/completions|litellm|generative-cohere|spacy\.Command",
    re.IGNORECASE,
)
_TALKING = (FileKind.MARKDOWN, FileKind.RST, FileKind.HTML, FileKind.SQL, FileKind.NGINX, FileKind.HTTP)
_WORDS_BESIDE = dict.fromkeys(_TALKING, _BESIDE)
# A large file of settings is data more often: it is to say more than a name.
_LARGE = 1 << 20
_TELLS = re.compile(
    rb"cohere\.(?:ai|com)[\w/.-]{0,60}/generate|command-(?:xlarge|nightly|light|medium|r\b)|cohere\.command|cohere/command"
    rb"|generative-cohere|spacy\.Command|llm/v1/completions|lmCohere|model\w*[\"']?\s*[:=]\s*[\"']?command\b",
    re.IGNORECASE,
)
_MODEL_SET = re.compile(
    rb"model\w*[\"']?[ \t]*[:=][ \t]*[\"']?(?:command(?:-r[\w-]*)?|c4ai-[\w-]+)[\"']?[ \t]*[,\r\n}]", re.IGNORECASE
)
# Names that hold another one of them tell nothing more.
_TELLING = {row.name.lower() for row in PACKAGES_BY_NAME.values() if not row.beside}
_PACKAGE_NAMES = tuple(
    name.encode() for name in sorted(_TELLING) if not any(other != name and other in name for other in _TELLING)
)
# Perl-compatible expressions of which one matches a line of every file that `takes_part` or `names_api` lets through,
# also of those in an encoding that `plain` undoes. For a search that is quicker than reading the bytes here; many that
# begin with fixed letters take half the time of one that holds them all.
SIEVE = (
    r"[cC](?:ohere|OHERE)(?!(?i:n[ct]|d|s\b))",
    r"command-(?:nightly|light|xlarge|medium|r)",
    r"spacy\.Command",
    r"GenerateTextDetails",
    r"(?i)(?<=[:= \t\"'])command(?:-r[\w-]*)?[\"']?[ \t]*(?:[,\r}]|$)",
    r"(?i)(?<=[:= \t\"'])c4ai-",
    r"(?i)coding[:=][ \t]*(?:utf[-_]?7|(?:raw[-_])?unicode[-_]escape)",
    r"\xff\xfe|\xfe\xff",
    r"^version https://git-lfs\.github\.com/spec/",
)
_POINTER = b"version https://git-lfs.github.com/spec/"
_POINTER_LIMIT = 1024
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)


def plain(data: bytes) -> bytes:
    """The bytes on which the tests below work: encodings that hide ASCII names are undone."""
    if data.startswith(_WIDE):
        encoding = "utf-32" if data.startswith(_WIDE[2:]) else "utf-16"
        decoded = data.decode(encoding, "replace").encode()
        return data + b"\n" + decoded if wrongly_marked(data) else decoded
    found = _HIDING.search(data[:400])
    if found is None:
        return data
    name = found.group().split(b":")[-1].split(b"=")[-1].strip().decode()
    return data + b"\n" + data.decode(name, "replace").encode("utf-8", "replace")


def wrongly_marked(data: bytes) -> bool:
    """Does it begin with a mark of UTF-16 or UTF-32, and name the API in plain bytes all the same?"""
    return data.startswith(_WIDE) and names_api(data)


def is_pointer(kind: FileKind, data: bytes) -> bool:
    """Is it a pointer of Git LFS, in the place of a file of code? The text itself is no part of the repository.

    The version comes first, and a pointer has less than 1,024 bytes:
    https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md
    """
    return len(data) < _POINTER_LIMIT and data.startswith(_POINTER) and kind not in SETTINGS | PINNING


def names_api(data: bytes) -> bool:
    """Does the text name Cohere, or a model or class that only Generate has?"""
    # Most files hold none of these, and a search for fixed bytes costs a tenth of an expression's.
    if (b"ohere" in data or b"OHERE" in data) and _NAME.search(data):
        return True
    return any(word in data for word in _MODEL_WORDS) and _MODEL.search(data) is not None


def names_package(data: bytes) -> bool:
    """Does a manifest name a package through which code may reach Generate?"""
    lower = data.lower()
    return any(name in lower for name in _PACKAGE_NAMES)


def takes_part(kind: FileKind, data: bytes) -> bool:
    """Does a file of this kind deserve a parse, for what its bytes name?"""
    if not names_api(data):
        # The path may name Cohere where the text names its model only.
        return kind in SETTINGS and len(data) <= _LARGE and _MODEL_SET.search(data) is not None
    if kind in SETTINGS and len(data) > _LARGE:
        return _TELLS.search(data) is not None
    if kind is FileKind.OTHER:
        return bool(lines_calling(data))
    words = _WORDS_BESIDE.get(kind)
    return words is None or words.search(data) is not None


def holds_method(data: bytes) -> bool:
    """Is there an attribute or a string with the name of a Generate method?"""
    return b"generate" in data and _METHOD.search(data) is not None


def calls_method(data: bytes) -> bool:
    """Is there a member with the name of a method for Generate or Chat, as SDKs of other languages than Python have?"""
    return (b"enerate" in data or b"hat" in data) and _CALLED.search(data) is not None


def imported(data: bytes) -> tuple[str, ...]:
    """What import statements bring in, sorted: `module`, or `module:name` for what is taken from one."""
    names: set[str] = set()
    for source, items, modules in _IMPORT.findall(data):
        if source:
            head = source.decode("utf-8", "replace")
            names.update(f"{head}:{word.decode('utf-8', 'replace')}" for word in _WORD.findall(items))
            names.update(f"{head}:*" for _ in range(b"*" in items))
        names.update(part.split()[0].decode("utf-8", "replace") for part in modules.split(b",") if part.split())
    return shared(names)


def shared(words: Iterable[str]) -> tuple[str, ...]:
    """Words in order, each one object wherever it occurs: files by the thousand import the same."""
    return tuple(map(intern, sorted(words)))


def joined(module: str, name: str) -> str:
    """The dotted name of what `from module import name` brings in; `module` may be dots alone."""
    return f"{module}{name}" if module.endswith(".") else f"{module}.{name}"


@lru_cache(1 << 13)
def names_of(path: str) -> tuple[str, ...]:
    """Keys under which a Python file may be imported: its dotted path behind "/", and each end of two or more parts.

    Compare with `asked_by`: a file may import another where their keys meet.
    """
    parts = module_parts(path)
    ends = (".".join(parts[start:]) for start in range(len(parts) - 1))
    return "/" + ".".join(parts), *ends


def asked_by(path: str, imports: Iterable[str]) -> Iterator[str]:
    """The keys of the modules that the file at `path` may mean by its imports (`module` or `module:name`)."""
    folder = path.rpartition("/")[0]
    for row in imports:
        yield from _asked(folder, row)


@lru_cache(1 << 13)
def _asked(folder: str, row: str) -> tuple[str, ...]:
    head, _, item = row.partition(":")
    return _keys(folder, head) + (_keys(folder, joined(head, item)) if item else ())


def keys_of(path: str, name: str) -> tuple[str, ...]:
    """The keys of the modules that the file at `path` may mean by one dotted name."""
    return _keys(path.rpartition("/")[0], name)


def _keys(within: str, name: str) -> tuple[str, ...]:
    folder = tuple(within.split("/")) if within else ()
    levels = len(name) - len(name.lstrip("."))
    parts = tuple(part for part in name[levels:].split(".") if part)
    if levels:
        return ("/" + ".".join((*folder[: len(folder) - levels + 1], *parts)),)
    if len(parts) == 1:
        return tuple("/" + ".".join((*base, *parts)) for base in (folder, (), ("src",)))
    return ".".join(parts), "/" + ".".join(parts)


def module_parts(path: str) -> tuple[str, ...]:
    """A file's path as the parts of its dotted name."""
    *folder, name = path.split("/")
    stem, dot, _ = name.rpartition(".")
    stem = stem if stem and dot else name
    return tuple(folder) if stem == "__init__" else (*folder, stem)


def lines_naming(data: bytes) -> tuple[int, ...]:
    """The lines (from 1) that name the API, for files that cannot be parsed; at most 50."""
    found = []
    for number, line in enumerate(re.split(rb"\r\n|\r|\n", data), 1):
        if _NAME.search(line) or _METHOD.search(line):
            found.append(number)
            if len(found) == 50:
                break
    return tuple(found)
