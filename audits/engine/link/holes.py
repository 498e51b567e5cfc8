"""Texts with holes: what is known of a string that is put together from parts, and how parts are joined."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from urllib.parse import urljoin

from audits.engine.link.values import Step

HOLE = "\0"
_LENGTH = 600
_WORD = "0unknown0"


@dataclass(frozen=True, slots=True)
class Need:
    """A parameter that only a caller tells; `within` is the class (path, scope) whose instances are meant."""

    path: str
    scope: int
    within: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """One thing that a string may be; HOLE stands for a part that the code does not tell.

    `sure`: no default or fallback went into it. `names` are the names on its way, `steps` the places that show it.
    """

    value: str
    sure: bool = True
    needs: frozenset[Need] = frozenset()
    names: frozenset[str] = frozenset()
    steps: tuple[Step, ...] = ()

    def named(self, name: str, step: Step | None = None) -> Text:
        """The same text, reached over one more name."""
        steps = self.steps if step is None or step in self.steps else (step, *self.steps)[:12]
        return replace(self, names=self.names | {name}, steps=steps)


UNKNOWN = Text(HOLE, sure=False)


def mixed(parts: Iterable[Text], value: str) -> Text:
    rows = tuple(parts)
    steps = tuple(dict.fromkeys(step for row in rows for step in row.steps))[:12]
    needs = frozenset(need for row in rows for need in row.needs)
    names = frozenset(name for row in rows for name in row.names)
    return Text(value[:_LENGTH], all(row.sure for row in rows), needs, names, steps)


def concatenated(parts: Iterable[Text]) -> Text:
    rows = tuple(parts)
    return mixed(rows, "".join(row.value for row in rows))


def joined(separator: Text, parts: Iterable[Text]) -> Text:
    rows = tuple(parts)
    return mixed(rows, separator.value.join(row.value for row in rows))


def slashed(parts: Iterable[Text]) -> Text:
    """Joined as paths are: one slash between any two."""
    rows = tuple(parts)
    value = rows[0].value if rows else ""
    for row in rows[1:]:
        value = f"{value.rstrip('/')}/{row.value.lstrip('/')}" if value else row.value
    return mixed(rows, value)


def unsplit(scheme: Text, host: Text, path: Text) -> Text:
    """As `urlunsplit` puts an address together."""
    return mixed((scheme, host, path), f"{scheme.value}://{host.value}/{path.value.lstrip('/')}")


def resolved(base: Text, rest: Text) -> Text:
    if base.value.startswith("http") and HOLE not in base.value:
        try:
            # urljoin drops characters like HOLE, so a word stands in for it.
            value = urljoin(base.value, rest.value.replace(HOLE, _WORD)).replace(_WORD, HOLE)
            return mixed((base, rest), value)
        except ValueError:
            return UNKNOWN
    return slashed((base, rest))


def trimmed(value: str, name: str, arguments: list[str]) -> str:
    if name == "replace":
        return value.replace(arguments[0], arguments[1]) if len(arguments) == 2 and arguments[0] else value
    if not arguments:
        return value.strip()
    if HOLE in arguments[0]:
        return value
    trim: dict[str, Callable[[str, str], str]] = {"rstrip": str.rstrip, "lstrip": str.lstrip}
    return trim[name](value, arguments[0]) if name in trim else getattr(str, name)(value, arguments[0])


def filled(text: Text, pattern: re.Pattern[str], values: dict[str, Text]) -> Text:
    """A template with its places filled in, by name or by order."""
    used = [text]
    order = iter(range(len(values) + 1))

    def fill(match: re.Match[str]) -> str:
        if match.group(0) == "%%":
            return "%"
        name = (match.group(1) or "").partition(".")[0]
        value = values.get(name or str(next(order, -1)), UNKNOWN)
        used.append(value)
        return value.value

    value = pattern.sub(fill, text.value)
    return mixed(used, value)
