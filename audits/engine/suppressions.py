"""Suppression comments in files that are no Python: `// last-call: ignore[reason]`, in the file's own comment marks."""

import re
from collections.abc import Sequence

_IGNORE = re.compile(
    r"(?P<mark>//|#|/\*|<!--|\{/\*|--|;|%|^\.\.)\s*last-call:\s*ignore\[(?P<reason>[^\]\r\n]{1,200})\]"
)


def ignores_in(lines: Sequence[str]) -> tuple[tuple[int, str], ...]:
    """(line from 1, reason) of every line that a comment covers: its own, and the one below where it stands alone."""
    found: dict[int, str] = {}
    for number, line in enumerate(lines, 1):
        match = _IGNORE.search(line) if "last-call" in line else None
        reason = match["reason"].strip() if match else ""
        if match and reason:
            found[number] = reason
            if not line[: match.start()].strip():
                found.setdefault(number + 1, reason)
    return tuple(sorted(found.items()))
