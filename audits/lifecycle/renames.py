"""Renamed files that git did not tell of: by the uses inside them. A tie between two candidates is no rename."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from .identity import Known, Place, Seen

ALIKE = 0.5
_Uses = Counter[tuple[str, str]]


def guess(
    known: Iterable[Known], seen: Iterable[Seen], paths: frozenset[str], unread: frozenset[str]
) -> dict[str, str]:
    """Old path -> new path, for files of `known` that are not in the tree any more and new ones of `seen`."""
    before, exact_before = _by_file(known)
    after, exact_after = _by_file(seen)
    gone = {path for path in before if path not in paths and path not in unread}
    new = {path for path in after if path not in before}
    scores = {
        (old, path): score
        for old in gone
        for path in new
        if (score := _score(before[old], after[path], exact_before[old], exact_after[path], old, path))[0] >= ALIKE
    }
    return dict(pair for pair in scores if _is_best(scores, pair))


def _by_file(places: Iterable[Place]) -> tuple[Mapping[str, _Uses], Mapping[str, _Uses]]:
    """The uses of each file by scope and shape, and by scope and call."""
    shapes: defaultdict[str, _Uses] = defaultdict(Counter)
    calls: defaultdict[str, _Uses] = defaultdict(Counter)
    for place in places:
        shapes[place.path][place.scope, place.shape_hash] += 1
        calls[place.path][place.scope, place.call_hash] += 1
    return shapes, calls


def _score(before: _Uses, after: _Uses, exact: _Uses, exact_after: _Uses, old: str, new: str) -> tuple[float, float]:
    """The shared part of two files' uses by shape, then by call, from 0 to 1.

    Files of different names that share no call to the letter share nothing: a shape is common.
    """
    equal = (exact & exact_after).total()
    if not equal and old.split("/")[-1] != new.split("/")[-1]:
        return 0.0, 0.0
    return (before & after).total() / (before | after).total(), equal / (exact | exact_after).total()


def _is_best(scores: Mapping[tuple[str, str], tuple[float, float]], pair: tuple[str, str]) -> bool:
    rivals = (score for other, score in scores.items() if (other[0] == pair[0]) != (other[1] == pair[1]))
    return all(rival < scores[pair] for rival in rivals)
