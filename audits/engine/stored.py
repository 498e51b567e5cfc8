"""The JSON texts in which a file's facts, and how its uses are shown, are remembered."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from typing import Any

from audits.engine import codec
from audits.engine.extract.model import ModuleFacts
from audits.engine.facts import FileKind, Unread, Usage


def to_text(found: ModuleFacts | Unread) -> str:
    """What extraction gave, as text: `{"facts": …}` or `{"unread": …}`."""
    told = {"unread" if isinstance(found, Unread) else "facts": codec.encode(found)}
    return json.dumps(told, separators=(",", ":"))


def from_text(text: str) -> ModuleFacts | Unread | None:
    """What a store gave back; None where it is not readable any more."""
    try:
        found = json.loads(text)
        return codec.decode(Unread, found["unread"]) if "unread" in found else codec.decode(ModuleFacts, found["facts"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def shown_kind(kind: FileKind, usages: Sequence[Usage]) -> str:
    """Under which kind, of 16 characters, it is remembered how these uses of a file are shown."""
    text = json.dumps([kind, *map(codec.encode, usages)])
    return "s" + urlsafe_b64encode(blake2b(text.encode(), digest_size=11).digest()).decode().rstrip("=")


def shown_to_text(usages: Sequence[Usage]) -> str:
    """Uses as they are shown, as text: `{"shown": …}`."""
    return json.dumps({"shown": [codec.encode(usage) for usage in usages]})


def shown_from_text(text: str, count: int) -> tuple[Usage, ...] | None:
    """What a store gave back for `count` uses; None where it is not readable any more."""
    try:
        found = tuple(codec.decode(Usage, row) for row in json.loads(text)["shown"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return found if len(found) == count else None


def usage_to_text(usage: Usage) -> str:
    """All that is told of a use, on one line."""
    return json.dumps(codec.encode(usage))


def result_to_text(found: Any, files: str, usages: Iterable[str]) -> str:
    """A result in plain values as text: `{"files": a digest of what it follows from, "result": …, "usages": […]}`.

    Each use, a text already, stands on a line of its own: they are most of it, and are never all there as plain values.
    """
    head = json.dumps({"files": files, "result": found})
    rows = ",\n".join(usages)
    return f'{head[:-1]}, "usages": [\n{rows}\n]}}'


def result_from_text(text: str, files: str | None = None) -> Any:
    """The plain values of a result but its uses; None where it follows from other `files`, or nobody can read it."""
    try:
        known = files is None or json.dumps(files) in text[: len(files) + 16]
        found = json.loads(text[: text.index("\n")] + "]}") if known else {}
        return found["result"] if files in (None, found["files"]) else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def usages_from_text(text: str) -> Iterator[tuple[Usage, str]]:
    """The uses of a result, each with its own text. Raises ValueError where one is not readable any more."""
    start, end = text.index("\n") + 1, text.rindex("\n")
    while start < end:
        stop = text.index("\n", start)
        row = text[start:stop].removesuffix(",")
        yield codec.decode(Usage, json.loads(row)), row
        start = stop + 1
