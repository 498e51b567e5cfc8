"""Programs without an ending in their name: their first line tells the language."""

import re

from audits.engine.facts import FileKind

_FIRST = re.compile(rb"\A(?:\xef\xbb\xbf)?#![ \t]*[^\r\n]{0,500}")
# `#!/usr/bin/env -S uv run --script` starts Python too: https://peps.python.org/pep-0723/
_LANGUAGES = (
    (re.compile(rb"\b(?:i?python|pypy)[\d.]*\b|\buv run\b|\bpipx run\b"), FileKind.SCRIPT),
    (re.compile(rb"\b(?:deno|bun|tsx|ts-node)\b"), FileKind.TYPESCRIPT),
    (re.compile(rb"\bnode(?:js)?\b"), FileKind.JAVASCRIPT),
    (re.compile(rb"\bruby[\d.]*\b"), FileKind.RUBY),
    (re.compile(rb"\bphp[\d.]*\b"), FileKind.PHP),
    (re.compile(rb"\b(?:ba|da|z|k|a)?sh\b"), FileKind.SHELL),
)
# A shell that hands the file to Python, which takes the same line for the beginning of a text.
_HANDED = re.compile(
    rb"^(?:'''|\"\"\")(?:[^\r\n]{0,20}\bexec\b|:[^\r\n]{0,20}\r?\n[ \t]*exec\b)[^\r\n]{0,400}(?:python|\$0)",
    re.MULTILINE,
)
_HEAD = 1000


def language_of_program(data: bytes) -> FileKind | None:
    """How a file without an ending is read, by its first line; SCRIPT for Python, None for what is not read."""
    first = _FIRST.match(data)
    if first is None:
        return None
    found = next((kind for pattern, kind in _LANGUAGES if pattern.search(first.group())), None)
    return FileKind.SCRIPT if found is FileKind.SHELL and _HANDED.search(data[:_HEAD]) else found
