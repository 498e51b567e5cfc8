"""Which model a call names, where the name is written elsewhere."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from audits.engine.catalogue import dead_model
from audits.engine.extract.model import Binding, Node
from audits.engine.facts import Argument
from audits.engine.filekinds import is_test
from audits.engine.link.chosen import chosen, returned
from audits.engine.link.commandline import declared_option, option_defaults
from audits.engine.link.evaluate import Evaluator
from audits.engine.link.fields import defaults_of, given_to, values_in
from audits.engine.link.frames import Frame, Place, passed
from audits.engine.link.holes import HOLE
from audits.engine.link.splats import Splats
from audits.engine.link.texts import Texts
from audits.engine.link.tree import Module
from audits.engine.link.values import Value

_DEPTH = 6
_CALLERS = 12
_ENTRIES = 40
# Expressions looked at for one call's model.
_STEPS = 1_000
Constant = tuple[str | None, int]
_NONE: Constant = (None, 0)
# A field's or an option's declaration: its first operand stands where nobody gives it another value.
_FIELDS = frozenset({"Field", "field", "Option", "Query", "attrib", "ib"})
# What puts a text together from parts.
_JOINING = frozenset({"join", "format", "joinpath", "urljoin", "str"})
_JOINED = frozenset({"+", "%", "/"})
# `os.getenv("MODEL", "command")` and its like: what stands where nothing else is set.
_DEFAULTING = frozenset({"getenv", "get", "config", "env", "pop"})


def with_model(argument: Argument, model: str | None) -> Argument:
    """An argument; a model that is decided elsewhere, with the id that a default or a caller gives where it is gone."""
    if argument.name != "model" or argument.is_literal:
        return argument
    return replace(argument, literal=model) if model is not None and dead_model(model) else argument


@dataclass(slots=True)
class Models:
    """Follows a model's id to a constant."""

    evaluator: Evaluator
    _open: set[tuple[str, int, int]] = field(default_factory=set)
    _left: int = 0
    _seen: list[tuple[Module, int]] = field(default_factory=list)
    # The calls whose functions are being looked into, the innermost last.
    _frames: list[Frame] = field(default_factory=list)

    def of(self, module: Module, operands: Sequence[tuple[str, int]]) -> Constant:
        """The id that a call passes as `model`, and 1 where a caller may pass another; (None, 0): unknown.

        Of several that callers pass one that is gone, where there is such a one.
        """
        self._left, self._seen = _STEPS, []
        number = next((node for label, node in operands if label == "model"), -1)
        if number >= 0:
            return self._constant(module, number)
        for label, splat in operands:
            entry = Splats(self.evaluator).fold(module, splat).entries.get("model") if label == "**" else None
            if entry is not None:
                given = defaults_of(*entry)
                return _told(self._constant(*place) for place in given) if given else self._constant(*entry)
        return _NONE

    def written(self, model: str) -> list[tuple[Module, int]]:
        """Where the id that `of` has told last is written down; none where it is put together from parts."""
        return [row for row in self._seen if model and row[0].nodes[row[1]].text == model][:1]

    def literals(self, module: Module, number: int) -> list[tuple[Module, int]]:
        """The texts as they are written, by module and number, that an expression may be."""
        self._left, self._seen = _STEPS, []
        self._constant(module, number)
        return self._seen

    def _constant(self, module: Module, number: int, depth: int = 0) -> Constant:
        """The text that a name, an attribute, a parameter or a default is."""
        node = module.nodes[number]
        if node.op == "str":
            self._seen.append((module, number))
            return node.text, 0
        key = (module.path, number, self._frames[-1].call if self._frames else -1)
        if depth > _DEPTH or number < 0 or key in self._open or self._left <= 0:
            return _NONE
        self._left -= 1
        self._open.add(key)
        try:
            return self._followed(module, number, node, depth + 1)
        finally:
            self._open.discard(key)

    def _followed(self, module: Module, number: int, node: Node, depth: int) -> Constant:
        told = self._spelled(module, number, node, depth)
        return told if told[0] is not None else self._chosen(module, number, depth)

    def _chosen(self, module: Module, number: int, depth: int) -> Constant:
        found = [self._constant(*row, depth) for row in chosen(self.evaluator, module, module.nodes[number])]
        for frame, owner, at in returned(self.evaluator, module, number):
            self._frames.append(frame)
            found.append(self._constant(owner, at, depth))
            self._frames.pop()
        return _told(found)

    def _spelled(self, module: Module, number: int, node: Node, depth: int) -> Constant:
        if node.op == "name":
            return self._named(module, number, depth)
        if node.op == "attr":
            return self._attribute(module, number, depth)
        if node.op == "either":
            return _told(self._constant(module, kid, depth) for kid in node.kids[:2])
        if node.op == "sub" and len(node.kids) == 2:
            return _told([self._constant(*place, depth) for place in self._entries(module, node)])
        if node.op == "call" and module.nodes[node.kids[0]].text in _DEFAULTING:
            # What a table that is written down has under the key goes before the default.
            found = self._chosen(module, number, depth)
            plain = [kid for kid, key in zip(node.kids[1:], node.keys, strict=True) if key in ("", "default")]
            return found if found[0] is not None else _told(self._constant(module, kid, depth) for kid in plain[1:2])
        if node.op == "call" and module.nodes[node.kids[0]].text in _FIELDS:
            rows = dict(zip(reversed(node.keys), reversed(node.kids[1:]), strict=True))
            stated = [rows[key] for key in ("default", "") if key in rows]
            return _told(self._constant(module, kid, depth) for kid in stated[:1])
        return self._composed(module, number, node, depth)

    def _composed(self, module: Module, number: int, node: Node, depth: int) -> Constant:
        """`f"cohere/{MODEL}"`, `PREFIX + name`, `"/".join((vendor, name))`, `f"{vendor}/{DEFAULTS[vendor]}"`."""
        callee = module.nodes[node.kids[0]] if node.op == "call" else None
        # `env.str("NAME")` is a setting.
        called = callee is not None and callee.text in _JOINING and (callee.text, callee.op) != ("str", "attr")
        if not (called or node.op == "fstr" or (node.op == "op" and node.text in _JOINED)):
            return _NONE
        texts = Texts(self.evaluator).fold(Place(module, number))
        whole = [text for text in texts if HOLE not in text.value]
        if len(texts) == 1 and whole and texts[0].sure:
            return texts[0].value, 0
        found: list[Constant] = [(text.value, 1) for text in whole]
        if node.op == "fstr" or node.text == "+":
            parts = [self._constant(module, kid, depth) for kid in node.kids]
            known = [text for text, _ in parts if text is not None]
            found += [("".join(known), 1)] if len(known) == len(parts) else []
        told = _told(found)
        if told[0] is not None and dead_model(told[0]):
            return told
        by_key = _told([(text, 1) for text in self._by_key(module, node.kids)]) if node.kids else _NONE
        return told if by_key[0] is None else (by_key[0], 2)

    def _by_key(self, module: Module, kids: Sequence[int]) -> Iterator[str]:
        """A name put together with what a table that is written down has under it, for each of the table's keys."""
        tables = [kid for kid in kids if module.nodes[kid].op == "sub"]
        named = {module.dotted(kid) for kid in kids if module.nodes[kid].op == "name"}
        asked = {module.dotted(module.nodes[kid].kids[1]) for kid in tables if len(module.nodes[kid].kids) == 2} & named
        for name in sorted(asked):
            for key in self._keys(module, [kid for kid in tables if module.dotted(module.nodes[kid].kids[1]) == name]):
                parts = [self._under(module, kid, name, key) for kid in kids]
                if None not in parts:
                    yield "".join(part for part in parts if part is not None)

    def _keys(self, module: Module, tables: Sequence[int]) -> list[str]:
        rows = (value for kid in tables for value in self.evaluator.evaluate(module, module.nodes[kid].kids[0]))
        nodes = (self.evaluator.tree.modules[row.path].nodes[row.index] for row in rows if row.kind == "dict")
        return list(dict.fromkeys(key for node in nodes for key in node.keys if key not in ("?", "**")))[:_ENTRIES]

    def _under(self, module: Module, number: int, name: str, key: str) -> str | None:
        """One part of such a text where `name` is `key`."""
        node = module.nodes[number]
        if module.dotted(number) == name:
            return key
        if node.op == "sub" and module.dotted(node.kids[1]) == name:
            return next((self._constant(*place, 1)[0] for place in self._entries(module, node, key)), None)
        return self._constant(module, number, 1)[0]

    def _entries(self, module: Module, node: Node, key: str | None = None) -> Iterator[tuple[Module, int]]:
        """The entry of a dictionary that is written down, or all of them where nobody knows the key."""
        asked = module.text(node.kids[1]) if key is None else key
        for value in self.evaluator.evaluate(module, node.kids[0]):
            owner = self.evaluator.tree.modules.get(value.path)
            row = owner.nodes[value.index] if value.kind == "dict" and owner is not None else None
            if owner is not None and row is not None:
                rows = zip(row.keys, row.kids, strict=True)
                found = [kid for label, kid in rows if label != "**" and asked in (None, label)]
                yield from ((owner, kid) for kid in found[:_ENTRIES])

    def _named(self, module: Module, number: int, depth: int) -> Constant:
        defined = self.evaluator.defined(module, module.nodes[number], number)
        if defined is None:
            return _NONE
        rows, scope = defined
        if scope >= 0:
            inner = [row for row in rows if row.how == "value"]
            own = _told(self._constant(module, row.node, depth) for row in inner)
            return own if own[0] is not None else self._parameter(module, scope, module.nodes[number].text, depth)
        if len(rows) != 1:
            return self._branches(module, module.nodes[number], rows, depth)
        if rows[0].how == "import" and ":" in rows[0].detail:
            dotted, _, name = rows[0].detail.partition(":")
            path = self.evaluator.tree.find(module.path, dotted)
            return _NONE if path is None else self._global(self.evaluator.tree.modules[path], name, depth)
        return self._constant(module, rows[0].node, depth) if rows[0].how == "value" else _NONE

    def _branches(self, module: Module, node: Node, rows: Sequence[Binding], depth: int) -> Constant:
        """What one of several branches of the same function gives a name."""
        frame = module.frame(node.scope)
        if any(row.how != "value" or module.frame(row.scope) != frame for row in rows):
            return _NONE
        return _told([self._constant(module, row.node, depth) for row in rows[:_CALLERS]])

    def _parameter(self, module: Module, scope: int, name: str, depth: int) -> Constant:
        """A parameter's default, or what the tree's callers pass."""
        index = next(at for at, row in enumerate(module.scopes[scope].parameters) if row.name == name)
        default = module.scopes[scope].parameters[index].default
        known = next((at for at, row in enumerate(self._frames) if (row.path, row.scope) == (module.path, scope)), -1)
        given = passed(self._frames[known], self.evaluator, name) if known >= 0 else None
        if given is not None:
            inner, self._frames = self._frames, self._frames[:known]
            told = self._constant(given.module, given.number, depth)
            self._frames = inner
            return told
        found = [self._constant(module, default, depth)] if default >= 0 else []
        if known >= 0:
            # What the call unpacks may hold another one.
            keys = self._frames[known].module.nodes[self._frames[known].call].keys
            return _NONE if "*" in keys or "**" in keys else _told(found)
        found += [self._constant(*row, depth) for row in option_defaults(module, scope, name)]
        calls = (*self.evaluator.callers(module, scope, _CALLERS), *self.evaluator.running(module, scope))
        for caller, call, shift in calls:
            if is_test(caller.path) and not is_test(module.path):
                # A test may ask for any model: nobody else needs to.
                continue
            node, position = caller.nodes[call], shift
            for kid, key in zip(node.kids[1:], node.keys, strict=True):
                if key == name or (key == "" and position == index):
                    found.append(self._constant(caller, kid, depth))
                position += key == ""
        return _told(found)

    def _attribute(self, module: Module, number: int, depth: int) -> Constant:
        node, known = module.nodes[number], False
        for value in self.evaluator.evaluate(module, node.kids[0]):
            owner = self.evaluator.tree.modules.get(value.path)
            if owner is None:
                continue
            if value.kind == "module":
                return self._global(owner, node.text, depth)
            if value.kind in ("object", "class"):
                known = True
                found = self._of_class(value, node.text, depth)
                if found[0] is not None:
                    return found
        if node.text == "value" and not known:
            # A member of an enum.
            return self._constant(module, node.kids[0], depth)
        options = [self._constant(*row, depth) for row in declared_option(self.evaluator.tree, module, node)]
        if options and not known:
            return _told(options)
        if node.text.isupper() and not known:
            # `settings.MODEL` of a framework that loads the module itself.
            texts = (text.value for text in Texts(self.evaluator).fold(Place(module, number)))
            told = _told([(text, 1) for text in texts if HOLE not in text])
            if told[0] is not None:
                return told
        # Of settings that nobody gives a type: the one class of the file that has the field.
        rows = module.class_values.get(node.text, ()) if not known else ()
        return _told([self._constant(module, row.node, depth) for row in rows]) if len(rows) == 1 else _NONE

    def _of_class(self, value: Value, name: str, depth: int) -> Constant:
        """What the class or its nearest base that knows an attribute and who makes objects give it, else an heir."""
        lineage = self.evaluator.lineage(value)
        told = self._of_lineage(lineage, name, depth)
        # An empty text is for the heirs to replace.
        told = None if told is not None and told[0] == "" else told
        filled = [self._constant(*place, depth) for place in given_to(self.evaluator, value, lineage, name)]
        if told is not None or any(text is not None for text, _ in filled):
            return _told([told or _NONE, *filled]) if filled else told or _NONE
        heirs = [row for row in self.evaluator.descendants(value) if not is_test(row.path)][:_CALLERS]
        return _told([found for heir in heirs if (found := self._of_lineage((heir,), name, depth)) is not None])

    def _of_lineage(self, lineage: Iterable[Value], name: str, depth: int) -> Constant | None:
        """What the nearest of these classes that knows the attribute gives it; None: none of them does."""
        for cls in lineage:
            owner = self.evaluator.tree.modules[cls.path]
            inside = values_in(self.evaluator, cls, name)
            if inside:
                return self._constant(owner, inside[0], depth) if len(inside) == 1 else _NONE
        return None

    def _global(self, module: Module, name: str, depth: int) -> Constant:
        rows = [row for row in module.bindings.get((0, name), ()) if row.how == "value"]
        return self._constant(module, rows[0].node, depth) if len(rows) == 1 else _NONE


def _told(found: Iterator[Constant] | Sequence[Constant]) -> Constant:
    """One of several: the first that is gone, else the first that is known; another may be passed as well."""
    texts = [text for text, _ in found if text is not None]
    gone = [text for text in texts if dead_model(text)]
    return ((gone or texts)[0], 1) if texts else _NONE
