"""Words as any mail program and terminal can show them: in their order, on one line, and no wider than a letter is."""

import re
import textwrap

WIDTH = 72
# What turns the order of letters around, and what commands a terminal; tabs and line ends are neither.
_MARKS = re.compile("[\0-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069]")
# What stands before the words of a list's item; where they go on is below the words.
_ITEM = re.compile(r" *(?:- |[\d,]+  )?")


def plain_order(text: str) -> str:
    """Marks that turn the order of letters around, or command a terminal, shown as what they are."""
    return _MARKS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def one_line(text: str) -> str:
    """A sentence in which a file's name, which may hold line ends, begins no line and no header of its own."""
    return " ".join(plain_order(text).split())


def wrapped(text: str) -> str:
    """`text` with lines of at most WIDTH characters; an address or a name that is longer stays whole."""
    return "\n".join(_narrow(line) for line in text.split("\n"))


def _narrow(line: str) -> str:
    if len(line) <= WIDTH:
        return line
    begins = _ITEM.match(line)
    mark = begins[0] if begins else ""
    lines = textwrap.TextWrapper(WIDTH, mark, " " * len(mark), break_long_words=False, break_on_hyphens=False)
    return lines.fill(line[len(mark) :])
