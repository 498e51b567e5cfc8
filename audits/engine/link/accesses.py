"""Reads of a Generate response whose call nobody sees: `def text_of(response): return response.generations[0].text`."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from audits.engine.catalogue import PACKAGES
from audits.engine.catalogue.responses import ANSWER_FIELDS, GENERATION_FIELDS, RESPONSE_CLASSES, SHARED_FIELDS
from audits.engine.facts import CallSite, Confidence, Kind
from audits.engine.link.arguments import render
from audits.engine.link.evaluate import Evaluator
from audits.engine.link.guess import known
from audits.engine.link.makers import made, own_modules, proof_of, step_at
from audits.engine.link.module import told_once
from audits.engine.link.reads import outermost
from audits.engine.link.tree import Module
from audits.engine.link.values import Value

_ROOT = "generations"
# Its results have `.generations` of their own.
_NAMESAKES = frozenset({"langchain", "langchain_core", "langchain_community", "langchain_cohere", "langchain_aws"})
_ONCE = 40
_PARSERS = frozenset({"loads", "load", "json"})
Place = tuple[str, int, int | None, str]


@dataclass(slots=True)
class Accesses:
    """Finds the reads that no call of the tree lists."""

    evaluator: Evaluator

    def sites(self, found: Iterable[CallSite]) -> Iterator[CallSite]:
        """A site for each such read; `found` are the uses that are known already, with their own reads."""
        listed: set[Place] = set()
        for site in found:
            listed.add((site.path, site.span.line, site.span.cell, site.callee))
            listed.update((read.path, read.line, read.cell, read.text) for read in site.reads)
        for module in own_modules(self.evaluator.tree):
            if module.facts.names_api:
                yield from self._in_module(module, listed)

    def _in_module(self, module: Module, listed: set[Place]) -> Iterator[CallSite]:
        count = 0
        foreign = not _NAMESAKES.isdisjoint(name.partition(".")[0] for name in module.facts.imports)
        for number in _reading(module):
            node, name = module.nodes[number], _field(module, number)
            if name not in ANSWER_FIELDS or count >= _ONCE:
                continue
            base = node.kids[0] if node.op != "call" else module.nodes[node.kids[0]].kids[0]
            typed = self._typed(module, base, name)
            shaped = name == _ROOT and not (foreign and node.op == "attr") and self._shaped(module, number)
            if typed is None and not (shaped and not self._answers(module, base, parsed=node.op != "attr")):
                continue
            top = outermost(module, number)
            line, cell = module.facts.place(module.nodes[top].line)
            texts = (render(module, top), render(module, top, keyed=True))
            if not any((module.path, line, cell, text) in listed for text in texts):
                count += 1
                yield self._made(module, number, top, typed)

    def _made(self, module: Module, number: int, top: int, typed: Value | None) -> CallSite:
        if typed is not None:
            why = f"Reads what {typed.name} holds: Generate's answer, whose call is not in sight."
        else:
            why = "Reads `generations` as Generate's answers have them; the call that gives it is not in sight."
        sure = typed is not None or module.facts.uses_sdk
        steps = (step_at(module, number), *(typed.steps if typed is not None else ()))
        return replace(
            made(module, number, Kind.RESPONSE_ACCESS, why),
            callee=render(module, top),
            confidence=Confidence.LIKELY if sure else Confidence.POSSIBLE,
            proof=proof_of(self.evaluator.tree, steps),
        )

    def _typed(self, module: Module, base: int, name: str) -> Value | None:
        """The instance of a class of the SDK's that only Generate answers with.

        Where it may be another answer of the SDK's as well (`Generations | Chat`), what both have says nothing.
        """
        rows = [
            row
            for row in self.evaluator.evaluate(module, base)
            if row.kind == "instance" and row.name.partition(".")[0] in PACKAGES
        ]
        told = [row for row in rows if row.name.rpartition(".")[2] in RESPONSE_CLASSES]
        return told[0] if told and (len(told) == len(rows) or name not in SHARED_FIELDS) else None

    def _answers(self, module: Module, base: int, *, parsed: bool) -> bool:
        """Is it known what gives it? A dictionary with that key, as tests pass it, is no other thing than an answer."""
        values = self.evaluator.evaluate(module, base)
        if parsed and all(row.kind == "dict" or row.name.rpartition(".")[2] in _PARSERS for row in values):
            return False
        return any(row.kind == "answer" for row in values) or known(self.evaluator, module, base)

    def _shaped(self, module: Module, number: int) -> bool:
        """`.generations[0].text`, or a loop whose items have a text of their own, at once or behind a name."""
        later = (
            at
            for row in module.bound.get(number, ())
            for at in module.names.get(row.name, ())
            if module.frame(module.nodes[at].scope) == row.scope
        )
        return any(self._gives_items(module, at) for at in (number, *later))

    def _gives_items(self, module: Module, number: int) -> bool:
        parent = module.parents.get(number, -1)
        node = module.nodes[parent] if parent >= 0 else None
        if node is None or node.op not in ("sub", "iter") or node.kids[0] != number:
            return False
        if node.op == "sub":
            outer = module.parents.get(parent, -1)
            if outer >= 0 and module.nodes[outer].text == "get":
                outer = module.parents.get(outer, -1)
            if _field(module, outer) in GENERATION_FIELDS:
                return True
        read = self.evaluator.once(("items read", module.path), lambda: _items_read(module))
        return any((row.scope, row.name) in read for row in module.bound.get(parent, ()))


def _items_read(module: Module) -> frozenset[tuple[int, str]]:
    """(scope, name) of what a field of a generation is read from."""
    found = set()
    for number in _reading(module):
        node = module.nodes[number]
        if _field(module, number) in GENERATION_FIELDS:
            base = module.nodes[node.kids[0] if node.op != "call" else module.nodes[node.kids[0]].kids[0]]
            if base.op == "name":
                found.add((base.scope, base.text))
    return frozenset(found)


@told_once
def _reading(module: Module) -> list[int]:
    """The expressions that may read one of those fields, in order."""
    named = module.attributes_named(ANSWER_FIELDS | GENERATION_FIELDS)
    return sorted((*named, *module.made_by("sub"), *module.calls.get("get", ())))


def _field(module: Module, number: int) -> str:
    """The name of the attribute or the item that an expression reads, "" where it is none."""
    if number < 0:
        return ""
    node = module.nodes[number]
    if node.op == "attr":
        return node.text
    if node.op == "sub" and len(node.kids) == 2 and module.nodes[node.kids[1]].op == "str":
        return module.nodes[node.kids[1]].text
    if node.op == "call" and len(node.kids) > 1:
        callee = module.nodes[node.kids[0]]
        if callee.op == "attr" and callee.text == "get" and module.nodes[node.kids[1]].op == "str":
            return module.nodes[node.kids[1]].text
    return ""
