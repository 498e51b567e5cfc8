"""Sessions of an HTTP library that know the address that a path is to be added to."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from audits.engine.catalogue.endpoints import BASE_KEYWORDS
from audits.engine.link.frames import Env, Frame, Place
from audits.engine.link.holes import HOLE, Text
from audits.engine.link.texts import Texts
from audits.engine.link.tree import Module
from audits.engine.link.values import Value

# Libraries whose sessions a class of the tree may inherit from.
_LIBRARIES = frozenset({"aiohttp", "httpx", "niquests", "requests", "requests_toolbelt"})
# How such a class may call its address.
_ATTRIBUTES = tuple(f"{before}{name}" for name in (*BASE_KEYWORDS, "base") for before in ("", "_"))
_MADE = 8


@dataclass(frozen=True, slots=True)
class Sessions:
    """Tells what the session that a call is made on was made with."""

    texts: Texts

    def bases(self, call: Place) -> Iterator[Text]:
        """The addresses that the path in a call `session.post(path)` may be added to."""
        module = call.module
        callee = module.nodes[module.nodes[call.number].kids[0]]
        values = self.texts.evaluator.evaluate(module, callee.kids[0]) if callee.op == "attr" else ()
        for value in values:
            if value.kind in ("object", "super"):
                rows = [text for text in self._of_class(value) if "://" in text.value]
                one = len({text.value for text in rows}) == 1
                yield from (text if one else replace(text, sure=False) for text in rows)
            else:
                yield from (text for text in self._of_made(value, call.env) if text.value != HOLE)

    def _of_made(self, value: Value, env: Env) -> Iterator[Text]:
        owner = self.texts.evaluator.tree.modules.get(value.path)
        if value.kind == "instance" and owner is not None and value.index >= 0:
            yield from self._operand(owner, value.index, env)

    def _operand(self, owner: Module, call: int, env: Env) -> Iterator[Text]:
        """The address that a constructor is given."""
        node = owner.nodes[call]
        operands = dict(zip(node.keys, node.kids[1:], strict=True)) if node.op == "call" else {}
        kid = next((operands[key] for key in (*BASE_KEYWORDS, "") if key in operands), -1)
        yield from self.texts.fold(Place(owner, kid, env)) if kid >= 0 else ()

    def _of_class(self, value: Value) -> Iterator[Text]:
        """An object of a class of the tree's own that inherits from a library's session."""
        lineage = self.texts.evaluator.lineage(value)
        if not any(self._is_session(cls) for cls in lineage):
            return
        made = list(islice(self.texts.constructions(value), _MADE))
        yield from (text for caller, call in made for text in self._operand(caller, call, Env()))
        for cls in lineage:
            owner = self.texts.evaluator.tree.modules[cls.path]
            for row in owner.bindings.get((cls.index, "__init__"), ()):
                frames = [Frame(owner.path, row.node, caller, call, 1, Env()) for caller, call in made]
                for number in owner.calls.get("__init__", ()) if row.how == "def" else ():
                    if owner.function_of(owner.nodes[number].scope) == row.node:
                        for env in [Env((frame,)) for frame in frames] or [Env()]:
                            yield from self._operand(owner, number, env)
            yield from self._prefixed(owner, cls.index, value)
        for name in _ATTRIBUTES:
            yield from self.texts.member(value, name, Env(within=(value.path, value.index)))

    def _prefixed(self, owner: Module, cls: int, value: Value) -> Iterator[Text]:
        """What the class's own `request` puts before each path: `super().request(method, self.root + path)`."""
        functions = {row.node for row in owner.bindings.get((cls, "request"), ()) if row.how == "def"}
        for number in owner.calls.get("request", ()) if functions else ():
            kid = (
                self._address_of_base(owner, number)
                if owner.function_of(owner.nodes[number].scope) in functions
                else -1
            )
            for text in self._folded(owner, kid, value) if kid >= 0 else ():
                if text.value.count(HOLE) == 1 and text.value.endswith(HOLE):
                    sure = self._is_sure(owner, kid, value)
                    yield replace(text, value=text.value.removesuffix(HOLE), sure=sure, needs=frozenset())

    def _address_of_base(self, owner: Module, number: int) -> int:
        """The address that `super().request(…)` or `Base.request(self, …)` is given; -1 for another's `request`."""
        node = owner.nodes[number]
        callee = owner.nodes[node.kids[0]]
        base = owner.nodes[callee.kids[0]] if callee.op == "attr" else callee
        above = base.op == "call" and owner.nodes[base.kids[0]].text == "super"
        values = self.texts.evaluator.evaluate(owner, callee.kids[0]) if callee.op == "attr" and not above else ()
        if not above and not any(_is_library(row) for row in values):
            return -1
        named = [kid for kid, key in zip(node.kids[1:], node.keys, strict=True) if key == "url"]
        plain = [kid for kid, key in zip(node.kids[1:], node.keys, strict=True) if key == ""]
        return next(iter(named or plain[1 if above else 2 :]), -1)

    def _is_sure(self, owner: Module, number: int, value: Value) -> bool:
        """Is what stands before the path, which only a caller tells, written down without a default?"""
        node = owner.nodes[number]
        parts = node.kids[:-1] if node.op == "fstr" or (node.op == "op" and node.text == "+") else ()
        return bool(parts) and all(text.sure for kid in parts for text in self._folded(owner, kid, value))

    def _folded(self, owner: Module, number: int, value: Value) -> Iterator[Text]:
        yield from self.texts.fold(Place(owner, number, Env(within=(value.path, value.index))))

    def _is_session(self, cls: Value) -> bool:
        owner = self.texts.evaluator.tree.modules[cls.path]
        values = (row for at in owner.scopes[cls.index].bases for row in self.texts.evaluator.evaluate(owner, at))
        return any(_is_library(row) for row in values)


def _is_library(value: Value) -> bool:
    return value.kind == "external" and value.name.partition(".")[0] in _LIBRARIES
