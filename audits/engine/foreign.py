"""Programs in languages that nothing here parses: the lines that hold an address of Generate, by text alone."""

import re
from collections.abc import Iterator

_HOST = rb"(?<![\w.-])(?:https?://)?(?!(?:docs|dashboard|www|status)\.)(?:[\w-]+\.)*cohere\.(?:ai|com)\b"
_WHOLE = re.compile(
    rb"%s(?!/+(?:v\d+/+)?feedback/)[^\s\"'`]{0,120}/generate\b|cohere\.command-(?:light-)?text-v\d" % _HOST, re.I
)
_API = re.compile(_HOST, re.IGNORECASE)
# The end of an address whose beginning stands elsewhere in the file: `base + "/v1/generate"`, `"generate"`, or
# the first line of a request that is written to a socket.
_PATH = re.compile(rb"(?:[\"'`)}]|\bPOST +(?=/))/*(?:v\d+/+)?generate/?(?:[\"'`?]|$| +HTTP/\d)", re.IGNORECASE)
# A line that only tells people something; C's `#define` is none.
_COMMENT = re.compile(rb"\s*(?://|#(?!define\b)|--|;|%|\*|/\*|'|\(\*|<!--|REM\b)")
_LINES = 50
# As git tells a file that is no text.
_HEAD = 8000


def lines_calling(data: bytes) -> tuple[int, ...]:
    """The lines (from 1) that hold Generate's address, or the parts of it; at most 50, () where there are none."""
    if b"ohere" not in data.lower() or b"\0" in data[:_HEAD]:
        return ()
    rows = [(at, line) for at, line in enumerate(re.split(rb"\r\n|\r|\n", data), 1) if not _COMMENT.match(line)]
    whole = [at for at, line in rows if _WHOLE.search(line)]
    return tuple((whole or sorted(_parts(rows)))[:_LINES])


def _parts(rows: list[tuple[int, bytes]]) -> Iterator[int]:
    hosts = [at for at, line in rows if _API.search(line)]
    ends = [at for at, line in rows if _PATH.search(line)]
    if hosts and ends:
        yield from {*hosts, *ends}
