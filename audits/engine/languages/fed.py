"""What a shell's command is fed: by a pipe, a here-string, a document, a file that the script writes."""

import re
from collections.abc import Callable, Iterable, Iterator

from ast_grep_py import SgNode

from audits.engine.languages.program import HOLE
from audits.engine.languages.variables import EXPANDED, Values, fills

# What writes its own words, in the order of what it is given.
_WRITERS = frozenset({"echo", "printf", "cat"})
_ARRAY = re.compile(r'"?\$\{(\w+)\[[@*]\]\}"?')
_FILE = "@"
_PLACE = re.compile(r"%[sd]")
_WORDS = frozenset({"word", "string", "raw_string", "concatenation", "simple_expansion", "expansion"})
# So many commands of a pipe are looked at.
_LONG = 8
Reading = Callable[[SgNode], str]


def spread(words: Iterable[SgNode], values: Values) -> Iterator[SgNode]:
    """A command's words; those of an array that is put in, `"${args[@]}"`, are its own."""
    for word in words:
        array = _ARRAY.fullmatch(word.text())
        given = values.arrays.get(array[1]) if array is not None else None
        yield from given or [word]


def fed_to(command: SgNode, values: Values, read: Reading, made: Callable[[str], str], *, plain: bool) -> Iterator[str]:
    """The texts that may be what a command reads, the nearest first; `read` tells a word, `made` what jq makes.

    `plain`: the variables of a document stay as they are written, else HOLE stands for each.
    """
    for kid in command.children():
        if kid.kind() == "herestring_redirect":
            yield from (read(one) for one in kid.children() if one.kind() in _WORDS)
        elif kid.kind() in _WORDS and (named := _file(read(kid))):
            yield values.get(f"{_FILE}{named}", "")
    at = command
    outer = at.parent()
    if outer is not None and outer.kind() == "redirected_statement":
        at, outer = outer, outer.parent()
    if outer is not None and outer.kind() == "pipeline":
        before = [kid for kid in outer.children() if kid.is_named() and kid.range().end.index <= at.range().start.index]
        for one in reversed(before[-_LONG:]):
            yield from _told(one, values, read, made)
        outer = outer.parent()
    if outer is not None and outer.kind() == "heredoc_redirect":
        yield from _document(outer, plain=plain)


def _file(word: str) -> str:
    """`body.json` of `@body.json`, `--data=@body.json`."""
    found = re.fullmatch(r"(?:-[\w-]+=?)?@(.+)", word)
    return found[1] if found is not None else ""


def _told(command: SgNode, values: Values, read: Reading, made: Callable[[str], str]) -> Iterator[str]:
    """What a command writes, as far as its own words say."""
    name = command.field("name")
    does = name.text().rpartition("/")[2] if name is not None else ""
    words = [read(kid) for kid in command.children() if kid.kind() in _WORDS]
    if does == "jq":
        yield made(command.text())
    elif does in _WRITERS:
        yield _formatted(words) if does == "printf" else " ".join(words)
        if does == "cat":
            yield from (values.get(f"{_FILE}{word}", "") for word in words)


def _formatted(words: list[str]) -> str:
    """`printf '{"prompt": "%s"}' "$X"` with what it puts in."""
    given = iter(words[1:])
    return _PLACE.sub(lambda _: next(given, ""), words[0]) if words else ""


def _document(redirect: SgNode, *, plain: bool) -> Iterator[str]:
    body = next((kid for kid in redirect.children() if kid.kind() == "heredoc_body"), None)
    if body is not None:
        yield body.text() if plain or not fills(redirect) else EXPANDED.sub(HOLE, body.text())


def written_to(
    statement: SgNode, values: Values, read: Reading, made: Callable[[str], str], *, plain: bool
) -> Iterator[tuple[str, str]]:
    """The names under which `values` keep what a statement writes to a file, and the text."""
    target = statement.find(kind="file_redirect")
    command = statement.field("body")
    if target is None or command is None or command.kind() != "command" or not target.text().lstrip().startswith(">"):
        return
    place = next((read(kid) for kid in target.children() if kid.kind() in _WORDS), "")
    document = next((kid for kid in statement.children() if kid.kind() == "heredoc_redirect"), None)
    texts = _document(document, plain=plain) if document is not None else _told(command, values, read, made)
    for text in texts if place and HOLE not in place else ():
        yield f"{_FILE}{place}", text
