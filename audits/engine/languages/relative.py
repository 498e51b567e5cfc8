"""Paths of Generate that a caller gives to a function of the file, which puts them behind Cohere's address."""

import re
from collections.abc import Iterator
from itertools import islice

from audits.engine.catalogue.endpoints import COHERE_ADDRESS
from audits.engine.facts import CallSite, Confidence, Kind
from audits.engine.languages.callers import Callers
from audits.engine.languages.finder import Finder
from audits.engine.languages.flows import CHAIN_SENDS, SENDS, Flows, reads_only
from audits.engine.languages.origins import Origin, Origins
from audits.engine.languages.program import HOLE, Expr

# Cohere's host, a version or what stands for one, and at last what is not known.
_OPEN = re.compile(rf"(?:https?://)?api\.cohere\.(?:ai|com)(?:/+(?:v\d|{HOLE}))?/*{HOLE}")
_FORMATS = frozenset({"Sprintf", "format", "sprintf", "Format", "urljoin", "join", "JoinPath", "String"})
_LEVELS = (Confidence.CONFIRMED, Confidence.LIKELY)
# So many functions may stand between the caller that names the path and the request.
_RELAYS = 3
# So many helpers of a file are asked for their callers.
_ASKED = 50


class Relative(Finder):
    """Finds the calls that say which of Cohere's endpoints a helper of the file is to post to."""

    def sites(self) -> Iterator[CallSite]:
        """The calls whose path is Generate's; a helper that only reads is asked for none."""
        origins = Origins(self.program)
        asked = dict.fromkeys((origin, base) for origin, base, _ in self.helpers())
        for origin, base in islice(asked, _ASKED):
            yield from self._asked(base, origin, origins)

    def helpers(self) -> Iterator[tuple[Origin, str, Expr]]:
        """The parameters that are paths, what each is put behind, and the call that sends."""
        if "cohere." not in self.program.source:
            return
        origins = Origins(self.program)
        for expr in list(self.program.exprs):
            text = self._opened(expr)
            calls = [call for call in self._http().senders(expr) if not reads_only(call)] if text else []
            for origin in origins.of(expr.kids[-1]) if calls else ():
                yield origin, text.removesuffix(HOLE), calls[0]

    def _http(self) -> Flows:
        return Flows(self.program, lambda name: name in SENDS, lambda name: name in CHAIN_SENDS, helpers=True)

    def _opened(self, expr: Expr) -> str:
        """The address that an expression makes, if its end is all that is not known of it; else ""."""
        makes = expr.op in ("str", "concat") or (expr.op == "call" and expr.kids[0].text in _FORMATS)
        outer = expr.parent
        if not makes or not expr.kids or (outer is not None and outer.op == "concat"):
            return ""
        return next((text for text in self.evaluator.texts(expr) if _OPEN.fullmatch(text)), "")

    def _asked(self, base: str, helper: Origin, origins: Origins) -> Iterator[CallSite]:
        """The calls that give the helper, or what hands on to it, Generate's path."""
        callers, queue, seen = Callers(self.program, self.maker.language), [(helper, 0)], {helper}
        while queue:
            origin, depth = queue.pop(0)
            for call, doubt in callers.of(origin.scope):
                given = self._given(call, origin)
                if given is None or not (origin.key or call.kids[2:]):
                    # Nothing is sent with the path alone.
                    continue
                if any(COHERE_ADDRESS.fullmatch(base + text) for text in self.evaluator.texts(given)):
                    yield self._site(call, _LEVELS[doubt], origin)
                    continue
                further = [one for one in origins.of(given) if one not in seen and depth < _RELAYS]
                seen.update(further)
                queue += [(one, depth + 1) for one in further]

    def _given(self, call: Expr, origin: Origin) -> Expr | None:
        """What a call gives for a parameter, or for the entry of one."""
        name, position = self.program.takes[origin.scope][origin.position].name, 0
        for key, kid in zip(call.keys[1:], call.kids[1:], strict=False):
            if key.lstrip("$") == name if key else position == origin.position:
                entries = zip(kid.keys, kid.kids, strict=False) if kid.op == "dict" else ()
                return next((one for label, one in entries if label == origin.key), None) if origin.key else kid
            position += not key
        return None

    def _site(self, call: Expr, confidence: Confidence, origin: Origin) -> CallSite:
        name, line = self.program.scopes[origin.scope].name, self.program.functions[origin.scope].line
        why = f"`{name}` (line {line}) puts the path that it is given behind Cohere's address, and posts to it."
        return self.maker.site(
            call.kids[0], call, Kind.RAW_HTTP, why, method=None, confidence=confidence,
            steps=((f"{name}() ← posts to the path", line),), arguments=self.bodies.of_request(call),
        )  # fmt: skip
