"""Requests to Generate over HTTP without an SDK, and to Chat with what it does not take."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property

from audits.engine.catalogue.endpoints import (
    CHAT_ADDRESS,
    COHERE_ADDRESS,
    NAMES_COHERE,
    OTHER_VENDORS,
    TELLING_KEYS,
)
from audits.engine.facts import Argument, CallSite, Confidence, Kind, Language, Platform
from audits.engine.languages.chats import wrong_request
from audits.engine.languages.finder import Finder
from audits.engine.languages.flows import CHAIN_SENDS, SENDS, Flows, called, printed, reads_only, verb_of
from audits.engine.languages.hosts import STANDS_IN, Hosts
from audits.engine.languages.program import HOLE, Expr
from audits.engine.languages.texts import resolves

_PATH = re.compile(r"(?:.*\0)?/{0,2}(?:v\d/)?generate/?(?:\?.*)?", re.DOTALL)
_API = re.compile(r"(?:https?://)?api\.cohere\.(?:ai|com)(?:/v\d)?/?")
_NODE = frozenset({"hostname", "host"})
_TAG = 400
# An element's attribute that shows or opens an address.
_LINK = re.compile(r"<[A-Za-z][\w.]*(?:\s[^<>]*)?\s(?:href|link|to|cite)\s*=\s*\{?\s*$")
_SENT = "Its address is Generate's."
_TAKEN = "It is given Generate's address, and a function that makes Generate's body."


class Requests(Finder):
    """Finds the requests of one file."""

    def sites(self) -> Iterator[CallSite]:
        """All of them; a call that several texts lead to comes once. The inside of an SDK holds none."""
        if self.maker.language is Language.RUBY and any(
            self.program.path_of(scope) == "Cohere.Client" for scope in range(len(self.program.scopes))
        ):
            return
        found: dict[int, CallSite] = {}
        for expr in list(self.program.exprs):
            if expr.op not in ("str", "concat", "call") and not resolves(expr):
                continue
            text = self._text(expr)
            if text and not self._is_part(expr):
                for key, site in self._of(expr, text):
                    if key not in found or found[key].confidence != Confidence.CONFIRMED:
                        found[key] = site
        yield from found.values()

    def chats(self) -> Iterator[tuple[str, int]]:
        """The requests to Chat, right or wrong: scope and line."""
        for expr in list(self.program.exprs):
            text = self._text(expr) if expr.op in ("str", "concat", "call") and "chat" in self.program.source else ""
            if text and CHAT_ADDRESS.fullmatch(text) and not self._is_part(expr) and not self._mocked(expr):
                for call in self._http().senders(expr):
                    if not reads_only(call):
                        yield self.program.path_of(call.scope)[:400], verb_of(call).line

    def _text(self, expr: Expr) -> str:
        if expr.op == "call" and expr.kids[0].text not in (
            "Sprintf",
            "format",
            "sprintf",
            "Format",
            "urljoin",
            "join",
            "JoinPath",
            # Dart's `Uri.https(host, path)`.
            "https",
        ):
            return ""
        texts = [text for text in self.evaluator.texts(expr) if "generate" in text or "chat" in text]
        return next((text for text in texts if COHERE_ADDRESS.fullmatch(text)), next(iter(texts), ""))

    def _is_part(self, expr: Expr) -> bool:
        """Is it a piece of a text that counts as a whole?"""
        outer = expr.parent
        while outer is not None and (outer.op in ("concat", "str", "call") or resolves(outer)):
            if outer.op == "call" and (outer.kids[0] is expr or not self._text(outer)):
                return False
            text = self._text(outer)
            if text and (COHERE_ADDRESS.fullmatch(text) or _PATH.fullmatch(text) or CHAT_ADDRESS.fullmatch(text)):
                return True
            outer = outer.parent
        return False

    def _of(self, expr: Expr, text: str) -> Iterator[tuple[int, CallSite]]:
        if COHERE_ADDRESS.fullmatch(text):
            yield from self._addressed(expr)
        elif CHAT_ADDRESS.fullmatch(text):
            yield from self._chatting(expr, text)
        elif _PATH.fullmatch(text):
            yield from self._by_path(expr, text)

    def _http(self) -> Flows:
        return Flows(self.program, lambda name: name in SENDS, lambda name: name in CHAIN_SENDS, helpers=True)

    def _addressed(self, expr: Expr) -> Iterator[tuple[int, CallSite]]:
        calls = self._http().senders(expr)
        for call in calls:
            if not reads_only(call):
                sure = self._direct(expr) and len(set(self.evaluator.texts(expr))) == 1
                yield id(call), self._sent(call, Confidence.CONFIRMED if sure else Confidence.LIKELY)
        made = self._built(expr) if not calls else None
        taker = self._given_builder(expr) if not calls and made is None else None
        if made is not None:
            yield id(made), self._sent(made, Confidence.LIKELY)
        elif taker is not None:
            call, arguments = taker
            yield id(call), self.maker.site(
                call.kids[0], call, Kind.RAW_HTTP, _TAKEN, method=None, confidence=Confidence.LIKELY,
                arguments=arguments,
            )  # fmt: skip
        elif not calls and self._kept(expr):
            kind, why = Kind.RAW_HTTP, "Generate's address is written here; the file does not show what sends to it."
            if self._mocked(expr):
                kind, why = Kind.MENTION, "A test answers for Generate's address."
            elif _LINK.search(self.program.source[max(0, expr.start - _TAG) : expr.start]):
                kind, why = Kind.MENTION, "A page links to Generate's address."
            yield id(expr), self.maker.site(expr, None, kind, why, method=None, confidence=Confidence.POSSIBLE)

    def _built(self, expr: Expr) -> Expr | None:
        """The call that ends the building of a request which another function sends."""
        at: Expr | None = expr
        while at is not None and at.op in ("str", "concat", "name", "call", "attr", "other"):
            if at.op == "call" and called(at) == "build" and len(at.kids) == 1:
                return at
            at = at.parent
        return None

    def _given_builder(self, expr: Expr) -> tuple[Expr, tuple[Argument, ...]] | None:
        """A call of a function from elsewhere that is given the address and a function which makes Generate's body."""
        uses = [use for row in self.program.given.get(id(expr), ()) for use in self.program.uses_of(row)]
        for use in (expr, *uses):
            call = use.parent
            if call is None or call.op != "call" or call.kids[0] is use:
                continue
            for kid in call.kids[1:]:
                arguments = self.bodies.of_builder(kid) if kid is not use else ()
                if arguments:
                    return call, arguments
        return None

    def _chatting(self, expr: Expr, text: str) -> Iterator[tuple[int, CallSite]]:
        """A request to Chat that still speaks Generate, or names a model that is gone."""
        if self._beside_generate(expr):
            return
        for call in self._http().senders(expr):
            told = wrong_request(text.replace(HOLE, "…"), self.bodies.of_request(call))
            if told is not None and not self._mocked(expr) and not reads_only(call):
                kind, why, arguments = told
                sure = Confidence.CONFIRMED if self._direct(expr) else Confidence.LIKELY
                yield (
                    id(call),
                    self.maker.site(verb_of(call), call, kind, why, method=None, confidence=sure, arguments=arguments),
                )

    def _beside_generate(self, expr: Expr) -> bool:
        """Is it one of two addresses, the other of which is Generate's? The body is then that of either."""
        rows = [row for one in (expr, expr.parent) if one is not None for row in self.program.given.get(id(one), ())]
        others = (
            row.value
            for mine in rows
            for row in self.program.placed.get((mine.name, mine.scope), ())
            if row.value is not None
        )
        if any(COHERE_ADDRESS.fullmatch(self.evaluator.text(other)) for other in others):
            return True
        outer = expr.parent
        while outer is not None and outer.op in ("either", "other") and not self.program.given.get(id(expr)):
            if any(COHERE_ADDRESS.fullmatch(self.evaluator.text(kid)) for kid in outer.kids if kid is not expr):
                return True
            outer = outer.parent
        return False

    def _kept(self, expr: Expr) -> bool:
        """Is the address kept for others: in a name, a table, a result, or given to a mock?"""
        outer = expr.parent
        if self.program.given.get(id(expr)) or self._mocked(expr):
            return True
        if outer is not None and outer.op == "list" and any(map(self._elsewhere, outer.kids)):
            # A list of several hosts' addresses says where one may go, or may not.
            return False
        while outer is not None and (outer.op in ("other", "list", "either", "concat") or _reads_setting(outer)):
            if self.program.given.get(id(outer)):
                return True
            outer = outer.parent
        # What is printed is kept for nobody.
        return outer is not None and outer.op in ("dict", "fn") and not printed(outer)

    def _elsewhere(self, expr: Expr) -> bool:
        """Is it an address of another host?"""
        return expr.op == "str" and expr.text.startswith("http") and "cohere" not in expr.text

    def _mocked(self, expr: Expr) -> bool:
        outer = expr.parent
        return (
            outer is not None
            and outer.op == "call"
            and bool(STANDS_IN.search(self.maker.brief(outer.kids[0]).partition("(")[0]))
        )

    def _direct(self, expr: Expr) -> bool:
        """Is it the only address that its place may hold? A table of many vendors' is dispatch."""
        outer = expr.parent
        table = outer.parent if outer is not None and outer.op == "dict" else None
        return not (table is not None and table.op in ("dict", "list") and len(table.kids) > 1)

    def _sent(self, call: Expr, confidence: Confidence) -> CallSite:
        # Many addresses may lead to one call, where a script uses a name again and again.
        if id(call) not in self._told:
            arguments = self.bodies.of_sent(call)
            self._told[id(call)] = self.maker.site(
                verb_of(call), call, Kind.RAW_HTTP, _SENT, method=None, arguments=arguments
            )
        return replace(self._told[id(call)], confidence=confidence)

    @cached_property
    def _told(self) -> dict[int, CallSite]:
        return {}

    def _by_path(self, expr: Expr, text: str) -> Iterator[tuple[int, CallSite]]:
        """`client.post("/v1/generate", …)`: a path, on a host that stands elsewhere."""
        calls = self._http().senders(expr)
        if not calls and self._beside_host(expr):
            why = "Generate's path stands beside Cohere's address; the file does not show what sends to it."
            yield id(expr), self.maker.site(expr, None, Kind.RAW_HTTP, why, method=None, confidence=Confidence.POSSIBLE)
        for call in calls:
            if reads_only(call) or self._mocked(expr) or self._hosts.serves(call):
                continue
            if self._hosts.holds(call) or (self._is_node(expr) and self._beside_host(expr)):
                yield id(call), self._sent(call, Confidence.CONFIRMED)
                continue
            arguments = self.bodies.of_request(call)
            if self._fits(expr, call, text, arguments):
                yield (
                    id(call),
                    self.maker.site(
                        call.kids[0],
                        call,
                        Kind.RAW_HTTP,
                        "Its path and its body are those of Generate.",
                        method=None,
                        platform=Platform.COHERE,
                        confidence=Confidence.LIKELY,
                        arguments=arguments,
                    ),
                )

    def _is_node(self, expr: Expr) -> bool:
        """`{ hostname: "api.cohere.ai", path: "/v1/generate" }`: does an object hold it as Node's `https` wants it?"""
        table = expr.parent
        return table is not None and table.op == "dict" and "path" in table.keys and not _NODE.isdisjoint(table.keys)

    def _beside_host(self, expr: Expr) -> bool:
        """`{ baseURL: "https://api.cohere.ai/v1", complete: "/generate" }`: is it an entry of such an object?"""
        table = expr.parent
        if table is None or table.op != "dict":
            return False
        if id(table) not in self._tables:
            self._tables[id(table)] = any(
                kid.op in ("str", "concat") and _API.fullmatch(self.evaluator.text(kid)) for kid in table.kids
            )
        return self._tables[id(table)]

    @cached_property
    def _tables(self) -> dict[int, bool]:
        """Of each object that has been asked for: does it hold Cohere's address?"""
        return {}

    @cached_property
    def _hosts(self) -> Hosts:
        return Hosts(self.program, self.evaluator)

    def _fits(self, expr: Expr, call: Expr, text: str, arguments: tuple[Argument, ...]) -> bool:
        names = {argument.name for argument in arguments}
        around = f"{self.program.path_of(call.scope)} {self.program.written(expr)} {self.maker.brief(call)}"
        if OTHER_VENDORS.search(around):
            return False
        named = NAMES_COHERE.search(around) or any(
            NAMES_COHERE.search(self.program.written(hole)) for hole in expr.kids
        )
        return bool(names & TELLING_KEYS and "prompt" in names and NAMES_COHERE.search(self.program.source)) or bool(
            named and ("prompt" in names or HOLE in text or call.kids[0].text == "POST")
        )


def _reads_setting(call: Expr) -> bool:
    """`env("NAME", "…")`: what stands in where nothing is set."""
    return call.op == "call" and call.kids[0].text in ("env", "getenv", "Getenv") and len(call.kids) == 3
