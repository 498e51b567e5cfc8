"""Suppression comments."""

import re
from collections.abc import Sequence

_IGNORE = re.compile(r"#\s*last-call:\s*ignore\[([^\]\r\n]{1,200})\]")


def ignores_in(lines: Sequence[str]) -> tuple[tuple[int, str], ...]:
    """(line from 1, reason) of every `# last-call: ignore[reason]`."""
    found = ((number, _IGNORE.search(line)) for number, line in enumerate(lines, 1) if "last-call" in line)
    return tuple((number, match.group(1).strip()) for number, match in found if match)
