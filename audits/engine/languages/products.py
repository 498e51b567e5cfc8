"""Products that reach Generate for the code that sets them up: Weaviate's module for Cohere, Portkey's completions."""

import re
from collections.abc import Iterator
from dataclasses import replace

from audits.engine.catalogue.frameworks.gateways import PORTKEY_ROW
from audits.engine.catalogue.frameworks.products import WEAVIATE_ROW
from audits.engine.catalogue.models import dead_model
from audits.engine.catalogue.settings import GENERATIVE_MODULE, SPELLINGS
from audits.engine.facts import CallSite, Confidence, Kind
from audits.engine.languages.finder import Finder
from audits.engine.languages.program import Expr

_PORTKEY = "portkey-ai"
_WEAVIATE = ("weaviate-client", "weaviate-ts-client")
# How clients name the settings of a collection's module, and those of one question.
_GENERATIVE = frozenset({"generative", "generativeParameters"})
_PAIRED = frozenset({"of", "put", "entry", "set", "Add", "TryAdd"})
_COHERE = re.compile(r"(?<![a-z])cohere(?![a-z])", re.IGNORECASE)
_LEVELS = tuple(Confidence)


class Products(Finder):
    """Finds them in one file."""

    def sites(self) -> Iterator[CallSite]:
        """All of them, in the order of the file."""
        named = GENERATIVE_MODULE in self.program.source
        portkey, weaviate = self._loads(_PORTKEY), any(map(self._loads, _WEAVIATE))
        for expr in list(self.program.exprs) if named or portkey or weaviate else ():
            if named and expr.op == "dict" and GENERATIVE_MODULE in expr.keys:
                kid = expr.kids[expr.keys.index(GENERATIVE_MODULE)]
                yield from self._module(self._key(kid), kid)
            elif expr.op != "call":
                continue
            elif named and expr.kids[0].text in _PAIRED:
                for key, kid in zip(expr.kids[1:], expr.kids[2:], strict=False):
                    if key.op == "str" and key.text == GENERATIVE_MODULE:
                        yield from self._module(key, kid)
            elif weaviate and _member_of(expr.kids[0], "cohere", _GENERATIVE):
                yield from self._module(expr.kids[0], expr)
            elif portkey and _member_of(expr.kids[0], "create", frozenset({"completions"})):
                yield from self._completed(expr)

    def _loads(self, module: str) -> bool:
        """Does the file load a package?"""
        if module not in self.program.source:
            return False
        bound = any(row.module.startswith(f"{module}:") for rows in self.program.bindings.values() for row in rows)
        return bound or any(expr.op == "str" and expr.text == module for expr in self.program.exprs)

    def _key(self, value: Expr) -> Expr:
        """The module's name before its settings."""
        source = self.program.source
        start = max(source.rfind(GENERATIVE_MODULE, 0, value.start), 0)
        line, column = source.count("\n", 0, start) + 1, start - source.rfind("\n", 0, start) - 1
        return Expr("name", GENERATIVE_MODULE, value.scope, line, line, column, start, start + len(GENERATIVE_MODULE))

    def _module(self, place: Expr, settings: Expr) -> Iterator[CallSite]:
        """Weaviate's module, unless it is told a model of Chat's that is not gone."""
        # A call is given its settings; `Map.of(…)` is them.
        called = settings.op == "call" and settings.kids[0].text != "of"
        holder = settings if called else Expr("call", "", *_place(settings), [settings, settings], ["", ""])
        arguments = tuple(
            replace(one, name=SPELLINGS.get(one.name.replace("_", ""), one.name))
            for one in self.bodies.of_call(holder)
            if one.name and not one.name.startswith("*")
        )
        model = next((str(one.literal) for one in arguments if one.name == "model" and one.literal), None)
        if WEAVIATE_ROW.takes(model):
            yield self.maker.site(
                place, settings, WEAVIATE_ROW.kind, f"{WEAVIATE_ROW.path}: {WEAVIATE_ROW.note}", method=None,
                client=WEAVIATE_ROW.path, confidence=_LEVELS[WEAVIATE_ROW.doubt_with(model)], arguments=arguments,
            )  # fmt: skip
        elif (gone := dead_model(str(model))) is not None and gone.platform is WEAVIATE_ROW.platform:
            yield self.maker.site(
                place, settings, Kind.DEAD_MODEL, f"{WEAVIATE_ROW.path} names {gone.name}, which no longer answers.",
                method=None, client=WEAVIATE_ROW.path, arguments=arguments,
            )  # fmt: skip

    def _completed(self, call: Expr) -> Iterator[CallSite]:
        """`completions.create` of a client of Portkey's that is made for Cohere."""
        base = call.kids[0].kids[0]
        if base.op == "name":
            # `const { completions } = client`
            rows = self.program.visible(base.text, base.scope)
            base = next((row.value for row in rows if row.value is not None and row.value.op == "attr"), base)
        for made in self._made(base.kids[0]) if base.op == "attr" else ():
            found = {one.name: one.literal for one in self.bodies.of_call(made)}
            for name in ("provider", "virtual_key"):
                if _COHERE.search(str(found.get(name) or "")):
                    sure = Confidence.CONFIRMED if found[name] == "cohere" else Confidence.LIKELY
                    yield self.maker.site(
                        call.kids[0], call, PORTKEY_ROW.kind,
                        f"{PORTKEY_ROW.path} posts completions for {found[name]} to Generate.", method="create",
                        client=PORTKEY_ROW.path, confidence=sure, arguments=self.bodies.of_call(call),
                        steps=((self.maker.brief(made.kids[0]), made.line),),
                    )  # fmt: skip
                    return

    def _made(self, client: Expr) -> Iterator[Expr]:
        """The objects of Portkey's class that a name or a member may be."""
        name = client.text if client.op == "name" else f".{client.text}"
        for value in (client, *(row.value for row in self.program.visible(name, client.scope))):
            if value is not None and value.op == "new" and self._is_portkey(value.kids[0].text):
                yield value

    def _is_portkey(self, name: str) -> bool:
        rows = self.program.visible(name, 0)
        return name == "Portkey" or any(row.module.startswith(f"{_PORTKEY}:") for row in rows)


def _member_of(callee: Expr, name: str, owners: frozenset[str]) -> bool:
    """`x.owner.name` or `owner.name`, where the owner is none of Chat's."""
    base = callee.kids[0] if callee.op == "attr" and callee.text == name else None
    if base is None or base.op not in ("name", "attr") or base.text not in owners:
        return False
    return base.op == "name" or base.kids[0].text != "chat"


def _place(expr: Expr) -> tuple[int, int, int, int, int, int]:
    return expr.scope, expr.line, expr.end, expr.column, expr.start, expr.stop
