"""Methods that an annotation makes a request to Generate: clients of Feign, Spring, Micronaut, JAX-RS and Refit.

Retrofit's `@POST` takes no other form, and is found by its path alone.
"""

import re
from collections.abc import Iterator
from functools import cached_property

from audits.engine.catalogue.endpoints import NAMES_COHERE, OTHER_VENDORS
from audits.engine.facts import CallSite, Confidence, Kind, Language
from audits.engine.languages.finder import Finder
from audits.engine.languages.program import Expr

_LANGUAGES = frozenset({Language.JAVA, Language.KOTLIN, Language.CSHARP})
_PATH = re.compile(r"(?:(POST) )?/{0,2}(?:v\d/)?generate/?")
_BEFORE, _HEAD = 240, 1000
# What stands before the path: the annotation, or the attribute, and the name of its element.
_OPENS = re.compile(
    r"[@\[](\w+)\(\s{0,9}(?:(?:[^()@]{0,120},\s{0,9})?(?:value|path|uri|url)\s{0,9}=\s{0,9})?[\[{]?\s{0,9}$"
)
# The annotation of a client, without which the same one may make a server of a class; "" where it is a client's alone.
_CLIENTS = {
    "PostMapping": "FeignClient", "RequestMapping": "FeignClient", "Post": "Client", "Path": "RegisterRestClient",
    "PostExchange": "", "RequestLine": "",
}  # fmt: skip
# Annotations of paths alone, and what says that the method posts.
_POSTS = {"RequestMapping": re.compile(r"\bPOST\b"), "Path": re.compile(r"@POST\b")}
_COMMENT = re.compile(r'("(?:[^"\\\n]|\\.)*")|/\*.*?\*/|//[^\n]*', re.DOTALL)
_SERVES = re.compile(r"@\w*Controller\b")
_LITERAL = re.compile(r'"https?://([^"]*)')
_HOST = re.compile(r"\bapi\.cohere\.(?:ai|com)\b")
_WHY = "Its annotation makes the method a request to Generate's path, on a client of Cohere's."


class Declared(Finder):
    """Finds such methods in one file."""

    def sites(self) -> Iterator[CallSite]:
        """The annotations of methods that post to Generate's path."""
        if self.maker.language not in _LANGUAGES or "generate" not in self.program.source:
            return
        for expr in list(self.program.exprs):
            path = _PATH.fullmatch(expr.text) if expr.op == "str" else None
            opens = _OPENS.search(self.program.source[max(0, expr.start - _BEFORE) : expr.start]) if path else None
            if path and opens and opens[1] in _CLIENTS and self._is_client(expr, opens[1], posts=bool(path[1])):
                call = expr.parent if expr.parent is not None and expr.parent.op == "call" else None
                yield self.maker.site(
                    call.kids[0] if call is not None else expr, call, Kind.RAW_HTTP, _WHY, method=None,
                    confidence=Confidence.LIKELY, arguments=tuple(self.bodies.of_annotated(expr).values()),
                )  # fmt: skip

    def _is_client(self, expr: Expr, name: str, *, posts: bool) -> bool:
        """Is the class around a client of Cohere's, and does the method post?"""
        head = self._head(expr)
        if posts is not (name == "RequestLine") or _SERVES.search(head):
            return False
        if name in _POSTS and not _POSTS[name].search(self._annotations(expr)):
            return False
        if name == "Post" and self.maker.language is Language.CSHARP:
            return self._has_refit() and self._names(expr, head)
        return re.search(rf"@{_CLIENTS[name]}\b" if _CLIENTS[name] else "", head) is not None and self._names(
            expr, head
        )

    def _has_refit(self) -> bool:
        return "RestService" in self.program.uses or any(one.startswith("Refit") for one in self.program.namespaces)

    def _annotations(self, expr: Expr) -> str:
        """Those of the method to which one belongs."""
        at = expr
        while at.parent is not None and at.parent.op != "fn":
            at = at.parent
        return self._plain(at.start, at.stop) if at.parent is not None else ""

    def _head(self, expr: Expr) -> str:
        """What stands before the body of the class around."""
        owner = self.program.owner(expr.scope)
        at = expr
        while owner and at.parent is not None and owner in self.program.around(at.parent.scope):
            at = at.parent
        return self._plain(at.parent.start, at.start) if owner and at.parent is not None else ""

    def _plain(self, start: int, stop: int) -> str:
        """A piece of the file without its comments."""
        return _COMMENT.sub(r"\1", self.program.source[max(start, stop - _HEAD) : stop])

    @cached_property
    def _has_host(self) -> bool:
        return _HOST.search(self.program.source) is not None

    def _names(self, expr: Expr, head: str) -> bool:
        """Is the client Cohere's: by its own address, else by its name or by what the file says?"""
        own = _LITERAL.findall(head)
        if own:
            return any(map(_HOST.match, own))
        around = f"{head} {self.program.path_of(expr.scope)}"
        if NAMES_COHERE.search(around):
            return True
        return self._has_host and not OTHER_VENDORS.search(around)
