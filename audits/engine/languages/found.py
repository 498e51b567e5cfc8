"""A use that was found, as a CallSite of no path yet: whoever reads the file's facts puts it in its place."""

import re
from collections.abc import Iterator

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
from audits.engine.languages.program import Expr, Program

_CALLEE = 160
_READS = re.compile(r"(?i)(?:get)?generations?$")
_READ_LIMIT = 20


class Maker:
    """Makes the CallSites of one file."""

    def __init__(self, program: Program, language: Language) -> None:
        self.program = program
        self.language = language

    def brief(self, expr: Expr) -> str:
        """An expression's text on one line, without arguments."""
        if expr.op == "call" and expr.kids:
            return f"{self.brief(expr.kids[0])}(…)"
        if expr.op == "attr" and expr.kids:
            return f"{self.brief(expr.kids[0])}.{expr.text}"
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
            proof=tuple(ProofStep(text, "", line) for text, line in ((self.brief(place), place.line), *steps)),
            arguments=arguments,
            reads=self._reads(call) if call is not None else (),
            reference=call is None and kind in (Kind.SDK_CALL, Kind.SDK_STREAM),
            language=self.language,
        )

    def _reads(self, call: Expr) -> tuple[ResponseRead, ...]:
        """Where the answer's generations are read, one a line."""
        found: dict[int, ResponseRead] = {}
        for whole in self.readings(call):
            if len(found) < _READ_LIMIT:
                text = re.sub(r"\s+", " ", self.program.written(whole))[:200]
                found.setdefault(whole.line, ResponseRead("", whole.line, whole.end, text))
        return tuple(found.values())

    def readings(self, call: Expr) -> Iterator[Expr]:
        """The expressions that read the answer's generations: on the call itself, or on the name that it is given."""
        tops, at = [call], call
        while at.parent is not None and at.parent.op in ("other", "list") and len(at.parent.kids) == 1:
            at = at.parent
        for row in (*self.program.given.get(id(call), ()), *self.program.given.get(id(at), ())):
            tops += list(self.program.uses_of(row))
        for top in tops[:200]:
            whole, hit = top, False
            while (outer := whole.parent) is not None and outer.op in ("attr", "call") and outer.kids[0] is whole:
                whole = outer
                hit = hit or bool(_READS.fullmatch(whole.text))
            if hit:
                yield whole
