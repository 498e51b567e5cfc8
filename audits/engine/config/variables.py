"""The variables that a script, a Makefile or a Dockerfile sets, as settings."""

import re
from collections.abc import Sequence

from ast_grep_py import SgNode, SgRoot

from audits.engine.config.tree import ROOT, TEXT, Place, Tree
from audits.engine.facts import CallSite, FileKind
from audits.engine.languages.program import HOLE
from audits.engine.languages.recipes import prepared
from audits.engine.languages.shell import text_of, values_in

_SENDER = re.compile(r"(?<![\w-])(?:curl|wget|https?|xh|httpie)\s")
# In a longer line nobody looks for a column.
_WIDTH = 10_000
_ASKED = re.compile(r"\$[{(]?(\w+)")


def unsent(kind: FileKind, text: str, told: Sequence[CallSite]) -> Tree:
    """The variables whose values the text tells, but for those of a request or another use that is `told` already."""
    root = SgRoot(prepared(kind, text), "bash").root()
    values, lines, tree = values_in(root), text.split("\n"), Tree()
    set_here = [
        (label.text(), value)
        for node in root.find_all(kind="variable_assignment")
        if (label := node.field("name")) is not None and (value := node.field("value")) is not None
    ]
    # Many uses may stand in one line.
    sending = {number for site in told for number in range(site.span.line - 1, site.span.end_line)}
    senders = [lines[number] for number in sending if number < len(lines)]
    senders += [node.text() for node in root.find_all(kind="command") if _SENDER.search(node.text())]
    sent = _sent(set_here, senders)
    for name, value in set_here:
        values.at = value
        # What a program prints is no value that is set, and a text of several words is one for people.
        said = "" if value.find(kind="command_substitution") else text_of(value, values)
        if said and HOLE not in said and not re.search(r"\s", said) and name not in sent:
            tree.add(ROOT, name, TEXT, _place(value, name, said, lines), said)
    return tree


def _sent(set_here: Sequence[tuple[str, SgNode]], senders: Sequence[str]) -> set[str]:
    """The names that what sends asks for, and those that the values of these ask for in their turn."""
    todo = [name for text in senders for name in _ASKED.findall(text)]
    asked: dict[str, list[str]] = {}
    for name, value in set_here:
        asked.setdefault(name, []).extend(_ASKED.findall(value.text()))
    found: set[str] = set()
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo += asked.get(name, [])
    return found


def _place(value: SgNode, name: str, said: str, lines: Sequence[str]) -> Place:
    """Where a value stands in the file itself."""
    span = value.range()
    line = lines[span.start.line]
    start = line.find(said, max(line.find(name), 0) + len(name)) if len(line) < _WIDTH else -1
    return Place(span.start.line + 1, start if start >= 0 else span.start.column, span.end.line + 1)
