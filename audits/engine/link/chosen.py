"""Expressions that a text is one of: behind a default of `getattr`, in a list that is looped over or chosen from."""

from collections.abc import Iterator

from audits.engine.extract.model import Node
from audits.engine.link.evaluate import Evaluator
from audits.engine.link.tree import Module

_SAME = frozenset({"strip", "lower", "rstrip", "lstrip", "casefold"})
# Streamlit's widgets and `random.choice` give one of what they are given.
_CHOOSING = frozenset({"selectbox", "radio", "select_slider", "pills", "segmented_control", "choice"})
_MOST = 40


def chosen(evaluator: Evaluator, module: Module, node: Node) -> Iterator[tuple[Module, int]]:
    """The expressions, by module and number; none where the text is put together or comes from outside."""
    if node.op == "iter":
        yield from _items(evaluator, module, node.kids[0])
    elif node.op == "attr" and node.text == "value":
        # A member of an enumeration.
        yield module, node.kids[0]
    elif node.op == "call":
        yield from _of_call(evaluator, module, node)


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
