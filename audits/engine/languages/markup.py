"""Scripts inside HTML, Vue and Svelte files, with their lines as they are in the file."""

from collections.abc import Iterator

from ast_grep_py import SgNode, SgRoot

from audits.engine.facts import FileKind


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


def _only(text: str, parts: list[SgNode]) -> str:
    blank = "".join(mark if mark == "\n" else " " for mark in text)
    rows, at = [], 0
    for part in parts:
        place = part.range()
        rows += [blank[at : place.start.index], text[place.start.index : place.end.index]]
        at = place.end.index
    return "".join([*rows, blank[at:]])
