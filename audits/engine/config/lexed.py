"""SQL and nginx's configuration by Pygments' lexers, files of HTTP requests by their lines."""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Literal

from audits.engine.config.marked import read_json_into
from audits.engine.config.tables import read_ini
from audits.engine.config.tree import MAP, ROOT, TEXT, Place, Tree
from audits.engine.facts import FileKind

_REQUEST = re.compile(r"(?:(?P<method>[A-Z]{3,8})[ \t]+)?(?P<url>(?:https?://|\{\{)\S+)(?:[ \t]+HTTP/[\d.]+)?[ \t]*$")
_ALTERNATIVES = 50
# Characters; a longer pattern is left as it is.
_PATTERN = 2_000
_HEADER = re.compile(r"[\w-]+:")


class _Piece(NamedTuple):
    kind: object
    text: str
    place: Place


@cache
def _lexer(kind: FileKind) -> Lexer:
    return get_lexer_by_name(kind.value, ensurenl=False, stripnl=False)


def _pieces(kind: FileKind, text: str) -> Iterator[_Piece]:
    """The tokens that are neither space nor comment, with their places."""
    line, start = 1, 0
    at = 0
    for _, token, part in _lexer(kind).get_tokens_unprocessed(text):
        if part.strip() and token not in Comment:
            lead = part[: len(part) - len(part.lstrip())]
            first = line + lead.count("\n")
            column = at - start if "\n" not in lead else 0
            yield _Piece(token, part.strip(), Place(first, column, line + part.rstrip().count("\n")))
        at += len(part)
        if "\n" in part:
            line += part.count("\n")
            start = at - len(part) + part.rindex("\n") + 1


def read_sql(text: str) -> Tree:
    """Each statement is a map of its texts: `name = 'text'` under its name, a JSON text under "body"."""
    tree = Tree()
    owner = -1
    before: list[_Piece] = []
    for piece in _pieces(FileKind.SQL, text):
        if piece.text == ";":
            owner, before = -1, []
            continue
        if piece.kind in Literal.String.Single:
            if owner < 0:
                owner = tree.add(ROOT, "", MAP, piece.place)
            value = piece.text[1:-1].replace("''", "'")
            named = before[-2] if len(before) > 1 and before[-1].text in ("=", "=>", ":=") else None
            key = named.text.strip('`"') if named is not None else "body" if value.lstrip().startswith("{") else ""
            tree.add(owner, key, TEXT, piece.place, value, named.place if named is not None else None)
        before = [*before[-1:], piece]
    return tree


def read_nginx(text: str) -> Tree:
    """A directive is a value under its name, or a map that holds its argument as its "path".

    A `.conf` without a semicolon is another program's: it is read as lines of names and values. Raises Unreadable.
    """
    if ";" not in text:
        return read_ini(text)
    tree = Tree()
    owners = [ROOT]
    directive: list[_Piece] = []
    for piece in _pieces(FileKind.NGINX, text):
        if piece.text == "{":
            place = directive[0].place if directive else piece.place
            name = directive[0].text if directive else ""
            owners.append(tree.add(owners[-1], name, MAP, place))
            _arguments(tree, owners[-1], "path", directive[1:])
            directive = []
        elif piece.text == "}":
            owners = owners[:-1] if len(owners) > 1 else owners
            directive = []
        elif piece.text == ";":
            if directive:
                _arguments(tree, owners[-1], directive[0].text, directive[1:])
            directive = []
        else:
            directive.append(piece)
    return tree


def _arguments(tree: Tree, owner: int, key: str, pieces: list[_Piece]) -> None:
    """What stands behind a directive's name: neighbours without space between them are one argument."""
    words: list[_Piece] = []
    for piece in pieces:
        last = words[-1] if words else None
        place = last.place._replace(column=last.place.column + len(last.text)) if last is not None else None
        if last is not None and place is not None and place[:2] == piece.place[:2]:
            words[-1] = last._replace(text=last.text + piece.text)
        else:
            words.append(piece)
    for word in words:
        rows = _alternatives(word.text) if word.kind in Literal.String.Regex else [word.text]
        for row in rows:
            tree.add(owner, key, TEXT, word.place, row.strip("\"'"))


def _alternatives(pattern: str) -> list[str]:
    """The paths that a pattern of few alternatives stands for: `^/(?:v1/)?(chat|generate)$`."""
    plain = re.sub(r"\\([./_-])", r"\1", pattern.removeprefix("^").removesuffix("$"))
    done: list[str] = []
    todo = [plain]
    for _ in range(_ALTERNATIVES if len(pattern) < _PATTERN else 0):
        if not todo or len(done) + len(todo) > _ALTERNATIVES:
            break
        text = todo.pop(0)
        group = re.search(r"\((?:\?:)?([\w/|.-]+)\)(\??)", text)
        if group is None:
            done.append(text)
            continue
        words = [*group[1].split("|"), *([""] if group[2] else [])]
        todo += [text[: group.start()] + word + text[group.end() :] for word in words]
    return done or [plain]


def read_requests(text: str) -> Tree:
    """`.http` and `.rest`: requests between lines of `###`, each a map of its method, url and body."""
    tree = Tree()
    lines = text.split("\n")
    first = 0
    for index in [*(at for at, line in enumerate(lines) if line.startswith("###")), len(lines)]:
        _request(tree, lines, first, index)
        first = index + 1
    return tree


def _request(tree: Tree, lines: list[str], first: int, last: int) -> None:
    at = first
    owner = -1
    while at < last and owner < 0:
        line = lines[at]
        found = _REQUEST.match(line.strip()) if not line.lstrip().startswith(("#", "//", "@")) else None
        if line.startswith("@"):
            name, _, value = line[1:].partition("=")
            tree.add(ROOT, name.strip(), TEXT, Place(at + 1, line.find("=") + 1, at + 1), value.strip())
        elif found is not None:
            owner = tree.add(ROOT, "", MAP, Place(at + 1, 0, at + 1))
            tree.add(owner, "method", TEXT, Place(at + 1, 0, at + 1), found["method"] or "GET")
            tree.add(owner, "url", TEXT, Place(at + 1, line.find(found["url"]), at + 1), found["url"])
        at += 1
    while at < last and _HEADER.match(lines[at]):
        at += 1
    body = "\n".join(lines[at:last])
    if owner >= 0 and body.lstrip().startswith("{"):
        number = len(tree.rows)
        read_json_into(tree, owner, body, at + 1, 0)
        tree.rows[number] = tree.rows[number]._replace(key="body")
