"""TOML by tree-sitter's grammar, INI by iniconfig, `.env` and Java's properties by python-dotenv's parser."""

import io
import json
import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache

import iniconfig
import tree_sitter
import tree_sitter_toml
from dotenv.parser import parse_stream

from audits.engine.config.marked import read_json_into
from audits.engine.config.tree import LIST, MAP, OTHER, ROOT, TEXT, Place, Scalar, Tree, Unreadable
from audits.engine.gate import names_api

_SCALARS = frozenset({"string", "integer", "float", "boolean"})
# A text that stands for itself: most are, and a parser of its own for each is slow.
_PLAIN = re.compile(r'"[ !#-\[\]-~]*"')


@cache
def _toml() -> tree_sitter.Parser:
    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_toml.language()))


class _Toml:
    """One TOML text being read; the grammar counts in bytes, a reader in characters."""

    def __init__(self, text: str) -> None:
        data = text.encode("utf-8", "surrogatepass")
        self.tree = Tree()
        self._lines = data.split(b"\n")
        self.root = _toml().parse(data).root_node

    def place(self, node: tree_sitter.Node) -> Place:
        (line, column), (end, _) = node.start_point, node.end_point
        before = self._lines[line][:column] if line < len(self._lines) else b""
        return Place(line + 1, len(before.decode("utf-8", "replace")), end + 1)

    def read(self) -> Tree:
        for node in self.root.named_children:
            if node.type == "pair":
                self.pair(ROOT, node)
            elif node.type in ("table", "table_array_element"):
                self.table(node)
        return self.tree

    def table(self, node: tree_sitter.Node) -> None:
        head, *rest = [kid for kid in node.named_children if kid.type != "comment"]
        names = _names(head)
        owner = ROOT
        for name in names[:-1]:
            owner = self._inside(owner, name, self.place(head))
        if node.type == "table":
            owner = self._inside(owner, names[-1], self.place(head))
        else:
            kids = [kid for kid in self.tree.kids(owner) if self.tree.rows[kid].key == names[-1]]
            items = kids[-1] if kids else self.tree.add(owner, names[-1], LIST, self.place(head))
            owner = self.tree.add(items, "", MAP, self.place(node))
        for kid in rest:
            if kid.type == "pair":
                self.pair(owner, kid)

    def _inside(self, owner: int, name: str, place: Place) -> int:
        """`[a.b]` goes into the last item where `a` is a list of tables."""
        for kid in reversed(self.tree.kids(owner)):
            if self.tree.rows[kid].key == name and self.tree.rows[kid].kind == LIST and self.tree.kids(kid):
                return self.tree.kids(kid)[-1]
        return self.tree.below(owner, name, place)

    def pair(self, owner: int, node: tree_sitter.Node) -> None:
        key, *values = [kid for kid in node.named_children if kid.type != "comment"]
        names = _names(key)
        for name in names[:-1]:
            owner = self.tree.below(owner, name, self.place(key))
        todo = [(owner, names[-1], self.place(key), value) for value in values[:1]]
        while todo:
            parent, name, named, value = todo.pop()
            place = self.place(value)
            if value.type in _SCALARS:
                self.tree.add(parent, name, TEXT, place, _toml_scalar(value), named)
            elif value.type == "array":
                number = self.tree.add(parent, name, LIST, place, None, named)
                items = [kid for kid in value.named_children if kid.type != "comment"]
                todo += [(number, "", self.place(kid), kid) for kid in reversed(items)]
            elif value.type == "inline_table":
                number = self.tree.add(parent, name, MAP, place, None, named)
                for kid in value.named_children:
                    if kid.type == "pair":
                        self.pair(number, kid)
            else:
                self.tree.add(parent, name, OTHER, place, None, named)


def read_toml(text: str) -> Tree:
    """A TOML document. Raises Unreadable."""
    reader = _Toml(text)
    if reader.root.has_error:
        line = next((node.start_point[0] + 1 for node in _walk(reader.root) if node.is_error or node.is_missing), 1)
        raise Unreadable(f"Not valid TOML: the parser stops at line {line}.")
    return reader.read()


def _walk(root: tree_sitter.Node) -> Iterator[tree_sitter.Node]:
    todo = [root]
    while todo:
        node = todo.pop()
        yield node
        todo += reversed(node.children)


def _names(node: tree_sitter.Node) -> list[str]:
    """The parts of a key, `a."b.c"` as two."""
    found: list[str] = []
    todo = [node]
    while todo:
        at = todo.pop()
        if at.type == "dotted_key":
            todo += reversed(at.named_children)
        else:
            text = (at.text or b"").decode("utf-8", "replace")
            found.append(text[1:-1] if at.type == "quoted_key" else text)
    return found or [""]


def _toml_scalar(node: tree_sitter.Node) -> Scalar:
    text = (node.text or b"").decode("utf-8", "replace")
    if _PLAIN.fullmatch(text):
        return text[1:-1]
    try:
        value = tomllib.loads(f"x = {text}")["x"]
    except (ValueError, RecursionError):
        return text.strip("\"'")
    return value if isinstance(value, (str, int, float, bool)) else text


def read_ini(text: str) -> Tree:
    """Sections and their values; `[a.b]` is a map inside a map, a value in JSON is read as such. Raises Unreadable."""
    try:
        found = iniconfig.IniConfig("settings", data=text)
    except iniconfig.ParseError as error:
        raise Unreadable(f"Not a valid INI file: the parser stops at line {error.lineno + 1}.") from error
    tree = Tree()
    lines = text.split("\n")
    for section in found:
        owner = ROOT
        place = _line(lines, found.lineof(section.name) or 1, section.name)
        for name in section.name.split("."):
            owner = tree.below(owner, name, place)
        for key, value in section.items():
            add_value(tree, owner, key, value, _line(lines, section.lineof(key) or place.line, value), lines)
    return tree


def _line(lines: Sequence[str], number: int, value: str) -> Place:
    """Where a value stands whose line the parser knows."""
    line = lines[number - 1] if 1 <= number <= len(lines) else ""
    first = value.split("\n")[0]
    start = line.find("=") + 1 or line.find(":") + 1
    return Place(number, max(line.find(first, start), 0) if first else start, number + value.count("\n"))


def add_value(tree: Tree, owner: int, key: str, value: str, place: Place, lines: Sequence[str]) -> None:
    """A value whose language has only texts: JSON is read as such, as spaCy writes it."""
    line = lines[place.line - 1] if 1 <= place.line <= len(lines) else ""
    named = Place(place.line, max(line.find(key), 0), place.line)
    if value[:1] in ("{", "["):
        probe = Tree()
        read_json_into(probe, ROOT, value, place.line, place.column)
        if not probe.faults:
            holder = tree.add(owner, key, MAP if value[0] == "{" else LIST, place, None, named)
            _graft(tree, holder, probe)
            return
    tree.add(owner, key, TEXT, place, _unquoted(value), named)


def _graft(tree: Tree, holder: int, probe: Tree) -> None:
    """Put what a small tree holds below a setting of the large one."""
    numbers = dict.fromkeys(probe.kids(ROOT), holder)
    for number, row in enumerate(probe.rows):
        if number and number not in numbers and row.parent in numbers:
            numbers[number] = tree.add(numbers[row.parent], row.key, row.kind, row.place, row.value, row.named)


def _unquoted(value: str) -> Scalar:
    if value[:1] in "\"'" and value[-1:] == value[:1] and len(value) > 1:
        return value[1:-1]
    try:
        found = json.loads(value) if len(value) < 40 else value
    except (ValueError, RecursionError):
        return value
    return found if isinstance(found, (int, float, bool, str)) else value


def read_env(text: str) -> Tree:
    """`NAME=value` lines, and `a.b.c=value` ones as maps inside maps."""
    tree = Tree()
    lines = text.split("\n")
    for row in parse_stream(io.StringIO(text)):
        if row.error:
            # The rest is read all the same: a line of no use is none that was lost.
            if names_api(row.original.string.encode("utf-8", "replace")) and not tree.faults:
                tree.faults.append(f"Not valid: the parser stumbles at line {row.original.line}.")
            continue
        if row.key is None or row.value is None:
            continue
        skipped = row.original.string[: len(row.original.string) - len(row.original.string.lstrip())]
        number = row.original.line + skipped.count("\n")
        *folders, key = row.key.split(".")
        owner, place = ROOT, _line(lines, number, row.value)
        for name in folders:
            owner = tree.below(owner, name, place)
        tree.add(
            owner,
            key,
            TEXT,
            place,
            _unquoted(row.value),
            Place(number, max(lines[number - 1].find(row.key), 0), number),
        )
    return tree
