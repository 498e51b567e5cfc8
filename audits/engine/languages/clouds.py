"""Generate on Bedrock, SageMaker and OCI, through the clouds' own clients."""

import re
from collections.abc import Iterator
from functools import cached_property
from itertools import islice

from audits.engine.catalogue import dead_model
from audits.engine.catalogue.endpoints import BEDROCK_MODEL, NAMES_COHERE, TELLING_KEYS
from audits.engine.facts import Argument, CallSite, Confidence, Kind, Platform
from audits.engine.languages.finder import Finder
from audits.engine.languages.flows import Flows
from audits.engine.languages.program import HOLE, Expr

_INVOKES = re.compile(r"invoke_?model(?:_?with_?response_?stream)?(?:with)?$")
_CONVERSES = re.compile(r"(?:invoke_?model|converse)\w*$")
_ENDPOINTS = re.compile(r"invoke_?endpoint(?:_?with_?response_?stream|_?async)*(?:command|request|input)?$", re.I)
# What Bedrock's request says beside the body of the model.
_AROUND = frozenset({"model_id", "body", "accept", "content_type", "trace"})
_OCI_REQUEST = "CohereLlmInferenceRequest"
# The TypeScript SDK passes plain objects, whose kind is a word in them.
_OCI_SDK = re.compile(r"oci-(?:generativeaiinference|sdk)")
_OCI_OBJECT = re.compile(r"runtimeType\W{1,6}(?:\w+\.)*[\"']?COHERE\b", re.I)
_OCI_CALLS = frozenset({"generateText", "GenerateText", "generate_text"})
# How many requests of a file are looked at, and how many values of a builder's name.
_REQUESTS, _BINDINGS = 60, 20


class Clouds(Finder):
    """Finds the calls of one file."""

    def sites(self) -> Iterator[CallSite]:
        """All of them; a call that several texts lead to comes once."""
        found: dict[int, CallSite] = {}
        for expr in list(self.program.exprs) if "cohere.command" in self.program.source.lower() else ():
            text = self.evaluator.text(expr) if expr.op in ("str", "concat") else ""
            if BEDROCK_MODEL.fullmatch(text):
                rows = self._cloud(expr, Kind.BEDROCK, _INVOKES, "It invokes a Command model on Bedrock.")
            elif text.count("cohere.command") == 1 and _is_gone(text):
                rows = self._cloud(expr, Kind.DEAD_MODEL, _CONVERSES, f"{text} no longer answers on Bedrock.")
            else:
                continue
            for key, site in rows:
                found.setdefault(key, site)
        yield from found.values()
        yield from self._endpoints()
        yield from self._oci()

    def _cloud(self, expr: Expr, kind: Kind, sends: re.Pattern[str], why: str) -> Iterator[tuple[int, CallSite]]:
        flows = Flows(
            self.program,
            lambda name: bool(sends.match(name)) or name == "send",
            lambda name: name == "send",
            helpers=False,
        )
        for call in flows.senders(expr):
            if call.kids[0].text == "send" and not re.search(r"(?i)invoke|converse", self._reached(call)):
                continue
            arguments = self.bodies.of_request(call)
            model = Argument("model_id", f'"{self.evaluator.text(expr)}"', None, True, self.evaluator.text(expr))
            rest = tuple(one for one in arguments if kind is Kind.BEDROCK and one.name not in _AROUND)
            yield (
                id(call),
                self.maker.site(
                    call.kids[0],
                    call,
                    kind,
                    why,
                    method=call.kids[0].text,
                    platform=Platform.BEDROCK,
                    arguments=(model, *rest),
                ),
            )

    def _reached(self, call: Expr) -> str:
        """The text of what a call is given, names unfolded once."""
        parts = [self.program.written(call.kids[0])]
        for kid in call.kids[1:]:
            parts.append(self.program.written(kid))
            if kid.op == "name":
                rows = self.program.visible(kid.text, kid.scope)
                parts += [self.program.written(row.value) for row in rows if row.value is not None]
        return " ".join(parts)

    def _oci(self) -> Iterator[CallSite]:
        """`client.generateText(…)` in a file that makes Cohere's request of OCI's."""
        source = self.program.source
        if _OCI_REQUEST not in source and not (_OCI_SDK.search(source) and _OCI_OBJECT.search(source)):
            return
        for expr in list(self.program.exprs):
            if expr.op == "call" and expr.kids[0].text in _OCI_CALLS:
                yield self.maker.site(
                    expr.kids[0],
                    expr,
                    Kind.OCI,
                    f"It sends a {_OCI_REQUEST} to Oracle's Generate.",
                    method=expr.kids[0].text,
                    platform=Platform.OCI,
                    arguments=self._inference,
                )

    @cached_property
    def _inference(self) -> tuple[Argument, ...]:
        """What the file's request to OCI passes: of several the one that passes most."""
        best: dict[str, Argument] = {}
        for expr in self.program.exprs:
            if expr.op == "dict" and {"prompt", "runtimeType"} <= set(expr.keys):
                rows: dict[str, Argument] = {}
                self.bodies.entries(expr, rows, 0)
                return tuple(one for one in rows.values() if one.name != "runtime_type")
        made = (one for one in self.program.exprs if one.op in ("call", "new", "dict") and self._is_inference(one))
        for expr in islice(made, _REQUESTS):
            found = {one.name or "": one for one in self.bodies.of_call(expr)}
            if "prompt" not in found:
                # A builder that is not built yet: the longest of its chain.
                self.bodies.opened(expr, found := {})
            best = found if "prompt" in found and len(found) > len(best) else best
        return tuple(best.values())

    def _is_inference(self, expr: Expr) -> bool:
        """Is it OCI's request in the making, or the end of a builder of one?"""
        ends = expr.op == "call" and expr.kids[0].text == "build"
        bases = [kid for kid in expr.kids[0].kids if kid.op == "name"] if ends else []
        rows = [row for base in bases for row in self.program.visible(base.text, base.scope)[:_BINDINGS]]
        values = [expr, *(row.value for row in rows if row.value is not None)]
        return any(_OCI_REQUEST in self.program.written(one) for one in values)

    def _endpoints(self) -> Iterator[CallSite]:
        """An endpoint of SageMaker's that is sent a prompt, where the body or a name says that it is Cohere's."""
        if not NAMES_COHERE.search(self.program.source):
            return
        for expr in list(self.program.exprs):
            name = expr.kids[0].text if expr.op in ("call", "new") and expr.kids else ""
            if not name or not _ENDPOINTS.fullmatch(name) or (expr.op == "call" and len(expr.kids) < 2):
                continue
            arguments = self.bodies.of_request(expr)
            names = {one.name for one in arguments}
            around = f"{self.program.path_of(expr.scope)} {self._reached(expr)}"
            if "prompt" in names and (names & TELLING_KEYS or NAMES_COHERE.search(around)):
                yield self.maker.site(
                    expr.kids[0],
                    expr,
                    Kind.SAGEMAKER,
                    "An endpoint of SageMaker's is sent a body of Generate's.",
                    method=name,
                    platform=Platform.SAGEMAKER,
                    confidence=Confidence.LIKELY,
                    arguments=arguments,
                )


def _is_gone(text: str) -> bool:
    gone = dead_model(text) if HOLE not in text else None
    return gone is not None and gone.platform is Platform.BEDROCK
