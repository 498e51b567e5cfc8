"""Places that name a Generate method by a string: patches in tests, tables of instrumentation."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import permutations

from audits.engine.catalogue import CLIENTS, METHODS, PACKAGES
from audits.engine.catalogue.clients import Client
from audits.engine.catalogue.responses import RESPONSE_CLASSES
from audits.engine.extract.model import Binding
from audits.engine.facts import CallSite, Confidence, Kind, Platform, Span
from audits.engine.link.evaluate import Evaluator
from audits.engine.link.makers import LEVELS, made, own_modules, proof_of, step_at
from audits.engine.link.proof import bound
from audits.engine.link.tree import Module
from audits.engine.link.uses import takes_client
from audits.engine.link.values import Value, Values

_DOTTED = re.compile(rf"(?P<owner>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)\.(?P<method>{'|'.join(METHODS)})")
_PARTS = 8
_PATCHERS = frozenset({"patch", "setattr", "delattr", "spy", "stub", "multiple"})
_ON_OBJECT = frozenset({"object", "setattr", "delattr", "spy", "stub"})
_MOCKS = frozenset({"Mock", "MagicMock", "AsyncMock", "NonCallableMock", "NonCallableMagicMock", "create_autospec"})
_CO = re.compile(r"_*(?:co|.*cohere(?!n).*)_*", re.IGNORECASE)


@dataclass(slots=True)
class Mentions:
    """Finds the mentions of one tree."""

    evaluator: Evaluator

    def sites(self) -> Iterator[CallSite]:
        """All mentions, module by module."""
        for module in own_modules(self.evaluator.tree):
            yield from self._imported(module)
            yield from self._of_class(module)
            for number in module.made_by("str"):
                node = module.nodes[number]
                if not node.text.endswith(tuple(METHODS)):
                    continue
                site = self._on_object(module, number) if node.text in METHODS else self._by_path(module, number)
                site = site or self._in_parts(module, number)
                if site is not None:
                    yield site

    def _in_parts(self, module: Module, number: int) -> CallSite | None:
        """`wrap("cohere.client", "Client.generate", f)`, a table's row of module, class and method."""
        owner, _, method = module.nodes[number].text.rpartition(".")
        around = module.nodes[parent] if (parent := module.parents.get(number, -1)) >= 0 else None
        kids = around.kids if around is not None and around.op in ("call", "dict", "seq") else ()
        beside = [module.nodes[kid].text for kid in kids[:_PARTS] if kid != number and module.nodes[kid].op == "str"]
        names = [f"{one}.{owner}" for one in beside] if owner else beside
        names += [f"{one}.{other}" for one, other in permutations(beside, 2)] if not owner else []
        row = next((CLIENTS[name] for name in names if name in CLIENTS), None)
        if row is None or method not in row.methods:
            return None
        why = f"Names {row.path}'s {method}() by strings: it must change with the calls."
        return self._made(module, number, method, row.path, why)

    def _imported(self, module: Module) -> Iterator[CallSite]:
        """`from cohere.types import Generation`: a class that only Generate's answers have."""
        for row in module.facts.bindings:
            package, _, name = row.detail.partition(":")
            named = row.how == "import" and package.partition(".")[0] in PACKAGES and name in RESPONSE_CLASSES
            if named and self.evaluator.tree.find(module.path, package) is None:
                yield self._at_import(module, row, f"{package}.{name}")

    def _at_import(self, module: Module, row: Binding, path: str) -> CallSite:
        line, cell = module.facts.place(row.line)
        why = f"Imports {path}, a class of Generate's answers: it must change with the calls."
        return CallSite(
            path=module.path,
            span=Span(line, line, 0, cell),
            scope=module.qualified(row.scope),
            callee=path,
            method="",
            kind=Kind.MENTION,
            client=None,
            platform=Platform.COHERE,
            confidence=Confidence.CONFIRMED,
            why=why,
            proof=proof_of(self.evaluator.tree, (bound(module, row),)),
        )

    def _of_class(self, module: Module) -> Iterator[CallSite]:
        """`cohere.Client.generate` as a value, or given another one: instrumentation and tests."""
        for number in module.attributes_named(METHODS):
            node = module.nodes[number]
            if not takes_client(module, number):
                yield from self._class_method(module, number, node.kids[0], node.text)
        for method in METHODS:
            for store in module.stores.get(method, ()):
                around = module.parents.get(store.base, -1)
                called = (
                    around >= 0 and module.nodes[around].op == "call" and module.nodes[around].kids[0] != store.base
                )
                # A call that sets it by name is looked at as a call.
                if store.kind == "attr" and not called:
                    yield from self._class_method(module, store.base, store.base, method)

    def _class_method(self, module: Module, number: int, base: int, method: str) -> Iterator[CallSite]:
        for value in self.evaluator.evaluate(module, base):
            row = CLIENTS.get(value.name) if value.kind == "external" else self._mocked(value)
            if row is not None and method in row.methods:
                why = f"Takes {method}() of the class {row.path}: it must change with the calls."
                site = self._made(module, number, method, row.path, why)
                steps = (step_at(module, base), *value.steps)
                shown = proof_of(self.evaluator.tree, steps)
                yield replace(site, callee=f"{row.path}.{method}", proof=shown, confidence=LEVELS[value.doubt])
                return

    def _mocked(self, value: Value) -> Client | None:
        """The client that `MagicMock(spec=cohere.Client)` stands in for."""
        owner = self.evaluator.tree.modules.get(value.path) if value.kind == "instance" else None
        if owner is None or value.index < 0 or value.name.rpartition(".")[2] not in _MOCKS:
            return None
        node = owner.nodes[value.index]
        specs = [kid for kid, key in zip(node.kids[1:], node.keys, strict=True) if key in ("spec", "spec_set", "")]
        found = (row for kid in specs for row in self.evaluator.evaluate(owner, kid) if row.kind == "external")
        return next((CLIENTS[row.name] for row in found if row.name in CLIENTS), None)

    def _by_path(self, module: Module, number: int) -> CallSite | None:
        """`"cohere.Client.generate"` anywhere, `patch("app.llm.co.generate")` in a call that patches."""
        found = _DOTTED.fullmatch(module.nodes[number].text)
        if found is None:
            return None
        owner, method = found["owner"], found["method"]
        if owner in CLIENTS and method in CLIENTS[owner].methods:
            why = f"Names {owner}'s {method}() by a string: it must change with the calls."
            return self._made(module, number, method, CLIENTS[owner].path, why)
        call, at = self._argument(module, number)
        if call < 0 or at != 1 or module.nodes[module.nodes[call].kids[0]].text not in _PATCHERS:
            return None
        for value in self._dotted(module, number, owner):
            client = _client(value)
            if client is not None:
                why = f"Patches {method}() of the {client} that `{owner}` is."
                site = self._made(module, number, method, client, why)
                steps = (step_at(module, number)._replace(text=module.nodes[number].text), *value.steps)
                return replace(site, proof=proof_of(self.evaluator.tree, steps), confidence=LEVELS[value.doubt])
        return None

    def _dotted(self, module: Module, number: int, dotted: str) -> Values:
        """What a dotted path names, the longest beginning that is a module of the tree first."""
        parts = dotted.split(".")
        for end in range(len(parts) - 1, 0, -1):
            path = self.evaluator.tree.find(module.path, ".".join(parts[:end]))
            if path is None:
                continue
            owner = self.evaluator.tree.modules[path]
            rows = owner.bindings.get((0, parts[end]), ())
            values = tuple(value for row in rows for value in self.evaluator.bound(owner, row))
            for name in parts[end + 1 :]:
                values = tuple(
                    found for value in values for found in self.evaluator.member(module, number, name, value)
                )
            return values
        return ()

    def _on_object(self, module: Module, number: int) -> CallSite | None:
        """`patch.object(cohere.Client, "generate")`, `monkeypatch.setattr(co, "generate", …)`."""
        call, at = self._argument(module, number)
        if call < 0 or at != 2:
            return None
        callee = module.nodes[module.nodes[call].kids[0]]
        if callee.op != "attr" or callee.text not in _ON_OBJECT:
            return None
        target, method = module.nodes[call].kids[1], module.nodes[number].text
        for value in self.evaluator.evaluate(module, target):
            client = _client(value)
            if client is not None:
                why = f"Patches {method}() of a {client} by name: it must change with the calls."
                site = self._made(module, number, method, client, why)
                steps = (step_at(module, target), *value.steps)
                return replace(site, proof=proof_of(self.evaluator.tree, steps), confidence=LEVELS[value.doubt])
        if module.facts.names_api and _CO.fullmatch(module.nodes[target].text):
            why = f"Patches {method}() of `{module.nodes[target].text}` by name; nothing else tells what that is."
            return replace(self._made(module, number, method, None, why), confidence=Confidence.POSSIBLE)
        return None

    def _argument(self, module: Module, number: int) -> tuple[int, int]:
        """The call that a string is an argument of, and at which place (from 1); (-1, 0) where it is none."""
        parent = module.parents.get(number)
        if parent is None or module.nodes[parent].op != "call":
            return -1, 0
        return parent, module.nodes[parent].kids.index(number)

    def _made(self, module: Module, number: int, method: str, client: str | None, why: str) -> CallSite:
        node = module.nodes[number]
        site = made(module, number, Kind.MENTION, why, method=method)
        row = CLIENTS.get(client or "")
        platform = row.platform if row is not None else site.platform
        step = step_at(module, number)._replace(text=node.text)
        proof = proof_of(self.evaluator.tree, (step,))
        return replace(site, callee=node.text, client=client, platform=platform, proof=proof)


def _client(value: Value) -> str | None:
    """The catalogue's path of a client, or of a client class."""
    if value.kind in ("client", "external") and value.name in CLIENTS:
        return CLIENTS[value.name].path
    return None
