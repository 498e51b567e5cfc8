"""Functions of the tree that hand their parameters on to Generate, and who calls them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from audits.engine.facts import Argument, CallSite, Kind
from audits.engine.link import proof
from audits.engine.link.arguments import Arguments, operands_of
from audits.engine.link.evaluate import Evaluator
from audits.engine.link.externals import COLUMNS
from audits.engine.link.flags import Flag, flags_of, lets_run
from audits.engine.link.flows import Flow, Flows, is_method, named
from audits.engine.link.makers import LEVELS, made, own_modules, proof_of
from audits.engine.link.models import Models, with_model
from audits.engine.link.queued import calls_of_tasks, operands_for, task_at
from audits.engine.link.tree import Module
from audits.engine.link.uses import Use
from audits.engine.link.values import Step, Value

_ROUNDS = 3
_CALLERS = 2_000
# What calls the function that it is given with the arguments behind it.
_RUNNERS = (
    *("to_thread", "submit", "partial", "run_in_executor", "run_sync", "run_in_threadpool", "apply_async", "map"),
    *("add_task", "enqueue", "imap", "imap_unordered", "map_async", "starmap"),
)
_CORE = frozenset({Kind.SDK_CALL, Kind.SDK_STREAM, Kind.BATCH, Kind.RAW_HTTP, Kind.BEDROCK, Kind.SAGEMAKER, Kind.OCI})
_CALLING = tuple(dict.fromkeys((*_RUNNERS, *sorted(COLUMNS))))
Place = tuple[str, int, int | None, int]


@dataclass(slots=True)
class Helper:
    """A function (`scope` of `module`) that hands arguments on to the call `site` at expression `number`.

    `names` maps its parameters to Generate's; `rest`: what it takes by `**` goes along under its own name; `flags` are
    what the branches around the call ask of parameters.
    """

    module: Module
    scope: int
    site: CallSite
    number: int
    names: Mapping[str, str]
    rest: bool
    flags: frozenset[Flag] = frozenset()

    @property
    def name(self) -> str:
        """What it is called by."""
        return named(self.module, self.scope)


@dataclass(slots=True)
class ProjectWrappers:
    """Finds the callers of one tree's helpers."""

    evaluator: Evaluator
    arguments: Arguments
    _modules: dict[str, Module] = field(default_factory=dict)
    _taken: set[Place] = field(default_factory=set)
    _helpers: dict[tuple[str, int], Helper] = field(default_factory=dict)
    _given: Mapping[str, Sequence[tuple[Module, Use]]] = field(default_factory=dict)

    def sites(self, core: Iterable[CallSite]) -> Iterator[CallSite]:
        """A site for each caller, callers of callers too where they hand on as well, three calls away at most."""
        modules = self._modules = {module.path: module for module in own_modules(self.evaluator.tree)}
        todo = [(site, None) for site in core if site.kind in _CORE and site.path in modules]
        self._taken = {_place(site) for site, _ in todo}
        self._given = _given(modules.values()) if todo else {}
        frontier: list[tuple[CallSite, Helper | None]] = list(todo)
        for _ in range(_ROUNDS):
            fresh = [helper for site, through in frontier for helper in self._helper(modules[site.path], site, through)]
            frontier = [(site, helper) for helper in fresh for site in self._callers(helper)]
            yield from (site for site, _ in frontier)

    def _helper(self, module: Module, site: CallSite, through: Helper | None) -> Iterator[Helper]:
        number = module.at(site.span.line, site.span.cell, site.span.column)
        if number is None:
            return
        flow = Flows(self.evaluator, self.arguments).of(module, number, site, _inner(through))
        if flow is None or (module.path, flow.scope) in self._helpers:
            return
        flags = flags_of(self.evaluator, module, number) | (through.flags if through is not None else frozenset())
        helper = Helper(module, flow.scope, site, number, flow.names, flow.rest, flags)
        self._helpers[module.path, flow.scope] = helper
        yield helper

    def _callers(self, helper: Helper) -> Iterator[CallSite]:
        for caller, use, shift in self._found(helper):
            scope = caller.nodes[use.number].scope
            inside = caller.path == helper.module.path and _within(caller, scope, helper.scope)
            if inside or caller.path not in self._modules:
                continue
            call = (caller, use.number, shift)
            if not use.at and not lets_run(self.evaluator, helper.module, helper.scope, call, helper.flags):
                continue
            site = self._site(helper, caller, use, shift)
            # A caller that leaves all to the defaults has nothing to change when the helper is migrated.
            if site.arguments and _place(site) not in self._taken:
                self._taken.add(_place(site))
                yield site

    def _found(self, helper: Helper) -> Iterator[tuple[Module, Use, int]]:
        """(module, use, how many first parameters it does not write) of each caller."""
        yield from self._direct(helper)
        yield from self._handed(helper)
        yield from self._objects(helper)
        yield from self._made(helper)
        for caller, call, shift in calls_of_tasks(self.evaluator, self._modules.values(), helper.module, helper.scope):
            yield caller, Use(call), shift

    def _direct(self, helper: Helper) -> Iterator[tuple[Module, Use, int]]:
        for caller, call, shift in self.evaluator.callers(helper.module, helper.scope, _CALLERS):
            yield caller, Use(call), shift

    def _objects(self, helper: Helper) -> Iterator[tuple[Module, Use, int]]:
        """`bot("…")`, where the helper is the class's `__call__`."""
        row = helper.module.scopes[helper.scope]
        if helper.module.scopes[row.parent].kind != "class" or not _is_call(helper.module, helper.scope):
            return
        cls = helper.module.scopes[row.parent].name
        for caller in self._modules.values():
            for call in _calls_of_made(caller, cls):
                values = self.evaluator.evaluate(caller, caller.nodes[call].kids[0])
                if any((value.path, value.index) == (helper.module.path, row.parent) for value in values):
                    yield caller, Use(call), 1

    def _made(self, helper: Helper) -> Iterator[tuple[Module, Use, int]]:
        """`ask = make_asker(key)`, `ask("…")`: the function that is called gives the helper."""
        module, row = helper.module, helper.module.scopes[helper.scope]
        maker = module.scopes[row.parent]
        results = [module.nodes[number] for number in maker.results] if maker.kind == "function" else []
        given = any(node.op == "name" and node.text == row.name for node in results)
        for caller in self._modules.values() if given else ():
            for call in _calls_of_made(caller, maker.name):
                values = self.evaluator.evaluate(caller, caller.nodes[call].kids[0])
                if any((value.path, value.index) == (module.path, helper.scope) for value in values):
                    yield caller, Use(call), 0

    def _handed(self, helper: Helper) -> Iterator[tuple[Module, Use, int]]:
        """`submit(ask, prompt)`, `map(ask, prompts)`: the helper goes along as a value."""
        for caller, use in self._given.get(helper.name, ()):
            number = caller.nodes[use.number].kids[use.at]
            values = self.evaluator.evaluate(caller, number)
            if any((row.path, row.index) == (helper.module.path, helper.scope) for row in values):
                method = caller.nodes[number].op == "attr" and is_method(helper.module, helper.scope)
                yield caller, use, int(method)

    def _site(self, helper: Helper, caller: Module, use: Use, shift: int) -> CallSite:
        number, owner = caller.nodes[use.number].kids[use.at], helper.module
        value, doubt = self._chosen(helper, caller, number)
        scope, inner = owner.scopes[helper.scope], helper.site
        line, cell = owner.facts.place(scope.line)
        place = f"{owner.path}, cell {cell}, line {line}" if cell is not None else f"{owner.path}:{line}"
        why = (
            f"Calls `{helper.name}` ({place}), which hands its arguments on to `{inner.callee}` on line "
            f"{inner.span.line}."
        )
        handed = proof.brief(owner, helper.number)
        first = proof.called(caller, use.number) if not use.at else proof.passed(caller, use.number, number)
        ends = (
            Step(f"{helper.name}() ← hands on to {handed}", owner.path, scope.line),
            Step(handed, owner.path, owner.nodes[helper.number].line),
        )
        steps = (first, *(value.steps if value else ()), *ends)
        chain = proof_of(self.evaluator.tree, steps)
        return replace(
            made(caller, number, Kind.WRAPPER_PROJECT, why, call=use.number, method=inner.method),
            client=inner.client,
            platform=inner.platform,
            confidence=LEVELS[max(doubt, LEVELS.index(inner.confidence))],
            proof=(*chain, *(step for step in inner.proof if step not in chain)),
            arguments=self._passed(helper, caller, use, shift),
            reference=use.at > 0,
            era=inner.era,
        )

    def _chosen(self, helper: Helper, caller: Module, number: int) -> tuple[Value | None, int]:
        """The value by which the caller means the helper, and how doubtful it is."""
        task = task_at(caller, number, helper.name)
        known = self.evaluator.evaluate(caller, number if task is None else task)
        values = [row for row in known if row.kind in ("function", "class")]
        mine = [row for row in values if (row.path, row.index) == (helper.module.path, helper.scope)]
        value = min(mine or values, key=lambda row: row.doubt, default=None)
        return value, value.doubt if value else 1

    def _passed(self, helper: Helper, caller: Module, use: Use, shift: int) -> tuple[Argument, ...]:
        """What the caller passes, under Generate's names; what does not reach Generate is left out."""
        parameters = helper.module.scopes[helper.scope].parameters[shift:]
        own = tuple(row.name for row in parameters if row.kind == "")
        known = {row.name for row in parameters}
        found: dict[str, Argument] = {}
        unnamed: list[Argument] = []
        queued = use.at == 0 and task_at(caller, caller.nodes[use.number].kids[0], helper.name)
        operands = operands_for(caller, use.number) if queued else _operands(caller, use)
        for argument in self.arguments.of_call(caller, operands, own):
            name = argument.name
            if name is None or name == "**":
                unnamed.append(argument)
            elif name in helper.names:
                found[helper.names[name]] = replace(argument, name=helper.names[name])
            elif helper.rest and name not in known:
                found.setdefault(name, argument)
        places = zip(own, (node for label, node in operands if label == ""), strict=False)
        models = [("model", node) for name, node in (*places, *operands) if helper.names.get(name, name) == "model"]
        if models and "model" in found:
            found["model"] = with_model(found["model"], Models(self.evaluator).of(caller, models)[0])
        return (*found.values(), *unnamed)


def _given(modules: Iterable[Module]) -> dict[str, list[tuple[Module, Use]]]:
    """What is handed to one that calls it, by its last name and by the name that its import has for that."""
    found: dict[str, list[tuple[Module, Use]]] = defaultdict(list)
    for module in modules:
        originals = defaultdict(list)
        for original, aliases in module.aliases.items():
            for alias in aliases:
                originals[alias].append(original)
        for call in (call for runner in _CALLING for call in module.calls.get(runner, ())):
            for at, number in enumerate(module.nodes[call].kids[1:], 1):
                node = module.nodes[number]
                if node.op in ("name", "attr"):
                    for name in (node.text, *originals.get(node.text, ())):
                        found[name].append((module, Use(call, at)))
    return dict(found)


def _operands(caller: Module, use: Use) -> list[tuple[str, int]]:
    """What the helper is called with: a column hands on what it holds."""
    node = caller.nodes[use.number]
    callee, rest = caller.nodes[node.kids[0]], operands_of(node, use.at)
    if use.at == 1 and callee.text == "starmap":
        return _first_of(caller, rest)
    column = use.at == 1 and callee.op == "attr" and callee.text in COLUMNS
    return [("", callee.kids[0]), *rest] if column and all(label for label, _ in rest) else rest


def _first_of(caller: Module, rest: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    """`starmap(ask, [(prompt, 3)])`: the items of one of the tuples, as far as one is written down."""
    each = caller.nodes[rest[0][1]] if rest else None
    inner = (
        caller.nodes[each.kids[-1]] if each is not None and each.kids and each.op in ("seq", "comprehension") else None
    )
    return [("", kid) for kid in inner.kids] if inner is not None and inner.op == "seq" else list(rest)


def _is_call(module: Module, scope: int) -> bool:
    """Is a method its class's `__call__`, by name or by `__call__ = method`?"""
    row = module.scopes[scope]
    rows = module.bindings.get((row.parent, "__call__"), ())
    return row.name == "__call__" or any(
        item.how == "value" and module.nodes[item.node].op == "name" and module.nodes[item.node].text == row.name
        for item in rows
    )


def _calls_of_made(caller: Module, name: str) -> Iterator[int]:
    """Calls of what a call of `name` gave a name or an attribute, or of what it gives there."""
    made = {call for spelled in {name, *caller.aliases.get(name, ())} for call in caller.calls.get(spelled, ())}
    names = {item.name for item in caller.facts.bindings if item.how == "value" and item.node in made}
    names |= {item.key for item in caller.facts.stores if item.kind == "attr" and item.node in made}
    for held in sorted(names):
        yield from caller.calls.get(held, ())


def _inner(helper: Helper | None) -> Flow | None:
    return None if helper is None else Flow(helper.scope, helper.names, helper.rest, helper.module)


def _place(site: CallSite) -> Place:
    return site.path, site.span.line, site.span.cell, site.span.column


def _within(module: Module, scope: int, outer: int) -> bool:
    while scope >= 0 and scope != outer:
        scope = module.scopes[scope].parent
    return scope == outer
