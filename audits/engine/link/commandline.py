"""Options of a command line: where a program says what they are when nobody gives them."""

from collections.abc import Iterator

from audits.engine.extract.model import Node
from audits.engine.gate import joined
from audits.engine.link.fold import Fold
from audits.engine.link.tree import Module, Tree

# What holds the options that were given, by its last name.
_GIVEN = frozenset({"args", "arguments", "opt", "options", "opts", "flags", "FLAGS", "hparams", "namespace", "ns"})
_PARSING = frozenset({"parse_args", "parse_known_args", "parse_intermixed_args"})
_DEFINING = frozenset({"DEFINE_string", "DEFINE_enum"})
_COMMAND = "the command line"
# Programs have fewer; each call that they are unpacked into goes through all of them.
_OPTIONS = 300
Expression = tuple[Module, int]


def declared_option(tree: Tree, module: Module, node: Node) -> Iterator[Expression]:
    """The default that `add_argument("--model", default=…)` gives `args.model`: here, or the one elsewhere."""
    if not _holds_options(module, node.kids[0]):
        return
    here = list(_defaults(module, node.text))
    if here or "add_argument" in module.calls:
        yield from here
        return
    declared = [row for other in tree.modules.values() for row in _defaults(other, node.text)]
    importers = {path for path in {other.path for other, _ in declared} if _imports(tree, tree.modules[path], module)}
    # Who parses the command line may hand `--cohere-model` on over any modules; a `--model` may be another program's.
    anywhere = not importers and "cohere" in node.text
    others = [row for row in declared if anywhere or row[0].path in importers]
    yield from others if len(others) == 1 else ()


def options_of(module: Module, number: int) -> Fold | None:
    """`vars(args)`: by name the default of each option, or how it is declared; None: it holds no options."""
    found = Fold()
    calls = module.calls.get("add_argument", ()) if _holds_options(module, number) else ()
    for call in calls if len(calls) <= _OPTIONS else ():
        node = module.nodes[call]
        operands = dict(zip(node.keys, node.kids[1:], strict=True))
        plain = [module.nodes[kid] for kid, key in zip(node.kids[1:], node.keys, strict=True) if key == ""]
        names = [row.text for row in plain if row.op == "str"]
        # The first long name is the one that counts.
        long = next((name for name in names if name.startswith("--")), names[0] if names else "")
        name = module.nodes[operands["dest"]].text if "dest" in operands else long.lstrip("-").replace("-", "_")
        if name:
            found.put(name, module, operands.get("default", call))
            found.passed.add(name)
            found.classes |= {} if "default" in operands else {name: _COMMAND}
    return found if found.entries else None


def _holds_options(module: Module, number: int) -> bool:
    """Is it what was parsed of a command line, by its name or by what gives it?"""
    base = module.nodes[number]
    bound = number if base.op == "call" else module.bound_once(base)
    return base.text in _GIVEN or (bound is not None and any(at in _PARSING for at in _callees(module, bound)))


def _imports(tree: Tree, other: Module, module: Module) -> bool:
    """Does another module import this one, as what hands its options on does?"""
    imports = (row.detail.partition(":")[::2] for row in other.facts.bindings if row.how == "import")
    return any(
        module.path in (tree.find(other.path, head), tree.find(other.path, joined(head, item)))
        for head, item in imports
    )


def option_defaults(module: Module, scope: int, name: str) -> Iterator[Expression]:
    """The default that `@click.option("--model", default=…)` gives a function's parameter."""
    for number in module.scopes[scope].decorators:
        node = module.nodes[number]
        if node.op == "call" and module.nodes[node.kids[0]].text == "option" and _is_named(module, node, name):
            yield from ((module, node.kids[1 + node.keys.index("default")]) for _ in range("default" in node.keys))


def _defaults(module: Module, name: str) -> Iterator[Expression]:
    for call in module.calls.get("add_argument", ()):
        node = module.nodes[call]
        if "default" in node.keys and _is_named(module, node, name):
            yield module, node.kids[1 + node.keys.index("default")]
    for call in (call for maker in _DEFINING for call in module.calls.get(maker, ())):
        kids = module.nodes[call].kids
        if len(kids) > 2 and module.nodes[kids[1]].text == name:
            yield module, kids[2]


def _is_named(module: Module, node: Node, name: str) -> bool:
    """Do a call's operands name the option: `"--model-id"`, `dest="model_id"`?"""
    named = dict(zip(node.keys, node.kids[1:], strict=True))
    if "dest" in named:
        return module.nodes[named["dest"]].text == name
    plain = [module.nodes[kid] for kid, key in zip(node.kids[1:], node.keys, strict=True) if key == ""]
    return name in [row.text.lstrip("-").replace("-", "_") for row in plain if row.op == "str"]


def _callees(module: Module, number: int) -> Iterator[str]:
    node = module.nodes[number]
    while node.op in ("call", "item", "sub"):
        kid = module.nodes[node.kids[0]]
        if node.op == "call":
            yield kid.text
        node = kid
