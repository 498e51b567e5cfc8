"""What a program itself puts into its environment, for whoever asks it for the variable."""

from collections import defaultdict
from collections.abc import Iterator

from audits.engine.extract.model import Node
from audits.engine.filekinds import is_test
from audits.engine.link.evaluate import Evaluator
from audits.engine.link.tree import Module

_TABLES = frozenset({"os.environ", "environ"})
_ASKING = frozenset({"os.getenv", "getenv", "os.environ.get", "environ.get"})
_MOST = 12
_Written = dict[str, list[tuple[Module, int]]]


def variable_of(module: Module, node: Node) -> str:
    """The variable that `os.environ["NAME"]`, `os.environ.get("NAME")` or `os.getenv("NAME")` asks for, else ""."""
    if len(node.kids) < 2:
        return ""
    callee = module.dotted(node.kids[0])
    asks = (node.op == "sub" and callee in _TABLES) or (node.op == "call" and callee in _ASKING)
    return (module.text(node.kids[1]) or "") if asks else ""


def set_to(evaluator: Evaluator, module: Module, node: Node) -> Iterator[tuple[Module, int]]:
    """The expressions that the program sets the variable to which an expression asks for; a test's are its own."""
    name = variable_of(module, node)
    written = evaluator.once("environment", lambda: _written(evaluator)) if name else {}
    rows = (row for row in written.get(name, ()) if not is_test(row[0].path) or is_test(module.path))
    yield from (row for row, _ in zip(rows, range(_MOST), strict=False))


def _written(evaluator: Evaluator) -> _Written:
    found: _Written = defaultdict(list)
    for module in evaluator.tree.modules.values():
        for row in module.facts.stores:
            if row.kind == "item" and row.how == "value" and module.dotted(row.base) in _TABLES:
                found[row.key].append((module, row.node))
        for name, number in (*_defaults(module), *_updates(module)):
            found[name].append((module, number))
    return dict(found)


def _defaults(module: Module) -> Iterator[tuple[str, int]]:
    """`os.environ.setdefault("NAME", value)`."""
    for call in module.calls.get("setdefault", ()):
        node = module.nodes[call]
        callee = module.nodes[node.kids[0]]
        if len(node.kids) == 3 and callee.op == "attr" and module.dotted(callee.kids[0]) in _TABLES:
            yield module.text(node.kids[1]) or "", node.kids[2]


def _updates(module: Module) -> Iterator[tuple[str, int]]:
    """`os.environ.update({"NAME": value}, NAME=value)`."""
    for call in module.calls.get("update", ()):
        node = module.nodes[call]
        callee = module.nodes[node.kids[0]]
        if callee.op != "attr" or module.dotted(callee.kids[0]) not in _TABLES:
            continue
        for key, kid in zip(node.keys, node.kids[1:], strict=True):
            if key not in ("", "*", "**"):
                yield key, kid
            elif module.nodes[kid].op == "dict":
                yield from zip(module.nodes[kid].keys, module.nodes[kid].kids, strict=True)
