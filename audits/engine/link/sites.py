"""Every use of a Generate method in a tree."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from audits.engine.catalogue import METHODS
from audits.engine.extract.model import ModuleFacts, Node
from audits.engine.facts import Argument, CallSite, Confidence, Kind, Later, Platform, ProofStep, ResponseRead, Span
from audits.engine.filekinds import is_installed
from audits.engine.link.answers import Answers
from audits.engine.link.arguments import Arguments, era_told, names_for, render
from audits.engine.link.clouds import Clouds
from audits.engine.link.eras import Eras, dated
from audits.engine.link.evaluate import Evaluator
from audits.engine.link.found import answers_in, site_of
from audits.engine.link.guess import guess, looks_like
from audits.engine.link.http import Http
from audits.engine.link.inside import calls_inside
from audits.engine.link.keys import Keys
from audits.engine.link.later import later_uses
from audits.engine.link.models import Models, with_model
from audits.engine.link.platforms import platform_of
from audits.engine.link.reads import Loops, outermost, read_at, reads_by_site
from audits.engine.link.shell import Shell
from audits.engine.link.spelled import spelled
from audits.engine.link.tree import Module, Tree
from audits.engine.link.uses import Use, candidates, is_awaited, reads_of, takes_client, uses_of
from audits.engine.link.values import Step, Value

_LEVELS = (Confidence.CONFIRMED, Confidence.LIKELY, Confidence.POSSIBLE)


class Linker:
    """Links one tree."""

    def __init__(self, facts: Mapping[str, ModuleFacts], modules: Mapping[str, Module] = MappingProxyType({})) -> None:
        self.tree = Tree(facts, modules=modules)
        self.evaluator = Evaluator(self.tree)
        self.arguments = Arguments(self.evaluator)
        self.eras = Eras(facts)
        self.keys = Keys(self.evaluator)
        self.loops = Loops(self.evaluator)
        self.reads: dict[tuple[str, int], tuple[ResponseRead, ...]] = {}

    def sites(self) -> Iterator[CallSite]:
        """All sites, module by module."""
        todo = [
            (module, number)
            for module in self.tree.modules.values()
            if not self.tree.vendored(module.path) and not is_installed(module.path)
            for number in candidates(module, self.tree)
        ]
        # The calls first: most trees have none on a client, and then nobody has to look for reads of their answers.
        methods = [self._methods(module, number) for module, number in todo]
        if any(methods):
            self.reads = reads_by_site(self.evaluator)
        for (module, number), values in zip(todo, methods, strict=True):
            site = self._site(module, number, values)
            if site is not None:
                yield site
        yield from self._without_sdk()

    def _without_sdk(self) -> Iterator[CallSite]:
        finders = (
            Http(self.evaluator, self.arguments),
            Shell(self.evaluator),
            Clouds(self.evaluator, self.arguments),
        )
        rows = [row for finder in finders for row in finder.found()]
        rows = [row for row in rows if not self.tree.vendored(row.module.path) and not is_installed(row.module.path)]
        answers = Answers(self.evaluator, (row.place for row in rows))
        reads = answers.by_site()
        loose: dict[str, tuple[int, ...]] = {}
        for found in rows:
            path = found.module.path
            if path not in loose:
                loose[path] = tuple(at for at in answers_in(found.module) if (path, at) not in answers.traced)
            yield site_of(found, self.tree, self.eras, reads.get(found.place, ()), loose[path])

    def _methods(self, module: Module, number: int) -> list[Value]:
        return [value for value in self.evaluator.evaluate(module, number) if value.kind == "method"]

    def _site(self, module: Module, number: int, values: list[Value]) -> CallSite | None:
        if values:
            value = min(values, key=lambda value: value.doubt)
            used = not _is_unbound(value) or takes_client(module, number)
            return self._resolved(module, number, value) if used else None
        return self._guessed(module, number) if module.nodes[number].op == "attr" else None

    def _resolved(self, module: Module, number: int, value: Value) -> CallSite:
        client = value.owner.name if value.owner is not None else None
        uses = uses_of(module, number)
        if not any(use.operands(module) for use in uses):
            uses += self._called_elsewhere(module, number, value)
        given = later_uses(self.evaluator, module, uses, value)
        inside = calls_inside(self.evaluator, module, uses, value)
        site = self._made(
            module, number, uses, value.name, client, unbound=_is_unbound(value), given=given, inside=inside
        )
        proof = tuple(self._proof(step) for step in value.steps)
        confidence = self._confidence(module, number, value, site.arguments)
        keyed = self.keys.of(value.owner)
        # Text for a reader leaves out what a call on the way to the client is given.
        made = "…" in site.callee and not (keyed or site.receiver) and module.nodes[number].op == "attr"
        return replace(
            site,
            receiver=spelled(module, module.nodes[number].kids[0]) if made else site.receiver,
            platform=platform_of(self.tree, self.arguments, value.owner),
            key_in_code=keyed,
            confidence=confidence,
            why=self._why(confidence, value),
            proof=proof,
            era=site.era or self._dated(value.owner),
        )

    def _dated(self, client: Value | None) -> str | None:
        made = self.tree.modules.get(client.path) if client is not None and client.index >= 0 else None
        return dated(made, client.index) if made is not None and client is not None else None

    def _confidence(self, module: Module, number: int, value: Value, arguments: tuple[Argument, ...]) -> Confidence:
        """How sure it is that the receiver is a client; one of several is, where the call looks like Generate."""
        if value.doubt < len(_LEVELS) - 1 or module.nodes[number].op != "attr":
            return _LEVELS[value.doubt]
        uses = uses_of(module, number)
        read = any(True for use in uses[:1] for _ in reads_of(module, use.number))
        found = looks_like(module, number, arguments, read=read)
        return found.confidence if found is not None else _LEVELS[value.doubt]

    def _guessed(self, module: Module, number: int) -> CallSite | None:
        uses = uses_of(module, number)
        if not uses:
            return None
        site = self._made(module, number, uses, module.nodes[number].text, None)
        reads = tuple(read_at(module, outermost(module, at)) for at in reads_of(module, uses[0].number))
        found = guess(self.evaluator, module, number, site.arguments, read=bool(reads))
        return None if found is None else replace(site, confidence=found.confidence, why=found.why, reads=reads)

    def _called_elsewhere(self, module: Module, number: int, value: Value) -> Iterator[Use]:
        """The calls in this module of what holds the method: a dictionary's entry, an attribute, a factory's result."""
        holders = ("sub", "name", "attr", "call")
        for call in module.made_by("call"):
            callee = module.nodes[call].kids[0]
            if module.nodes[callee].op in holders and callee != number:
                found = self.evaluator.evaluate(module, callee)
                if any(row.kind == "method" and row.key == value.key for row in found):
                    yield Use(call)

    def _given_later(
        self, given: Sequence[tuple[Module, Use]], client: str | None, method: str, known: Sequence[Argument]
    ) -> Iterator[Argument]:
        """What a `partial` of the method is called with, by whoever does, beside what it has already."""
        names = {row.name for row in known if row.name != "**"}
        for owner, use in given:
            for row in self._arguments(owner, [use], client, method, unbound=False):
                if row.name not in names:
                    names |= {row.name} - {"**"}
                    yield replace(row, elsewhere=True)

    def _arguments(
        self, module: Module, uses: list[Use], client: str | None, method: str, *, unbound: bool
    ) -> tuple[Argument, ...]:
        found: dict[tuple[str | None, str], Argument] = {}
        handed = any(use.at > 0 for use in uses)
        for use in uses:
            operands: Sequence[tuple[str, int]] = use.operands(module)
            if use.at > 0:
                operands = self.arguments.handed(module, use.number, operands, method)
            operands = operands[1:] if unbound and operands[:1] and operands[0][0] in ("", "*") else operands
            plain = [number for label, number in operands if label == ""][:2]
            literals = [self.arguments.literal(module, number)[1] for number in plain]
            names = names_for(self.eras.of(module), client, method, *(literals or [None]))
            for argument in self.arguments.of_call(module, operands, names):
                # Of what has no name each stands for itself.
                named = argument.name is not None and argument.name != "**"
                key = (argument.name, "" if named else argument.source)
                told = self._told(module, operands, argument) if named else argument
                # Whoever calls what the method was handed to has names of its own.
                found.setdefault(key, replace(told, elsewhere=True) if use.at == 0 and handed else told)
        return tuple(found.values())

    def _later(self, module: Module, use: Use, client: str | None, method: str) -> Later:
        callee = module.nodes[use.number].kids[0]
        line, cell = module.facts.place(module.nodes[callee].line)
        arguments = self._arguments(module, [use], client, method, unbound=False)
        return Later(render(module, callee), line, cell, arguments)

    def _told(self, module: Module, operands: Sequence[tuple[str, int]], argument: Argument) -> Argument:
        """A model that is decided elsewhere, with the id that a default or a caller gives where that one is gone."""
        if argument.name != "model" or argument.is_literal:
            return argument
        return with_model(argument, Models(self.evaluator).of(module, operands)[0])

    def _made(
        self,
        module: Module,
        number: int,
        uses: list[Use],
        method: str,
        client: str | None,
        *,
        unbound: bool = False,
        given: Sequence[tuple[Module, Use]] = (),
        inside: Sequence[tuple[Module, Use]] = (),
    ) -> CallSite:
        node = module.nodes[number]
        direct, around = _around(module, number, uses)
        own = self._arguments(module, uses, client, method, unbound=unbound)
        arguments = self._with_later(own, client, method, given, inside)
        called = [use for use in uses if use.at == 0] if around is None else []
        kind = _kind(method, arguments)
        return CallSite(
            path=module.path,
            span=_span(module, node, module.nodes[around.number].end if around else 0),
            scope=module.qualified(node.scope),
            callee=render(module, number),
            method=method,
            kind=kind,
            client=client,
            platform=Platform.COHERE,
            confidence=Confidence.POSSIBLE,
            why="",
            arguments=arguments,
            reads=self._reads(module, number, loops=kind is Kind.SDK_CALL and client is not None),
            era=self.eras.of(module) or era_told(client, arguments),
            reference=direct is None,
            later=render(module, module.nodes[called[0].number].kids[0]) if called else "",
            calls=tuple(self._later(module, use, client, method) for use in called) if len(called) > 1 else (),
            receiver=_receiver(module, uses) if unbound and direct is not None else "",
            awaited=around is not None and is_awaited(module, around.number),
            bound=module.bound_to(direct.number) if direct is not None else "",
        )

    def _with_later(
        self,
        arguments: tuple[Argument, ...],
        client: str | None,
        method: str,
        given: Sequence[tuple[Module, Use]],
        inside: Sequence[tuple[Module, Use]],
    ) -> tuple[Argument, ...]:
        """A call's arguments with what a method that is handed on is given later, and in what it is handed to."""
        arguments = (*arguments, *self._given_later(given, client, method, arguments))
        # What is unpacked in there is what the method is handed with.
        more = self._given_later(inside, client, method, arguments)
        return (*arguments, *(row for row in more if not (row.name or "*").startswith("*") or not arguments))

    def _reads(self, module: Module, number: int, *, loops: bool) -> tuple[ResponseRead, ...]:
        """The reads of what a call gives, with the loops over it where it is an answer to read at once."""
        found = self.reads.get((module.path, number), ())
        return tuple(dict.fromkeys((*found, *self.loops.of(module, number)))) if loops else found

    def _why(self, confidence: Confidence, value: Value) -> str:
        client = value.owner
        if client is None:
            return "The receiver is a Cohere client."
        verb = "is" if confidence is Confidence.CONFIRMED else "is said to be"
        place, module = "", self.tree.modules.get(client.path)
        if module is not None and client.index >= 0:
            line, cell = module.facts.place(module.nodes[client.index].line)
            place = f", made at {client.path}:{line}" + (f", cell {cell}" if cell is not None else "")
        return f"The receiver {verb} a {client.name}{place}."

    def _proof(self, step: Step) -> ProofStep:
        line, cell = self.tree.modules[step.path].facts.place(step.line)
        return ProofStep(step.text, step.path, line, cell)


def _is_unbound(value: Value) -> bool:
    return value.owner is not None and value.owner.kind == "unbound"


def _span(module: Module, node: Node, end: int) -> Span:
    """From where a method is named to where its call, which ends at line `end`, does."""
    line, cell = module.facts.place(node.line)
    last, _ = module.facts.place(max(node.end, end))
    return Span(line, last, node.column, cell)


def _around(module: Module, number: int, uses: Sequence[Use]) -> tuple[Use | None, Use | None]:
    """The call that the expression is the callee of, and that or the one that it is handed to."""
    direct = next((use for use in uses if use.at == 0 and use.number == module.parents.get(number)), None)
    return direct, direct or next((use for use in uses if use.at > 0), None)


def _receiver(module: Module, uses: Sequence[Use]) -> str:
    """The first operand of a method that is called by its class."""
    first = next((row for use in uses for label, row in use.operands(module)[:1] if label == ""), -1)
    return render(module, first) if first >= 0 else ""


def _kind(method: str, arguments: tuple[Argument, ...]) -> Kind:
    kind = METHODS[method].kind
    streams = any(row.name == "stream" and row.is_literal and row.literal is True for row in arguments)
    return Kind.SDK_STREAM if streams and kind is Kind.SDK_CALL else kind
