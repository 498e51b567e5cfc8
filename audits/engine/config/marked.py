"""YAML by PyYAML's composer, JSON by tree-sitter's grammar; neither builds an object of what a file names."""

import json
import re
from collections.abc import Iterator

import yaml
from ast_grep_py import SgNode, SgRoot

from audits.engine.config.tree import LIST, MAP, OTHER, ROOT, TEXT, Place, Scalar, Tree, Unreadable

_TEMPLATE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_FILLER = re.compile(r"[^\n]")
_LONELY = re.compile(r"^[ \t]*-?[ \t]*(?:\{\{.*\}\}|\{%.*%\})[ \t]*\r?$", re.MULTILINE)
_TYPES = {
    "tag:yaml.org,2002:int": int,
    "tag:yaml.org,2002:float": float,
}
_TRUE = frozenset({"true", "yes", "on"})


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
    seen: set[int] = set()
    kept = []
    try:
        while loader.check_node():
            node = loader.get_node()
            if node is None:
                continue
            # Ids are only unique while the nodes live.
            kept.append(node)
            _walk(tree, node, seen)
    finally:
        loader.dispose()
    return tree


def _walk(tree: Tree, root: yaml.Node, seen: set[int]) -> None:
    todo: list[tuple[int, str, Place | None, yaml.Node]] = [(ROOT, "", None, root)]
    while todo:
        parent, key, named, node = todo.pop()
        place = _place(node)
        if isinstance(node, yaml.ScalarNode):
            tree.add(parent, key, TEXT, place, _scalar(node), named)
            continue
        if id(node) in seen:
            continue
        seen.add(id(node))
        # The first document's map is the root itself.
        is_map = isinstance(node, yaml.MappingNode)
        number = tree.add(parent, key, MAP if is_map else LIST, place, None, named)
        if is_map:
            todo += [(number, _key(name), _place(name), value) for name, value in reversed(node.value)]
        else:
            todo += [(number, "", None, value) for value in reversed(node.value)]


def _key(node: yaml.Node) -> str:
    return str(node.value) if isinstance(node, yaml.ScalarNode) else ""


def _place(node: yaml.Node) -> Place:
    start, end = node.start_mark, node.end_mark
    last = end.line if end.column or end.line == start.line else end.line - 1
    return Place(start.line + 1, start.column, max(last, start.line) + 1)


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
    root = SgRoot(text, "json").root()
    todo: list[tuple[int, str, Place | None, SgNode]] = [
        (parent, "", None, node) for node in reversed(list(_values(tree, root, line)))
    ]
    while todo:
        owner, key, named, node = todo.pop()
        kind = node.kind()
        place = _json_place(node, line, column)
        if kind not in ("object", "array"):
            tree.add(owner, key, TEXT if kind in ("string", "number", "true", "false", "null") else OTHER, place,
                     _json_scalar(kind, node.text()), named)  # fmt: skip
            continue
        number = tree.add(owner, key, MAP if kind == "object" else LIST, place, None, named)
        rows: list[tuple[int, str, Place | None, SgNode]] = []
        for kid in _values(tree, node, line):
            if kid.kind() == "pair":
                name, value = kid.field("key"), kid.field("value")
                if name is not None and value is not None:
                    rows.append(
                        (number, str(_json_scalar("string", name.text())), _json_place(name, line, column), value)
                    )
            elif kind == "array":
                rows.append((number, "", None, kid))
        todo += reversed(rows)


def _values(tree: Tree, node: SgNode, line: int) -> Iterator[SgNode]:
    for kid in node.children():
        kind = kid.kind()
        if kind == "ERROR" and kid.text().strip(" \t\r\n,") and not tree.faults:
            tree.faults.append(f"Not valid JSON: the parser stumbles at line {kid.range().start.line + line}.")
        if kid.is_named() and kind not in ("comment", "ERROR"):
            yield kid


def _json_place(node: SgNode, line: int, column: int) -> Place:
    start, end = node.range().start, node.range().end
    return Place(start.line + line, start.column + (column if start.line == 0 else 0), end.line + line)


def _json_scalar(kind: str, text: str) -> Scalar:
    try:
        value = json.loads(text, strict=False) if len(text) < 100_000 else text
    except ValueError:
        return text.strip('"')
    return value if isinstance(value, (str, int, float, bool)) or value is None else text
