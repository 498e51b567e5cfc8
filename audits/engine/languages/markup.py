"""Scripts inside HTML, Vue and Svelte files and PHP's templates, with their lines as they are in the file."""

import re
from collections.abc import Iterator

from ast_grep_py import SgNode, SgRoot

from audits.engine.facts import FileKind

# Attributes that hold statements, and those that hold an object.
_STATEMENTS = re.compile(r"on[a-z]+|x-init|x-on:[\w.:-]+|@[\w.:-]+|v-on:[\w.:-]+", re.IGNORECASE)
_OBJECTS = frozenset({"x-data"})
# Where PHP begins, what of it may hold the mark of its end without being it, and that end.
_TAG = re.compile(r"<\?(?:php\b|=)?", re.IGNORECASE)
_TOKEN = re.compile(
    r"""'(?:[^'\\]|\\.?)*+(?:'|\Z)|"(?:[^"\\]|\\.?)*+(?:"|\Z)|/\*.*?(?:\*/|\Z)|(?://|\#(?!\[))(?:(?!\?>)[^\n])*"""
    r"""|<<<[ \t]*(['"]?)(\w+)\1\r?\n.*?(?:\n[ \t]*\2\b|\Z)|\?>""",
    re.DOTALL,
)
# Behind these no `;` is wanted.
_ENDS = frozenset({"", ";", ":", "{", "}"})


def scripts_in(text: str) -> Iterator[tuple[FileKind, str]]:
    """For each language of scripts the file's text with everything else blanked out."""
    found: dict[FileKind, list[SgNode]] = {}
    root = SgRoot(text, "html").root()
    for element in root.find_all(kind="script_element"):
        opening = element.find(kind="start_tag")
        said = opening.text() if opening is not None else ""
        if 'type="application/json' in said or "json" in said.partition("type=")[2][:20]:
            continue
        kind = FileKind.TYPESCRIPT if 'lang="ts' in said or "lang='ts" in said else FileKind.JAVASCRIPT
        found.setdefault(kind, []).extend(kid for kid in element.children() if kid.kind() == "raw_text")
    for kind, parts in found.items():
        yield kind, _only(text, parts)
    for attribute in root.find_all(kind="attribute") if "generate" in text else ():
        script = _in_attribute(text, attribute)
        if script:
            yield FileKind.JAVASCRIPT, script


def _in_attribute(text: str, attribute: SgNode) -> str:
    """The script of an attribute, in brackets where it is an object; "" for any other attribute."""
    name = attribute.find(kind="attribute_name")
    value = attribute.find(kind="attribute_value")
    if name is None or value is None or not any(word in value.text() for word in ("generate", "chat")):
        return ""
    if name.text() in _OBJECTS:
        start = value.range().start.index
        script = _only(text, [value])
        return (
            f"{script[: start - 1]}({script[start : value.range().end.index]}){script[value.range().end.index + 1 :]}"
        )
    return _only(text, [value]) if _STATEMENTS.fullmatch(name.text()) else ""


def only_php(text: str) -> str:
    """A file of PHP with its markup blanked out, `;` for `?>` where a statement ends: its grammar knows no markup."""
    rows, at = [], 0
    while (start := text.find("<?", at)) >= 0:
        tag = _TAG.match(text, start)
        inside = tag.end() if tag else start + 2
        closing = next((token for token in _TOKEN.finditer(text, inside) if token[0] == "?>"), None)
        end = closing.start() if closing else len(text)
        ended = closing and text[inside:end].rstrip()[-1:] in _ENDS
        opening = text[start:inside] if not at else " " * (inside - start)
        rows += [_blank(text[at:start]), opening, text[inside:end], ("  " if ended else "; ") if closing else ""]
        at = closing.end() if closing else len(text)
    return "".join([*rows, _blank(text[at:])]) if rows else text


def without_php(text: str) -> str:
    """A template of PHP's with its PHP blanked out; "" where it holds no markup."""
    rows, at = [], 0
    while (start := text.find("<?", at)) >= 0:
        end = text.find("?>", start)
        end = len(text) if end < 0 else end + 2
        rows += [text[at:start], _blank(text[start:end])]
        at = end
    markup = "".join([*rows, text[at:]])
    return markup if "<" in markup else ""


def _only(text: str, parts: list[SgNode]) -> str:
    blank = _blank(text)
    rows, at = [], 0
    for part in parts:
        place = part.range()
        rows += [blank[at : place.start.index], text[place.start.index : place.end.index]]
        at = place.end.index
    return "".join([*rows, blank[at:]])


def _blank(text: str) -> str:
    return "".join(mark if mark == "\n" else " " for mark in text)
