"""What one module says, without its syntax tree: expressions in one flat table, and who binds and stores them where.

All lines are lines of the text that was parsed; for a notebook that is the virtual module of its cells, and
`ModuleFacts.place` turns such a line into a cell and a line inside it.
"""

from bisect import bisect_right
from dataclasses import dataclass
from typing import NamedTuple

from audits.engine.catalogue import PACKAGES
from audits.engine.catalogue.endpoints import HOST_OR_MODEL
from audits.engine.facts import Asked, AskedChat, CallSite, Dependency, Given, Unread
from audits.engine.gate import joined
from audits.engine.handing import Body, Called, Helper, Kept, Opened, Sent
from audits.engine.tables import tabular

_IMPORTERS = frozenset({"import_module", "__import__"})


@tabular
class Node(NamedTuple):
    """One expression. Its number in the table grows in the order of evaluation.

    `op`: name, attr, call, str, const, fstr, dict, seq, sub, await, either, op, iter, enter, item, other. `text`: the
    name, attribute, constant or operator. `kids`: the operands; a call's first is what is called. `keys`: a label for
    each operand after a call's first ("" positional, "*", "**" or the keyword). `line`, `end` from 1, `column` from 0;
    for an attribute they are the attribute's own name's. `scope` and `block` say where it stands.
    """

    op: str
    text: str
    kids: tuple[int, ...]
    keys: tuple[str, ...]
    line: int
    end: int
    column: int
    scope: int
    block: int


@tabular
class Binding(NamedTuple):
    """A name gets a value. `how`: value, annotation, import, def, class, item; `at`: the table's length at that moment.

    `node` is the value's number, for def and class the scope's, else -1. `detail` is an import's dotted path (dots for
    the levels; "module:name" for a from-import) or the index of an unpacked item.
    """

    scope: int
    name: str
    how: str
    node: int
    at: int
    block: int
    line: int
    detail: str = ""


@tabular
class Store(NamedTuple):
    """An attribute (`key` is its name) or an item (`key` is the constant in brackets) of `base` gets a value.

    `kind` is attr, item, any (an item whose key is no constant) or update (`base |= value`).
    """

    base: int
    kind: str
    key: str
    node: int
    at: int
    scope: int
    line: int
    how: str = "value"


@tabular
class Parameter(NamedTuple):
    """A function's parameter: `kind` is "", "*", "**" or "keyword"; `annotation` and `default` are numbers or -1."""

    name: str
    kind: str
    annotation: int
    default: int
    line: int


@tabular
class Scope(NamedTuple):
    """A module, class, function, lambda or comprehension. `results` are what it returns and yields."""

    kind: str
    name: str
    parent: int
    block: int
    line: int
    parameters: tuple[Parameter, ...] = ()
    decorators: tuple[int, ...] = ()
    bases: tuple[int, ...] = ()
    results: tuple[int, ...] = ()
    outer: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ModuleFacts:
    """One module's facts. `blocks[n]` is block n's parent: a branch, a loop's or a handler's body; `ended` are blocks
    that return or raise at their end; `apart` are blocks of which one at most runs, each with its choice.

    `sources` maps an argument's number to its text as written; `ignores` are lines that a suppression comment covers,
    with its reason; `names_api` says that the text has the word; `cells` are (first line, index) of a notebook's code
    cells; `requirements` are version pins (name and specifier) written in the file; `faults` are parts that could not
    be read. `sites` are the uses in a file of a kind that is not linked: all that there is to say of it.
    `dependencies` are the packages that it asks for or installs, as far as the catalogue knows them. `gives` and `asks`
    are what such a file gives the others of its language, and what it would use of theirs; `chats` are its calls of
    Chat on a client of Cohere's, by scope and line, and `asked_chats` those on a client that another file may make.
    `helpers` and `bodies` are its functions and classes that others may pass what reaches Generate, `called` and
    `opened` what it would pass to theirs; `addresses` are the settings' names and lines of Generate's that it keeps,
    `kept` are addresses and pieces of such under the names by which others find them, `sent` is what it would send to
    one of theirs.
    """

    scopes: tuple[Scope, ...] = ()
    blocks: tuple[int, ...] = ()
    ended: tuple[int, ...] = ()
    apart: tuple[tuple[int, int], ...] = ()
    nodes: tuple[Node, ...] = ()
    bindings: tuple[Binding, ...] = ()
    stores: tuple[Store, ...] = ()
    sources: tuple[tuple[int, str], ...] = ()
    ignores: tuple[tuple[int, str], ...] = ()
    requirements: tuple[str, ...] = ()
    cells: tuple[tuple[int, int], ...] = ()
    faults: tuple[Unread, ...] = ()
    names_api: bool = False
    sites: tuple[CallSite, ...] = ()
    dependencies: tuple[Dependency, ...] = ()
    gives: tuple[Given, ...] = ()
    asks: tuple[Asked, ...] = ()
    chats: tuple[tuple[str, int], ...] = ()
    asked_chats: tuple[AskedChat, ...] = ()
    helpers: tuple[Helper, ...] = ()
    called: tuple[Called, ...] = ()
    bodies: tuple[Body, ...] = ()
    opened: tuple[Opened, ...] = ()
    addresses: tuple[tuple[str, int], ...] = ()
    kept: tuple[Kept, ...] = ()
    sent: tuple[Sent, ...] = ()

    @property
    def imports(self) -> frozenset[str]:
        """Dotted names that the module imports, anywhere in it: modules, and what is taken from them."""
        rows = (row.detail.partition(":") for row in self.bindings if row.how == "import")
        return frozenset(name for head, _, item in rows for name in (head, joined(head, item) if item else head))

    @property
    def uses_sdk(self) -> bool:
        """Does the module import the SDK, by a statement or a call?"""
        return bool({name.partition(".")[0] for name in self.imports} & PACKAGES) or any(
            node.op == "call" and self.nodes[node.kids[0]].text in _IMPORTERS and self._passes_package(node)
            for node in self.nodes
        )

    @property
    def holds_address(self) -> bool:
        """Does the module write down a host of Cohere's or a cloud's id of a Cohere model, for others to use?"""
        return any(
            node.op == "str" and "ohere." in node.text and HOST_OR_MODEL.search(node.text) for node in self.nodes
        )

    def _passes_package(self, node: Node) -> bool:
        return any(self.nodes[kid].text.partition(".")[0] in PACKAGES for kid in node.kids[1:])

    def place(self, line: int) -> tuple[int, int | None]:
        """A line of the parsed text as (line, cell) for a reader; cell is None outside notebooks."""
        if not self.cells:
            return line, None
        at = max(bisect_right(self.cells, (line, 1 << 30)) - 1, 0)
        first, cell = self.cells[at]
        return line - first + 1, cell
