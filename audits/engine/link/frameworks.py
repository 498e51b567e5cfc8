"""Constructors and functions of other libraries that call Generate, resolved by where they are imported from."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from audits.engine.catalogue import dead_model
from audits.engine.catalogue.frameworks import (
    FRAMEWORKS,
    LANGCHAIN,
    LANGCHAIN_METHODS,
    Framework,
)
from audits.engine.extract.model import ModuleFacts
from audits.engine.facts import Argument, CallSite, Kind
from audits.engine.filekinds import is_installed
from audits.engine.gate import module_parts
from audits.engine.link import options
from audits.engine.link.arguments import Arguments, operands_of
from audits.engine.link.evaluate import Evaluator
from audits.engine.link.makers import LEVELS, literal_of, made, own_modules, proof_of, step_at
from audits.engine.link.models import Models
from audits.engine.link.pins import Pins
from audits.engine.link.splats import Splats
from audits.engine.link.tree import Module
from audits.engine.link.uses import candidates
from audits.engine.link.values import Step, Value

_LAST_NAMES = frozenset(path.rpartition(".")[2] for path in FRAMEWORKS)
# Under these a constructor takes, as a dictionary, what it passes on to Generate.
_NESTED = frozenset({"model_kwargs", "generation_kwargs", "additional_kwargs"})
_CORE = frozenset({Kind.SDK_CALL, Kind.SDK_STREAM, Kind.BATCH, Kind.RAW_HTTP, Kind.BEDROCK, Kind.SAGEMAKER, Kind.OCI})


@dataclass(frozen=True, slots=True)
class _Found:
    """A row that an expression resolves to, how, and how doubtful that is."""

    rows: tuple[Framework, ...]
    steps: tuple[Step, ...]
    doubt: int = 0
    by_source: bool = False


@dataclass(slots=True)
class Frameworks:
    """Finds the wrappers of one tree."""

    evaluator: Evaluator
    arguments: Arguments
    facts: Mapping[str, ModuleFacts]
    _scopes: set[tuple[str, str]] = field(default_factory=set)

    def sites(self, core: Iterable[CallSite]) -> Iterator[CallSite]:
        """All sites; `core` are the calls of Generate that the tree itself makes."""
        self._scopes = {(site.path, site.scope.partition(".")[0]) for site in core if site.kind in _CORE}
        pins = Pins(self.facts)
        heirs = self._heirs()
        for module in own_modules(self.evaluator.tree):
            for number in self._calls(module, heirs):
                found = self._resolved(module, module.nodes[number].kids[0])
                site = None if found is None else self._constructed(module, number, found, pins)
                if site is not None:
                    yield site
            yield from self._methods(module)

    def _heirs(self) -> frozenset[str]:
        """Names of the tree's classes that inherit from a wrapper class."""
        found: set[str] = set()
        for module in own_modules(self.evaluator.tree):
            names = _spelled(module, _LAST_NAMES)
            for index, scope in enumerate(module.scopes):
                for number in scope.bases:
                    if module.nodes[number].text in names and self._resolved(module, number) is not None:
                        found.add(scope.name)
                        cls = Value("class", scope.name, module.path, index)
                        found |= {heir.name for heir in self.evaluator.descendants(cls)}
        return frozenset(found)

    def _calls(self, module: Module, heirs: frozenset[str]) -> list[int]:
        names = _spelled(module, _LAST_NAMES | heirs)
        rows = (row for row in module.facts.bindings if row.how == "value")
        bound = {row.name for row in rows if module.nodes[row.node].text in names}
        found = {number for name in names | bound for number in module.calls.get(name, ())}
        # `CLASSES["cohere"](…)`, `(ChatBedrock if chats else BedrockLLM)(…)`
        unnamed = [call for name in ("", "if", "or") for call in module.calls.get(name, ())]
        items = {call for call in unnamed if module.nodes[module.nodes[call].kids[0]].op in ("sub", "either")}
        return sorted(found | items)

    def _resolved(self, module: Module, number: int) -> _Found | None:
        """The rows of the class or function that an expression names."""
        values = self.evaluator.evaluate(module, number)
        for value in values:
            step = step_at(module, number)
            if value.kind == "external" and value.name in FRAMEWORKS:
                # Of two classes that a condition chooses from each has its own rows; what calls Generate goes first.
                either = module.nodes[number].op == "either"
                names = [row.name for row in values if row.name in FRAMEWORKS] if either else [value.name]
                rows = tuple(
                    sorted((row for name in names for row in FRAMEWORKS[name]), key=lambda row: bool(row.dead))
                )
                return _Found(rows, (step, *value.steps), max(value.doubt, int(either)))
            if value.kind == "class":
                found = self._of_class(value, (step, *value.steps))
                if found is not None:
                    return found
        return None

    def rows_of(self, module: Module, number: int) -> tuple[Framework, ...]:
        """The rows of the class or function that an expression names; () for none."""
        found = self._resolved(module, number)
        return () if found is None else found.rows

    def _of_class(self, value: Value, steps: tuple[Step, ...]) -> _Found | None:
        for cls in self.evaluator.lineage(value):
            module = self.evaluator.tree.modules[cls.path]
            rows = _rows_of_copy(cls)
            if rows and is_installed(cls.path):
                return _Found(rows, steps)
            if rows and any((cls.path, name) in self._scopes for name in _makers_of(module, cls)):
                return _Found(rows, (*steps, Step(cls.name, cls.path, module.scopes[cls.index].line)), by_source=True)
            for number in module.scopes[cls.index].bases:
                for base in self.evaluator.evaluate(module, number):
                    if base.kind == "external" and base.name in FRAMEWORKS:
                        return _Found(FRAMEWORKS[base.name], (*steps, step_at(module, number), *base.steps))
        return None

    def _constructed(self, module: Module, number: int, found: _Found, pins: Pins) -> CallSite | None:
        operands = operands_of(module.nodes[number])
        unfolded = [
            ("**" if label in _NESTED and self._is_open(module, node) else label, node) for label, node in operands
        ]
        arguments = self.arguments.of_call(module, unfolded, found.rows[0].positional)
        for row in found.rows:
            model, unless = self._model(module, operands, arguments, row)
            if not row.takes(model):
                spare = self._fallback(module, operands, row)
                if spare is None:
                    continue
                arguments = (spare, *(item for item in arguments if item.name not in ("fallbacks", *row.named)))
            told = self._told(module, number, row, found, pins)
            if told is None:
                continue
            doubt, why = told
            doubt = row.doubt_with(model) if row.doubt else doubt
            if unless:
                doubt, why = max(doubt, unless), f"{why} It is a default or one caller's choice: another may be named."
            site = made(module, module.nodes[number].kids[0], row.kind, why, call=number)
            return replace(
                site,
                client=row.path,
                platform=row.platform,
                confidence=LEVELS[max(doubt, found.doubt)],
                proof=proof_of(self.evaluator.tree, found.steps),
                arguments=tuple(_named(item, row, model) for item in arguments),
            )
        return None

    def _is_open(self, module: Module, number: int) -> bool:
        """Is it a dictionary whose keys are all written down?"""
        folded = Splats(self.evaluator).fold(module, number) if module.nodes[number].op in ("dict", "name") else None
        return module.nodes[number].op == "dict" or (folded is not None and folded.whole and bool(folded.entries))

    def _model(
        self, module: Module, operands: list[tuple[str, int]], arguments: tuple[Argument, ...], row: Framework
    ) -> tuple[str | None, int]:
        """The model that a call names, and 1 where a caller may name another; (None, 0): none that is known."""
        literal = literal_of(arguments, row.named)
        named = [("model", node) for label, node in operands if label in row.named]
        if row.first and operands and operands[0][0] == "":
            named = [("model", operands[0][1])]
        return (literal, 0) if literal is not None or not named else Models(self.evaluator).of(module, named)

    def _fallback(self, module: Module, operands: list[tuple[str, int]], row: Framework) -> Argument | None:
        """A model that a call falls back on, as LiteLLM's do, where the row holds for it."""
        node = next((module.nodes[number] for label, number in operands if label == "fallbacks"), None)
        for kid in node.kids if node is not None and node.op == "seq" else ():
            is_literal, value = self.arguments.literal(module, kid)
            if is_literal and isinstance(value, str) and row.takes(value):
                return Argument(row.named[0], repr(value), None, True, value)
        return None

    def _told(self, module: Module, number: int, row: Framework, found: _Found, pins: Pins) -> tuple[int, str] | None:
        """How doubtful it is that this call reaches Generate, and why; None: it does not."""
        if row.dead:
            return 0, f"{row.path} calls Chat with a model that is switched off."
        if row.completes:
            return self._completed(module, number, row)
        if row.doubt:
            return row.doubt, f"{row.path} reaches Generate. {row.note}"
        if row.option[0] and (asked := options.told(module, number, row)) is not None:
            return self._optional(row, asked)
        if not row.until:
            return None if row.option[0] else (0, f"{row.path} calls Generate.")
        if found.by_source:
            default = options.assumed(self.evaluator.tree.modules[found.steps[-1].path], row)
            if default is not None:
                return self._optional(row, default)
            return 0, f"{row.path} calls Generate in this tree."
        allowed = pins.allows(module.path, row.package, row.until)
        if allowed is None:
            return 2, (
                f"{row.path} calls Generate up to {row.package} {row.until} and Chat later; no file here says which "
                "version is installed."
            )
        return (0, f"{row.path} calls Generate up to {row.package} {row.until}, as is asked for.") if allowed else None

    def _optional(self, row: Framework, asked: str) -> tuple[int, str] | None:
        name, value = row.option
        return (0, f"{row.path} calls Generate with {name} {value!r}, as is asked for.") if asked == value else None

    def _completed(self, module: Module, number: int, row: Framework) -> tuple[int, str] | None:
        """For classes with methods of both kinds: what this object is asked for."""
        asked: set[str] = set()
        for other in own_modules(self.evaluator.tree):
            for at, node in enumerate(other.nodes):
                if node.op == "attr" and (node.text in row.completes or "chat" in node.text):
                    parent = other.parents.get(at)
                    called = parent is not None and other.nodes[parent].op == "call"
                    if called and self._is_made_at(other, node.kids[0], module.path, number):
                        asked.add(node.text)
        for name in sorted(asked & row.completes):
            return 0, f"{row.path}'s {name}() calls Generate."
        if asked:
            return None
        return 2, f"{row.path} calls Generate for completions and Chat for chats; the code does not show which is used."

    def _is_made_at(self, module: Module, base: int, path: str, number: int) -> bool:
        values = self.evaluator.evaluate(module, base)
        return any(value.kind == "instance" and (value.path, value.index) == (path, number) for value in values)

    def _methods(self, module: Module) -> Iterator[CallSite]:
        """`.generate([…])` on a LangChain model."""
        for number in candidates(module):
            node = module.nodes[number]
            if node.op != "attr" or node.text not in LANGCHAIN_METHODS:
                continue
            for value in self.evaluator.evaluate(module, node.kids[0]):
                row = FRAMEWORKS.get(value.name, ())[:1] if value.kind == "instance" else ()
                if row and row[0].kind is LANGCHAIN and row[0].always:
                    yield self._method(module, number, row[0], value)
                    break

    def _method(self, module: Module, number: int, row: Framework, value: Value) -> CallSite:
        parent = module.parents.get(number)
        call = parent if parent is not None and module.nodes[parent].kids[0] == number else None
        called = call is not None and module.nodes[call].op == "call"
        why = f"The receiver is a {row.path}: this is LangChain's generate(), which sends each prompt to Generate."
        site = made(module, number, row.kind, why, call=call if called and call is not None else -1, method="generate")
        operands = operands_of(module.nodes[call]) if called and call is not None else []
        steps = list(value.steps)
        made_in = self.evaluator.tree.modules.get(value.path)
        if made_in is not None and value.index >= 0 and made_in.nodes[value.index].op == "call":
            steps.append(step_at(made_in, made_in.nodes[value.index].kids[0]))
        return replace(
            site,
            client=row.path,
            platform=row.platform,
            confidence=LEVELS[max(value.doubt, int(value.index < 0))],
            proof=proof_of(self.evaluator.tree, (step_at(module, number), *steps)),
            arguments=self.arguments.of_call(module, operands, ("prompts",)),
            reference=not called,
        )


def _named(item: Argument, row: Framework, model: str | None) -> Argument:
    """A model that is written elsewhere, with its id where that one is gone."""
    told = item.name in row.named and item.literal is None and not item.behind and model is not None
    return replace(item, literal=model) if told and dead_model(str(model)) else item


def _spelled(module: Module, names: frozenset[str]) -> set[str]:
    aliases = module.aliases
    return set(names).union(*(aliases[name] for name in names if name in aliases))


def _makers_of(module: Module, cls: Value) -> Iterator[str]:
    """Whose calls are a class's own: itself, and the functions of its file, as one that tries again."""
    yield cls.name
    yield from (scope.name for scope in module.scopes if scope.kind == "function" and scope.parent == 0)


def _rows_of_copy(cls: Value) -> tuple[Framework, ...]:
    """The rows of a class whose file lies where the library itself has it."""
    parts = (*module_parts(cls.path), cls.name)
    for start in range(len(parts) - 2):
        rows = FRAMEWORKS.get(".".join(parts[start:]))
        if rows:
            return rows
    return ()
