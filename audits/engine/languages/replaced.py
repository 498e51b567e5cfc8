"""Whether the base of a helper's address holds for a call: it may be one of several, or what its callers replace."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from audits.engine.languages.evaluate import Evaluator
from audits.engine.languages.origins import Origin, Origins
from audits.engine.languages.program import Expr, Program

# How doubtful a call is whose base nothing tells surely: only possible.
DOUBTED = 2
_DEPTH, _WAYS, _MAKINGS = 4, 4, 50


class Base(NamedTuple):
    """`several`: there are several bases; `taken` are the parameters that take the place of the one that is read."""

    several: bool
    taken: tuple[Origin, ...]


class Replaced:
    """Answers for one file."""

    def __init__(self, program: Program, evaluator: Evaluator) -> None:
        self.program = program
        self.evaluator = evaluator
        self._origins = Origins(program)

    def of(self, address: Expr) -> Base:
        """What may stand before the end of an address."""
        parts = [part for part in _before(address) if self.evaluator.text(part)]
        several = any(len(set(islice(self.evaluator.texts(part), _WAYS))) > 1 for part in parts)
        return Base(several, tuple(dict.fromkeys(one for part in parts for one in self._taken(part, 0))))

    def doubt(self, base: Base, helper: int, call: Expr) -> int | None:
        """How doubtful the base is where a call asks the function `helper`, None where another one is put there."""
        found = DOUBTED * base.several
        for one in base.taken:
            calls = [call] if one.scope == helper else self._makings(one.scope)
            rows = [self.given(row, one) for row in calls]
            texts = [self.evaluator.text(row) if row is not None else "cohere." for row in rows]
            if rows and all(text and "cohere." not in text for text in texts):
                return None
            found = max(found, DOUBTED * any("cohere." not in text for text in texts))
        return found

    def given(self, call: Expr, origin: Origin) -> Expr | None:
        """What a call gives for a parameter, or for the entry of one."""
        name, position = self.program.takes[origin.scope][origin.position].name, 0
        for key, kid in zip(call.keys[1:], call.kids[1:], strict=False):
            if key.lstrip("$") == name if key else position == origin.position:
                entries = zip(kid.keys, kid.kids, strict=False) if kid.op == "dict" else ()
                return next((one for label, one in entries if label == origin.key), None) if origin.key else kid
            position += not key
        return None

    def _taken(self, part: Expr, depth: int) -> Iterator[Origin]:
        """The parameters that a piece of an address is, also those that an object keeps as its members."""
        yield from self._origins.of(part)
        if part.op not in ("name", "attr", "either") or depth > _DEPTH:
            return
        name = part.text if part.op == "name" else f".{part.text}"
        rows = self.program.visible(name, part.scope) if part.op != "either" else []
        for value in [row.value for row in rows if row.value is not None] + part.kids * (part.op == "either"):
            if id(value) in self.program.defaults:
                yield from self._instead(value)
            elif value.op != "fn":
                yield from self._taken(value, depth + 1)

    def _instead(self, value: Expr) -> Iterator[Origin]:
        """The parameter that has this as its default."""
        for row in self.program.given.get(id(value), ()):
            for position, one in enumerate(self.program.takes.get(row.scope, ())):
                if one.name == row.name.lstrip(".$"):
                    yield Origin(row.scope, position)

    def _makings(self, scope: int) -> Sequence[Expr]:
        """Where the file makes objects of a class, whose scope or that of whose constructor it is."""
        at = self.program.scopes[scope]
        owner = at if at.kind == "class" else self.program.scopes[at.parent]
        uses = islice(self.program.uses.get(owner.name, ()), _MAKINGS)
        outer = ((use, use.parent) for use in uses if use.parent is not None)
        return [call for use, call in outer if call.op in ("new", "call") and call.kids[0] is use]


def _before(address: Expr) -> list[Expr]:
    """The pieces of an address but for its end."""
    found, last = [], address
    while last.op in ("str", "concat", "call") and last.kids:
        found += last.kids[last.op == "call" : -1]
        last = last.kids[-1]
        if last.op == "call":
            break
    return found


def end_of(address: Expr) -> Expr:
    """The last piece of an address, also that of a text at its end."""
    last = address.kids[-1]
    while last.op == "str" and last.kids:
        last = last.kids[-1]
    return last
