"""What an expression may be, as far as the tree's own code tells."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

_STEPS = 12
_VALUES = 12


class Step(NamedTuple):
    """One hop of a proof: a name and what it stands for (`co ← cohere.Client()`), and the line that shows it."""

    text: str
    path: str
    line: int

    def said_by(self, other: "Step") -> bool:
        """Does `other` hold the same expression, as the source of a name or inside a call?"""
        told = self.path == other.path and "←" not in self.text
        return told and any(f"{before}{self.text}" in other.text for before in (" ", "("))


@dataclass(frozen=True, slots=True)
class Value:
    """`kind` is one of:

    external (a dotted `name` outside the tree), instance (of an external class), client (`name` is a path out of the
    catalogue, `path` and `index` its construction), method (`name` on the client in `owner`, `index` the reference),
    response (`index` the reference of the method that was called), module, function, class, object (of a class of the
    tree; `index` is the scope), super, seq, dict, pairs and gathered (`index` the node; the last
    is a call of `gather`), getter (of the attributes `name`). `doubt`: 0 proven, 1 likely, 2 possible.
    """

    kind: str
    name: str = ""
    path: str = ""
    index: int = -1
    steps: tuple[Step, ...] = ()
    doubt: int = 0
    owner: "Value | None" = None

    @property
    def streams(self) -> bool:
        """Is it an answer whose items stand for themselves: of Generate, or of a stream of Chat?"""
        return self.kind == "response" or (self.kind == "answer" and self.name.endswith(".chat_stream"))

    def after(self, *steps: Step) -> "Value":
        """The same value reached over more hops, nearest first; a hop that the one before has said is left out."""
        known = self.steps
        fresh = [step for step in steps if step not in known] if known else steps
        if not fresh:
            return self
        if known and known[0].said_by(fresh[-1]):
            known = known[1:]
        # Not by `replace`, which takes three times as long: most of an evaluation's values pass here.
        return Value(self.kind, self.name, self.path, self.index, (*fresh, *known)[:_STEPS], self.doubt, self.owner)

    def doubted(self, doubt: int) -> "Value":
        """The same value, at least this doubtful."""
        return self if self.doubt >= doubt else replace(self, doubt=doubt)

    @property
    def key(self) -> tuple[str, str, str, int]:
        """What makes two values the same, however they were reached."""
        return (self.kind, self.name, self.path, self.index)


Values = tuple[Value, ...]


def union(values: Iterable[Value]) -> Values:
    """Each value once, in its least doubtful form, in order of appearance; a long tail is cut."""
    found: dict[tuple[str, str, str, int], Value] = {}
    for value in values:
        # Not by `value.key`: nothing is done more often.
        key = (value.kind, value.name, value.path, value.index)
        known = found.get(key)
        if known is None or value.doubt < known.doubt:
            found[key] = value
        if len(found) >= _VALUES:
            break
    return tuple(found.values())
