"""Models that are switched off, written where code keeps the model that it uses: a constant, a default, a setting."""

import re
from collections.abc import Iterable, Iterator

from audits.engine.catalogue import dead_model
from audits.engine.catalogue.endpoints import BEDROCK_MODEL, NAMES_COHERE
from audits.engine.catalogue.settings import MODEL_KEY, OTHER_MODEL, PROVIDER_KEYS, VENDORS
from audits.engine.facts import Argument, CallSite, Confidence, Kind, Platform
from audits.engine.languages.finder import Finder
from audits.engine.languages.flows import printed
from audits.engine.languages.program import HOLE, Expr

_CHAT_MODELS = re.compile(r"command-r|c4ai-|cohere\.command-r")
# AWS CDK's constants for ids of foundation models, and what takes such an id.
_CDK = re.compile(r"COHERE_COMMAND_(?:LIGHT_)?TEXT_V14(?:_\w+)?")
_CDK_CLASS = "FoundationModelIdentifier"
_CDK_MAKERS = frozenset({_CDK_CLASS, "fromFoundationModelId"})
# A table in a file that neither asks Cohere nor says how is one of names to show.
_EVIDENCE = re.compile(r"api\.cohere\.|\bCO(?:HERE)?_API_KEY\b|cohere-ai|cohere-go|bedrock", re.IGNORECASE)
# A table of what models cost sends nothing to them.
_PRICE = re.compile(
    r"(?i:(?:^|_)costs?(?:$|_)|pric)|Costs?(?![a-z])|cost(?=[A-Z])|"
    r"(?:^per|_per|(?<=[a-z])Per)_?(?:1?[kKmM]|[mM]illion|[tT]oken)s?(?![a-z])"
)
# What holds the model of each vendor that is taken by default.
_DEFAULTS = re.compile(r"default\w{0,40}model|model\w{0,40}default", re.IGNORECASE)
_GATE = re.compile(r"command|c4ai-", re.IGNORECASE)


class Named(Finder):
    """Finds them in one file, where no use that is found there names the same id."""

    def beside(self, told: Iterable[CallSite]) -> Iterator[CallSite]:
        """Those that none of the file's other uses, `told`, have as their model."""
        source = self.program.source
        if not _GATE.search(source) or not NAMES_COHERE.search(source):
            return
        known = {str(one.literal) for site in told for one in site.arguments if (one.name or "").startswith("model")}
        for expr, name, level in self._named():
            text = expr.text.strip()
            # A cloud's id in an object is one of many things that a call, a test or a table of a cloud's holds.
            entry = expr.parent is not None and expr.parent.op == "dict"
            if HOLE not in text and text not in known and not (entry and BEDROCK_MODEL.fullmatch(text)):
                yield from self._site(expr, name, text, level)
        yield from self._stacks() if _CDK_CLASS in source else ()

    def _named(self) -> Iterator[tuple[Expr, str, Confidence]]:
        """Texts with the name, or the path of keys, that they are given."""
        for rows in list(self.program.bindings.values()):
            for row in rows:
                for value in _choices(row.value):
                    yield value, row.name.lstrip(".$@"), Confidence.LIKELY
        asks = _EVIDENCE.search(self.program.source) is not None
        yield from self._defaults(Confidence.LIKELY if asks else Confidence.POSSIBLE)
        for expr in list(self.program.exprs):
            if expr.op != "dict" or any(map(_PRICE.search, expr.keys)) or printed(expr):
                continue
            models = [row for row in zip(expr.keys, expr.kids, strict=False) if MODEL_KEY.fullmatch(row[0])]
            # A list of a provider's models is what some code goes by, also where the file asks nobody.
            level = Confidence.LIKELY if asks else Confidence.POSSIBLE
            ours = bool(models) and (self._is_cohere(expr) if asks else _is_listed(expr))
            for key, kid in models if asks or ours else ():
                yield from ((value, f"cohere.{key}" if ours else key, level) for value in _choices(kid))

    def _defaults(self, level: Confidence) -> Iterator[tuple[Expr, str, Confidence]]:
        """`defaultModels = { openai: "…", cohere: "…" }`: the model that a program takes where nobody names one."""
        for row in [row for rows in self.program.bindings.values() for row in rows if _DEFAULTS.search(row.name)]:
            table = row.value
            if table is not None and table.op == "new" and table.kids:
                # Go's `map[string]string{…}`.
                table = table.kids[-1]
            rows = zip(table.keys, table.kids, strict=False) if table is not None and table.op == "dict" else ()
            for key, kid in rows:
                if key.lower() == "cohere":
                    yield from ((value, f"cohere.{row.name.lstrip('.$@')}", level) for value in _choices(kid))

    def _is_cohere(self, table: Expr) -> bool:
        """`{ provider: "cohere", model: … }`, `cohere: { model: … }`"""
        if _names_provider(table):
            return True
        outer = table.parent
        if outer is None or outer.op != "dict":
            return False
        at = next((at for at, kid in enumerate(outer.kids) if kid is table), -1)
        return at >= 0 and NAMES_COHERE.search(outer.keys[at]) is not None

    def _site(self, expr: Expr, name: str, text: str, level: Confidence) -> Iterator[CallSite]:
        if OTHER_MODEL.search(name) or "model" not in name.lower():
            return
        model = (Argument("model", self.program.written(expr), None, True, text),)
        if BEDROCK_MODEL.fullmatch(text):
            why = f"{text} is a model of Bedrock's that speaks Generate's language only."
            yield self.maker.site(
                expr, None, Kind.BEDROCK, why, method=None, platform=Platform.BEDROCK, arguments=model,
                confidence=Confidence.POSSIBLE,
            )  # fmt: skip
            return
        dead = dead_model(text) if "/" not in text else None
        if dead is None or dead.platform is not Platform.COHERE or not NAMES_COHERE.search(name):
            return
        if VENDORS.search(name):
            return
        chat = _CHAT_MODELS.match(text) is not None
        why = f"{text} is switched off and was one of {'Chat' if chat else 'Generate'}'s models."
        yield self.maker.site(
            expr, None, Kind.DEAD_MODEL if chat else Kind.WRAPPER_OTHER, why, method=None, arguments=model,
            confidence=level,
        )  # fmt: skip

    def _stacks(self) -> Iterator[CallSite]:
        """Models that a stack of AWS CDK asks for."""
        for expr in list(self.program.exprs):
            text = ""
            if expr.op == "attr" and _CDK.fullmatch(expr.text) and expr.kids[0].text == _CDK_CLASS:
                text = expr.text.lower().replace("_", "-").replace("cohere-", "cohere.", 1)
            elif expr.op in ("call", "new") and expr.kids[0].text in _CDK_MAKERS:
                texts = (self.evaluator.text(kid) for kid in expr.kids[1:] if kid.op in ("str", "concat", "name"))
                text = next((one for one in texts if BEDROCK_MODEL.fullmatch(one)), "")
            if text:
                model = (Argument("model_id", f'"{text}"', None, True, text),)
                yield self.maker.site(
                    expr.kids[0] if expr.op == "call" else expr, expr, Kind.BEDROCK,
                    f"The stack asks for {text}, a model of Bedrock's that speaks Generate's language only.",
                    method=None, platform=Platform.BEDROCK, confidence=Confidence.LIKELY, arguments=model,
                )  # fmt: skip


def _names_provider(table: Expr, word: str = "") -> bool:
    """Is Cohere named under a provider's key, one that holds `word`?"""
    rows = zip(table.keys, table.kids, strict=False)
    named = (kid for key, kid in rows if key.lower() in PROVIDER_KEYS and word in key.lower())
    return any(kid.op == "str" and NAMES_COHERE.search(kid.text) for kid in named)


def _is_listed(table: Expr) -> bool:
    """One of several entries of a list that name Cohere as their provider."""
    if not _names_provider(table, "provider") or table.parent is None or table.parent.op != "list":
        return False
    others = (kid for kid in table.parent.kids if kid is not table and kid.op == "dict")
    return any(_names_provider(kid, "provider") for kid in others)


def _choices(value: Expr | None) -> Iterator[Expr]:
    """A text, or those that stand in where nothing else is set: `process.env.MODEL || "command-r"`."""
    for one in (value, *(value.kids if value is not None and value.op == "either" else ())):
        if one is not None and one.op == "str":
            yield one
