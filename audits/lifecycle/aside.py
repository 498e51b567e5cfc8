"""Which of the uses that comments set aside are so only since this scan.

The others were set aside before: none of them is what became of a finding that is missing now.
"""

from collections import defaultdict
from collections.abc import Sequence

from .identity import Seen, order
from .look import Look

_Group = tuple[str, str, str]


def newly(aside: Sequence[Seen], look: Look) -> list[int]:
    """Indexes in `aside`. Of equal callees in a file, those on an earlier one's line, then the first, are the old ones.

    Where nothing told the lines, a use may pass for an old one: which is no finding's end, so nothing is hidden by it.
    """
    before: defaultdict[_Group, list[tuple[int | None, int] | None]] = defaultdict(list)
    for spot in look.aside_before:
        before[look.new_path(spot.path), spot.callee, spot.kind].append(look.new_place(spot))
    now: defaultdict[_Group, list[int]] = defaultdict(list)
    for index in sorted(range(len(aside)), key=lambda index: order(aside[index])):
        place = aside[index]
        now[place.path, place.callee, place.kind].append(index)
    fresh: list[int] = []
    for key, indexes in now.items():
        old = before.get(key, [])
        moved = [index for index in indexes if (aside[index].cell, aside[index].line) not in old]
        stayed = len(indexes) - len(moved)
        fresh += moved[max(0, len(old) - stayed) :]
    return sorted(fresh)
