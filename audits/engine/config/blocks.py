"""Terraform's HCL by tree-sitter's grammar, XML by expat."""

from xml.parsers import expat

from ast_grep_py import SgNode, SgRoot

from audits.engine.config.tree import LIST, MAP, OTHER, ROOT, TEXT, Place, Scalar, Tree, Unreadable

_NAMES = frozenset({"identifier", "string_lit"})
# Around a value these say nothing of their own.
_THROUGH = frozenset({"expression", "literal_value", "template_expr", "collection_value", "config_file", "body"})
_NUMBERS = frozenset({"numeric_lit", "bool_lit", "null_lit"})


def read_hcl(text: str) -> Tree:
    """Blocks and attributes; what stands in a function's arguments belongs to the attribute. Raises Unreadable."""
    root = SgRoot(text, "hcl").root()
    tree = Tree()
    todo: list[tuple[int, str, Place | None, SgNode]] = [(ROOT, "", None, root)]
    while todo:
        owner, key, named, node = todo.pop()
        if node.kind() == "ERROR" and node.text().strip():
            raise Unreadable(f"Not valid HCL: the parser stops at line {node.range().start.line + 1}.")
        todo += reversed(_step(tree, owner, key, named, node))
    return tree


def _step(
    tree: Tree, owner: int, key: str, named: Place | None, node: SgNode
) -> list[tuple[int, str, Place | None, SgNode]]:
    """Add what a node is; what is to be read below it."""
    kind, place = node.kind(), _place(node)
    kids = [kid for kid in node.children() if kid.is_named() and kid.kind() != "comment"]
    if kind == "block":
        names = [kid for kid in kids if kid.kind() in _NAMES]
        for kid in names:
            owner = tree.add(owner, kid.text().strip('"'), MAP, place, None, _place(kid))
        return [(owner, "", None, kid) for kid in kids if kid.kind() not in _NAMES]
    if kind in ("attribute", "object_elem") and len(kids) >= 2:
        return [(owner, kids[0].text().strip('"'), _place(kids[0]), kids[-1])]
    if kind in ("string_lit", "quoted_template", "heredoc_template") or kind in _NUMBERS:
        tree.add(owner, key, TEXT, place, _scalar(node), named)
        return []
    if kind in ("object", "tuple"):
        number = tree.add(owner, key, MAP if kind == "object" else LIST, place, None, named)
        return [(number, "", None, kid) for kid in kids]
    if kind in _THROUGH or kind in ("function_call", "function_arguments", "for_expr"):
        inner = [kid for kid in kids if kid.kind() != "identifier"]
        return [(owner, key, named, kid) for kid in inner]
    if kids and kind not in ("variable_expr", "get_attr"):
        return [(owner, key, named, kid) for kid in kids]
    if key:
        tree.add(owner, key, OTHER, place, None, named)
    return []


def _place(node: SgNode) -> Place:
    start, end = node.range().start, node.range().end
    return Place(start.line + 1, start.column, end.line + 1)


def _scalar(node: SgNode) -> Scalar:
    text = node.text()
    if node.kind() == "numeric_lit":
        try:
            return float(text) if "." in text else int(text)
        except ValueError:
            return text
    if node.kind() == "bool_lit":
        return text == "true"
    if node.kind() == "heredoc_template":
        return text
    return text[1:-1] if text[:1] == '"' else text


class _Xml:
    """The state of one XML text: an element is a map, its attributes and its text are values in it."""

    def __init__(self) -> None:
        self.tree = Tree()
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.data
        self.parser.EntityDeclHandler = self.entity
        self._open: list[tuple[int, str]] = [(ROOT, "")]
        self._texts: list[tuple[str, Place]] = [("", Place(1, 0, 1))]

    def place(self) -> Place:
        line = self.parser.CurrentLineNumber
        return Place(line, self.parser.CurrentColumnNumber, line)

    def entity(self, *_: object) -> None:
        raise Unreadable("The file declares entities of its own, which are not read.")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        number = self.tree.add(self._open[-1][0], name, MAP, self.place())
        for key, value in attributes.items():
            self.tree.add(number, key, TEXT, self.place(), value)
        self._open.append((number, name))
        self._texts.append(("", self.place()))

    def data(self, text: str) -> None:
        known, place = self._texts[-1]
        if not known.strip() and text.strip():
            line = self.parser.CurrentLineNumber
            lead = text[: len(text) - len(text.lstrip())]
            column = len(lead.rpartition("\n")[2]) if "\n" in lead else self.parser.CurrentColumnNumber + len(lead)
            place = Place(line + lead.count("\n"), column, line + text.rstrip().count("\n"))
        self._texts[-1] = (known + text, place)

    def end(self, _name: str) -> None:
        number, name = self._open.pop()
        text, place = self._texts.pop()
        if text.strip():
            owner = self.tree.rows[number].parent if not self.tree.kids(number) else number
            self.tree.add(owner, name, TEXT, place, text.strip(), self.tree.rows[number].named)


def read_xml(text: str) -> Tree:
    """Elements, attributes and texts. A file that declares entities is not read. Raises Unreadable."""
    reader = _Xml()
    try:
        reader.parser.Parse(text.encode("utf-8", "surrogatepass"), True)
    except expat.ExpatError as error:
        raise Unreadable(f"Not valid XML: the parser stops at line {error.lineno}.") from error
    return reader.tree
