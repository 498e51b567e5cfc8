"""What the variables of a shell's script hold, as it stands at a place."""

import re
from bisect import bisect_left
from collections.abc import Iterator

from ast_grep_py import SgNode

from audits.engine.languages.program import HOLE

# A variable or a command in a text that the shell fills in.
EXPANDED = re.compile(r"\$(?:[A-Za-z_]\w*|\{[^}]*\}|\([^)]*\)|[@*]|[1-9]\b(?!\.\d))|`[^`]*`")
# What holds a command that runs in any case, in its turn.
_STRAIGHT = frozenset(
    {
        "program",
        "declaration_command",
        "redirected_statement",
        "pipeline",
        "variable_assignment",
        "variable_assignments",
    }
)
# The longest text that a name is followed to, in characters.
LONGEST = 100_000


class Values:
    """What the script sets its names to, as it stands at the node `at`."""

    def __init__(self) -> None:
        self.at: SgNode | None = None
        # The words of arrays: `args=(-X POST "$URL")`.
        self.arrays: dict[str, list[SgNode]] = {}
        self._first: dict[str, str] = {}
        # In the order of the script: the places where it sets a name in any case, and what to.
        self._straight: dict[str, tuple[list[int], list[str]]] = {}
        self._shown: dict[tuple[str, str], str] = {}

    def add(self, name: str, node: SgNode, text: str, shown: str = "") -> None:
        """A place that sets a name; `shown` is the text with the names of variables of which nothing is told."""
        # Each line of a script may double what the one above says.
        text, shown = text if len(text) <= LONGEST else HOLE, shown if len(shown) <= LONGEST else ""
        self._shown.setdefault((name, text), shown)
        # Of what a name is set to in branches the first that the script tells counts.
        if HOLE in self._first.get(name, HOLE) and (name not in self._first or HOLE not in text):
            self._first[name] = text
        if _is_straight(node):
            places, texts = self._straight.setdefault(name, ([], []))
            places.append(node.range().start.index)
            texts.append(text)

    def shown(self, name: str, text: str) -> str:
        """A body that a name holds, with the names of the variables in it; "" for all else."""
        return self._shown.get((name, text), "") if text.lstrip().startswith("{") else ""

    def get(self, name: str, default: str) -> str:
        """What a name holds: the last that was set above, of what runs in any case; else the first that is told."""
        places, texts = self._straight.get(name, ((), ()))
        if len(places) > 1 and self.at is not None and _is_straight(self.at):
            last = bisect_left(places, self.at.range().start.index) - 1
            if last >= 0 and HOLE not in texts[last]:
                return texts[last]
        return self._first.get(name, default)


class Written(Values):
    """The same, but what the script does not tell of a name stands as the script writes it: `$NAME`."""

    def __init__(self, known: Values) -> None:
        super().__init__()
        self._known = known
        self.arrays = known.arrays

    def get(self, name: str, default: str) -> str:
        """What a name holds, or the name."""
        found = self._known.get(name, default)
        return (self._known.shown(name, found) or f"${name}") if name and HOLE in found else found


def _is_straight(node: SgNode) -> bool:
    """Does it stand in no branch, loop or function?"""
    while (outer := node.parent()) is not None:
        node = outer
        if node.kind() not in _STRAIGHT:
            return False
    return True


def read_into(node: SgNode) -> Iterator[tuple[str, str, str]]:
    """The name that `read -r -d '' BODY <<EOF` fills, and the document, as it is told and as it is written."""
    command = node.field("body")
    name = command.field("name") if command is not None and command.kind() == "command" else None
    document = node.find(kind="heredoc_body")
    if command is not None and name is not None and name.text() == "read" and document is not None:
        word = command.children()[-1]
        if word.kind() == "word" and re.fullmatch(r"[A-Za-z_]\w*", word.text()):
            text = document.text()
            yield word.text(), EXPANDED.sub(HOLE, text) if fills(node) else text, text


def fills(node: SgNode) -> bool:
    """Whether the shell puts variables into the document: its end is not quoted."""
    start = node.find(kind="heredoc_start")
    return start is not None and not re.search(r"[\"'\\]", start.text())
