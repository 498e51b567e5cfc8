"""Between a usage and its row: the columns that a sighting fills, and what a row is known by."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import Any

from django.db.models import Q

from audits import lifecycle, query
from audits.engine import codec
from audits.engine.facts import Usage
from audits.lifecycle import Gone, Presence
from audits.models import Finding, FindingParameter

from .text import clean, clean_json, fit

_SNIPPET = 4_000
# Of what `fields` and `parameters` make of a usage: to be raised when they make something else of the same one.
COLUMNS_VERSION = 1
# So many rows at a time have their widest columns in memory: each may hold tens of kilobytes.
WIDE_ROWS = 100
# What `present` adds to a usage.
SHOWN = ("snippet", "excerpt", "replacement", "hardcoded_key")
_SAME_NAME: tuple[str, ...] = ("path", "line", "end_line", "column", "cell", "scope", "callee", "digest")


def fit_usage(usage: Usage) -> Usage:
    """The usage with the texts by which it is recognised cut to their columns, so that it equals its stored self."""
    cut = fit(Finding, {"path": usage.path, "scope": usage.scope, "callee": usage.callee})
    return replace(usage, **cut)


def fit_paths(paths: Iterable[str]) -> frozenset[str]:
    return frozenset(map(fit_path, paths))


def fit_path(path: str) -> str:
    return clean(path, Finding._meta.get_field("path").max_length)


def known_of(row: Finding, *, with_proof: bool = False) -> lifecycle.Known:
    """`with_proof`: the paths of the proof matter only in a scan that left something unread."""
    steps = row.detail.get("proof", ()) if with_proof else ()
    call, shape = hashes(row)
    return lifecycle.Known(
        id=str(row.pk),
        path=row.path,
        line=row.line,
        column=row.column,
        cell=row.cell,
        scope=row.scope,
        callee=row.callee,
        kind=row.kind,
        call_hash=call,
        shape_hash=shape,
        commit=row.commit,
        absent=row.presence == Presence.ABSENT and not is_left_out(row),
        depends=frozenset(step["path"] for step in steps) - {row.path} | frozenset(row.hidden_in or ()),
        held=bool(row.held_reason),
        left_out=is_left_out(row),
    )


def all_known(rows: Collection[Finding], *, with_proof: bool = False) -> list[lifecycle.Known]:
    """The same of many rows that came without their widest columns."""
    old = any(row.hash_version != lifecycle.IDENTITY_VERSION for row in rows)
    return [known_of(row, with_proof=with_proof) for row in (with_texts(rows) if with_proof or old else rows)]


def is_left_out(row: Finding) -> bool:
    """A rule excludes its path: absent for everybody, and looked for by scans as if it were there."""
    return row.absent_reason == Gone.PATH_EXCLUDED


def looked_for() -> Q:
    """The rows that a scan expects to see again."""
    return ~Q(presence=Presence.ABSENT) | Q(absent_reason=Gone.PATH_EXCLUDED)


def hashes(row: Finding) -> tuple[str, str]:
    """The row's call and shape hash in the present version: its stored usage is hashed anew where they are older."""
    if row.hash_version == lifecycle.IDENTITY_VERSION:
        return row.call_hash, row.shape_hash
    try:
        usage = codec.decode(Usage, row.detail)
    except ValueError:
        return row.call_hash, row.shape_hash
    return lifecycle.call_hash(usage), lifecycle.shape_hash(usage)


def fields(usage: Usage) -> dict[str, Any]:
    """The columns that a sighting fills, ready for the database."""
    values = {
        **{name: getattr(usage, name) for name in _SAME_NAME},
        "kind": usage.kind.value,
        "language": usage.language.value,
        "platform": usage.platform.value,
        "confidence": usage.confidence.value,
        "method": usage.method or "",
        "client": usage.client or "",
        "model": usage.model or "",
        "call_hash": lifecycle.call_hash(usage),
        "shape_hash": lifecycle.shape_hash(usage),
        "hash_version": lifecycle.IDENTITY_VERSION,
    }
    return {
        **fit(Finding, values),
        "ways": len(in_the_way(usage)),
        "snippet": clean(usage.snippet, _SNIPPET),
        "detail": clean_json(codec.encode(usage)),
    }


def fingerprint_of(told: str) -> str:
    """By the digest of all that is told of a use, what its row is marked with: equal marks, equal columns."""
    return f"{COLUMNS_VERSION}.{lifecycle.IDENTITY_VERSION}.{told}"


def parameters(row: Finding, usage: Usage) -> list[FindingParameter]:
    """Of the parameters that were passed, under one name for all spellings; what occurs twice counts once."""
    named = query.parameter_name
    verdicts = {named(parameter.name): parameter.verdict.value for parameter in reversed(usage.parameters)}
    ways, rows = in_the_way(usage), {}
    for name, verdict in verdicts.items():
        values = fit(FindingParameter, {"name": name, "verdict": verdict})
        rows[values["name"]] = FindingParameter(finding=row, in_the_way=name in ways, **values)
    return list(rows.values())


def traits(usage: Usage) -> lifecycle.Traits:
    """What the row of a usage is told apart by in numbers of one platform or parameter."""
    names = (fit(FindingParameter, {"name": name})["name"] for name in in_the_way(usage))
    return lifecycle.Traits(usage.platform.value, tuple(sorted(set(names))))


def in_the_way(usage: Usage) -> set[str]:
    """The passed parameters that are in the way, under one name for all spellings."""
    named = query.parameter_name
    return {named(parameter.name) for parameter in usage.parameters} & set(map(named, usage.unsupported))


def with_texts(rows: Iterable[Finding]) -> Iterator[Finding]:
    """The rows one after another, each with its widest columns for as long as it is looked at."""
    rows = list(rows)
    for part in (rows[start : start + WIDE_ROWS] for start in range(0, len(rows), WIDE_ROWS)):
        wide = Finding.objects.filter(pk__in=[row.pk for row in part]).values("pk", *query.WIDE)
        texts = {values.pop("pk"): values for values in wide}
        for row in part:
            for name, value in texts.pop(row.pk).items():
                setattr(row, name, value)
            yield row
            lighten(row)


def lighten(row: Finding) -> None:
    """Forget the widest columns; who asks for one gets it from the database."""
    for name in query.WIDE:
        delattr(row, name)
