"""Python text with what the parser refuses left out, so that the rest of a broken file can be read.

Lines keep their numbers. Nothing is guessed where it would be code from prose or prose from code: a text between
conflict markers, and one whose triple quotes do not match, stay as they are.
"""

import re
from dataclasses import dataclass, field

from audits.engine.extract.parsing import fault
from audits.engine.source import lines_of

# Faults that are worked on, and lines that may be lost, in one text.
_TRIES, _LOST = 40, 12
# So many characters are given to the parser for that, which has some seconds for a file.
_READ = 4_000_000
_CONFLICT = re.compile(r"^(?:<{7}|>{7})(?: |$)", re.MULTILINE)
_PRINT = re.compile(r"^(\s*)print[ \t]+(?![(=.,:])(\S.*)$")
_NEVER_CLOSED = re.compile(r"^'([(\[{])' was never closed$")
_EMPTY_BLOCK = re.compile(r"^expected an indented block after .* on line (\d+)$")
_TRIPLE = re.compile(r"'''|\"\"\"")
_CLOSING = {"(": ")", "[": "]", "{": "}"}
_TAB = 4


def mended(text: str) -> str | None:
    """The same number of lines, which Python takes; None where that asks for more than a few of them."""
    if _CONFLICT.search(text):
        return None
    work = _Work([_parted(line) for line in lines_of(text)])
    for _ in range(min(_TRIES, _READ // (len(text) or 1))):
        found = fault(work.text)
        if found is None:
            return work.text
        if not isinstance(found, SyntaxError) or not work.mend(found.msg, found.lineno or 0):
            return None
    return None


def _parted(line: str) -> tuple[str, str]:
    """A line and its terminator."""
    body = line.rstrip("\r\n")
    return body, line[len(body) :]


@dataclass(slots=True)
class _Work:
    lines: list[tuple[str, str]]
    tried: dict[int, int] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return "".join(body + end for body, end in self.lines)

    def mend(self, message: str, line: int) -> bool:
        """Change what a fault in `line` (from 1) may come from; False where nothing more is tried."""
        at = line - 1
        if not 0 <= at < len(self.lines) or message.startswith("unterminated triple-quoted"):
            return False
        if message.startswith("inconsistent use of tabs"):
            return self._untab()
        if message.startswith("Missing parentheses in call to 'print'") and self._call_prints():
            return True
        if (header := _EMPTY_BLOCK.match(message)) and self._once(int(header[1]) - 1):
            return self._set(int(header[1]) - 1, f"{self.lines[int(header[1]) - 1][0].partition('#')[0].rstrip()} pass")
        if (opened := _NEVER_CLOSED.match(message)) and self._once(at):
            return self._close(at, _CLOSING[opened[1]])
        return self._leave_out(at)

    def _once(self, at: int) -> bool:
        """Is this the first change of that line?"""
        return 0 <= at < len(self.lines) and at not in self.tried

    def _set(self, at: int, body: str) -> bool:
        self.tried[at] = self.tried.get(at, 0) + 1
        self.lines[at] = (body, self.lines[at][1])
        return True

    def _untab(self) -> bool:
        before = self.lines
        self.lines = [
            (body[: len(body) - len(body.lstrip())].expandtabs(_TAB) + body.lstrip(), end) for body, end in before
        ]
        return self.lines != before

    def _call_prints(self) -> bool:
        before = self.lines
        self.lines = [(_PRINT.sub(r"\1print(\2)", body), end) for body, end in before]
        return self.lines != before

    def _close(self, at: int, bracket: str) -> bool:
        """Close what begins in a line at the end of the deeper lines below it."""
        last = at
        for below in range(at + 1, len(self.lines)):
            body = self.lines[below][0]
            if body.strip() and _depth(body) <= _depth(self.lines[at][0]):
                break
            last = below if body.strip() else last
        self.tried[at] = self.tried.get(at, 0) + 1
        self.lines[last] = (self.lines[last][0] + bracket, self.lines[last][1])
        return True

    def _leave_out(self, at: int) -> bool:
        """A line without its words: the head of a block while deeper lines follow it, then `pass`, then nothing."""
        body = self.lines[at][0]
        indent = body[: _depth(body)]
        below = next((row for row, _ in self.lines[at + 1 :] if row.strip()), "")
        ways = [f"{indent}pass", ""]
        if body.strip() and _depth(below) > _depth(body):
            ways.insert(0, f"{indent}if 1:")
        left = ways[ways.index(body) + 1 :] if body in ways else ways
        if not left or len(_TRIPLE.findall(body)) % 2 or (at not in self.tried and len(self.tried) >= _LOST):
            return False
        return self._set(at, left[0])


def _depth(body: str) -> int:
    return len(body) - len(body.lstrip())
