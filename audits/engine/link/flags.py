"""Branches that a caller's constant keeps closed: `def ask(chat=False, **rest)` with `if chat: … else: …`."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from audits.engine.extract.model import Binding
from audits.engine.link.evaluate import Evaluator
from audits.engine.link.frames import Env, Frame, passed
from audits.engine.link.module import told_once
from audits.engine.link.tree import Module

# So many ways out before an expression are asked for what they leave.
_NEAREST = 50
_TRUTHS = {"True": True, "False": False, "None": False}


class Flag(NamedTuple):
    """The parameter `name` of the function `scope` in the module at `path`, and what it has to be."""

    path: str
    scope: int
    name: str
    truth: bool


class Flags:
    """What the branches ask of parameters in which the expressions stand that are being followed."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator
        self._asked: frozenset[Flag] = frozenset()

    @contextmanager
    def inside(self, module: Module, number: int) -> Iterator[None]:
        """Follow callers for an expression where it stands."""
        before = self._asked
        self._asked = before | flags_of(self._evaluator, module, number)
        try:
            yield
        finally:
            self._asked = before

    def callers(self, module: Module, scope: int) -> list[tuple[Module, int]]:
        """The calls of a function after which what is followed can run."""
        found = self._evaluator.callers(module, scope)
        return [(row[0], row[1]) for row in found if lets_run(self._evaluator, module, scope, row, self._asked)]


def flags_of(evaluator: Evaluator, module: Module, number: int) -> frozenset[Flag]:
    """What parameters of the functions around must be where an expression runs, as far as a bare `if` says."""
    found: set[Flag | None] = set()
    block = here = module.nodes[number].block
    while block >= 0:
        if block in module.apart:
            choice = module.apart[block]
            found.add(_flag(evaluator, module, choice, holds=block == _first_ways(module)[choice]))
        ended = _ended_ways(module).get(block, [])
        before = bisect_left(ended, number, key=module.apart.__getitem__)
        for way in ended[max(before - _NEAREST, 0) : before]:
            choice = module.apart[way]
            if not module.inside(here, way):
                # Behind `if chat: return …` it did not hold.
                found.add(_flag(evaluator, module, choice, holds=way != _first_ways(module)[choice]))
        block = module.facts.blocks[block]
    return frozenset(row for row in found if row is not None)


@told_once
def _first_ways(module: Module) -> dict[int, int]:
    """By choice its first way, where the test holds."""
    return {choice: way for way, choice in sorted(module.apart.items(), reverse=True)}


@told_once
def _ended_ways(module: Module) -> dict[int, list[int]]:
    """By block the ways inside it that leave the function at their end, in the order of their tests."""
    found: dict[int, list[int]] = defaultdict(list)
    for way in sorted(module.ended & module.apart.keys(), key=lambda way: (module.apart[way], way)):
        found[module.facts.blocks[way]].append(way)
    return dict(found)


def _flag(evaluator: Evaluator, module: Module, choice: int, *, holds: bool) -> Flag | None:
    """The parameter that a test asks for, and what it is where the test holds or does not."""
    node = module.nodes[choice]
    negated = node.text == "UnaryOperation" and node.op == "other"
    test = node.kids[0] if negated else choice
    named = module.nodes[test].op == "name"
    rows, scope = (evaluator.defined(module, module.nodes[test], test) if named else None) or ([], -1)
    if scope < 0 or rows:
        return None
    return Flag(module.path, scope, module.nodes[test].text, holds is not negated)


def lets_run(
    evaluator: Evaluator, module: Module, scope: int, caller: tuple[Module, int, int], flags: frozenset[Flag]
) -> bool:
    """Does a call, as (module, call, how many first parameters it does not write), pass no constant against a flag?"""
    mine = [row for row in flags if (row.path, row.scope) == (module.path, scope)]
    return all(_given(evaluator, caller, row, module) in (None, row.truth) for row in mine)


def _given(evaluator: Evaluator, caller: tuple[Module, int, int], flag: Flag, module: Module) -> bool | None:
    """The constant that a call gives a flag, or that its default is; None: nobody knows."""
    owner, call, shift = caller
    place = passed(Frame(flag.path, flag.scope, owner, call, shift, Env()), evaluator, flag.name)
    if place is not None:
        node = place.module.nodes[place.number]
    else:
        default = next(row.default for row in module.scopes[flag.scope].parameters if row.name == flag.name)
        if default < 0 or {"*", "**"} & set(owner.nodes[call].keys):
            return None
        node = module.nodes[default]
    return _TRUTHS.get(node.text) if node.op in ("const", "name") else None


def coheres_ways(module: Module, rows: list[Binding]) -> list[Binding]:
    """What a name is given, without what arms give that do not run where one does whose test names Cohere."""
    ours = [row for row in rows if _names_cohere(module, row.block)]
    return [row for row in rows if row in ours or not any(module.excludes(row.block, one.block) for one in ours)]


def _names_cohere(module: Module, block: int) -> bool:
    while block >= 0:
        choice = module.apart.get(block, -1)
        if choice >= 0 and block == _first_ways(module)[choice] and _says_cohere(module, choice):
            return True
        block = module.facts.blocks[block]
    return False


def _says_cohere(module: Module, number: int, depth: int = 4) -> bool:
    node = module.nodes[number]
    negated = node.op == "other" and node.text == "UnaryOperation"
    return "cohere" in node.text.lower() or (
        depth > 0 and not negated and any(_says_cohere(module, kid, depth - 1) for kid in node.kids)
    )
