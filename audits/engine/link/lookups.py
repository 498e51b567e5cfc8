"""Names, attributes and items to the texts that they may be, across modules, classes and callers."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

from audits.engine.extract.model import Binding, Node
from audits.engine.link.commandline import declared_option, option_defaults
from audits.engine.link.evaluate import Evaluator
from audits.engine.link.found import shown_step
from audits.engine.link.frames import Env, Place, passed
from audits.engine.link.holes import HOLE, Need, Text
from audits.engine.link.labels import labels
from audits.engine.link.tree import Module
from audits.engine.link.values import Step, Value, Values

_VENDOR = "ohere"
_T = TypeVar("_T")
_SETTINGS = ("settings", "config", "constants", "conf")


class Lookups:
    """Follows what an expression names; a subclass knows the operators."""

    def __init__(self, evaluator: Evaluator) -> None:
        self.evaluator = evaluator
        self.open: set[tuple[str, int, int]] = set()
        self.any_entry = self._unkeyed = False

    def whichever(self, find: Callable[[], Iterable[_T]]) -> list[_T]:
        """What is found; where that is nothing and a table's key was not known, what any entry of it gives."""
        self._unkeyed = False
        found = list(find())
        if found or not self._unkeyed:
            return found
        self.any_entry = True
        try:
            return list(find())
        finally:
            self.any_entry = False

    def fold(self, place: Place) -> tuple[Text, ...]:
        """The texts of an expression; a subclass knows."""
        raise TypeError(str(place.number))

    def name(self, place: Place, node: Node) -> Iterator[Text]:
        """A name where it stands."""
        module = place.module
        defined = self.evaluator.defined(module, node, place.number)
        if defined is None:
            yield from self._starred(module, node.text, place.env)
            return
        rows, scope = defined
        for row in rows:
            yield from self._bound(module, row, place.env)
        if scope >= 0:
            yield from (text.named(node.text) for text in self.parameter(module, scope, node.text, place.env))

    def parameter(self, module: Module, scope: int, name: str, env: Env) -> Iterator[Text]:
        """A parameter: what the frame's call passes, else its default and a hole for what callers may pass."""
        row = next(row for row in module.scopes[scope].parameters if row.name == name)
        frame = env.of(module.path, scope)
        if frame is not None:
            argument = passed(frame, self.evaluator, name)
            yield from self.fold(argument if argument is not None else Place(module, row.default, env))
            return
        yield Text(HOLE, False, frozenset({Need(module.path, scope, env.within)}))
        if row.default >= 0:
            yield from (replace(text, sure=False) for text in self.fold(Place(module, row.default, env)))
        told = (*self.evaluator.asked_for(module, scope, name), *option_defaults(module, scope, name))
        for owner, number in told if module.scopes[scope].kind == "function" else ():
            yield from (replace(text, sure=False) for text in self.fold(Place(owner, number, env)))

    def _bound(self, module: Module, row: Binding, env: Env) -> Iterator[Text]:
        if row.how == "value":
            step = Step(row.name, module.path, row.line)
            yield from (text.named(row.name, step) for text in self.fold(Place(module, row.node, env)))
        elif row.how == "import" and ":" in row.detail:
            dotted, _, name = row.detail.partition(":")
            path = self.evaluator.tree.find(module.path, dotted)
            if path is not None:
                step = Step(name, module.path, row.line)
                exported = self._exported(self.evaluator.tree.modules[path], name, env)
                yield from (text.named(name, step) for text in exported)

    def _exported(self, module: Module, name: str, env: Env) -> Iterator[Text]:
        key = (module.path, hash(name), -1)
        if key in self.open:
            return
        self.open.add(key)
        try:
            rows = module.bindings.get((0, name), ())
            for row in rows:
                yield from self._bound(module, row, Env(env.frames))
            if not rows:
                yield from self._starred(module, name, env)
        finally:
            self.open.discard(key)

    def _starred(self, module: Module, name: str, env: Env) -> Iterator[Text]:
        for row in module.bindings.get((0, "*"), ()):
            path = self.evaluator.tree.find(module.path, row.detail.partition(":")[0])
            if path is not None:
                yield from self._exported(self.evaluator.tree.modules[path], name, env)

    def attribute(self, place: Place, node: Node) -> Iterator[Text]:
        """`base.name`: of a module, a class, an instance, an enum's member."""
        found = False
        for value in self._receivers(place, node.kids[0]):
            for text in self.member(value, node.text, place.env):
                found = found or text.value != HOLE
                step = Step(node.text, place.module.path, node.line)
                yield text.named(node.text, step)
        for owner, number in (
            *self.evaluator.asked_with(place.module, node),
            *declared_option(self.evaluator.tree, place.module, node),
        ):
            found = True
            yield from (replace(text, sure=False) for text in self.fold(Place(owner, number, place.env)))
        if not found and node.text in ("value", "url", "name", "text"):
            yield from self.fold(place.at(node.kids[0]))
        elif not found:
            yield from self._settings(node.text, place.env)
            yield Text(HOLE, sure=False, names=frozenset({node.text}))

    def _receivers(self, place: Place, base: int) -> Values:
        """What an attribute is read from; `self` is what the known call was made on."""
        module, node = place.module, place.module.nodes[base]
        if node.op == "name" and place.env.frames:
            rows, scope = self.evaluator.defined(module, node, base) or ([], -1)
            frame = place.env.of(module.path, scope) if scope >= 0 and not rows else None
            first = module.scopes[scope].parameters[:1] if frame is not None else ()
            if frame is not None and frame.shift and first and first[0].name == node.text:
                callee = frame.module.nodes[frame.module.nodes[frame.call].kids[0]]
                values = self.evaluator.evaluate(frame.module, callee.kids[0]) if callee.op == "attr" else ()
                objects = tuple(value for value in values if value.kind == "object")
                if objects:
                    return objects
        return self.evaluator.evaluate(module, base)

    def member(self, value: Value, name: str, env: Env) -> Iterator[Text]:
        """One attribute of a module, a class or an object."""
        if value.kind == "module":
            yield from self._exported(self.evaluator.tree.modules[value.path], name, env)
        elif value.kind in ("class", "object", "super"):
            lineage = self.evaluator.lineage(value)
            inner = Env(env.frames, (value.path, value.index))
            for cls in lineage[1:] if value.kind == "super" else lineage:
                found = list(self._own(cls, name, inner))
                yield from found
                if any(text.value not in ("", HOLE) or text.needs for text in found):
                    return
            for cls in self.evaluator.descendants(value):
                heir = Env(env.frames, (cls.path, cls.index))
                yield from (replace(text, sure=False) for text in self._own(cls, name, heir))
            if value.kind == "object":
                yield from self._constructed(value, name, env)

    def _constructed(self, value: Value, name: str, env: Env) -> Iterator[Text]:
        """An attribute that a base class elsewhere fills: the constructor's keyword of that name."""
        for caller, number in self.constructions(value):
            node = caller.nodes[number]
            for kid, key in zip(node.kids[1:], node.keys, strict=True):
                if key and key == name.strip("_"):
                    step = shown_step(caller, number)
                    found = self.fold(Place(caller, kid, Env(env.frames)))
                    yield from (replace(text.named(name, step), sure=False) for text in found)

    def constructions(self, value: Value) -> Iterator[tuple[Module, int]]:
        """The calls that make an instance of this very class."""
        for module in self.evaluator.tree.modules.values():
            for spelled in (value.name, *module.aliases.get(value.name, ())):
                for number in module.calls.get(spelled, ()):
                    made = self.evaluator.evaluate(module, module.nodes[number].kids[0])
                    if any((row.kind, row.path, row.index) == ("class", value.path, value.index) for row in made):
                        yield module, number

    def _own(self, cls: Value, name: str, env: Env) -> Iterator[Text]:
        module = self.evaluator.tree.modules[cls.path]
        for row in module.bindings.get((cls.index, name), ()):
            if row.how == "def" and self.evaluator.is_property(module, row.node):
                yield from self.results(module, row.node, env)
            else:
                yield from self._bound(module, row, env)
        for store in module.stores.get(name, ()):
            if store.kind == "attr" and store.how == "value" and self.evaluator.on_self(module, store, cls.index):
                step = Step(name, module.path, store.line)
                yield from (text.named(name, step) for text in self.fold(Place(module, store.node, env)))

    def results(self, module: Module, scope: int, env: Env) -> Iterator[Text]:
        """What a function returns."""
        for number in module.scopes[scope].results:
            yield from self.fold(Place(module, number, env))

    def _settings(self, name: str, env: Env) -> Iterator[Text]:
        """`settings.NAME` of a framework that loads the module itself."""
        if not name.isupper():
            return
        for path, module in self.evaluator.tree.modules.items():
            if (0, name) in module.bindings and any(word in path.lower() for word in _SETTINGS):
                yield from (replace(text, sure=False) for text in self._exported(module, name, env))

    def subscript(self, place: Place, node: Node) -> Iterator[Text]:
        """`base[key]`."""
        for key in self.fold(place.at(node.kids[1])) if len(node.kids) == 2 else ():
            yield from self.entry(place, node.kids[0], key)

    def entry(self, place: Place, base: int, key: Text) -> Iterator[Text]:
        """The entry of a dictionary under a key."""
        module, found = place.module, False
        for value in self.evaluator.evaluate(module, base):
            if value.kind == "dict":
                owner = self.evaluator.tree.modules[value.path]
                row = owner.nodes[value.index]
                self._unkeyed = self._unkeyed or key.value == HOLE
                for kid, label in zip(row.kids, labels(owner, value.index), strict=True):
                    if label == key.value:
                        found = True
                        yield from (text.named(label) for text in self.fold(Place(owner, kid, place.env)))
                    elif key.value == HOLE and self.any_entry:
                        told = (text for text in self.fold(Place(owner, kid, place.env)) if _VENDOR in text.value)
                        yield from (replace(text, sure=False) for text in told)
        chain = module.dotted(base)
        for store in module.stores.get(key.value, ()) if chain else ():
            if store.kind == "item" and module.dotted(store.base) == chain:
                found = True
                yield from self.fold(Place(module, store.node, place.env))
        if not found:
            yield Text(HOLE, False, key.needs, frozenset({key.value, module.nodes[base].text}))
