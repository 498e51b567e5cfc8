"""Suppression comments in files that are no Python: `// last-call: ignore[reason]`, in the file's own comment marks."""

import re
from collections.abc import Sequence

# What a comment is counted with that gives no reason of its own.
NO_REASON = "no reason given"
# Behind a comment's mark; the reason may stand without brackets, and may be left out.
IGNORE = r"\s*last-call:\s*ignore(?![\w-])(?:\[(?P<reason>[^\]\r\n]*)\]|(?P<words>[^\[\r\n][^\r\n]*))?"
# Where such words end: with the comment, or before another one behind it.
_END = re.compile(r"\*/|-->|#\}|%>|(?:^|\s)(?:#(?!\d)|//\s)")
_LONGEST = 200
# What may stand between them and the word before.
_BEFORE = " \t:,;-\u2013\u2014"
_IGNORE = re.compile(r"(?://|#|/\*|<!--|\{/\*|--|;|%|^\s*\.\.|^\s*\*)" + IGNORE)


def reason_of(match: re.Match[str]) -> str:
    """The reason that a match of IGNORE gives, or that it gives none; never empty."""
    words = _END.split(match["words"] or "", maxsplit=1)[0].strip(_BEFORE)
    return (match["reason"] or words).strip()[:_LONGEST].rstrip() or NO_REASON


def ignores_in(lines: Sequence[str]) -> tuple[tuple[int, str], ...]:
    """(line from 1, reason) of every line that a comment covers: its own, and the one below where it stands alone."""
    found: dict[int, str] = {}
    for number, line in enumerate(lines, 1):
        match = _IGNORE.search(line) if "last-call" in line else None
        if match:
            found[number] = reason_of(match)
            if not line[: match.start()].strip():
                found.setdefault(number + 1, found[number])
    return tuple(sorted(found.items()))
