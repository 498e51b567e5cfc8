"""Which parameters of the functions around a call reach it, and as what."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from audits.engine.extract.interesting import PARAMETERS
from audits.engine.facts import CallSite, Kind
from audits.engine.link.arguments import Arguments
from audits.engine.link.evaluate import Evaluator
from audits.engine.link.fold import makes_dict, own_parameter
from audits.engine.link.sifted import sifted
from audits.engine.link.splats import Splats
from audits.engine.link.tree import Module
from audits.engine.link.uses import Use, uses_of

_DEPTH = 6
_MERGED = 40
# Keywords under which HTTP and cloud clients take a request's body, and what turns a dictionary into one.
_BODIES = frozenset({"json", "data", "body", "Body", "content", "payload"})
_DUMPS = frozenset({"dumps", "encode", "dump", "str", "bytes"})
# The value stays what the caller passed.
_SAME_CALLS = frozenset({"str", "int", "float", "list", "tuple", "min", "max"})
_SAME_METHODS = frozenset({"strip", "rstrip", "lstrip", "format", "lower", "encode"})
# A loop over their first operand meets its items.
_SAME_LOOPS = frozenset({"tqdm", "track", "sorted", "set", "reversed", "list", "tuple"})
_SDK = frozenset({Kind.SDK_CALL, Kind.SDK_STREAM, Kind.BATCH})
_PROMPTS = frozenset({"prompt", "prompts"})


@dataclass(frozen=True, slots=True)
class Flow:
    """`scope` hands on: `names` maps its parameters to Generate's; `rest`: what it takes by `**` too."""

    scope: int
    names: Mapping[str, str]
    rest: bool
    module: Module | None = None


@dataclass(slots=True)
class _Owner:
    names: dict[str, str] = field(default_factory=dict)
    rest: bool = False


@dataclass(slots=True)
class Flows:
    """Follows arguments back to parameters."""

    evaluator: Evaluator
    arguments: Arguments

    def of(self, module: Module, number: int, site: CallSite, through: Flow | None) -> Flow | None:
        """The function around the call at `number` that hands most on to it, None where none does.

        `through` is the helper that the call calls, where it is one.
        """
        found: dict[int, _Owner] = {}
        for use in _uses(module, number):
            for name, node in self._operands(module, use, site, through):
                self._follow(module, name, node, found)
        around = _around(module, module.nodes[number].scope)
        for scope in [scope for scope in found if scope not in around]:
            # It only builds what is sent: whoever calls it here hands that on.
            self._built(module, scope, found.pop(scope), around, found)
        best = max(found, key=lambda scope: _weight(found[scope]), default=None)
        if best is None or not (found[best].names or found[best].rest):
            return None
        return Flow(best, found[best].names, found[best].rest)

    def _built(
        self, module: Module, scope: int, builder: _Owner, around: frozenset[int], found: dict[int, _Owner]
    ) -> None:
        """What the functions around a call give a function that builds its body."""
        for caller, call, shift in self.evaluator.callers(module, scope):
            node, position = caller.nodes[call], shift
            if caller is not module or module.function_of(node.scope) not in around:
                continue
            rows = module.scopes[scope].parameters
            inside: dict[int, _Owner] = {}
            for kid, key in zip(node.kids[1:], node.keys, strict=True):
                label = rows[position].name if key == "" and position < len(rows) else key
                position += key == ""
                if label in builder.names:
                    self._follow(module, builder.names[label], kid, inside)
                elif builder.rest and (label == "**" or label in PARAMETERS):
                    self._follow(module, label, kid, inside)
            for at in inside.keys() & around:
                owner = found.setdefault(at, _Owner())
                owner.names |= {name: row for name, row in inside[at].names.items() if name not in owner.names}
                owner.rest = owner.rest or inside[at].rest

    def _follow(self, module: Module, name: str, node: int, found: dict[int, _Owner]) -> None:
        own = own_parameter(module, name, node)
        for scope, parameter, kind in self._parameters(module, node) if own is None else own:
            owner = found.setdefault(scope, _Owner())
            if name == "**":
                owner.rest = owner.rest or kind == "**"
            elif kind in ("", "keyword"):
                owner.names.setdefault(parameter, name)

    def _operands(self, module: Module, use: Use, site: CallSite, through: Flow | None) -> Iterator[tuple[str, int]]:
        """(Generate's name, expression) of what is passed; "**" for a splat that is not a dictionary in sight."""
        if through is not None:
            yield from self._renamed(module, use, through)
            return
        positions = {row.position: row.name for row in site.arguments if row.position is not None}
        position = 0
        for label, node in use.operands(module):
            if label == "":
                name = positions.get(position)
                position += 1
                if name is not None:
                    yield name, node
                elif site.kind not in _SDK:
                    yield from self._body(module, node)
            elif label == "**":
                yield from self._entries(module, node)
            elif label in _BODIES and site.kind not in _SDK:
                yield from self._body(module, node)
            elif label in PARAMETERS:
                yield label, node

    def _renamed(self, module: Module, use: Use, through: Flow) -> Iterator[tuple[str, int]]:
        assert through.module is not None  # noqa: S101 - a call that has been found leads to a function with a module
        parameters = through.module.scopes[through.scope].parameters[int(is_method(through.module, through.scope)) :]
        rows = [row.name for row in parameters if row.kind == ""]
        position = 0
        for label, node in use.operands(module):
            name: str | None = label
            if label == "":
                name = rows[position] if position < len(rows) else None
                position += 1
            if label == "**":
                yield from ((through.names.get(key, key), inner) for key, inner in self._entries(module, node))
            elif name is not None and name in through.names:
                yield through.names[name], node
            elif through.rest and name in PARAMETERS:
                yield str(name), node

    def _entries(self, module: Module, node: int) -> Iterator[tuple[str, int]]:
        if any(kind == "**" for _, _, kind in self._parameters(module, node)):
            yield "**", node
            return
        yield from (("**", inner) for inner in self._merged(module, node))
        folded = Splats(self.evaluator).fold(module, node)
        for name, (owner, inner) in folded.entries.items():
            if owner is module:
                yield name, inner
        if not folded.whole:
            yield "**", node

    def _merged(self, module: Module, node: int) -> list[int]:
        """What is unpacked into a dictionary: `{**a, **b}`, `dict(a, **b)`, `a | b`, `d.update(b)`."""
        found: dict[int, None] = {}
        todo = [node]
        while todo and len(found) < _MERGED:
            at = todo.pop()
            if at not in found:
                found[at] = None
                todo += self._laid(module, at)
        return [at for at in found if at != node]

    def _laid(self, module: Module, number: int) -> list[int]:
        """What lies directly in a dictionary, by unpacking or by its name."""
        row = module.nodes[number]
        if row.op == "dict":
            return [kid for kid, key in zip(row.kids, row.keys, strict=True) if key == "**"]
        if row.op == "call" and module.nodes[row.kids[0]].text == "dict":
            return [kid for kid, key in zip(row.kids[1:], row.keys, strict=True) if key in ("", "**")]
        if row.op == "op" and row.text in ("|", "aug"):
            return list(row.kids[:2])
        if row.op == "comprehension" and len(row.kids) == 2:
            base = sifted(self.evaluator, module, number).base
            return [base] if base >= 0 else []
        if row.op == "call":
            made = (value for value in self.evaluator.evaluate(module, row.kids[0]) if value.kind == "function")
            return [at for value in made if value.path == module.path for at in module.scopes[value.index].results]
        if row.op != "name":
            return []
        rows, _ = self.evaluator.defined(module, row, number) or ([], -1)
        found = [bound.node for bound in rows if bound.how == "value"]
        for call in module.calls.get("update", ()):
            node = module.nodes[call]
            callee = module.nodes[node.kids[0]]
            same = callee.op == "attr" and module.dotted(callee.kids[0]) == row.text
            if same and call < number and module.frame(node.scope) == module.frame(row.scope):
                found += [kid for kid, key in zip(node.kids[1:], node.keys, strict=True) if key in ("", "**")]
        return found

    def _body(self, module: Module, node: int, depth: int = 0) -> Iterator[tuple[str, int]]:
        row = module.nodes[node]
        if row.op == "call" and module.nodes[row.kids[0]].text in _DUMPS and depth < 3:
            callee = module.nodes[row.kids[0]]
            inner = row.kids[1] if len(row.kids) > 1 else callee.kids[0] if callee.kids else -1
            if inner >= 0:
                yield from self._body(module, inner, depth + 1)
            return
        if row.op == "name" and depth < 3:
            rows = self.evaluator.defined(module, row, node)
            values = [bound.node for bound in rows[0] if bound.how == "value"] if rows else []
            # What is done to a dictionary between its making and its use is known by its name alone.
            calls = [value for value in values if module.nodes[value].op == "call" and not makes_dict(module, value)]
            for value in calls:
                yield from self._body(module, value, depth + 1)
            if calls:
                return
        yield from self._entries(module, node)

    def _parameters(self, module: Module, node: int, depth: int = 0) -> Iterator[tuple[int, str, str]]:
        """(scope, name, kind) of the parameters that an expression passes on as they are."""
        row = module.nodes[node]
        if depth > _DEPTH:
            return
        if row.op == "name":
            yield from self._named(module, node, depth)
        elif row.op == "either":
            for kid in row.kids[:2]:
                yield from self._parameters(module, kid, depth + 1)
        elif row.op == "call":
            callee = module.nodes[row.kids[0]]
            if callee.op == "name" and callee.text in _SAME_CALLS and len(row.kids) > 1:
                yield from self._parameters(module, row.kids[1], depth + 1)
            elif callee.op == "attr" and callee.text in _SAME_METHODS:
                yield from self._parameters(module, callee.kids[0], depth + 1)
        elif row.op == "seq" and len(row.kids) == 1:
            yield from self._parameters(module, row.kids[0], depth + 1)
        elif row.op in ("iter", "item"):
            yield from self._looped(module, node, depth)

    def _looped(self, module: Module, node: int, depth: int) -> Iterator[tuple[int, str, str]]:
        """`for p in prompts`, `for i, p in enumerate(prompts)`, `for p, k in zip(prompts, keys)`: each item goes on."""
        row = module.nodes[node]
        each = module.nodes[row.kids[0]] if row.op == "item" else row
        source = module.nodes[each.kids[0]] if each.op == "iter" else None
        if source is None:
            return
        number, name = each.kids[0], module.nodes[source.kids[0]].text if source.op == "call" else ""
        if row.op == "item":
            # Which operand the item of a pair is from; enumerate() gives the count before it.
            at = {"zip": int(row.text) + 1, "enumerate": int(row.text)}.get(name, 0)
            number = source.kids[at] if 0 < at < len(source.kids) else -1
        elif name in _SAME_LOOPS and len(source.kids) > 1:
            number = source.kids[1]
        if number >= 0 and module.nodes[number].op == "name":
            yield from self._named(module, number, depth + 1)

    def _named(self, module: Module, node: int, depth: int) -> Iterator[tuple[int, str, str]]:
        row = module.nodes[node]
        defined = self.evaluator.defined(module, row, node)
        if defined is None:
            return
        rows, scope = defined
        for bound in rows:
            if bound.how == "value":
                yield from self._parameters(module, bound.node, depth + 1)
        if scope > 0 and named(module, scope):
            parameter = next(item for item in module.scopes[scope].parameters if item.name == row.text)
            if not (is_method(module, scope) and module.scopes[scope].parameters[0].name == row.text):
                yield scope, row.text, parameter.kind


def named(module: Module, scope: int) -> str:
    """What a function is called by, also `ask = lambda p: …` of a module or a class; "" where it has no name."""
    row = module.scopes[scope]
    if row.kind != "lambda":
        return row.name if row.kind == "function" else ""
    number = module.lambdas.get(scope, -1)
    rows = module.bound.get(number, ())
    names = (one.name for one in rows if module.scopes[one.scope].kind in ("module", "class"))
    return next(iter((*names, *sorted(module.held.get(number, ())))), "") if number >= 0 else ""


def _uses(module: Module, number: int) -> list[Use]:
    node = module.nodes[number]
    if node.op == "call" and module.nodes[node.kids[0]].text != "getattr":
        return [Use(number)]
    return uses_of(module, number)


def _around(module: Module, scope: int) -> frozenset[int]:
    """The scopes that an expression stands in, from its own outwards."""
    found = {scope}
    while scope > 0:
        scope = module.scopes[scope].parent
        found.add(scope)
    return frozenset(found)


def is_method(module: Module, scope: int) -> bool:
    """Is a function's first parameter the object or the class?"""
    row = module.scopes[scope]
    static = any(module.nodes[number].text == "staticmethod" for number in row.decorators)
    return module.scopes[row.parent].kind == "class" and not static


def _weight(owner: _Owner) -> tuple[bool, int]:
    return bool(_PROMPTS & set(owner.names.values())), len(owner.names) + owner.rest
