"""What a dictionary that a call unpacks is known to hold."""

from collections import defaultdict
from dataclasses import dataclass, field

from audits.engine.extract.model import Binding, Node
from audits.engine.link.module import told_once
from audits.engine.link.tree import Module

# Calls whose last operand goes through them, or some of its items.
_SAME_ITEMS = frozenset({"dict", "OrderedDict", "filter", "sorted", "list", "tuple", "reversed"})
_ASKING = frozenset({"locals", "vars"})


@dataclass(slots=True)
class Fold:
    """Entries by key: (module, node) of each value; `whole` says that no other key can be there.

    `classes`: by key the class whose field it is, where only that tells that the key may be there. `passed` are the
    keys that the callers of a function around the splat pass, each its own, and those that may be another's or none at
    all on some way to it. `open`: it is what callers pass by `**`, of whom others may pass more than those in sight.
    """

    entries: dict[str, tuple[Module, int]] = field(default_factory=dict)
    whole: bool = True
    classes: dict[str, str] = field(default_factory=dict)
    passed: set[str] = field(default_factory=set)
    open: bool = False

    def merge(self, other: "Fold") -> None:
        """Lay another dictionary over this one."""
        below = set(self.entries) if other.open or not other.whole else set()
        self.entries.update(other.entries)
        self.whole = self.whole and other.whole
        self.classes = {key: row for key, row in self.classes.items() if key not in other.entries} | other.classes
        self.passed = ((self.passed | below) - other.entries.keys()) | other.passed
        self.open = self.open or other.open

    def put(self, key: str, module: Module, node: int) -> None:
        """Give one key a value."""
        self.entries[key] = (module, node)
        self.classes.pop(key, None)
        self.passed.discard(key)

    def take(self, key: str) -> None:
        """Take one key out."""
        self.entries.pop(key, None)
        self.classes.pop(key, None)
        self.passed.discard(key)


def behind_items(module: Module, number: int) -> int:
    """The dictionary `d` in `dict(sorted(d.items()))`; another expression itself, as one that leaves entries out."""
    base, filters = through_items(module, number)
    return number if filters else base


def through_items(module: Module, number: int) -> tuple[int, tuple[int, ...]]:
    """The dictionary `d` in `dict(filter(f, d.items()))`, and what filters it; another expression itself."""
    made, node = number, module.nodes[number]
    filters: list[int] = []
    while node.op == "call" and module.nodes[node.kids[0]].text in _SAME_ITEMS and set(node.keys) == {""}:
        filters += node.kids[1:2] if module.nodes[node.kids[0]].text == "filter" else ()
        made, node = node.kids[-1], module.nodes[node.kids[-1]]
    callee = module.nodes[node.kids[0]] if node.op == "call" and made != number else node
    found = callee is not node and callee.op == "attr" and callee.text == "items"
    return (callee.kids[0], tuple(filters)) if found else (number, ())


def pairs(module: Module, node: Node) -> Fold:
    """What `dict([("prompt", p), …])` makes of a list of pairs."""
    items = [module.nodes[kid] for kid in node.kids]
    rows = [row.kids for row in items if row.op == "seq" and len(row.kids) == 2]
    named = {module.nodes[key].text: (module, value) for key, value in rows if module.nodes[key].op == "str"}
    return Fold(named, whole=len(named) == len(items))


def asks_names(module: Module, number: int) -> bool:
    """Is an expression `locals()`, or `vars()` of nothing?"""
    node = module.nodes[number]
    callee = module.nodes[node.kids[0]] if node.op == "call" and len(node.kids) == 1 else node
    return callee is not node and callee.op == "name" and callee.text in _ASKING


def makes_dict(module: Module, number: int) -> bool:
    """Is a call `dict(…)` or `locals()`?"""
    callee = module.nodes[module.nodes[number].kids[0]]
    return asks_names(module, number) or (callee.op == "name" and callee.text == "dict")


def own_names(module: Module, number: int) -> Fold:
    """`locals()`: what the function around has, by name, up to there; a parameter is shown as that call."""
    scope = module.function_of(module.nodes[number].scope)
    if scope < 0:
        return Fold(whole=False)
    found = Fold()
    for row in module.scopes[scope].parameters:
        found.put(row.name, module, number)
    for bound in _values_in(module).get(scope, ()):
        if bound.at <= number:
            found.put(bound.name, module, bound.node)
    if module.scopes[module.scopes[scope].parent].kind == "class":
        for row in module.scopes[scope].parameters[:1]:
            found.take(row.name)
    return found


def own_parameter(module: Module, name: str, number: int) -> list[tuple[int, str, str]] | None:
    """(scope, name, kind) of the parameter that `locals()` hands on under a name; None: it is another expression."""
    if not asks_names(module, number):
        return None
    scope = module.function_of(module.nodes[number].scope)
    rows = module.scopes[scope].parameters if scope >= 0 else ()
    return [(scope, row.name, row.kind) for row in rows if row.name == name]


@told_once
def _values_in(module: Module) -> dict[int, list[Binding]]:
    """By function: the values that its names are given."""
    found: dict[int, list[Binding]] = defaultdict(list)
    for row in module.facts.bindings:
        if row.how == "value":
            found[row.scope].append(row)
    return dict(found)
