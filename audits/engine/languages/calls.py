"""Calls of Generate through an SDK, and classes of other libraries that call it."""

import re
from collections.abc import Iterator
from dataclasses import replace

from audits.engine.catalogue.endpoints import NAMES_COHERE
from audits.engine.facts import Argument, CallSite, Confidence
from audits.engine.languages.evaluate import Value
from audits.engine.languages.libraries import Libraries
from audits.engine.languages.methods import call_behind, called_by_name, hidden, method_of, with_bound
from audits.engine.languages.program import Expr, Program
from audits.engine.languages.sdks import CALLS, REQUESTS, sdk_of

_CLIENT_NAME = re.compile(
    r"_*(?:co|(?:\w*_)?cohere(?:_?(?:ai|api|client|sdk|v2|instance))*|\w*cohere_?client)_*", re.IGNORECASE
)
_GIVES_CLIENT = re.compile(
    r"(?:\w*cohere\w*(?:client|sdk|instance)?|(?:get|create|make|use|init)_?(?:co|cohere)\w*)$", re.IGNORECASE
)
_NO_CLIENT = re.compile(
    r"service|provider|wrapper|agent|adapter|handler|manager|model|llm|chat|createcohere", re.IGNORECASE
)
_TELLING = frozenset(
    {"num_generations", "return_likelihoods", "end_sequences", "truncate", "logit_bias", "preset", "stop_sequences"}
)
# Names of parameters that no other vendor's `generate` has.
_ALONE = frozenset({"preset", "num_generations", "return_likelihoods"})
_OTHERS = frozenset({"messages", "system", "schema", "tools", "input", "history", "system_prompt"})
_FITTING = frozenset({"max_tokens", "temperature", "k", "p", "model"})


class Calls(Libraries):
    """Finds the calls of one file."""

    def sites(self) -> Iterator[CallSite]:
        """All of them, in the order of the file."""
        for expr in list(self.program.exprs):
            if expr.op == "attr" and expr.text in CALLS:
                yield from self._method(expr)
            elif expr.op in ("call", "new"):
                yield from self._plain(expr)
                yield from self.of_library(expr)
        yield from self.heirs()

    def _method(self, attr: Expr) -> Iterator[CallSite]:
        call = attr.parent if attr.parent is not None and attr.parent.op == "call" else None
        if call is not None and call.kids[0] is not attr:
            call = None
        if call is None and called_by_name(self.program, attr):
            return
        value = self.evaluator.value(attr.kids[0])
        if value is not None and value.library is None and self._is_client(value):
            site = self._made(attr, call, attr.text, value)
            yield site if call is not None else replace(site, arguments=self._handed(attr))
        elif value is None:
            guessed = list(self._guessed(attr, call)) if call is not None else []
            if self.evaluator.is_lost and not guessed:
                self.program.lost.append(attr.line)
            yield from guessed

    def _is_client(self, value: Value) -> bool:
        return value.kind == "client" or (value.kind == "module" and value.sdk is not None and value.sdk.singleton)

    def _plain(self, call: Expr) -> Iterator[CallSite]:
        """`const { generate } = cohere; generate({…})`."""
        fn = call.kids[0] if call.kids and call.op == "call" else None
        method = method_of(self.program, fn) if fn is not None else None
        value = self.evaluator.value(method.kids[0]) if method is not None else None
        if method is not None and value is None and self.evaluator.is_lost:
            self.program.lost.append(call.line)
        if fn is not None and method is not None and value is not None and self._is_client(value):
            yield self._made(fn, with_bound(method, call), method.text, value)
        for row in self.program.visible(fn.text, fn.scope) if fn is not None and fn.op == "name" else ():
            module, _, item = row.module.rpartition(":")
            sdk = sdk_of(module, self.maker.language) if item in CALLS else None
            if fn is not None and sdk is not None and sdk.singleton and not hidden(self.program, fn, row.scope):
                yield self._made(fn, call, item, Value("module", module, sdk=sdk))

    def _made(self, place: Expr, call: Expr | None, method: str, value: Value) -> CallSite:
        name = value.name if value.kind == "client" else f"{value.name} (the module)"
        why = f"`{self.maker.brief(place)}` is called on {name}" + (
            ", which this file makes."
            if value.made
            else ", which this file imports."
            if value.kind == "module"
            else ", as this file declares."
        )
        return self.maker.site(
            place,
            call,
            CALLS[method],
            why,
            method=method,
            client=value.name,
            platform=value.platform,
            steps=value.steps,
            arguments=self.bodies.of_call(call) if call is not None else (),
        )

    def _handed(self, attr: Expr) -> tuple[Argument, ...]:
        """What follows a method that is handed on: `retry(options, co.generate.bind(co), { prompt })`."""
        call = call_behind(attr)
        found = self.bodies.of_call(call) if call is not None else ()
        return found if any(one.name == "prompt" for one in found) else ()

    # Where the receiver is not known

    def _guessed(self, attr: Expr, call: Expr) -> Iterator[CallSite]:
        request = self._request(call)
        if request:
            yield self.maker.site(
                attr,
                call,
                CALLS[attr.text],
                f"It is given a {request} of Cohere's SDK.",
                method=attr.text,
                confidence=Confidence.LIKELY,
                arguments=self.bodies.of_call(call),
                steps=((request, call.line),),
            )
            return
        arguments = self.bodies.of_call(call)
        names = {argument.name for argument in arguments}
        level = self._level(attr.kids[0], names)
        if level is not None and not names & _OTHERS:
            why = f"`{self.maker.brief(attr.kids[0])}` is a client of Cohere's by its name and by what it is given."
            yield self.maker.site(
                attr, call, CALLS[attr.text], why, method=attr.text, confidence=level, arguments=arguments
            )

    def _request(self, call: Expr) -> str:
        """The class of an SDK whose object the call is given, "" where there is none."""
        queue, steps = list(call.kids[1:]), 0
        while queue and steps < 60:
            expr, steps = queue.pop(0), steps + 1
            name = expr.text if expr.op in ("name", "attr") else ""
            if name in REQUESTS and self._from_sdk(expr):
                return name
            queue += expr.kids
            if expr.op == "name":
                rows = self.program.visible(expr.text, expr.scope)
                queue += [row.value for row in rows if row.value is not None]
                if any(self._typed_request(row.type) for row in rows):
                    return next(name for name in REQUESTS if any(name in row.type for row in rows))
        return ""

    def _typed_request(self, text: str) -> bool:
        words = re.findall(r"\w+", text)
        if not words or words[-1] not in REQUESTS:
            return False
        rows = self.program.visible(words[0], 0)
        return any(sdk_of(row.module.rpartition(":")[0], self.evaluator.language) for row in rows if row.module)

    def _from_sdk(self, expr: Expr) -> bool:
        base = expr.kids[0] if expr.op == "attr" else expr
        rows = self.program.visible(base.text, expr.scope) if base.op == "name" else []
        modules = [row.module.rpartition(":")[0] for row in rows if row.module] or (
            self.program.namespaces if not rows else []
        )
        return any(sdk_of(module, self.evaluator.language) for module in modules)

    def _level(self, receiver: Expr, names: set[str | None]) -> Confidence | None:
        # The gate lets no file through that nowhere says Cohere.
        if not NAMES_COHERE.search(self.program.source):
            return None
        name = receiver.text if receiver.op in ("name", "attr") else ""
        if receiver.op == "call" and receiver.kids:
            name = receiver.kids[0].text
            if not _GIVES_CLIENT.fullmatch(name) or _NO_CLIENT.search(name):
                return None
            return Confidence.LIKELY if "prompt" in names else None
        rows = self.program.visible(name if receiver.op == "name" else f".{name}", receiver.scope)
        names_it = [name, *(row.module.rpartition(":")[2] for row in rows if row.module)]
        if not any(_CLIENT_NAME.fullmatch(one) for one in names_it) or not may_be_client(self.program, receiver):
            return None
        if "prompt" not in names and not names & _ALONE and not any((one or "").startswith("*") for one in names):
            return None
        if names & _TELLING or names & _FITTING or rows:
            return Confidence.LIKELY
        return Confidence.POSSIBLE


def may_be_client(program: Program, receiver: Expr) -> bool:
    """Does nothing that the file says of a name or a member speak against a client of Cohere's?"""
    name = receiver.text if receiver.op == "name" else f".{receiver.text}"
    return all(_may_be(row.value, row.module, row.type) for row in program.visible(name, receiver.scope))


def _may_be(value: Expr | None, module: str, typed: str) -> bool:
    if typed and re.search(r"[Cc]ohere", typed) and _NO_CLIENT.search(typed):
        return False
    path = module.rpartition(":")[0] or _loaded(value)
    if path:
        # Of the project's own modules the folders tell, too: `../providers/cohere`.
        named = path if path.startswith(".") else path.rpartition("/")[2]
        return not _NO_CLIENT.search(named) and not re.search(r"@ai-sdk|genkit|langchain|llamaindex", path)
    if value is None:
        return True
    if value.op in ("call", "new") and value.kids:
        name = value.kids[0].text
        return value.op == "call" and bool(_GIVES_CLIENT.fullmatch(name)) and not _NO_CLIENT.search(name)
    return value.op in ("const", "name", "attr", "either", "other")


def _loaded(value: Expr | None) -> str:
    """The module of `require("…")`, or of a member of it."""
    while value is not None and value.op in ("attr", "other") and value.kids:
        value = value.kids[0]
    if value is None or value.op != "call" or len(value.kids) != 2 or value.kids[0].text not in ("require", "import"):
        return ""
    return value.kids[1].text if value.kids[1].op == "str" else ""
