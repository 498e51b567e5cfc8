"""What a scan means for the findings that are already known: seen again, new, back, gone, or not to be told.

Pure: rows, clocks and events are the business of `scans`; people's decisions that of `triage`. Absence is believed only
where somebody looked: a file that was not read, and a file that proves what another file's client is, keep theirs; and
what left its place while a file that names the API changed and was not read may stand there.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from .aside import newly
from .axes import PROGRESS, Gone
from .identity import Known, Place, Seen, order
from .look import Look
from .matching import Matching, match_present, match_returning

RETURNS_WITHIN = timedelta(days=90)
_REPLACED = (Gone.CODE_CHANGED, Gone.CODE_DELETED)
# Nobody saw what became of these: each may be a move.
_UNSEEN = (*_REPLACED, Gone.FILE_DELETED)


@dataclass(frozen=True, slots=True)
class Plan:
    """Decisions: ids of findings with the index of the sighting or the reason. Every sighting in `seen` occurs once.

    `moved` tells for some of `resolved` in which opened sighting the same call stands now; `hidden` for some of
    `unknown` that it may stand in a file of `Look.hiding`.
    """

    matched: tuple[tuple[str, int], ...]
    reopened: tuple[tuple[str, int], ...]
    opened: tuple[int, ...]
    resolved: tuple[tuple[str, Gone], ...]
    unknown: tuple[str, ...]
    moved: tuple[tuple[str, int], ...] = ()
    hidden: tuple[str, ...] = ()


def reconcile(known: Iterable[Known], seen: Sequence[Seen], look: Look, aside: Sequence[Seen] = ()) -> Plan:
    """Match findings with sightings one to one and decide about the rest of both.

    `known` are a repository's findings, those that are absent only if they left within `RETURNS_WITHIN`. `aside` are
    uses that a comment in the source sets aside: they open nothing, and what was a finding until a comment set it aside
    is gone unmigrated.
    """
    known = sorted(known, key=lambda item: (item.path, order(item), item.id))
    sightings = [*enumerate(seen), *((len(seen) + index, aside[index]) for index in newly(aside, look))]
    present = match_present([item for item in known if not item.absent], sightings, look)
    counted = [(index, place) for index, place in present.free_seen.items() if index < len(seen)]
    returning = match_returning((item for item in known if item.absent), counted)
    reasons = {key: _why(item, present, look) for key, item in present.free_known.items()}
    moved = _moved(present, returning, reasons)
    reasons |= dict.fromkeys(moved, Gone.MOVED)
    reasons |= dict.fromkeys(_migrated(present, reasons, look), Gone.MIGRATED)
    hidden = [key for key, reason in reasons.items() if reason in _UNSEEN] if look.hiding() else []
    reasons |= dict.fromkeys(hidden, None)
    reasons |= {key: Gone.SET_ASIDE for key, index in present.pairs.items() if index >= len(seen)}
    return Plan(
        matched=tuple((key, index) for key, index in present.pairs.items() if index < len(seen)),
        reopened=tuple(returning.pairs.items()),
        opened=tuple(sorted(returning.free_seen)),
        resolved=tuple((key, reason) for key, reason in reasons.items() if reason is not None),
        unknown=tuple(key for key, reason in reasons.items() if reason is None),
        moved=tuple(moved.items()),
        hidden=tuple(hidden),
    )


def _why(known: Known, matching: Matching, look: Look) -> Gone | None:
    path = matching.places[known.id].path
    if known.held and path in look.paths and not (look.touched(known.path) or look.touched(path)):
        return None
    return look.why_gone(known, path)


def _moved(present: Matching, returning: Matching, reasons: dict[str, Gone | None]) -> dict[str, int]:
    """Calls that left one place and stand in a new one, where several could be the same and no stage would choose.

    One to one in source order: which of them a history belongs to is open, but that no call was migrated is not.
    """
    gone = [present.free_known[key] for key, reason in reasons.items() if reason in PROGRESS]
    free = sorted(returning.free_seen.items(), key=lambda entry: (entry[1].path, order(entry[1])))
    found: dict[str, int] = {}
    for key_of in (_call, _shape):
        taken = set(found.values())
        waiting = defaultdict(list)
        for index, place in free:
            if index not in taken:
                waiting[key_of(place)].append(index)
        for item in gone:
            if item.id not in found and (rest := waiting.get(key_of(present.places[item.id]))):
                found[item.id] = rest.pop(0)
    return found


def _call(place: Place) -> tuple[str, ...]:
    return (place.call_hash,)


def _shape(place: Place) -> tuple[str, ...]:
    return (place.path, place.scope, place.shape_hash)


def _migrated(present: Matching, reasons: dict[str, Gone | None], look: Look) -> list[str]:
    """Of the calls whose code changed, those in whose scope a call of Chat stands that was not there before."""
    if look.chats is None:
        return []
    before: Counter[tuple[str, str]] = Counter()
    for (path, scope), count in (look.chats_before or {}).items():
        before[look.new_path(path), scope] += count
    new = Counter(look.chats) - before
    replaced = [key for key, reason in reasons.items() if reason in _REPLACED]
    found = dict.fromkeys(key for key in replaced if _take(new, _scope(present.places[key])))
    scopes: dict[str, list[str]] = defaultdict(list)
    for path, scope in sorted(new):
        scopes[path].append(scope)
    for key in replaced:
        path, scope = _scope(present.places[key])
        # A function inside the function: the scope of the use still holds it.
        inside = (inner for inner in scopes[path] if scope and inner.startswith(f"{scope}."))
        if key not in found and any(_take(new, (path, inner)) for inner in inside):
            found[key] = None
    return list(found)


def _scope(place: Place) -> tuple[str, str]:
    return place.path, place.scope


def _take(new: Counter[tuple[str, str]], place: tuple[str, str]) -> bool:
    """One call of Chat of those there, for one use."""
    if new[place] <= 0:
        return False
    new[place] -= 1
    return True
