"""Methods that an annotation makes a request to Generate: clients of Feign, Spring, Micronaut, JAX-RS and Refit.

Retrofit's `@POST` takes no other form, and is found by its path alone.
"""

import re
from collections.abc import Iterator

from audits.engine.catalogue.endpoints import NAMES_COHERE
from audits.engine.facts import CallSite, Confidence, Kind, Language
from audits.engine.languages.finder import Finder
from audits.engine.languages.program import Expr

_LANGUAGES = frozenset({Language.JAVA, Language.KOTLIN, Language.CSHARP})
_PATH = re.compile(r"(?:(POST) )?/{0,2}(?:v\d/)?generate/?")
_BEFORE = 80
# What stands before the path: the annotation, or the attribute, and the name of its element.
_OPENS = re.compile(r"[@\[](\w+)\(\s{0,9}(?:(?:value|path|uri|url)\s{0,9}=\s{0,9})?[\[{]?\s{0,9}$")
# The annotation of a client, without which the same one may make a server of a class; "" where it is a client's alone.
_CLIENTS = {"PostMapping": "FeignClient", "Post": "Client", "Path": "RegisterRestClient"} | dict.fromkeys(
    ("PostExchange", "RequestLine"), ""
)
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
            if path and opens and self._is_client(opens[1], posts=bool(path[1])) and self._names(expr):
                call = expr.parent if expr.parent is not None and expr.parent.op == "call" else None
                yield self.maker.site(
                    call.kids[0] if call is not None else expr, call, Kind.RAW_HTTP, _WHY, method=None,
                    confidence=Confidence.LIKELY, arguments=tuple(self.bodies.of_annotated(expr).values()),
                )  # fmt: skip

    def _is_client(self, name: str, *, posts: bool) -> bool:
        if name not in _CLIENTS or posts is not (name == "RequestLine"):
            return False
        client = _CLIENTS[name]
        if name == "Post" and self.maker.language is Language.CSHARP:
            return "Refit" in self.program.source or "RestService" in self.program.source
        return not client or bool(re.search(rf"@{client}\b", self.program.source))

    def _names(self, expr: Expr) -> bool:
        """Does the client, or the file, say that it is Cohere's?"""
        named = NAMES_COHERE.search(self.program.path_of(expr.scope))
        return bool(named or re.search(r"\bapi\.cohere\.(?:ai|com)\b", self.program.source))
