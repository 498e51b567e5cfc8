"""Functions of a shell's script, and what they are called with: `gen() { curl "$BASE/$1" …; }; gen generate`."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from ast_grep_py import SgNode

from audits.engine.languages.variables import Values

_FUNCTIONS, _SENDERS, _CALLS = 100, 10, 200
_PLACE = re.compile(r"\"?\$\{?([1-9])\}?\"?")


class Given(Values):
    """What names hold within a function that was given these words."""

    def __init__(self, known: Values, words: Sequence[str], names: dict[str, str]) -> None:
        super().__init__()
        self._known = known
        self._words = {str(at): word for at, word in enumerate(words, 1)}
        self._names = names
        self.arrays = known.arrays

    def get(self, name: str, default: str) -> str:
        """What a name holds: a word, or what the script sets it to."""
        self._known.at = self.at
        word = self._words.get(self._names.get(name, name))
        return self._known.get(name, default) if word is None else word


def calls_of(root: SgNode, commands: Sequence[SgNode]) -> Iterator[tuple[SgNode, SgNode, dict[str, str]]]:
    """(a call of a function, a command of its body, the place of what its names are set to) for those given words."""
    bodies: dict[str, SgNode] = {}
    for node in islice(root.find_all(kind="function_definition"), _FUNCTIONS):
        name = node.field("name")
        if name is not None and re.search(r"\$\{?[1-9]", node.text()):
            bodies[name.text()] = node
    inside: dict[str, tuple[list[SgNode], dict[str, str]]] = {}
    called = (one for one in commands if (name := one.field("name")) is not None and name.text() in bodies)
    for call in islice(called if bodies else (), _CALLS):
        name = call.field("name")
        label = name.text() if name is not None else ""
        if label not in inside:
            body = bodies[label]
            inside[label] = (list(islice(body.find_all(kind="command"), _SENDERS)), _set_in(body))
        yield from ((call, one, inside[label][1]) for one in inside[label][0])


def _set_in(body: SgNode) -> dict[str, str]:
    """`local path="$1"`."""
    rows = ((node.field("name"), node.field("value")) for node in body.find_all(kind="variable_assignment"))
    pairs = ((name.text(), _PLACE.fullmatch(value.text())) for name, value in rows if name and value)
    return {name: found[1] for name, found in pairs if found is not None}
