"""What makes two sightings the same use: hashes that know neither path nor line, so that they survive a move."""

import hashlib
import re
from dataclasses import dataclass
from typing import NamedTuple

from audits.engine.facts import Kind, Usage

# Of the hashes below; a finding with hashes of another version is hashed anew from the usage that it stores.
IDENTITY_VERSION = 2
_FAMILIES = {
    **dict.fromkeys((Kind.SDK_CALL, Kind.SDK_STREAM, Kind.BATCH, Kind.SAGEMAKER, Kind.BEDROCK, Kind.OCI), "call"),
    **dict.fromkeys((Kind.WRAPPER_LANGCHAIN, Kind.WRAPPER_LLAMAINDEX, Kind.WRAPPER_HAYSTACK), "wrapper"),
    **dict.fromkeys((Kind.WRAPPER_LITELLM, Kind.WRAPPER_OTHER), "wrapper"),
}
_SPACE = re.compile(r"\s+")
_TRAILING_COMMA = re.compile(r",(?=[)\]}])")


def _plain(source: str) -> str:
    """An expression without what a formatter may change: white space, the kind of quotes, trailing commas."""
    return _TRAILING_COMMA.sub("", _SPACE.sub("", source).replace("'", '"'))


def _hash(*parts: str) -> str:
    text = "\x1f".join(parts).encode("utf-8", "backslashreplace")
    return hashlib.sha256(text).hexdigest()


def family(kind: Kind) -> str:
    """What a rule looks for: the kinds of one family differ by what is known of the client, not by the code."""
    return _FAMILIES.get(kind, kind.value)


def call_hash(usage: Usage) -> str:
    """64 hexadecimal digits for the family, the callee and every argument with its value; independent of the place."""
    arguments = sorted(f"{p.name}={_plain(p.value or '')}" for p in usage.parameters)
    return _hash(family(usage.kind), _plain(usage.callee), usage.model or "", *arguments)


def shape_hash(usage: Usage) -> str:
    """64 hexadecimal digits for the method and the names of its arguments: what an edit of a value leaves alone."""
    method = usage.callee.rpartition(".")[2] or usage.method or usage.kind
    return _hash(method, *sorted({p.name for p in usage.parameters}))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a use stands and what it is known by. Lines from 1; in a notebook inside `cell`."""

    path: str
    line: int
    column: int
    cell: int | None
    scope: str
    callee: str
    kind: str
    call_hash: str
    shape_hash: str


class Traits(NamedTuple):
    """Of which parts of the calls a use is one: who would answer it, and the parameters in its way, in order."""

    platform: str = ""
    ways: tuple[str, ...] = ()


NO_TRAITS = Traits()


class Spot(NamedTuple):
    """What is kept of a use that a comment sets aside."""

    path: str
    cell: int | None
    line: int
    callee: str
    kind: str


@dataclass(frozen=True, slots=True)
class Seen(Place):
    """A use in the scan at hand."""

    @classmethod
    def of(cls, usage: Usage) -> "Seen":
        return cls(
            path=usage.path,
            line=usage.line,
            column=usage.column,
            cell=usage.cell,
            scope=usage.scope,
            callee=usage.callee,
            kind=usage.kind,
            call_hash=call_hash(usage),
            shape_hash=shape_hash(usage),
        )


@dataclass(frozen=True, slots=True)
class Known(Place):
    """A stored finding as far as its identity goes, last seen in `commit` ("" where nobody noted it).

    `depends` are the other paths that its proof leads through. `held`: part of a suspicious drop, gone only when its
    own file changes. `left_out`: a rule excludes its path; a scan knows it again all the same, and no drop counts it.
    """

    id: str
    commit: str = ""
    absent: bool = False
    depends: frozenset[str] = frozenset()
    held: bool = False
    left_out: bool = False


def order(place: Place) -> tuple[int, int, int]:
    """Source order inside one file."""
    return (-1 if place.cell is None else place.cell, place.line, place.column)
