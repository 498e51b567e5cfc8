"""Suppression comments."""

import re
import tokenize
from collections.abc import Iterator, Sequence, Set

from audits.engine.suppressions import IGNORE, reason_of

_IGNORE = re.compile("#" + IGNORE)


def ignores_in(lines: Sequence[str], starts: Set[int] = frozenset()) -> tuple[tuple[int, str], ...]:
    """(line from 1, reason) of every line that a `# last-call: ignore[reason]` covers; the reason may be left out.

    A comment covers its own line and, where it stands alone, the line below it, unless a cell begins there (`starts`).
    What stands in a string is no comment.
    """
    if not any("last-call" in line for line in lines):
        return ()
    found: dict[int, str] = {}
    for number, text, alone in _comments(lines):
        match = _IGNORE.search(text)
        if match:
            found[number] = reason_of(match)
            if alone and number + 1 not in starts:
                found.setdefault(number + 1, found[number])
    return tuple(sorted(found.items()))


def _comments(lines: Sequence[str]) -> Iterator[tuple[int, str, bool]]:
    """(line, text, does it stand alone?) of each comment, as far as the text can be tokenized."""
    rows = iter([line if line.endswith("\n") else line.rstrip("\r") + "\n" for line in lines])
    try:
        for token in tokenize.generate_tokens(lambda: next(rows, "")):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string, not token.line[: token.start[1]].strip()
    except (tokenize.TokenError, SyntaxError):
        return
