"""The evaluator: every operator of an expression to the values it may have."""

from collections.abc import Iterable, Iterator
from itertools import islice

from audits.engine.extract.model import Node
from audits.engine.link import proof
from audits.engine.link.labels import labels
from audits.engine.link.tabled import Tabled
from audits.engine.link.tree import Module
from audits.engine.link.values import Value, Values

_PUT_LIMIT = 20
# No row is so long that more are needed.
_DIGITS = 10
# What goes through the same items in another order or form.
_ORDERING = frozenset({"sorted", "list", "tuple", "reversed", "set", "iter"})


class Evaluator(Tabled):
    """Ties the parts together."""

    def compute(self, module: Module, number: int, node: Node) -> Iterable[Value]:
        """One operator."""
        op = node.op
        if op == "name":
            return self.name(module, node, number)
        if op == "attr":
            return self.attribute(module, number, node)
        if op == "call":
            return self.call(module, number, node)
        if op in ("await", "enter"):
            return self._entered(module, number, node) if op == "enter" else self.evaluate(module, node.kids[0])
        if op == "either":
            return [value for kid in node.kids[:2] for value in self.evaluate(module, kid)]
        if op in ("seq", "dict", "lambda"):
            kind = "function" if op == "lambda" else op
            return (Value(kind, "", module.path, int(node.text) if op == "lambda" else number),)
        return self._parts(module, number, node)

    def _parts(self, module: Module, number: int, node: Node) -> Iterable[Value]:
        if node.op == "sub":
            return self._subscript(module, node)
        if node.op == "iter":
            return self.items(module, node.kids[0], None)
        if node.op == "item":
            return self._unpacked(module, node.kids[0], int(node.text))
        if node.op == "other" and node.text == "rest":
            return self.evaluate(module, node.kids[0])
        if node.op == "other" and node.text == "yield":
            return [value.doubted(1) for place in self.sent(module, node) for value in self.evaluate(*place)]
        if node.op == "comprehension":
            found = [value for kid in node.kids for value in self.evaluate(module, kid) if value.kind == "response"]
            return [*found, Value("many", "", module.path, number)]
        return ()

    def _entered(self, module: Module, number: int, node: Node) -> Iterator[Value]:
        for value in self.evaluate(module, node.kids[0]):
            if value.kind == "object":
                yield from self._given_by(module, number, value, ("__enter__", "__aenter__"))
            yield value

    def _given_by(self, module: Module, number: int, value: Value, names: tuple[str, ...]) -> Iterator[Value]:
        """What an object's own methods of these names give."""
        for name in names:
            for found in self.member(module, number, name, value):
                if found.kind == "function":
                    yield from self.results(found)

    def _unpacked(self, module: Module, source: int, index: int) -> Iterator[Value]:
        """Item `index` of what `source` gives: of a loop over `sorted(d.items())` too."""
        node = module.nodes[source]
        each = module.nodes[node.kids[0]] if node.op == "iter" else node
        while each.op == "call" and module.nodes[each.kids[0]].text in _ORDERING and len(each.kids) > 1:
            each = module.nodes[each.kids[1]]
        return (
            self.items(module, source, index)
            if self.pairs_in(module, each) is None
            else self.column(module, each, index)
        )

    def items(self, module: Module, source: int, index: int | None) -> Iterator[Value]:
        """The items of a container, or the one at an index; a generator of clients evaluates to what it yields."""
        for value in self.evaluate(module, source):
            if value.streams or (value.kind == "client" and (index is None or value.index < 0)):
                yield value
            elif value.kind in ("class", "object", "instance") and index is None:
                yield from self._each_of(module, source, value)
            elif value.kind == "object" and index is not None:
                yield from self._in_order(module, source, value, index)
            elif value.kind in ("pairs", "gathered"):
                yield from (self.paired if value.kind == "pairs" else self._gathered)(value, index)
            elif value.kind in ("seq", "dict", "many", "record"):
                owner = self.tree.modules[value.path]
                kids = owner.nodes[value.index].kids
                kids = kids[-1:] if value.kind == "many" else kids[value.kind == "record" :]
                for at, kid in enumerate(kids):
                    if index is None or at == index or value.kind == "many":
                        yield from self.evaluate(owner, kid)
                if value.kind == "dict":
                    yield from (*self._registered(value, None), *self.filled_in(value, None))
        yield from self._put_in(module, source)
        yield from self.entered(module, source) if index is None else ()

    def _gathered(self, value: Value, index: int | None) -> Iterator[Value]:
        """What the arguments of `gather` give, or the one at a place: behind `*jobs`, any from there on."""
        owner = self.tree.modules[value.path]
        node = owner.nodes[value.index]
        rows = [(key, kid) for key, kid in zip(node.keys, node.kids[1:], strict=True) if key in ("", "*")]
        known = next((at for at, (key, _) in enumerate(rows) if key == "*"), len(rows))
        if index is not None:
            rows = rows[index : index + 1] if index < known else rows[known:]
        for key, kid in rows:
            yield from self.items(owner, kid, None) if key == "*" else self.evaluate(owner, kid)

    def _each_of(self, module: Module, source: int, value: Value) -> Iterator[Value]:
        """What a loop over an object, or over a class, gives."""
        if value.kind == "object":
            yield from self._given_by(module, source, value, ("__iter__", "__aiter__"))
        else:
            yield from self.unwritten(value) if value.kind == "instance" else self.members_of(module, source, value)

    def _in_order(self, module: Module, number: int, value: Value, index: int) -> Values:
        """Field `index` of a named tuple that has its own class."""
        owner = self.tree.modules[value.path]
        named = any(owner.nodes[at].text == "NamedTuple" for at in owner.scopes[value.index].bases)
        name = next(islice(self.fields(value), index, None), None) if named else None
        return self.member(module, number, name, value) if name is not None else ()

    def _put_in(self, module: Module, base: int) -> Iterator[Value]:
        """`pool.append(co)`, `clients[name] = co`: on the same chain of names, whatever the key."""
        chain = module.dotted(base)
        rows = module.stores.get("", ()) if chain else ()
        anyhow = (row for row in rows if row.kind == "any" and module.dotted(row.base) == chain)
        for row in module.at_home(base, anyhow):
            yield from self.stored(module, row)
        for call, operand in module.put_in.get(chain, ())[:_PUT_LIMIT] if chain else ():
            step = proof.passed(module, call, operand)
            yield from (value.after(step) for value in self.evaluate(module, operand))

    def _subscript(self, module: Module, node: Node) -> Iterator[Value]:
        key = module.nodes[node.kids[1]] if len(node.kids) > 1 else node
        if key.op == "str":
            yield from self._of_namespace(module, node.kids[0], key.text)
        for value in self.evaluate(module, node.kids[0]):
            if value.kind == "response" or (value.kind == "class" and self._is_generic(module, key)):
                yield value
            elif value.kind == "external" and len(node.kids) > 1:
                named = module.text(node.kids[1]) if value.name == "sys.modules" else None
                yield from self.imported(module, named) if named else self.evaluate(module, node.kids[1])
        if len(node.kids) > 1:
            yield from self.item(module, node.kids[0], node.kids[1])

    def _is_generic(self, module: Module, key: Node) -> bool:
        """Is `Base[key]` to be followed to `Base`? It takes long, so only where a client may be in question."""
        return key.op != "str" and (module.facts.names_api or self.gives_clients)

    def _of_namespace(self, module: Module, base: int, name: str) -> Iterator[Value]:
        """`globals()["name"]`, `vars(thing)["name"]`, `thing.__dict__["name"]`."""
        node = module.nodes[base]
        callee = module.nodes[node.kids[0]] if node.op == "call" else node
        if node.op == "call" and callee.text == "globals":
            yield from self.exported(module, name)
        inner = node.kids[1] if node.op == "call" and callee.text == "vars" and len(node.kids) == 2 else -1
        inner = node.kids[0] if node.op == "attr" and node.text == "__dict__" else inner
        for value in self.evaluate(module, inner):
            yield from self.member(module, base, name, value)

    def item(self, module: Module, base: int, key: int) -> Iterator[Value]:
        """`base[key]`: a constant key finds its entry, any other all of them."""
        node = module.nodes[key]
        if node.op in ("str", "const"):
            yield from self.item_of(module, base, node.text)
        elif (told := self.under_constant(module, base, key)) is not None:
            yield from told
        else:
            # `dict(zip(names, clients))[name]`: pairs have no other item.
            made = (value for value in self.evaluate(module, base) if value.kind == "pairs")
            yield from (found for value in made for found in self.paired(value, 1))
            yield from self.items(module, base, None)

    def item_of(self, module: Module, base: int, key: str) -> Values:
        """`base[key]` for a key given as text; a dict that is spread into itself is asked once."""
        return self.answer(module.path, ("item", base, key), lambda: self._entries(module, base, key))

    def _entries(self, module: Module, base: int, key: str) -> Iterator[Value]:
        for value in self.evaluate(module, base):
            if value.kind == "gathered":
                yield from self._gathered(value, _place(key))
            elif value.kind in ("dict", "record"):
                yield from self._entry(value, key)
                yield from (*self._registered(value, key), *self.filled_in(value, key)) if value.kind == "dict" else ()
            elif value.kind in ("many", "pairs", "seq"):
                yield from self._in_row(module, base, value, key)
            elif value.kind == "instance":
                yield from self.unwritten(value)
            elif value.kind == "client" and value.index < 0:
                # Only its type is known, which may be that of a container's items.
                yield value
            elif value.kind == "object":
                yield from self._of_object(module, base, value, key)
            elif value.kind == "class":
                yield from self.member_called(module, base, key, value)
        yield from self._stored_items(module, base, key)
        yield from self._put_in(module, base)
        yield from self.keyword(module, base, key)

    def _in_row(self, module: Module, base: int, value: Value, key: str) -> Iterator[Value]:
        """What stands at a place, or under a key in the dictionary that is made of pairs."""
        place = _place(key)
        told = self.under_key(value, key) if place is None else None
        if told is not None:
            yield from told
        elif value.kind == "many":
            yield from self.items(module, base, None)
        elif value.kind == "pairs":
            yield from self.paired(value, place)
        elif place is not None:
            owner = self.tree.modules[value.path]
            kids = owner.nodes[value.index].kids[place : place + 1]
            yield from (found for kid in kids for found in self.evaluate(owner, kid))

    def _of_object(self, module: Module, base: int, value: Value, key: str) -> Values:
        """`thing[key]` by a TypedDict's field, a named tuple's place or the class's own method."""
        asked = self.member(module, base, key, value) if self.is_typed_dict(value) else ()
        place = _place(key)
        asked = asked or (self._in_order(module, base, value, place) if place is not None else ())
        return asked or tuple(self._given_by(module, base, value, ("__getitem__",)))

    def _entry(self, value: Value, key: str) -> Iterator[Value]:
        """The entry of a dictionary, or of a call whose keywords are the entries."""
        owner = self.tree.modules[value.path]
        node = owner.nodes[value.index]
        keys = labels(owner, value.index) if value.kind == "dict" else node.keys
        for kid, label in zip(node.kids[value.kind == "record" :], keys, strict=True):
            if label == key:
                yield from self.evaluate(owner, kid)
            elif label == "" and value.name == "collections.namedtuple":
                yield from self.evaluate(owner, kid) if key == str(node.kids.index(kid) - 1) else ()
            elif label == "**" and value.kind == "dict":
                yield from self.item_of(owner, kid, key)

    def _registered(self, value: Value, key: str | None) -> Iterator[Value]:
        """The classes that a decorator enters into a dictionary of its module: `PROVIDERS[name] = cls`."""
        # Each item that is read asks, and what is asked is the same for all.
        for found in self.once(("registered", value.path, value.index), lambda: self._classes_in(value)):
            if self._decorated_with(found, key):
                yield found if key is not None else found.doubted(1)

    def _classes_in(self, value: Value) -> list[Value]:
        owner = self.tree.modules[value.path]
        rows = [row for row in owner.stores.get("", ()) if row.kind == "any"]
        names = {row.name for row in owner.facts.bindings if row.node == value.index} if rows else set()
        into = (row for row in rows if owner.dotted(row.base).rpartition(".")[2] in names)
        return [found for row in into for found in self.stored(owner, row) if found.kind == "class"]

    def _decorated_with(self, cls: Value, key: str | None) -> bool:
        """May a class be registered under the key, by what its decorators are called with?"""
        owner = self.tree.modules[cls.path]
        calls = [owner.nodes[number] for number in owner.scopes[cls.index].decorators]
        told = [owner.text(kid) for node in calls if node.op == "call" for kid in node.kids[1:]]
        return key is None or not told or None in told or key in told

    def _stored_items(self, module: Module, base: int, key: str) -> Iterator[Value]:
        """`app.config["co"] = …`, here or, for the end of a chain of names, in any module."""
        chain = module.dotted(base)
        rows = module.stores.get(key, ()) if chain else ()
        found = module.at_home(base, (row for row in rows if module.dotted(row.base) == chain))
        for row in found:
            yield from self.stored(module, row)
        if "update" in module.calls:
            yield from self.updated(module, base, key)
        if not found and chain and "." not in chain and self.is_handed_obj(module, base):
            chain = "ctx.obj"
        if found or "." not in chain or chain.startswith(("self.", "cls.")):
            return
        tail = chain.rpartition(".")[2]
        for other, row in self.tree.stores.get(key, ()):
            dotted = other.dotted(row.base)
            # An application of aiohttp's is `app` where it is made and `request.app` where it is used.
            if row.kind == "item" and ("." in dotted or tail == "app") and dotted.rpartition(".")[2] == tail:
                yield from (value.doubted(1) for value in self.stored(other, row) if value.kind == "client")


def _place(key: str) -> int | None:
    """A key that is a place in a row; `"²"` and a number of a thousand digits are none."""
    return int(key) if key.isascii() and key.isdigit() and len(key) < _DIGITS else None
