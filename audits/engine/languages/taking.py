"""What the functions and classes of a file take, in the order in which a caller passes it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ast_grep_py import SgNode

# What takes all that is left: nothing behind it has a place.
_REST = ("rest_pattern", "spread_parameter", "variadic", "splat_parameter")
# Part of a list of parameters, and none.
_NONE = frozenset({"self_parameter", "block_parameter", "attribute_list", "receiver_parameter", "hash_splat_parameter"})
_NAMES = frozenset({"identifier", "variable_name", "simple_identifier", "shorthand_property_identifier_pattern"})
# Where a function, or the head of a class, lists what it takes, if no field says so.
_LISTS = frozenset({"function_value_parameters", "primary_constructor", "parameter_list"})
# Annotations that say under which name a field goes out.
_WIRE = re.compile(
    r"""(?:SerializedName|SerialName|JsonProperty(?:Name)?|JsonAlias|Json|JsonKey)\(\s*(?:\w+\s*=\s*)?"(\w+)\""""
)
# The same where a field is written down by itself: what goes out under which name, or the other way round.
_WIRED = (
    # Go's tags.
    re.compile(r"""^[ \t]*(?P<own>[A-Z]\w*)[ \t]+[^\s`"]+[ \t]+`[^`\n]*\bjson:"(?P<wire>\w+)[,"]""", re.MULTILINE),
    # Rust's serde.
    re.compile(
        r"""#\[serde\([^)\n]{0,200}?\brename\s{0,9}=\s{0,9}"(?P<wire>\w+)"[^)\n]{0,200}\)\]\s*"""
        r"""(?:pub(?:\([^)\n]{0,99}\))?\s+)?(?P<own>\w+)\s*:"""
    ),
    # Annotations of Java's and C#'s fields.
    re.compile(
        r"""[@\[](?:JsonProperty(?:Name)?|SerializedName)\(\s*(?:\w+\s*=\s*)?"(?P<wire>\w+)"\s*\)\]?\s*"""
        r"""(?:(?:public|private|protected|internal|required|final|readonly)\s+)*[\w<>\[\]?,.]+\s+(?P<own>\w+)"""
    ),
    # Swift's coding keys.
    re.compile(r"""\bcase\s+(?P<own>\w+)\s*=\s*"(?P<wire>\w+)\""""),
)
_SKIPPED = frozenset({"comment", "line_comment", "block_comment", "multiline_comment"})


class Taken(NamedTuple):
    """One parameter: its name without a mark, or (name, key) of each entry of an object that it takes apart.

    `wire` is the name that an annotation gives it in JSON.
    """

    name: str
    parts: tuple[tuple[str, str], ...] = ()
    wire: str = ""


def wires_in(source: str) -> Mapping[str, str]:
    """Under which names the fields of a file's classes go out, where it says so; of two that a name has, neither."""
    found: dict[str, set[str]] = {}
    for pattern in _WIRED if '"' in source else ():
        for row in pattern.finditer(source):
            found.setdefault(row["own"], set()).add(row["wire"])
    return {own: next(iter(names)) for own, names in found.items() if len(names) == 1}


def taken(node: SgNode) -> tuple[Taken, ...]:
    """The parameters of a function's node or of a class's, up to one that takes the rest."""
    listed = node.field("parameters") or node.field("parameter")
    if listed is None:
        listed = next((kid for kid in node.children() if kid.kind() in _LISTS), None)
    rows = [kid for kid in node.children() if kid.kind() == "parameter"] if listed is None else []
    if listed is None:
        # Swift's stand in no list.
        return tuple(_rows(rows))
    if listed.kind() in _NAMES:
        return (Taken(listed.text()),)
    return tuple(_rows(_named(listed)))


def _rows(rows: Sequence[SgNode]) -> Iterator[Taken]:
    for row in rows:
        kind = row.kind()
        target = _target(row)
        if kind.startswith(_REST) or (target is not None and target.kind().startswith(_REST)):
            return
        if kind == "parameter_declaration":
            # Go's `model, prompt string`.
            yield from (Taken(kid.text()) for kid in _named(row)[:-1] or _named(row))
        elif kind == "optional_formal_parameters":
            # Dart's `{int n = 3}`.
            yield from _rows(_named(row))
        elif target is not None and target.kind() == "object_pattern":
            yield Taken("", tuple(_parts(target)))
        elif target is not None and target.kind() in _NAMES:
            wire = _WIRE.search(row.text())
            yield Taken(target.text().lstrip("$"), wire=wire[1] if wire is not None else "")
        elif kind not in _NONE and kind.endswith(("parameter", "pattern")):
            yield Taken("")


def _target(row: SgNode) -> SgNode | None:
    """What a parameter is called, or how it is taken apart."""
    at: SgNode | None = row
    for _ in range(3):
        if at is None or at.kind() in _NAMES or at.kind() == "object_pattern":
            break
        inner = at.field("pattern") or at.field("name") or at.field("left")
        if inner is None:
            # Dart's name, or `this.name`, stands behind its type.
            inner = next((kid for kid in _named(at) if kid.kind() in ("simple_identifier", "constructor_param")), None)
        if inner is None and at.kind() in ("formal_parameter", "constructor_param"):
            inner = next((kid for kid in reversed(_named(at)) if kid.kind() == "identifier"), None)
        at = inner
    return at


def _parts(pattern: SgNode) -> Iterator[tuple[str, str]]:
    """`{ a, b: c, d = 1 }` as (a, a), (c, b), (d, d)."""
    for row in _named(pattern):
        inner = row.field("left") if row.kind() == "object_assignment_pattern" else row
        key, value = row.field("key"), row.field("value")
        if key is not None and value is not None:
            target = _target(value)
            if target is not None and target.kind() in _NAMES:
                yield target.text(), key.text().strip("'\"")
        elif inner is not None and inner.kind() in _NAMES:
            yield inner.text(), inner.text()


def _named(node: SgNode) -> list[SgNode]:
    return [kid for kid in node.named_children() if kid.kind() not in _SKIPPED]
