"""Dictionaries that a call splats, folded to their entries across assignments, functions and callers."""

from collections.abc import Sequence

from audits.engine.extract.model import Node
from audits.engine.filekinds import is_test
from audits.engine.link.changes import MOST, Changes
from audits.engine.link.commandline import options_of
from audits.engine.link.evaluate import Evaluator
from audits.engine.link.fields import FUNCTIONS, METHODS, attributes_of, fields_of
from audits.engine.link.filled import Filled
from audits.engine.link.flags import Flags, coheres_ways
from audits.engine.link.fold import Fold, asks_names, behind_items, own_names, pairs, through_items
from audits.engine.link.frames import Env, Frame, passed
from audits.engine.link.sifted import sifted
from audits.engine.link.tree import Module
from audits.engine.link.values import Value

# Of so many assignments under conditions each may have been the last one.
_WAYS = 12


class Splats(Changes):
    """Folds dictionaries."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator
        self._flags = Flags(evaluator)
        # The calls whose results are being folded, the innermost last.
        self._frames: list[Frame] = []

    def inside(self, frames: Sequence[Frame]) -> None:
        """Fold from now on where these calls of the functions around are known, the innermost last."""
        self._frames = list(frames)

    def fold(self, module: Module, number: int, depth: int = 0) -> Fold:
        """The entries of the dictionary that an expression is."""
        node = module.nodes[number := behind_items(module, number)]
        if depth > MOST:
            return Fold(whole=False)
        if node.op == "dict":
            return self._literal(module, number, depth)
        if (node.op == "comprehension" and len(node.kids) == 2) or through_items(module, number)[1]:
            return self._sifted(module, number, depth)
        if node.op == "call":
            return self._call(module, number, depth)
        if node.op == "op" and node.text in ("|", "aug"):
            found = self.fold(module, node.kids[0], depth + 1)
            found.merge(self.fold(module, node.kids[1], depth + 1))
            return found
        if node.op == "seq":
            return pairs(module, node)
        if node.op == "attr" and node.text == "__dict__":
            return options_of(module, node.kids[0]) or self._instance(module, node.kids[0], held=True)
        if node.op == "either":
            return self._ways(module, node.kids[:2], depth)
        find = self._name if node.op == "name" else self._values
        found = find(module, number, depth)
        self._stores(module, number, found)
        return found

    def _filled(self, module: Module) -> Filled:
        # It follows from the module alone, and many ask about one.
        return self._evaluator.once(("filled", module.path), lambda: Filled(module))

    def _literal(self, module: Module, number: int, depth: int) -> Fold:
        node, found = module.nodes[number], Fold()
        labels = node.keys if node.op == "dict" else tuple(key or "**" for key in node.keys)
        kids = node.kids if node.op == "dict" else node.kids[1:]
        for kid, key in zip(kids, labels, strict=True):
            if key == "**":
                found.merge(self.fold(module, kid, depth + 1))
            elif key in ("?", "*"):
                found.whole = False
            else:
                found.put(key, module, kid)
        return found

    def _layers(self, module: Module, node: Node, depth: int) -> Fold:
        """`ChainMap(first, second)`: what is in the first hides what is in the second."""
        found = Fold()
        for kid, key in reversed(list(zip(node.kids[1:], node.keys, strict=True))):
            found.merge(self.fold(module, kid, depth + 1) if key == "" else Fold(whole=False))
        return found

    def _sifted(self, module: Module, number: int, depth: int) -> Fold:
        """`{key: value for key, value in d.items() if …}`: the entries of `d`, of which some may go."""
        row = sifted(self._evaluator, module, number)
        found = self.fold(module, row.base, depth + 1) if row.base >= 0 else Fold(whole=False)
        return row.sift(found, module)

    def _instance(
        self, module: Module, number: int, left_out: frozenset[str] = frozenset(), *, held: bool = False
    ) -> Fold:
        """The fields of the class of an instance; `held`: and whatever attribute the object holds."""
        found = Fold(whole=False)
        for value in self._evaluator.evaluate(module, number):
            if value.kind == "object":
                entries = fields_of(self._evaluator, value)
                found.entries |= {key: row for key, row in entries.items() if key not in left_out}
                found.classes |= dict.fromkeys(found.entries, value.name)
                for key, row in attributes_of(self._evaluator, value).items() if held else ():
                    found.put(key, *row)
        self._changes(module, number, found)
        return found

    def _changes(self, module: Module, number: int, found: Fold) -> None:
        """Lay over what `p._replace(…)` and `p.model_copy(update={…})` change."""
        for value in self._evaluator.evaluate(module, number):
            if value.kind == "record" and value.name == "_replace":
                owner = self._evaluator.tree.modules[value.path]
                node = owner.nodes[value.index]
                if "update" in node.keys:
                    changed = self.fold(owner, node.kids[1 + node.keys.index("update")], 1)
                elif owner.nodes[node.kids[0]].text == "_replace":
                    changed = self._literal(owner, value.index, 1)
                else:
                    continue
                found.merge(Fold(changed.entries))

    def _of_instance(self, module: Module, number: int, depth: int) -> Fold:
        """`p.dict(exclude={…})`, `asdict(p)`, `d.copy()`."""
        node = module.nodes[number]
        callee = module.nodes[node.kids[0]]
        # `dataclasses.asdict(p)` is a function's call, `p.asdict()` a method's.
        base = callee.kids[0] if callee.op == "attr" and "" not in node.keys else node.kids[1]
        out = [kid for kid, key in zip(node.kids[1:], node.keys, strict=True) if key == "exclude"]
        names = frozenset(module.nodes[kid].text for row in out for kid in module.nodes[row].kids)
        found = self._instance(module, base, names, held=callee.text == "vars")
        return found if found.entries else options_of(module, base) or self.fold(module, base, depth + 1)

    def _call(self, module: Module, number: int, depth: int) -> Fold:
        node = module.nodes[number]
        callee = module.nodes[node.kids[0]]
        if callee.op == "name" and callee.text == "dict" and (node.keys[:1] != ("",) or len(node.keys) > 1):
            return self._literal(module, number, depth)
        if callee.text == "ChainMap":
            return self._layers(module, node, depth)
        if callee.op == "attr" and callee.text in METHODS and "" not in node.keys:
            return self._of_instance(module, number, depth)
        if callee.text in FUNCTIONS and len(node.kids) > 1 and node.keys[0] == "":
            return self._of_instance(module, number, depth)
        for value in self._evaluator.evaluate(module, node.kids[0]):
            if value.kind == "function":
                owner = self._evaluator.tree.modules[value.path]
                frame = Frame(value.path, value.index, module, number, int(value.owner is not None), Env())
                found = Fold()
                self._frames.append(frame)
                for result in owner.scopes[value.index].results:
                    found.merge(self.fold(owner, result, depth + 1))
                self._frames.pop()
                self._substitute(found, owner, frame)
                return found
        if asks_names(module, number):
            return own_names(module, number)
        return self._values(module, number, depth)

    def _substitute(self, found: Fold, owner: Module, frame: Frame) -> None:
        """Entries that are a parameter of the called function become what this call passes."""
        defaults = {row.name: row.default for row in owner.scopes[frame.scope].parameters}
        for key, (module, node) in list(found.entries.items()):
            name = module.nodes[node].text
            if module is owner and module.nodes[node].op == "name" and name in defaults:
                place = passed(frame, self._evaluator, name)
                if place is not None:
                    found.entries[key] = (place.module, place.number)
                elif defaults[name] >= 0:
                    found.entries[key] = (owner, defaults[name])

    def _by_call(self, module: Module, number: int, depth: int) -> Fold | None:
        """A parameter of a function whose call is known: what this call passes for it; None: it is none."""
        scope = self._parameter_of(module, number) if self._frames else -1
        at = next((at for at, row in enumerate(self._frames) if (row.path, row.scope) == (module.path, scope)), -1)
        name = module.nodes[number].text
        if at < 0 or any(row.name == name and row.kind == "**" for row in module.scopes[scope].parameters):
            return None
        place = passed(self._frames[at], self._evaluator, name)
        if place is None:
            return None
        # What the call passes is read where the call stands.
        inner, self._frames = self._frames, self._frames[:at]
        found = self.fold(place.module, place.number, depth + 1)
        self._frames = inner
        return found

    def _name(self, module: Module, number: int, depth: int) -> Fold:
        node = module.nodes[number]
        rows = module.values_before(node, number)
        if rows:
            last = rows[-1:] if module.inside(node.block, rows[-1].block) else coheres_ways(module, rows)[-_WAYS:]
            return self._ways(module, [row.node for row in last], depth)
        given = self._by_call(module, number, depth)
        if given is not None:
            return given
        function = module.function_of(node.scope)
        if function >= 0 and any(
            row.name == node.text and row.kind == "**" for row in module.scopes[function].parameters
        ):
            with self._flags.inside(module, number):
                return self._from_callers(module, function, depth)
        return self._values(module, number, depth)

    def _ways(self, module: Module, numbers: Sequence[int], depth: int) -> Fold:
        """One of several dictionaries, nobody knows which: an entry that not all of them have may not be there."""
        found, ways = Fold(), [self.fold(module, number, depth + 1) for number in numbers]
        for way in ways:
            found.merge(way)
        found.passed |= {key for key in found.entries if any(key not in way.entries for way in ways)}
        return found

    def _from_callers(self, module: Module, function: int, depth: int) -> Fold:
        named = {row.name for row in module.scopes[function].parameters if row.kind != "**"}
        found = Fold()
        known = [(row.module, row.call) for row in self._frames if (row.path, row.scope) == (module.path, function)]
        calls = known[-1:] or self._flags.callers(module, function)
        for caller, number in calls:
            node = caller.nodes[number]
            for kid, key in zip(node.kids[1:], node.keys, strict=True):
                if key == "**":
                    other = self.fold(caller, kid, depth + 1)
                    entries = {name: at for name, at in other.entries.items() if name not in named}
                    found.merge(Fold(entries, other.whole))
                elif key and key != "*" and key not in named:
                    found.put(key, caller, kid)
        found.whole = found.whole and bool(calls)
        if not known:
            found.open, found.passed = True, set(found.entries)
        return found

    def _values(self, module: Module, number: int, depth: int) -> Fold:
        dicts = [value for value in self._evaluator.evaluate(module, number) if _is_dict(value)]
        # What only a test hands in is nothing that the product passes.
        own = [value for value in dicts if is_test(value.path) <= is_test(module.path)]
        found = Fold(whole=bool(dicts) and len(own) == len(dicts) and not self._is_default(module, number))
        for value in own:
            owner = self._evaluator.tree.modules[value.path]
            found.merge(self._literal(owner, value.index, depth + 1))
            if owner is not module and owner.nodes[value.index].scope == 0 and (name := owner.bound_to(value.index)):
                self._stores(owner, value.index, found, name)
        if not own and module.nodes[number].op in ("name", "attr"):
            kept = self._kept(module, module.nodes[number], depth)
            return kept if kept.entries else self._typed(module, number)
        if self._parameter_of(module, number) >= 0:
            found.passed = set(found.entries)
        return found

    def _kept(self, module: Module, node: Node, depth: int) -> Fold:
        """`self.options = options` of a constructor's `**options`: what those pass who make such objects."""
        found = Fold(whole=False)
        values = self._evaluator.evaluate(module, node.kids[0]) if node.op == "attr" else ()
        for value in (row for row in values if row.kind == "object"):
            for cls in self._evaluator.lineage(value):
                owner = self._evaluator.tree.modules[cls.path]
                for row in owner.stores.get(node.text, ()):
                    if row.how == "value" and row.kind == "attr" and self._evaluator.on_self(owner, row, cls.index):
                        found.merge(self.fold(owner, row.node, depth + 1))
        # What only a test hands in is nothing that the product passes.
        mine = {key: row for key, row in found.entries.items() if is_test(row[0].path) <= is_test(module.path)}
        return Fold(mine, whole=False, passed=set(mine))

    def _is_default(self, module: Module, number: int) -> bool:
        """Is the dictionary that is seen what holds only where nobody gives another: a parameter's, a field's?"""
        node = module.nodes[number]
        if node.op == "attr":
            bases = self._evaluator.evaluate(module, node.kids[0])
            classes = (cls for base in bases if base.kind == "object" for cls in self._evaluator.lineage(base))
            rows = (
                row
                for cls in classes
                for row in self._evaluator.tree.modules[cls.path].bindings.get((cls.index, node.text), ())
            )
            return any(row.how == "annotation" for row in rows)
        scope = self._parameter_of(module, number)
        return scope >= 0 and not self._evaluator.callers(module, scope)

    def _parameter_of(self, module: Module, number: int) -> int:
        """The function whose parameter an expression is, -1 for none."""
        node = module.nodes[number]
        defined = self._evaluator.defined(module, node, number) if node.op == "name" else None
        return defined[1] if defined is not None else -1

    def _typed(self, module: Module, number: int) -> Fold:
        """A dictionary that an annotation gives a class: a TypedDict."""
        found = self._instance(module, number)
        for value in self._evaluator.evaluate(module, number) if found.entries else ():
            if value.kind == "object" and not self._is_mapping(value):
                return Fold(whole=False)
        return found

    def _is_mapping(self, value: Value) -> bool:
        for cls in self._evaluator.lineage(value):
            owner = self._evaluator.tree.modules[cls.path]
            if any(owner.nodes[at].text in ("TypedDict", "dict", "Dict") for at in owner.scopes[cls.index].bases):
                return True
        return False


def _is_dict(value: Value) -> bool:
    """Is it a dictionary as it is written, in braces or as `dict(model="command")`?"""
    return value.kind == "dict" or (value.kind == "record" and value.name == "builtins.dict")
