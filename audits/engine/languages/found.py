"""A use that was found, as a CallSite of no path yet: whoever reads the file's facts puts it in its place."""

import re
from functools import cached_property

from audits.engine.facts import (
    Argument,
    CallSite,
    Confidence,
    Kind,
    Language,
    Platform,
    ProofStep,
    ResponseRead,
    Span,
)
from audits.engine.languages.answers import Answers
from audits.engine.languages.program import Expr, Program
from audits.engine.languages.sdks import GO_PACKAGE

_CALLEE = 160
_READ_LIMIT = 20
# An item of a map or a list, by a name or a constant.
_INDEX = re.compile(r"(?<!\?\.)\[[\w$.:'\"`-]{1,60}\]$")
# Requests whose answer is text or bytes that the program parses by itself.
_PARSED = frozenset({Kind.RAW_HTTP, Kind.BEDROCK})
# Here an answer is followed from name to name.
_FOLLOWED = frozenset({Language.JAVASCRIPT, Language.TYPESCRIPT})


class Maker:
    """Makes the CallSites of one file."""

    def __init__(self, program: Program, language: Language) -> None:
        self.program = program
        self.language = language
        self.answers = Answers(program)
        # Where each use's name stands, and its whole call, by line and column.
        self.places: dict[tuple[int, int], tuple[Expr, Expr | None]] = {}

    def brief(self, expr: Expr) -> str:
        """An expression's text on one line, without arguments."""
        if expr.op == "call" and expr.kids:
            return f"{self.brief(expr.kids[0])}(…)"
        if expr.op == "attr" and expr.kids:
            base, text = expr.kids[0], self.program.written(expr)
            indexed = _INDEX.search(text)
            sign = "?." if text.removeprefix(self.program.written(base)).lstrip().startswith("?.") else "."
            return self.brief(base) + (indexed[0] if indexed is not None else f"{sign}{expr.text}")
        return re.sub(r"\s+", " ", expr.text or self.program.written(expr))[:_CALLEE]

    def site(
        self,
        place: Expr,
        call: Expr | None,
        kind: Kind,
        why: str,
        *,
        method: str | None,
        client: str | None = None,
        platform: Platform = Platform.COHERE,
        confidence: Confidence = Confidence.CONFIRMED,
        steps: tuple[tuple[str, int], ...] = (),
        arguments: tuple[Argument, ...] = (),
    ) -> CallSite:
        """The use whose name stands at `place`; `call` is the whole call, None for a reference or a class."""
        self.places.setdefault((place.line, place.column), (place, call))
        return CallSite(
            path="",
            span=Span(place.line, max((call or place).end, place.line), place.column),
            scope=self.program.path_of(place.scope)[:400],
            callee=self.brief(place)[:_CALLEE],
            method=method or "",
            kind=kind,
            client=client,
            platform=platform,
            confidence=confidence,
            why=why,
            proof=tuple(
                ProofStep(text, "", line)
                for text, line in ((self.brief(place), place.line), *steps, *self._package(client, method))
            ),
            arguments=arguments,
            reads=self._reads(call, kind) if call is not None else (),
            reference=call is None and kind in (Kind.SDK_CALL, Kind.SDK_STREAM),
            language=self.language,
        )

    def _package(self, client: str | None, method: str | None) -> tuple[tuple[str, int], ...]:
        """The import of the Go SDK's own package, where a call on a client of this file shows another name for it.

        Of a client that another file makes nothing else tells what this one imports.
        """
        if not client and not method:
            return ()
        return tuple((text, line) for text, line in self._packages if not client or not text.startswith("cohere "))

    @cached_property
    def _packages(self) -> tuple[tuple[str, int], ...]:
        rows = (row for rows in self.program.bindings.values() for row in rows if GO_PACKAGE.fullmatch(row.module))
        named = [row for row in rows if row.name.isidentifier() and row.name != "_"]
        # One name is enough: the one that its documents do not use is surely meant.
        named.sort(key=lambda row: row.name == "cohere")
        return tuple((f"{row.name} ← {row.module.removesuffix(':*')}", row.line) for row in named[:1])

    def _reads(self, call: Expr, kind: Kind) -> tuple[ResponseRead, ...]:
        """Where the generations are read, one a line, and all that is read of a stream's events."""
        found: dict[tuple[int, str], ResponseRead] = {}
        wholes, events = list(self.answers.readings(call)), list[Expr]()
        if kind is Kind.SDK_STREAM and self.language in _FOLLOWED:
            events = list(self.answers.events(call))
        if not wholes and kind in _PARSED and self.language not in _FOLLOWED:
            wholes = self.answers.parsed_after(call)
        for whole in (*wholes, *events):
            if len(found) < _READ_LIMIT:
                text = re.sub(r"\s+", " ", self.program.written(whole))[:200]
                key = whole.line, text if whole in events else ""
                found.setdefault(key, ResponseRead("", whole.line, whole.end, text))
        return tuple(found.values())
