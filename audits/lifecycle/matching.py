"""Who is who: findings and sightings paired one to one, stage by stage over the whole set, the exact stages first.

A stage runs over everything before the next begins, so a certain pair is never broken up by a vague one that happened
to be looked at earlier. Inside a file equal calls are aligned in source order; across files, and where only the shape
agrees, a choice between several is no match: a use counted as new beside one resolved is a smaller lie than a history
that belongs to another call.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import replace

from .identity import Known, Place, Seen, order
from .look import Look
from .renames import guess

NEAR_LINES = 12
_Key = Callable[[Place], Hashable]


def _scoped_call(place: Place) -> Hashable:
    return (place.path, place.scope, place.call_hash)


def _call(place: Place) -> Hashable:
    return (place.path, place.call_hash)


def _scoped_shape(place: Place) -> Hashable:
    return (place.path, place.scope, place.shape_hash)


def _named_shape(place: Place) -> Hashable:
    """By the function's own name; `_nested` says whether it was put into a class, or taken out."""
    return (place.path, place.scope.rpartition(".")[2], place.shape_hash)


class Matching:
    """Pairs found so far. `pairs` maps a known id to an index of `seen`; `free_known`, `free_seen` are the rest.

    `places` says where a known one would stand by now: under its file's new name, on its mapped line.
    """

    def __init__(
        self, known: Iterable[Known], seen: Iterable[tuple[int, Seen]], places: dict[str, Known] | None = None
    ) -> None:
        self.free_known = {item.id: item for item in known}
        self.free_seen = dict(seen)
        self.places = places if places is not None else dict(self.free_known)
        self.pairs: dict[str, int] = {}

    def take(self, known: Known, index: int) -> None:
        del self.free_known[known.id]
        del self.free_seen[index]
        self.pairs[known.id] = index

    def groups(self, key: _Key, allowed: Callable[[Known], bool]) -> list[tuple[list[Known], list[tuple[int, Seen]]]]:
        """Free places that share a key, each side in source order; groups with an empty side are left out."""
        known: defaultdict[Hashable, list[Known]] = defaultdict(list)
        for item in (self.places[free] for free in self.free_known):
            if allowed(item):
                known[key(item)].append(item)
        seen: defaultdict[Hashable, list[tuple[int, Seen]]] = defaultdict(list)
        for index, place in self.free_seen.items():
            if (k := key(place)) in known:
                seen[k].append((index, place))
        return [(sorted(known[k], key=order), sorted(places, key=lambda e: order(e[1]))) for k, places in seen.items()]


def _anything(known: Known) -> bool:
    return True


def align_equal_calls(matching: Matching, key: _Key) -> None:
    """Twins in source order. Where some are gone or new, those on unmoved lines first; the rest of one side is free."""
    for known, seen in matching.groups(key, _anything):
        # As many as before are the same ones, wherever one of them may stand by chance.
        unmoved = {order(place): (index, place) for index, place in seen} if len(known) != len(seen) else {}
        for item in known:
            if (entry := unmoved.pop(order(item), None)) is not None:
                matching.take(item, entry[0])
        rest_known = [item for item in known if item.id in matching.free_known]
        rest_seen = [index for index, _ in seen if index in matching.free_seen]
        for item, index in zip(rest_known, rest_seen, strict=False):
            matching.take(item, index)


def align_if_as_many(
    matching: Matching,
    key: _Key,
    allowed: Callable[[Known], bool] = _anything,
    fit: Callable[[Known, Seen], bool] = lambda known, seen: True,
) -> None:
    """Groups of one path on either side and of equal size, in source order, whose pairs `fit`; others are ambiguous."""
    for known, seen in matching.groups(key, allowed):
        paths = {item.path for item in known}, {place.path for _, place in seen}
        if len(known) != len(seen) or any(len(side) != 1 for side in paths):
            continue
        pairs = list(zip(known, seen, strict=True))
        if all(fit(item, place) for item, (_, place) in pairs):
            for item, (index, _) in pairs:
                matching.take(item, index)


def _nested(known: Known, seen: Seen) -> bool:
    """One scope lies in the other: equal names in two classes are two functions."""
    inner, outer = sorted((known.scope, seen.scope), key=len)
    return outer.endswith(f".{inner}")


def take_unique(matching: Matching, key: _Key, allowed: Callable[[Known], bool]) -> None:
    for known, seen in matching.groups(key, allowed):
        if len(known) == len(seen) == 1:
            matching.take(known[0], seen[0][0])


def take_mapped(matching: Matching, mapped: frozenset[str], *, scoped: bool) -> None:
    """The same call on the line to which the unchanged lines of its file lead; with `scoped` in the same scope too."""
    key = lambda place: (place.path, place.cell, place.line, place.call_hash, place.scope if scoped else "")  # noqa: E731
    for known, seen in matching.groups(key, lambda item: item.id in mapped):
        for item, (index, _) in zip(known, seen, strict=False):
            matching.take(item, index)


def take_near(matching: Matching) -> None:
    """The same callee a few lines on, where neither side has a second candidate: a call whose arguments changed."""
    for known, seen in matching.groups(lambda place: (place.path, place.cell, place.callee or place.kind), _anything):
        near = [(item, index) for item in known for index, place in seen if abs(item.line - place.line) <= NEAR_LINES]
        for item, index in near:
            if sum(i is item for i, _ in near) == sum(x == index for _, x in near) == 1:
                matching.take(item, index)


def _tail_key(depth: int) -> _Key:
    return lambda place: (tuple(place.path.split("/")[-depth:]), place.scope, place.call_hash)


def take_moved(matching: Matching, paths: frozenset[str], unread: frozenset[str]) -> None:
    """Uses that left their file: a renamed file by its longest equal tail first, then a call that is unique.

    A file that was not read has left nothing: its findings wait for it.
    """

    def gone(known: Known) -> bool:
        return known.path not in paths and known.path not in unread

    def left(known: Known) -> bool:
        return known.path not in unread

    for depth in (4, 3, 2, 1):
        align_if_as_many(matching, _tail_key(depth), gone)
    align_if_as_many(matching, lambda place: (place.scope, place.call_hash), gone)
    take_unique(matching, lambda place: (place.scope, place.call_hash), left)
    take_unique(matching, lambda place: place.call_hash, left)
    take_renamed(matching, gone)


def take_renamed(matching: Matching, gone: Callable[[Known], bool]) -> None:
    """Edited on the way: the one call of its name in a function of its name, some lines on in a file beside the old
    one, which had no call before."""
    stayed = {item.path for item in matching.places.values() if not gone(item)}

    def key(place: Place) -> Hashable:
        return (place.path.rpartition("/")[0], place.scope, place.callee, place.path in stayed)

    for known, seen in matching.groups(key, lambda item: gone(item) and bool(item.scope and item.callee)):
        if len(known) == len(seen) == 1 and abs(known[0].line - seen[0][1].line) <= NEAR_LINES:
            matching.take(known[0], seen[0][0])


def match_present(known: Iterable[Known], seen: Iterable[tuple[int, Seen]], look: Look) -> Matching:
    """All stages, for findings that were there (or unknown) until now."""
    known, seen = list(known), list(seen)
    renamed = [replace(item, path=look.path_of(item)) for item in known]
    guessed = guess(renamed, (place for _, place in seen), look.paths, look.unread)
    mapped = {item.id: place for item in known if (place := _mapped(item, look)) is not None}
    places = {}
    for item in renamed:
        cell, line = mapped.get(item.id, (item.cell, item.line))
        places[item.id] = replace(item, path=guessed.get(item.path, item.path), cell=cell, line=line)
    matching = Matching(known, seen, places)
    take_mapped(matching, frozenset(mapped), scoped=True)
    align_equal_calls(matching, _scoped_call)
    # Not before: git takes functions with equal bodies that changed places for functions that changed names.
    take_mapped(matching, frozenset(mapped), scoped=False)
    align_equal_calls(matching, _call)
    align_if_as_many(matching, _scoped_shape)
    align_if_as_many(matching, _named_shape, lambda item: bool(item.scope), _nested)
    take_near(matching)
    take_moved(matching, look.paths, look.unread)
    return matching


def _mapped(known: Known, look: Look) -> tuple[int | None, int] | None:
    """The cell and line in which its code stands now; None where that was changed or nobody compared."""
    difference = look.since(known)
    return difference.place(known.path, known.cell, known.line) if difference else None


def match_returning(known: Iterable[Known], seen: Iterable[tuple[int, Seen]]) -> Matching:
    """The stages inside one file, for findings that were gone: a use that returns elsewhere is a new one."""
    matching = Matching(known, seen)
    align_equal_calls(matching, _scoped_call)
    align_equal_calls(matching, _call)
    align_if_as_many(matching, _scoped_shape)
    return matching
