"""YAML by PyYAML's composer, JSON by tree-sitter's grammar; neither builds an object of what a file names."""

import json
import re
from bisect import bisect_right

import yaml
from ast_grep_py import SgNode, SgRoot

from audits.engine.catalogue.settings import COMMAND_KEYS, PROSE_KEYS
from audits.engine.config.tree import LIST, MAP, OTHER, ROOT, TEXT, Place, Scalar, Tree, Unreadable

_TEMPLATE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_FILLER = re.compile(r"[^\n]")
_LONELY = re.compile(r"^[ \t]*-?[ \t]*(?:\{\{.*\}\}|\{%.*%\})[ \t]*\r?$", re.MULTILINE)
_TYPES = {
    "tag:yaml.org,2002:int": int,
    "tag:yaml.org,2002:float": float,
}
_NAME = re.compile(r"[\w.@/-]+")
_TRUE = frozenset({"true", "yes", "on"})
_SCALARS = frozenset({"string", "number", "true", "false", "null"})
_NO_VALUE = frozenset({"comment", "ERROR"})
_JSON = json.JSONDecoder(strict=False)
_VARIABLES = frozenset({"environment", "env", "args", "build_args"})
_VARIABLE = re.compile(r"(?P<name>[A-Za-z_]\w*)=(?P<value>\S.*)")
# Owns what is passed over.
_NOBODY = -1


def read_yaml(text: str) -> Tree:
    """All documents of a YAML stream. An alias stands for nothing anew, so that no bomb grows. Raises Unreadable."""
    try:
        return _composed(text)
    except yaml.YAMLError as error:
        problem = error
    filled = _without_templates(text)
    if filled != text:
        try:
            return _composed(filled)
        except yaml.YAMLError:
            pass
    mark = getattr(problem, "problem_mark", None)
    where = f"at line {mark.line + 1}" if mark is not None else "at a character that YAML does not allow"
    raise Unreadable(f"Not valid YAML: the parser stops {where}.")


def _without_templates(text: str) -> str:
    """The text of a template: lines that only steer are blank, values put in later are filler of the same length."""
    blank = _LONELY.sub(lambda found: _FILLER.sub(" ", found[0]), text)
    return _TEMPLATE.sub(lambda found: _FILLER.sub("x", found[0]), blank)


def _composed(text: str) -> Tree:
    tree = Tree()
    loader = yaml.CSafeLoader(text)
    walk = _Walk(tree, text.split("\n"))
    try:
        while loader.check_node():
            node = loader.get_node()
            if node is not None:
                walk.all(node)
    finally:
        loader.dispose()
    return tree


class _Walk:
    """Puts the nodes of a stream's documents into a tree, also those of a file that stands in a block of it."""

    def __init__(self, tree: Tree, lines: list[str]) -> None:
        self._tree, self._lines = tree, lines
        self._seen: set[int] = set()
        # Ids are only unique while the nodes live.
        self._kept: list[yaml.Node] = []

    def all(self, root: yaml.Node) -> None:
        """A document's node and all below it. `down` and `right` are where a block begins."""
        self._kept.append(root)
        todo: list[tuple[int, str, Place | None, yaml.Node, int, int]] = [(ROOT, "", None, root, 0, 0)]
        while todo:
            parent, key, named, node, down, right = todo.pop()
            place = _place(node, down, right)
            if isinstance(node, yaml.ScalarNode):
                inner = self._file_in(key, node)
                if inner is None:
                    self._text(parent, key, named, node, place)
                    continue
                node, down = inner, place.line
                right = self._indent(place.line)
            if id(node) in self._seen:
                continue
            self._seen.add(id(node))
            # The first document's map is the root itself.
            is_map = isinstance(node, yaml.MappingNode)
            number = self._tree.add(parent, key, MAP if is_map else LIST, place, None, named)
            if is_map:
                todo += [
                    (number, _key(name), _place(name, down, right), value, down, right)
                    for name, value in reversed(node.value)
                ]
            else:
                todo += [(number, "", None, value, down, right) for value in reversed(node.value)]

    def _text(self, parent: int, key: str, named: Place | None, node: yaml.ScalarNode, place: Place) -> None:
        """A text; an item `NAME=value` of a list of variables, as Compose and CircleCI write it, under its name."""
        row = self._tree.rows[parent]
        found = _VARIABLE.fullmatch(str(node.value)) if row.kind == LIST and row.key in _VARIABLES else None
        if found is None:
            self._tree.add(parent, key, TEXT, place, _scalar(node), named)
            return
        # YAML ends lines where others do not.
        line = self._lines[place.line - 1] if place.line <= len(self._lines) else ""
        start = line.find(str(node.value), place.column)
        at = place._replace(column=max(start, place.column) + found.start("value"))
        self._tree.add(parent, found["name"], TEXT, at, found["value"], place)

    def _file_in(self, key: str, node: yaml.ScalarNode) -> yaml.MappingNode | None:
        """The map of a file that a block holds, as Kubernetes and Helm write it; None for any other text."""
        text = str(node.value)
        if (
            node.style != "|"
            or COMMAND_KEYS.fullmatch(key)
            or PROSE_KEYS.fullmatch(key)
            or "cohere" not in text.lower()
        ):
            return None
        try:
            inner = yaml.compose(text, yaml.CSafeLoader)
        except yaml.YAMLError:
            return None
        if not isinstance(inner, yaml.MappingNode) or not all(_NAME.fullmatch(_key(name)) for name, _ in inner.value):
            return None
        self._kept.append(inner)
        return inner

    def _indent(self, line: int) -> int:
        """How far the block below a line (from 1) is moved in."""
        rows = (row for row in self._lines[line:] if row.strip())
        first = next(rows, "")
        return len(first) - len(first.lstrip())


def _key(node: yaml.Node) -> str:
    return str(node.value) if isinstance(node, yaml.ScalarNode) else ""


def _place(node: yaml.Node, down: int = 0, right: int = 0) -> Place:
    start, end = node.start_mark, node.end_mark
    last = end.line if end.column or end.line == start.line else end.line - 1
    return Place(start.line + down + 1, start.column + right, max(last, start.line) + down + 1)


def _scalar(node: yaml.ScalarNode) -> Scalar:
    text = str(node.value)
    if node.tag == "tag:yaml.org,2002:bool":
        return text.lower() in _TRUE
    if node.tag == "tag:yaml.org,2002:null":
        return None
    convert = _TYPES.get(node.tag)
    try:
        return convert(text) if convert and len(text) < 40 else text
    except ValueError:
        return text


def read_json(text: str) -> Tree:
    """JSON, with comments and trailing commas; what is broken in it is a fault, the rest is read."""
    tree = Tree()
    read_json_into(tree, ROOT, text, 1, 0)
    return tree


def read_json_into(tree: Tree, parent: int, text: str, line: int, column: int) -> None:
    """The values of a JSON text that begins at a line and column of the file, as items of `parent`."""
    reader = _Json(tree, text, line, column)
    reader.open(parent, SgRoot(text, "json").root())
    while reader.todo:
        reader.read()


class _Json:
    """Walks a syntax tree in the order of the text.

    Where a node stands is told by its words, looked for from where the last one ended: asked for its range, a node
    counts the characters of its line anew, which in a long file of one line takes the square of its length.
    """

    def __init__(self, tree: Tree, text: str, line: int, column: int) -> None:
        self.todo: list[tuple[int, str, Place | None, SgNode]] = []
        self._tree, self._text = tree, text
        self._line, self._column = line, column
        self._at = 0
        self._starts = [0, *(found.end() for found in re.finditer("\n", text))]

    def open(self, owner: int, node: SgNode) -> None:
        """What stands in a map or list comes next."""
        pairs = node.kind() == "object"
        rows = [(owner if not pairs or kid.kind() == "pair" else _NOBODY, "", None, kid) for kid in _named(node)]
        self.todo += reversed(rows)

    def read(self) -> None:
        """Add the next value, or pass what is none."""
        owner, key, named, node = self.todo.pop()
        kind = node.kind()
        if kind == "pair" and owner != _NOBODY and self._tree.rows[owner].kind == MAP:
            # Its words are those of its key and value, which are looked for anyway.
            self._pair(owner, node)
            return
        words = node.text()
        place = self._place(words)
        if kind == "ERROR" and words.strip(" \t\r\n,") and not self._tree.faults:
            self._tree.faults.append(f"Not valid JSON: the parser stumbles at line {place.line}.")
        if kind in _NO_VALUE or owner == _NOBODY:
            self._at += len(words)
        elif kind in ("object", "array"):
            self._at += 1
            self.open(self._tree.add(owner, key, MAP if kind == "object" else LIST, place, None, named), node)
        else:
            self._at += len(words)
            self._tree.add(owner, key, TEXT if kind in _SCALARS else OTHER, place, _json_scalar(kind, words), named)

    def _pair(self, owner: int, node: SgNode) -> None:
        key, named = "", None
        rows: list[tuple[int, str, Place | None, SgNode]] = []
        for kid in _named(node):
            if kid.kind() in _NO_VALUE:
                rows.append((_NOBODY, "", None, kid))
            elif named is None:
                words = kid.text()
                key, named = str(_json_scalar("string", words)), self._place(words)
                self._at += len(words)
            else:
                rows.append((owner, key, named, kid))
        self.todo += reversed(rows)

    def _place(self, words: str) -> Place:
        """Where the words stand next; from then on the search begins there."""
        self._at = max(self._text.find(words, self._at), self._at)
        row = bisect_right(self._starts, self._at) - 1
        column = self._at - self._starts[row] + (0 if row else self._column)
        return Place(row + self._line, column, row + self._line + words.count("\n"))


def _named(node: SgNode) -> list[SgNode]:
    return [kid for kid in node.children() if kid.is_named()]


def _json_scalar(kind: str, text: str) -> Scalar:
    if kind == "string" and "\\" not in text and len(text) > 1 and text[0] == text[-1] == '"':
        return text[1:-1]
    try:
        value = _JSON.decode(text) if len(text) < 100_000 else text
    except ValueError:
        return text.strip('"')
    return value if isinstance(value, (str, int, float, bool)) or value is None else text
