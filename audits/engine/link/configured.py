"""Configuration written in Python: dicts that tell a product to call Generate, by the rules of configuration files."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from audits.engine.catalogue.frameworks import SPACY_KEY
from audits.engine.catalogue.settings import GENERATIVE_MODULE, ROUTE_KEYS
from audits.engine.config.context import Context
from audits.engine.config.finding import Page
from audits.engine.config.modelids import model_uses
from audits.engine.config.products import product_uses
from audits.engine.config.tree import LIST, MAP, OTHER, ROOT, TEXT, Place, Tree, Unreadable
from audits.engine.extract.model import Node
from audits.engine.facts import CallSite, Language, Span
from audits.engine.link.arguments import Arguments
from audits.engine.link.evaluate import Evaluator
from audits.engine.link.makers import own_modules
from audits.engine.link.pins import Pins, by_release
from audits.engine.link.tree import Module

# A dict without one of these keys says nothing that a product would.
_TELLING = frozenset({SPACY_KEY, GENERATIVE_MODULE, "litellm_params"})
# These say it by their value.
_BY_VALUE = frozenset({"_type", "_target_", "type", "provider", "id"})
_VALUE = re.compile(r"cohere|PromptNode|PromptModel", re.IGNORECASE)
# `mlflow.gateway.create_route(name, route_type, model)`
_ROUTE_MAKER, _ROUTE = "create_route", ("name", "route_type", "model")
_HOLDERS = frozenset({"dict", "seq"})


@dataclass(frozen=True, slots=True)
class Configured:
    """Finds such dicts of one tree."""

    evaluator: Evaluator
    arguments: Arguments
    pins: Pins

    def sites(self) -> Iterator[CallSite]:
        """All sites, each dict once."""
        for module in own_modules(self.evaluator.tree):
            telling = [number for number in module.made_by("dict") if _tells(module, module.nodes[number])]
            for outer in dict.fromkeys(_outermost(module, number) for number in telling):
                yield from self._uses(module, outer)

    def _uses(self, module: Module, outer: int) -> Iterator[CallSite]:
        tree = Tree()
        try:
            self._fill(module, tree, outer)
        except Unreadable:
            return
        page = Page(tree, Language.PYTHON, (), Context(tree))
        seen: set[tuple[int, int]] = set()
        for number in range(1, len(tree.rows)):
            for site in (*product_uses(page, number), *_memories(page, number)) if number not in page.taken else ():
                if (site.span.line, site.span.column) not in seen:
                    seen.add((site.span.line, site.span.column))
                    confidence = by_release(module.path, site, self.pins)
                    if confidence is not None:
                        yield replace(_placed(module, site, outer), confidence=confidence)

    def _fill(self, module: Module, tree: Tree, outer: int) -> None:
        todo = [(ROOT, "", outer)]
        while todo:
            parent, key, number = todo.pop()
            node = module.nodes[number]
            place = Place(node.line, node.column, node.end)
            named = _key_place(module, key, number) or place
            if node.op in _HOLDERS or (node.op == "call" and number == outer):
                kind = LIST if node.op == "seq" else MAP
                here = tree.add(parent, key, kind, place, None, named)
                kids = node.kids[1:] if node.op == "call" else node.kids
                names = _labels(module, number) if kind == MAP else ("",) * len(kids)
                todo += reversed([(here, name, kid) for name, kid in zip(names, kids, strict=True)])
                continue
            is_literal, value = self.arguments.literal(module, number)
            tree.add(parent, key, TEXT if is_literal else OTHER, place, value, named)


def _memories(page: Page, number: int) -> Iterator[CallSite]:
    """`{"llm": {"provider": "cohere", "config": {"model": …}}}`, as embedchain and mem0 are told which model to use."""
    tree = page.tree
    keys = tree.keys(number)[-3:]
    if keys != ("llm", "config", "model"):
        return
    vendor = tree.child(tree.rows[tree.rows[number].parent].parent, "provider")
    if vendor is not None and tree.text(vendor) == "cohere":
        yield from model_uses(page, number)


def _tells(module: Module, node: Node) -> bool:
    if not _TELLING.isdisjoint(node.keys):
        return True
    rows = ((key, module.nodes[kid]) for key, kid in zip(node.keys, node.kids, strict=True) if key in _BY_VALUE)
    return any(_VALUE.search(value.text) or value.op == "seq" or value.op == "name" for _, value in rows)


def _outermost(module: Module, number: int) -> int:
    """The dict or list around everything, or the call whose keywords say what the dict is for."""
    while True:
        parent = module.parents.get(number)
        if parent is None:
            return number
        node = module.nodes[parent]
        if node.op == "call" and node.kids[0] != number and not ROUTE_KEYS.isdisjoint(_labels(module, parent)):
            return parent
        if node.op not in _HOLDERS:
            return number
        number = parent


def _labels(module: Module, number: int) -> tuple[str, ...]:
    """The keys of a dict, or of a call's operands: those of a route by position too."""
    node = module.nodes[number]
    if node.op != "call" or module.nodes[node.kids[0]].text != _ROUTE_MAKER:
        return node.keys
    return tuple(key or (_ROUTE[at] if at < len(_ROUTE) else "") for at, key in enumerate(node.keys))


def _key_place(module: Module, key: str, number: int) -> Place | None:
    """Where a dict's key stands: the text of that name that was evaluated last before the value."""
    for at in range(_first(module, number) - 1, max(number - 400, -1), -1):
        node: Node = module.nodes[at]
        if node.op == "str" and node.text == key:
            return Place(node.line, node.column, node.end)
    return None


def _first(module: Module, number: int) -> int:
    """The number of the first expression inside one: what comes before it was evaluated before."""
    while module.nodes[number].kids:
        number = module.nodes[number].kids[0]
    return number


def _placed(module: Module, site: CallSite, outer: int) -> CallSite:
    line, cell = module.facts.place(site.span.line)
    end, _ = module.facts.place(site.span.end_line)
    steps = []
    for step in site.proof:
        at, inside = module.facts.place(step.line)
        steps.append(replace(step, path=module.path, line=at, cell=inside))
    scope = module.qualified(module.nodes[outer].scope)
    span = Span(line, max(end, line), site.span.column, cell)
    return replace(site, path=module.path, span=span, proof=tuple(steps), scope=scope)
