"""Expressions that a text is one of: behind a default of `getattr`, in a list that is looped over or chosen from."""

from collections.abc import Iterator

from audits.engine.extract.model import Node
from audits.engine.link.environment import set_to
from audits.engine.link.evaluate import Evaluator
from audits.engine.link.frames import Env, Frame
from audits.engine.link.tree import Module
from audits.engine.link.values import Value

_SAME = frozenset({"strip", "lower", "rstrip", "lstrip", "casefold"})
# Streamlit's widgets and `random.choice` give one of what they are given.
_CHOOSING = frozenset({"selectbox", "radio", "select_slider", "pills", "segmented_control", "choice"})
# Methods of texts, tables and settings, whatever has them.
_NO_FUNCTIONS = _SAME | {"get", "str"}
_MOST = 40


def chosen(evaluator: Evaluator, module: Module, node: Node) -> Iterator[tuple[Module, int]]:
    """The expressions, by module and number; none where the text is put together or comes from outside."""
    yield from set_to(evaluator, module, node)
    if node.op == "iter":
        yield from _items(evaluator, module, node.kids[0])
    elif node.op == "item":
        yield from _paired(evaluator, module, node)
    elif node.op == "attr" and node.text == "value":
        # A member of an enumeration.
        yield module, node.kids[0]
    elif node.op == "attr":
        yield from _of_property(evaluator, module, node)
    elif node.op == "call":
        yield from _of_call(evaluator, module, node)
    elif node.op == "other" and node.text == "yield":
        yield from evaluator.sent(module, node)


def _of_call(evaluator: Evaluator, module: Module, node: Node) -> Iterator[tuple[Module, int]]:
    callee = module.nodes[node.kids[0]]
    if callee.text == "getattr" and callee.op == "name":
        yield from ((module, kid) for kid in node.kids[3:4])
    elif callee.text in _CHOOSING:
        for kid in node.kids[1:]:
            yield from _items(evaluator, module, kid)
    elif callee.op == "attr" and callee.text in _SAME and len(node.kids) == 1:
        yield module, callee.kids[0]
    elif callee.op == "attr" and callee.text == "str":
        # `env.str("MODEL", default="command")` of environs and django-environ.
        plain = [kid for kid, key in zip(node.kids[1:], node.keys, strict=True) if key in ("", "default")]
        yield from ((module, kid) for kid in plain[1:2])
    elif callee.op == "attr" and callee.text == "get" and len(node.kids) > 1:
        yield from _entry(evaluator, module, callee.kids[0], module.text(node.kids[1]))


def returned(evaluator: Evaluator, module: Module, number: int) -> Iterator[tuple[Frame, Module, int]]:
    """What a call of the tree's own functions gives: the call as a frame, and each expression that they return."""
    node = module.nodes[number]
    callee = module.nodes[node.kids[0]] if node.op == "call" else node
    if node.op != "call" or callee.text in _CHOOSING or (callee.op == "attr" and callee.text in _NO_FUNCTIONS):
        return
    for value in evaluator.evaluate(module, node.kids[0]):
        if value.kind == "function":
            frame = Frame(value.path, value.index, module, number, int(value.owner is not None), Env())
            yield from ((frame, owner, at) for owner, at in _given(evaluator, value))


def _of_property(evaluator: Evaluator, module: Module, node: Node) -> Iterator[tuple[Module, int]]:
    for base in evaluator.evaluate(module, node.kids[0]):
        for cls in evaluator.lineage(base) if base.kind == "object" else ():
            owner = evaluator.tree.modules[cls.path]
            for row in owner.bindings.get((cls.index, node.text), ()):
                if row.how == "def" and evaluator.is_property(owner, row.node):
                    yield from _given(evaluator, Value("function", node.text, owner.path, row.node))


def _given(evaluator: Evaluator, function: Value) -> Iterator[tuple[Module, int]]:
    """What a function of the tree returns."""
    owner = evaluator.tree.modules[function.path]
    yield from ((owner, at) for at in owner.scopes[function.index].results[:_MOST])


def _paired(evaluator: Evaluator, module: Module, node: Node) -> Iterator[tuple[Module, int]]:
    """`for at, name in enumerate(names)`, `for label, name in TABLE.items()`: the second of each pair."""
    each = module.nodes[node.kids[0]]
    source = module.nodes[each.kids[0]] if each.op == "iter" else node
    if node.text != "1" or source.op != "call":
        return
    callee = module.nodes[source.kids[0]]
    if callee.text == "enumerate" and len(source.kids) > 1:
        yield from _items(evaluator, module, source.kids[1])
    elif callee.op == "attr" and callee.text == "items":
        for value in evaluator.evaluate(module, callee.kids[0]):
            owner = evaluator.tree.modules.get(value.path)
            if owner is not None and value.kind == "dict":
                yield from ((owner, kid) for kid in owner.nodes[value.index].kids[:_MOST])


def _items(evaluator: Evaluator, module: Module, number: int) -> Iterator[tuple[Module, int]]:
    for value in evaluator.evaluate(module, number):
        owner = evaluator.tree.modules.get(value.path)
        if owner is not None and value.kind == "seq":
            yield from ((owner, kid) for kid in owner.nodes[value.index].kids[:_MOST])


def _entry(evaluator: Evaluator, module: Module, number: int, key: str | None) -> Iterator[tuple[Module, int]]:
    """`DEFAULTS.get("cohere")`: the entry under a key that is written down."""
    for value in evaluator.evaluate(module, number) if key else ():
        owner = evaluator.tree.modules.get(value.path)
        if owner is not None and value.kind == "dict":
            node = owner.nodes[value.index]
            yield from ((owner, kid) for label, kid in zip(node.keys, node.kids, strict=True) if label == key)
