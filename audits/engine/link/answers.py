"""Where the answer of a request is read: each read is followed back to the call that sent it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from audits.engine.facts import ResponseRead
from audits.engine.link.evaluate import Evaluator
from audits.engine.link.reads import is_foreign, outermost, read_at
from audits.engine.link.tree import Module

_KEYS = frozenset(
    {"generations", "text", "event_type", "is_finished", "finish_reason", "likelihood", "token_likelihoods"}
)
# What OCI's objects have in the place of `generations`.
_OCI_TEXTS = "generated_texts"
_DEPTH, _STEPS, _READS, _EACH = 24, 300, 4_000, 40
# Calls that give back what they are given, in another form.
_FORMS = frozenset(
    [
        *("loads", "load", "dict", "list", "next", "iter", "run", "wait_for", "gather", "ensure_future", "create_task"),
        *("cast", "deepcopy", "copy", "parse_obj", "model_validate", "SimpleNamespace", "Munch", "Box", "sorted"),
        *("as_completed", "enumerate", "reversed", "zip", "closing", "shield", "run_until_complete", "decode"),
        *("str", "vars", "filter"),
    ]
)
# Calls that call the function among their operands.
_CALLING = frozenset(
    {"submit", "to_thread", "run_in_executor", "map", "apply", "apply_async", "starmap", "imap", "partial", "run_sync"}
)
Site = tuple[str, int]


class Answers:
    """Follows reads in one tree; `sent` are the calls (path, expression) that send requests."""

    def __init__(self, evaluator: Evaluator, sent: Iterable[Site]) -> None:
        self._evaluator = evaluator
        self._tree = evaluator.tree
        self._sent = frozenset(sent)
        self._left = 0
        self._seen: set[tuple[str, int]] = set()
        self.traced: set[tuple[str, int]] = set()

    def by_site(self) -> dict[Site, tuple[ResponseRead, ...]]:
        """By call: the reads of its answer, in the order of the tree; `traced` are their expressions then."""
        found: dict[Site, dict[tuple[str, int], ResponseRead]] = defaultdict(dict)
        left = _READS if self._sent else 0
        for module in self._tree.modules.values() if left else ():
            for number, base in _reads(module):
                left -= 1
                for site in self._origins_of(module, base) if left > 0 else ():
                    self.traced.add((module.path, number))
                    top = outermost(module, number)
                    if len(found[site]) < _EACH and not is_foreign(module, top):
                        found[site][module.path, top] = read_at(module, top)
        return {site: tuple(rows.values()) for site, rows in found.items()}

    def _origins_of(self, module: Module, number: int) -> set[Site]:
        self._left, self._seen = _STEPS, set()
        return set(self._origins(module, number, 0))

    def _origins(self, module: Module, number: int, depth: int) -> Iterator[Site]:
        key = (module.path, number)
        self._left -= 1
        if number < 0 or key in self._seen or depth > _DEPTH or self._left < 0:
            return
        self._seen.add(key)
        if key in self._sent:
            yield key
            return
        node = module.nodes[number]
        if node.op == "name":
            yield from self._named(module, number, depth)
        elif node.op == "attr":
            yield from self._attribute(module, number, depth)
        elif node.op == "call":
            yield from self._called(module, number, depth)
        elif node.op in ("await", "enter", "iter", "item", "sub", "either", "comprehension", "seq", "other"):
            for kid in node.kids[:1] if node.op == "sub" else node.kids:
                yield from self._origins(module, kid, depth + 1)

    def _named(self, module: Module, number: int, depth: int) -> Iterator[Site]:
        node = module.nodes[number]
        rows, scope = self._evaluator.defined(module, node, number) or ([], -1)
        for row in rows:
            if row.how == "value":
                yield from self._origins(module, row.node, depth + 1)
        if scope >= 0 and module.scopes[scope].kind == "function":
            yield from self._passed(module, scope, node.text, depth)

    def _passed(self, module: Module, scope: int, name: str, depth: int) -> Iterator[Site]:
        """What the callers of a function give its parameter."""
        index = next(at for at, row in enumerate(module.scopes[scope].parameters) if row.name == name)
        for caller, call, shift in self._evaluator.callers(module, scope):
            node, position = caller.nodes[call], 0
            for kid, key in zip(node.kids[1:], node.keys, strict=True):
                if key == name or (key == "" and position == index - shift):
                    yield from self._origins(caller, kid, depth + 1)
                position += key == ""

    def _attribute(self, module: Module, number: int, depth: int) -> Iterator[Site]:
        node = module.nodes[number]
        base = module.nodes[node.kids[0]]
        if base.op == "name" and base.text in ("self", "cls"):
            for row in module.stores.get(node.text, ()):
                if row.kind == "attr" and module.dotted(row.base) == base.text:
                    yield from self._origins(module, row.node, depth + 1)
            return
        yield from self._origins(module, node.kids[0], depth + 1)

    def _called(self, module: Module, number: int, depth: int) -> Iterator[Site]:
        node = module.nodes[number]
        callee = module.nodes[node.kids[0]]
        if callee.text in _CALLING:
            for kid in node.kids[1:4]:
                yield from self._results(module, kid, depth)
        if callee.text in _FORMS:
            for kid in node.kids[1:]:
                yield from self._origins(module, kid, depth + 1)
        known = list(self._results(module, node.kids[0], depth))
        yield from known
        if not known and callee.op == "attr":
            # `.json()`, `.result()`, `.read()`: a method of what the answer came in.
            yield from self._origins(module, callee.kids[0], depth + 1)

    def _results(self, module: Module, number: int, depth: int) -> Iterator[Site]:
        for value in self._evaluator.evaluate(module, number):
            if value.kind == "function":
                owner = self._tree.modules[value.path]
                for result in owner.scopes[value.index].results:
                    yield from self._origins(owner, result, depth + 1)


def _reads(module: Module) -> Iterator[tuple[int, int]]:
    """(read, what is read from) of each item that an answer of Generate may have."""
    reading = (*module.made_by("sub"), *module.calls.get("get", ()), *module.attributes.get(_OCI_TEXTS, ()))
    for number in sorted(reading):
        node = module.nodes[number]
        if node.op == "sub" and len(node.kids) == 2 and module.nodes[node.kids[1]].op == "str":
            if module.nodes[node.kids[1]].text in _KEYS:
                yield number, node.kids[0]
        elif node.op == "call" and len(node.kids) > 1:
            callee = module.nodes[node.kids[0]]
            if callee.op == "attr" and module.nodes[node.kids[1]].text in _KEYS:
                yield number, callee.kids[0]
        elif node.op == "attr":
            yield number, node.kids[0]
