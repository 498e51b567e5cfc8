"""The requests for whose addresses other files keep a piece, or all."""

import re
from collections.abc import Iterator
from functools import cached_property
from itertools import islice

from audits.engine.catalogue.endpoints import GENERATE_PATH
from audits.engine.facts import Argument, CallSite, Confidence, Kind, Language
from audits.engine.handing import Part, Sent
from audits.engine.languages.flows import CHAIN_SENDS, SENDS, Flows, reads_only, verb_of
from audits.engine.languages.hosts import STANDS_IN
from audits.engine.languages.keeping import LANGUAGES, TAIL, Pieces, interface
from audits.engine.languages.marked import MARK
from audits.engine.languages.program import Expr
from audits.engine.languages.texts import FORMATS, resolves
from audits.engine.ways import CLASSES, HERE

_LIMIT, _MADE = 50, 8
_SPOKEN = re.compile(r"generate", re.IGNORECASE)
# Where interfaces are Retrofit's.
_INTERFACES = frozenset({Language.JAVA, Language.KOTLIN})
# Names and members of names.
_PLAIN = re.compile(r"[\w$@.:>?\\-]+")
# A class, or an object of which nothing but its class is known.
_CLASS = re.compile(r"[A-Z]\w*[a-z]\w*(?:\(\))?")
_ADDRESS = re.compile(r"url|uri|endpoint|address|api|cohere|generat", re.IGNORECASE)
_WHOLE = "Its address is Generate's, which another file keeps."
_PIECES = "Its address is Generate's; a piece of it stands elsewhere."


class Joining(Pieces):
    """Looks at what one file sends."""

    @cached_property
    def _looked(self) -> set[int]:
        """The calls whose objects have been looked at."""
        return set()

    def sent(self) -> Iterator[Sent]:
        """The requests whose address, or the beginning of it, stands in another file."""
        if self.evaluator.language in LANGUAGES and (
            "rompt" in self.program.source or "enerate" in self.program.source
        ):
            found: dict[tuple[object, ...], Sent] = {}
            for request in self._sent():
                found.setdefault((request.site.span.line, request.site.span.column, request.parts), request)
                if len(found) == _LIMIT:
                    break
            yield from found.values()

    def _sent(self) -> Iterator[Sent]:
        for expr in list(self.program.exprs):
            if expr.op in ("str", "concat") or resolves(expr) or (expr.op == "call" and expr.kids[0].text in FORMATS):
                yield from self._by_text(expr)
            elif expr.op in ("name", "attr") and self._may_be_one(expr):
                mark = self.marked.mark(expr)
                yield from self._requests(expr, [mark] if mark else [], whole=True)

    def _may_be_one(self, expr: Expr) -> bool:
        """Is it called as addresses are, and no piece of another one?"""
        outer = expr.parent
        if outer is not None and (outer.op in ("str", "concat") or (outer.op == "attr" and outer.kids[0] is expr)):
            return False
        named = _ADDRESS.search(expr.text) or (expr.op == "attr" and _ADDRESS.search(expr.kids[0].text))
        return bool(named) and _PLAIN.fullmatch(self.program.written(expr)) is not None

    def _by_text(self, expr: Expr) -> Iterator[Sent]:
        """`${API}/generate`, `API + GENERATE`, and a path alone."""
        outer = expr.parent
        if (outer is not None and outer.op in ("str", "concat")) or not _SPOKEN.search(self.program.written(expr)):
            return
        yield from self._by_path(expr)
        texts = [text for text in self.texts(expr) if MARK.search(text)]
        tails = [text for text in texts if TAIL.fullmatch(MARK.split(text)[-1])]
        if tails:
            yield from self._requests(expr, tails, whole=False)
        else:
            yield from self._requests(expr, [text for text in texts if not MARK.sub("", text).strip("/")], whole=True)

    def _requests(self, expr: Expr, texts: list[str], *, whole: bool) -> Iterator[Sent]:
        """The calls that send to an address; `whole`: all of it stands elsewhere, so the body must be Generate's."""
        flows = Flows(self.program, lambda name: name in SENDS, lambda name: name in CHAIN_SENDS, helpers=not whole)
        for call in flows.senders(expr) if texts else ():
            arguments = self.bodies.of_request(call) if whole else self.bodies.of_sent(call)
            asks = not whole or any(one.name == "prompt" for one in arguments)
            if asks and not reads_only(call) and not self._stands_in(call):
                several = len(set(self.texts(expr))) > 1
                site = self._site(call, arguments, _WHOLE if whole else _PIECES)
                yield Sent(site, self.marked.parts(texts[0]), several)

    def _stands_in(self, call: Expr) -> bool:
        """Is it a test's stand-in for a server?"""
        return STANDS_IN.search(self.maker.brief(call).partition("(")[0]) is not None

    def _site(self, call: Expr, arguments: tuple[Argument, ...], why: str = _PIECES) -> CallSite:
        return self.maker.site(
            verb_of(call), call, Kind.RAW_HTTP, why, method=None, confidence=Confidence.CONFIRMED, arguments=arguments
        )

    def _by_path(self, expr: Expr) -> Iterator[Sent]:
        """`http.post("/generate", …)`, where `http` or what it was made with stands elsewhere."""
        text = self.evaluator.text(expr)
        if not GENERATE_PATH.fullmatch(text):
            return
        flows = Flows(self.program, lambda name: name in SENDS, lambda name: name in CHAIN_SENDS, helpers=True)
        for call in flows.senders(expr):
            # Where each is made of the one before, to look at all of them would never end.
            if len(self._looked) == _LIMIT and id(call) not in self._looked:
                return
            self._looked.add(id(call))
            if reads_only(call) or self.hosts.serves(call) or self._stands_in(call):
                continue
            if call.kids[0].op == "name" and self.evaluator.language in _INTERFACES:
                yield from self._of_interface(call, text)
            pieces = [mark for one in islice(self.hosts.made_of(call), _LIMIT) for mark in self._pieces(one)]
            for base in islice(dict.fromkeys([self.marked.mark(call.kids[0]), *pieces]), _MADE):
                if not base:
                    continue
                yield Sent(self._site(call, self.bodies.of_sent(call)), self.marked.parts(f"{base}/{text}"))

    def _of_interface(self, call: Expr, text: str) -> Iterator[Sent]:
        """Retrofit's `@POST("generate")`, whose base is told where an object of the interface is made."""
        way = interface(self.marked.space, self.program.scopes[self.program.owner(call.scope)].name)
        for module in (HERE, CLASSES):
            yield Sent(self._site(call, self.bodies.of_sent(call)), (Part("", module, (way,)), Part(f"/{text}")))

    def _pieces(self, expr: Expr) -> Iterator[str]:
        """The text of an expression of which a piece stands in another file."""
        outer = expr.parent
        if expr.op not in ("name", "attr", "str", "concat") or (outer is not None and outer.op == "concat"):
            return
        if outer is not None and outer.op in ("call", "new") and outer.kids[0] is expr:
            return
        if outer is not None and outer.op == "attr" and (outer.parent is None or outer.parent.op != "call"):
            # A member of it counts; but not a method.
            return
        for text in self.texts(expr):
            ways = [way for part in self.marked.parts(text) for way in part.ways]
            if ways and not _CLASS.fullmatch(ways[-1]):
                yield text
