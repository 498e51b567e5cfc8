"""Which files that nobody has read yet stand between a call of Generate and its client."""

from collections.abc import Collection, Mapping, Sequence, Set

from audits.engine.extract.model import ModuleFacts
from audits.engine.filekinds import is_installed
from audits.engine.gate import asked_by, names_of
from audits.engine.link.arguments import operands_of
from audits.engine.link.evaluate import Evaluator
from audits.engine.link.found import answers_in
from audits.engine.link.handed import ask_for_models, receivers
from audits.engine.link.module import told_once
from audits.engine.link.senders import address_takers
from audits.engine.link.splats import Splats
from audits.engine.link.tree import Module, Tree
from audits.engine.link.uses import candidates
from audits.engine.link.values import Values


def wanted(
    facts: Mapping[str, ModuleFacts],
    absent: Mapping[str, Collection[str]],
    holders: Set[str],
    modules: Mapping[str, Module],
    owners: Mapping[str, Sequence[str]],
) -> frozenset[str]:
    """The paths out of `absent` (path -> dotted names that it imports) whose facts the linking asks for.

    They are what a receiver's chain leads through, what makes the dictionaries that calls unpack, the bases of classes
    that know an address, what gets a client or a helper as an argument, and those that call a function with the
    receiver as its parameter, if a module out of `holders` (paths that hold a client) reaches them by imports.
    `modules` are those of the facts that were indexed before, `owners` the paths of the tree by the keys under which
    they may be imported.
    """
    evaluator = _Asking(Tree(facts, absent, modules), absent, holders, owners)
    for module in [row for path, row in evaluator.tree.modules.items() if not is_installed(path)]:
        for number in candidates(module, evaluator.tree):
            if any(value.kind == "method" for value in evaluator.evaluate(module, number)):
                _ask_for_splats(evaluator, module, number)
    ask_for_models(evaluator)
    _ask_for_bases(evaluator, holders)
    if evaluator.tree.wanted:
        # Who gets a client handed is the dearest question, and its answer grows with what is still to be read.
        return frozenset(evaluator.tree.wanted)
    return receivers(evaluator, holders)


def _ask_for_splats(evaluator: Evaluator, module: Module, method: int) -> None:
    """Follow what a call of Generate unpacks: a helper that makes the dictionary may name nothing of the API."""
    call = module.nodes[module.parents.get(method, method)]
    for label, number in operands_of(call) if call.op == "call" else ():
        if label == "**":
            Splats(evaluator).fold(module, number)


def _ask_for_bases(evaluator: Evaluator, holders: Set[str]) -> None:
    """Follow the bases of classes in modules that write down an address or read an answer, and what is given it.

    A base may send what an heir fills in, and out of an object that holds the address.
    """
    for path, module in list(evaluator.tree.modules.items()):
        if not (path in holders and _names_address(module)) and not _reads_answer(module):
            continue
        for index, scope in enumerate(module.scopes):
            if scope.bases:
                evaluator.lineage(evaluator.class_value(module, index))
        for number in address_takers(module):
            evaluator.evaluate(module, module.nodes[number].kids[0])


@told_once
def _names_address(module: Module) -> bool:
    return module.facts.holds_address


@told_once
def _reads_answer(module: Module) -> bool:
    return module.facts.names_api and bool(answers_in(module))


class _Asking(Evaluator):
    """Notes what would be read next."""

    # Twice what trees of hundreds of modules take that are no knot; there are up to a dozen rounds.
    patience = 10_000

    def __init__(
        self,
        tree: Tree,
        absent: Mapping[str, Collection[str]],
        holders: Set[str],
        owners: Mapping[str, Sequence[str]],
    ) -> None:
        super().__init__(tree)
        self._callers: dict[str, set[str]] = {}
        for path in _reached({path: tree.modules[path].facts.imports for path in holders}, absent, owners):
            for key in asked_by(path, absent[path]):
                self._callers.setdefault(key, set()).add(path)

    def parameter(self, module: Module, scope: int, name: str) -> Values:
        """A parameter's values; who may pass it is asked for."""
        asks = self._callers and name not in ("self", "cls")
        for key in names_of(module.path) if asks else ():
            self.tree.wanted |= self._callers.get(key, set())
        return super().parameter(module, scope, name)


def _reached(
    start: Mapping[str, Collection[str]], absent: Mapping[str, Collection[str]], owners: Mapping[str, Sequence[str]]
) -> frozenset[str]:
    """The absent files that the imports of `start` lead to, directly or through one another."""
    found: set[str] = set()
    todo = list(start.items())
    while todo:
        path, imports = todo.pop()
        for key in asked_by(path, imports):
            for other in owners.get(key, ()):
                if other in absent and other not in found:
                    found.add(other)
                    todo.append((other, absent[other]))
    return frozenset(found)
