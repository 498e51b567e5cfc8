"""Settings in Python that name Cohere as the provider beside a model that is gone: dicts, and keywords of calls."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from audits.engine.catalogue import dead_model
from audits.engine.catalogue.frameworks import FRAMEWORKS
from audits.engine.catalogue.settings import MODEL_KEY, OTHER_MODEL
from audits.engine.extract.model import Node
from audits.engine.facts import CallSite, Kind, Platform
from audits.engine.filekinds import is_test
from audits.engine.link.evaluate import Evaluator
from audits.engine.link.makers import LEVELS, made, own_modules, proof_of, step_at
from audits.engine.link.models import Models
from audits.engine.link.tree import Module

_PROVIDER = re.compile(
    r"(?:\w+_)?(?:provider|platform|vendor|service|backend|hub)(?:_name|_id|_type)?|api_type", re.IGNORECASE
)
_COHERE = re.compile(r"cohere(?:_chat|_ai|ai)?", re.IGNORECASE)
_MEMBER = re.compile(r"COHERE_([A-Z0-9_]+)")
# Keys of what is written about a model: a price list, a record of an answer.
_RECORD = re.compile(
    r".*(?:cost|price|pricing|latency|score|duration|timestamp|rating)\w*|usage|(?:\w+_)?(?:response|output|result|answer)s?"
    # LangSmith's names for what a trace says.
    r"|ls_\w+|completions?|created(?:_at)?|context_(?:window|length)|(?:input|output|prompt|completion|total)_tokens",
    re.IGNORECASE,
)
# What is called with a provider and a model to use them, not to count, to check or to write down.
_USING = re.compile(
    r"(?:get|create|make|build|init\w*|load|call|ask|run|query|complete|generate|chat|invoke|use|set|switch|new|open)"
    r"(?:_?\w*)?|.*(?:llm|model|options?|config\w*|settings|client|agent|generator|provider|params|parameters)",
    re.IGNORECASE,
)
_COUNTING = re.compile(
    r".*(?:cost|price|usage|token|count|assert|expect|record|track|log|register|metric|mock|fake|info|error|exception"
    r"|response|result|summary|event)"
)


@dataclass(frozen=True, slots=True)
class Paired:
    """Finds such settings of one tree."""

    evaluator: Evaluator

    def sites(self, found: Sequence[CallSite]) -> Iterator[CallSite]:
        """All sites; where `found` are, what the tree's own functions are given is told at the call that they make."""
        taken = {(site.path, site.span.line, site.span.cell) for site in found}
        for module in own_modules(self.evaluator.tree):
            for number in module.made_by("dict", "call") if module.facts.names_api else ():
                for site in self._of(module, number, module.nodes[number], told=bool(found)):
                    if (site.path, site.span.line, site.span.cell) not in taken:
                        yield site

    def _of(self, module: Module, number: int, node: Node, *, told: bool) -> Iterator[CallSite]:
        kids = node.kids[1:] if node.op == "call" else node.kids
        rows = list(zip(node.keys, kids, strict=True))
        # Names of the environment's that a test sets are checked there, and ask for nothing.
        rows = [(key, kid) for key, kid in rows if not (key.isupper() and is_test(module.path))]
        vendors = [self._standing_for(module, kid) for key, kid in rows if _PROVIDER.fullmatch(key)]
        provider = [kid for kid in vendors if _is_cohere(module, kid)]
        named = [(key, kid) for key, kid in rows if MODEL_KEY.fullmatch(key) and not OTHER_MODEL.search(key)]
        if not provider or not named or any(_RECORD.fullmatch(key) for key in node.keys):
            return
        if not self._is_setting(module, number, node, told=told):
            return
        key, kid = named[0]
        if node.op == "dict" and module.text(kid) is None:
            # What an object says of the model that it uses.
            return
        model, doubt = Models(self.evaluator).of(module, [("model", kid)])
        model = model or _spelled(module, self._standing_for(module, kid))
        gone = dead_model(model) if model else None
        if gone is None or gone.platform is not Platform.COHERE:
            return
        at = node.kids[0] if node.op == "call" else kid
        site = made(module, at, Kind.DEAD_MODEL, f"{model} is switched off, and `{key}` names it beside Cohere.")
        proof = proof_of(self.evaluator.tree, (step_at(module, kid), step_at(module, provider[0])))
        yield replace(site, confidence=LEVELS[max(1, doubt)], proof=proof)

    def _standing_for(self, module: Module, number: int) -> int:
        """What a name is bound to, once, or is where nobody passes a parameter; another expression is itself."""
        node = module.nodes[number]
        defined = self.evaluator.defined(module, node, number) if node.op == "name" else None
        if defined is None:
            return number
        bound = module.bound_once(node)
        parameters = module.scopes[defined[1]].parameters if defined[1] >= 0 else ()
        default = next((row.default for row in parameters if row.name == node.text), -1)
        return next((at for at in (bound, default) if at is not None and at >= 0), number)

    def _is_setting(self, module: Module, number: int, node: Node, *, told: bool) -> bool:
        """Is a dict or a call made to use the model, by somebody whose use is not told where it is?"""
        around = module.nodes[module.parents[number]] if number in module.parents else None
        if around is not None and (around.op in ("op", "other") or (around.op == "call" and _counts(module, around))):
            return False
        if node.op == "dict":
            return True
        callee = module.nodes[node.kids[0]]
        if callee.op not in ("name", "attr") or not _USING.fullmatch(callee.text) or _counts(module, node):
            return False
        values = self.evaluator.evaluate(module, node.kids[0])
        if any(value.kind == "external" and value.name in FRAMEWORKS for value in values):
            return False
        return not (told and any(value.kind in ("function", "class", "object") for value in values))


def _is_cohere(module: Module, number: int) -> bool:
    """`"cohere"`, or a member of an enumeration that is called so: `Provider.COHERE`."""
    node = module.nodes[number]
    return _COHERE.fullmatch(module.text(number) or (node.text if node.op == "attr" else "")) is not None


def _spelled(module: Module, number: int) -> str | None:
    """The id that a member of a library's enumeration spells: `ModelType.COHERE_COMMAND_R`."""
    node = module.nodes[number]
    member = _MEMBER.fullmatch(node.text) if node.op == "attr" else None
    return member[1].lower().replace("_", "-") if member is not None else None


def _counts(module: Module, node: Node) -> bool:
    callee = module.nodes[node.kids[0]]
    # `patch.dict(os.environ, {…})`
    return (callee.op == "attr" and callee.text == "dict") or _COUNTING.match(callee.text.lower()) is not None
