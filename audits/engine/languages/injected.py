"""Objects of other libraries' classes that a container gives, and streams of answers that a file has asked for."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from audits.engine.facts import CallSite, Kind, Language, ResponseRead
from audits.engine.languages.finder import Finder
from audits.engine.languages.program import Binding, Expr
from audits.engine.languages.sdks import LIBRARIES

# Languages whose objects come out of containers, and what is asked of a model.
_CONTAINERS = frozenset({Language.JAVA, Language.KOTLIN, Language.CSHARP})
_ASKS = re.compile(r"call|stream|generate\w*|chatCompletion\w*|invoke|complete\w*|prompt")
_STREAMS = frozenset(f"{row.lead}{name}" for row in LIBRARIES if row.streams for name in row.classes)
_STEPS = 50


class Injected(Finder):
    """Finds the first call on each class that the file imports and never makes."""

    def sites(self) -> Iterator[CallSite]:
        """One for each class, at the call."""
        found: set[str] = set()
        if self.evaluator.language not in _CONTAINERS:
            return
        for row in [row for rows in self.program.bindings.values() for row in rows if row.type and row.value is None]:
            value = self.evaluator.typed(row.type)
            library = value.library if value is not None and value.kind == "client" else None
            if value is None or library is None or not library.always or library.completes or value.name in found:
                continue
            attr = next((attr for attr in self._called(row) if _ASKS.fullmatch(attr.text)), None)
            if attr is not None:
                found.add(value.name)
                yield self.maker.site(
                    attr, attr.parent, library.kind, f"{value.name} calls Generate.", method=None, client=value.name,
                    platform=library.platform, steps=value.steps,
                )  # fmt: skip

    def _called(self, row: Binding) -> Iterator[Expr]:
        """The methods that are called on a name; on a field also by `this`."""
        uses = list(self.program.uses_of(row))
        if self.program.scopes[row.scope].kind == "class" and not row.name.startswith("."):
            uses += self.program.uses.get(f".{row.name}", ())
        for use in uses:
            attr = use.parent
            if attr is not None and attr.op == "attr" and attr.parent is not None and attr.parent.op == "call":
                yield attr


class Streams(Finder):
    """Takes a stream of an answer for a read of the request that the same file sends."""

    def joined(self, found: Mapping[tuple[int, int], CallSite]) -> dict[tuple[int, int], CallSite]:
        """The uses, without streams of answers to one of them: such a one is a read of it."""
        kept = dict(found)
        sent = {
            id(call): place
            for place, site in found.items()
            if site.kind is Kind.RAW_HTTP and (call := self.maker.places.get(place, (None, None))[1]) is not None
        }
        for place, site in found.items():
            call = self.maker.places[place][1] if site.client in _STREAMS and place in self.maker.places else None
            asked = self._asked(call, sent) if call is not None else None
            if call is not None and asked is not None:
                text = self.program.written(call)[:200]
                read = ResponseRead("", call.line, call.end, text)
                kept[asked] = replace(kept[asked], reads=(*kept[asked].reads, read))
                del kept[place]
        return kept

    def _asked(self, call: Expr, sent: Mapping[int, tuple[int, int]]) -> tuple[int, int] | None:
        """Which request a call's argument is the answer of."""
        queue, seen = list(call.kids[1:]), set[int]()
        while queue and len(seen) < _STEPS:
            expr = queue.pop(0)
            if id(expr) in seen:
                continue
            seen.add(id(expr))
            if id(expr) in sent:
                return sent[id(expr)]
            queue += expr.kids
            if expr.op == "name":
                rows = self.program.visible(expr.text, expr.scope)
                queue += [row.value for row in rows if row.value is not None]
        return None
