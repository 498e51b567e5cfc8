"""Sampled commits to a curve: what `reconcile` decides, kept in memory, the oldest commit first.

It tells how many uses each commit held, what came and went between two of them and why, and since when each use is
there. It makes no events: nobody watched at that time.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from .axes import PROGRESS
from .identity import Known, Place, Seen
from .look import Look
from .reconcile import RETURNS_WITHIN, Plan, reconcile

OUT_OF_SCOPE = "out_of_scope"


@dataclass(frozen=True, slots=True)
class Sample:
    """One commit as the present engine reads it. `depends` pairs with `seen`: other paths that each one's proof needs.

    `chats` is the number of Chat calls beside them, None where nobody counted.
    """

    commit: str
    at: datetime
    look: Look
    seen: Sequence[Seen]
    aside: Sequence[Seen] = ()
    depends: Sequence[frozenset[str]] = ()
    chats: int | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """What is known of one commit. Counts are calls in scope.

    `remaining` were seen, `unknown` were seen before and their files gave no answer now; `resolved` went by a reason
    that is progress and are still gone, in `ways` by reason. Since the point before: `added` were seen for the first
    time, `returned` once more, `gone` left, by reason. before.remaining + before.unknown + added + returned - sum(gone)
    == remaining + unknown; before the first point there is nothing if the history is complete, else what it holds.
    """

    commit: str
    at: datetime
    remaining: int
    unknown: int
    resolved: int
    added: int
    returned: int
    gone: Mapping[str, int]
    ways: Mapping[str, int]
    chats: int | None = None


@dataclass(slots=True)
class Track:
    """One use through the samples: `index` is its place in the last one that holds it, `reason` empty while it is
    there, `sure` false while its file gives no answer.
    """

    known: Known
    first_at: datetime
    counted: bool
    index: int
    sure: bool = True
    reason: str = ""
    gone_at: datetime | None = None
    ever_counted: bool = False

    @property
    def in_scope(self) -> bool:
        return self.counted and not self.reason

    @property
    def seen(self) -> bool:
        return self.sure and not self.reason


@dataclass
class Fold:
    """The state between two samples. `counts` tells whether a place is a call in scope."""

    counts: Callable[[Place], bool]
    complete: bool = False
    points: list[Point] = field(default_factory=list)
    tracks: dict[str, Track] = field(default_factory=dict)
    chats: Mapping[tuple[str, str], int] | None = None

    def step(self, sample: Sample) -> Point:
        """Take the next commit, not older than the one before."""
        known = [track.known for track in self.tracks.values() if _may_return(track, sample.at)]
        look = replace(sample.look, chats_before=self.chats)
        self.chats = sample.look.chats
        plan = reconcile(known, sample.seen, look, sample.aside)
        before = {key: track.in_scope for key, track in self.tracks.items()}
        self._apply(plan, sample)
        point = self._point(sample, before)
        self.points.append(point)
        return point

    def _apply(self, plan: Plan, sample: Sample) -> None:
        for key, index in (*plan.matched, *plan.reopened):
            track = self.tracks[key]
            track.known, track.counted = self._known(key, sample, index), self.counts(sample.seen[index])
            track.index, track.sure, track.reason, track.gone_at = index, True, "", None
        for index in plan.opened:
            key = str(len(self.tracks))
            counted = self.counts(sample.seen[index])
            self.tracks[key] = Track(self._known(key, sample, index), sample.at, counted, index)
        for key, reason in plan.resolved:
            track = self.tracks[key]
            track.reason, track.gone_at, track.known = str(reason), sample.at, replace(track.known, absent=True)
        for key in plan.unknown:
            self.tracks[key].sure = False

    def _known(self, key: str, sample: Sample, index: int) -> Known:
        place = sample.seen[index]
        depends = sample.depends[index] if sample.depends else frozenset()
        return Known(**_place(place), id=key, commit=sample.commit, depends=depends)

    def _point(self, sample: Sample, before: Mapping[str, bool]) -> Point:
        flows: Counter[str] = Counter()
        gone: Counter[str] = Counter()
        opening = not self.points and not self.complete
        for key, track in self.tracks.items():
            was, now = before.get(key, False), track.in_scope
            if now and not was and not opening:
                flows["returned" if track.ever_counted else "added"] += 1
            elif was and not now:
                gone[track.reason or OUT_OF_SCOPE] += 1
            track.ever_counted |= now
        ways = dict(Counter(t.reason for t in self.tracks.values() if t.counted and t.reason in PROGRESS))
        there = [track for track in self.tracks.values() if track.in_scope]
        return Point(
            commit=sample.commit,
            at=sample.at,
            remaining=sum(track.sure for track in there),
            unknown=sum(not track.sure for track in there),
            resolved=sum(ways.values()),
            ways=ways,
            added=flows["added"],
            returned=flows["returned"],
            gone=dict(gone),
            chats=sample.chats,
        )

    def first_seen(self) -> list[datetime]:
        """Since when each use of the last sample is there, in the order of its `seen`."""
        return [at for _, at in sorted((track.index, track.first_at) for track in self.tracks.values() if track.seen)]


def _may_return(track: Track, at: datetime) -> bool:
    return track.gone_at is None or track.gone_at >= at - RETURNS_WITHIN


def _place(place: Place) -> dict[str, Any]:
    return {name: getattr(place, name) for name in Place.__slots__}
