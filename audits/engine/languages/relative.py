"""Paths of Generate that a caller gives to a function of the file, which puts them behind Cohere's address."""

import re
from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from audits.engine.catalogue.endpoints import COHERE_ADDRESS
from audits.engine.facts import CallSite, Confidence, Kind
from audits.engine.handing import is_nothing, says_read
from audits.engine.languages.callers import Callers
from audits.engine.languages.finder import Finder
from audits.engine.languages.flows import CHAIN_SENDS, SENDS, Flows, called, reads_only
from audits.engine.languages.origins import Origin, Origins
from audits.engine.languages.program import HOLE, Expr
from audits.engine.languages.replaced import Base, Replaced, end_of
from audits.engine.languages.texts import FORMATS

# Cohere's host, a version or what stands for one, and at last what is not known.
_OPEN = re.compile(rf"(?:https?://)?api\.cohere\.(?:ai|com)(?:/+(?:v\d|{HOLE}))?/*{HOLE}")
_FORMATS = FORMATS | {"String"}
_LEVELS = tuple(Confidence)
# What reads from an address where it is told nothing else.
_READERS = frozenset({"fetch", "$fetch", "ofetch", "axios", "got", "ky"})
# So many functions may stand between the caller that names the path and the request.
_RELAYS = 3
# So many helpers of a file are asked for their callers.
_ASKED = 50


class Posting(NamedTuple):
    """A parameter that is a path, what it is put behind, the call that sends, and the parameters that are its body."""

    origin: Origin
    address: str
    base: Base
    call: Expr
    body: tuple[Origin, ...]


class Relative(Finder):
    """Finds the calls that say which of Cohere's endpoints a helper of the file is to post to."""

    @cached_property
    def _replaced(self) -> Replaced:
        return Replaced(self.program, self.evaluator)

    def sites(self) -> Iterator[CallSite]:
        """The calls whose path is Generate's; a helper that only reads is asked for none."""
        origins = Origins(self.program)
        asked = {(one.origin, one.address, one.base): one for one in self.helpers()}
        for helper in islice(asked.values(), _ASKED):
            yield from self._asked(helper, origins)

    def helpers(self) -> Iterator[Posting]:
        """The functions that are given the path to which they post."""
        if "cohere." not in self.program.source:
            return
        origins = Origins(self.program)
        for expr in list(self.program.exprs):
            text = self._opened(expr)
            calls = [call for call in self._http().senders(expr) if not self._reads(call)] if text else []
            for origin in origins.of(end_of(expr)) if calls else ():
                body = tuple(self._body(calls[0], origin.scope))
                yield Posting(origin, text.removesuffix(HOLE), self._replaced.of(expr), calls[0], body)

    def _body(self, call: Expr, scope: int) -> Iterator[Origin]:
        """The parameters of a function that are the body of its request."""
        whole = self.bodies.whole(call)
        yield from (one for one in Origins(self.program).of(whole) if one.scope == scope) if whole is not None else ()

    def _reads(self, call: Expr) -> bool:
        """Does a request send no body?"""
        if reads_only(call) or self._says_read(call):
            return True
        if called(call) not in _READERS or not call.kids[1:] or not _OPEN.fullmatch(self.evaluator.text(call.kids[1])):
            return False
        options = call.kids[2:]
        return not options or (options[0].op == "dict" and not {"method", "**", ""} & set(options[0].keys))

    def _says_read(self, call: Expr) -> bool:
        return any(says_read(self.program.written(kid)) for kid in call.kids[1:])

    def _http(self) -> Flows:
        return Flows(self.program, lambda name: name in SENDS, lambda name: name in CHAIN_SENDS, helpers=True)

    def _opened(self, expr: Expr) -> str:
        """The address that an expression makes, if its end is all that is not known of it; else ""."""
        makes = expr.op in ("str", "concat") or (expr.op == "call" and expr.kids[0].text in _FORMATS)
        outer = expr.parent
        if not makes or not expr.kids or (outer is not None and outer.op == "concat"):
            return ""
        return next((text for text in self.evaluator.texts(expr) if _OPEN.fullmatch(text)), "")

    def _asked(self, helper: Posting, origins: Origins) -> Iterator[CallSite]:
        """The calls that give the helper, or what hands on to it, Generate's path."""
        callers, first = Callers(self.program, self.maker.language), helper.origin
        queue, seen = [(first, 0, 0)], {first}
        while queue:
            origin, depth, above = queue.pop(0)
            for call, doubt in callers.of(origin.scope):
                given = self._replaced.given(call, origin)
                replaced = self._replaced.doubt(helper.base, first.scope, call) if origin is first else above
                if given is None or replaced is None or not self._sends(call, given, helper, origin):
                    continue
                if any(COHERE_ADDRESS.fullmatch(helper.address + text) for text in self.evaluator.texts(given)):
                    yield self._site(call, _LEVELS[max(doubt, replaced)], origin)
                    continue
                further = [one for one in origins.of(given) if one not in seen and depth < _RELAYS]
                seen.update(further)
                queue += [(one, depth + 1, replaced) for one in further]

    def _sends(self, call: Expr, path: Expr, helper: Posting, origin: Origin) -> bool:
        """Does a call give anything beside the path that may be a body?"""
        if self._says_read(call) or not (origin.key or call.kids[2:]):
            return False
        body = helper.body if origin == helper.origin else ()
        kids = [self._replaced.given(call, one) for one in body]
        told = [kid for kid in kids if kid is not None] or [kid for kid in call.kids[1:] if kid is not path]
        return bool(origin.key) or not all(is_nothing(self.program.written(kid)) for kid in told)

    def _site(self, call: Expr, confidence: Confidence, origin: Origin) -> CallSite:
        name, line = self.program.scopes[origin.scope].name, self.program.functions[origin.scope].line
        why = f"`{name}` (line {line}) puts the path that it is given behind Cohere's address, and posts to it."
        return self.maker.site(
            call.kids[0], call, Kind.RAW_HTTP, why, method=None, confidence=confidence,
            steps=((f"{name}() ← posts to the path", line),), arguments=self.bodies.of_request(call),
        )  # fmt: skip
