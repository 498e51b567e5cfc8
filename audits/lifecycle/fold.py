"""Sampled commits to a curve: what `reconcile` decides, kept in memory, the oldest commit first.

It tells how many uses each commit held, what came and went between two of them and why, and since when each use is
there. It makes no events: nobody watched at that time.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from .curve import Decision, Moment, Point, State, points
from .identity import NO_TRAITS, Known, Place, Seen, Spot, Traits
from .look import Look
from .reconcile import RETURNS_WITHIN, Plan, reconcile

Code = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Sample:
    """One commit as the present engine reads it. With `seen` pair `depends`: other paths that each one's proof needs;
    `traits`: what each one is, without which nothing is told of parts; and `points`: the effort that it takes.

    `chats` is the number of Chat calls beside them, None where nobody counted.
    """

    commit: str
    at: datetime
    look: Look
    seen: Sequence[Seen]
    aside: Sequence[Seen] = ()
    depends: Sequence[frozenset[str]] = ()
    chats: int | None = None
    traits: Sequence[Traits] = ()
    points: Sequence[int] = ()


@dataclass(slots=True)
class Track:
    """One use through the samples: `index` is its place in the last one that holds it, `reason` empty while it is
    there, `sure` false while its file gives no answer. `traits` and `points` are those that it was last seen with.
    """

    known: Known
    first_at: datetime
    counted: bool
    index: int
    sure: bool = True
    reason: str = ""
    gone_at: datetime | None = None
    apart: bool = False
    traits: Traits = NO_TRAITS
    points: int = 0

    @property
    def in_scope(self) -> bool:
        return self.counted and not self.reason

    @property
    def seen(self) -> bool:
        return self.sure and not self.reason


@dataclass
class Fold:
    """The state between two samples. `counts` tells whether a place is a call in scope, `apart` whether it is one when
    tests and the like are in scope too; without it the two are the same. `held` are uses, by their `code`, that scans
    still wait for somebody to judge: one is gone only with its file."""

    counts: Callable[[Place], bool]
    complete: bool = False
    apart: Callable[[Place], bool] | None = None
    moments: list[Moment] = field(default_factory=list)
    tracks: dict[str, Track] = field(default_factory=dict)
    chats: Mapping[tuple[str, str], int] | None = None
    aside: Sequence[Spot] = ()
    naming: frozenset[str] = frozenset()
    held: Collection[Code] = frozenset()

    @property
    def points(self) -> list[Point]:
        """The curve of the calls in scope, without what people decided."""
        return self.curve()

    def curve(self, decisions: Sequence[Decision] = (), *, apart: bool = False) -> list[Point]:
        """One point a sample and a decision; see `curve.points`."""
        return points(self.moments, decisions, complete=self.complete, apart=apart)

    def step(self, sample: Sample) -> None:
        """Take the next commit, not older than the one before."""
        known = [self._held(track.known) for track in self.tracks.values() if _may_return(track, sample.at)]
        look = replace(sample.look, chats_before=self.chats, aside_before=self.aside, naming_before=self.naming)
        self.chats, self.naming = sample.look.chats, sample.look.naming
        self.aside = [Spot(place.path, place.cell, place.line, place.callee, place.kind) for place in sample.aside]
        plan = reconcile(known, sample.seen, look, sample.aside)
        self._apply(plan, sample)
        for key in plan.hidden:
            track = self.tracks[key]
            track.known = replace(track.known, depends=track.known.depends | look.hiding())
        before = self.moments[-1].states if self.moments else {}
        states = {key: _state(row, before.get(key)) for key, row in self.tracks.items()}
        self.moments.append(Moment(sample.commit, sample.at, states, sample.chats))

    def _apply(self, plan: Plan, sample: Sample) -> None:
        for key, index in (*plan.matched, *plan.reopened):
            track = self.tracks[key]
            track.known, track.counted = self._known(key, sample, index), self.counts(sample.seen[index])
            track.apart, track.traits = self._apart(sample.seen[index]), _traits(sample, index)
            track.points = _points(sample, index)
            track.index, track.sure, track.reason, track.gone_at = index, True, "", None
        for index in plan.opened:
            key = str(len(self.tracks))
            counted = self.counts(sample.seen[index])
            apart = self._apart(sample.seen[index])
            known, traits, effort = self._known(key, sample, index), _traits(sample, index), _points(sample, index)
            self.tracks[key] = Track(known, sample.at, counted, index, apart=apart, traits=traits, points=effort)
        for key, reason in plan.resolved:
            track = self.tracks[key]
            track.reason, track.gone_at, track.known = str(reason), sample.at, replace(track.known, absent=True)
        for key in plan.unknown:
            self.tracks[key].sure = False

    def _known(self, key: str, sample: Sample, index: int) -> Known:
        place = sample.seen[index]
        depends = sample.depends[index] if sample.depends else frozenset()
        return Known(**_place(place), id=key, commit=sample.commit, depends=depends)

    def _held(self, known: Known) -> Known:
        return replace(known, held=True) if code(known) in self.held else known

    def _apart(self, place: Place) -> bool:
        return (self.apart or self.counts)(place)

    def first_seen(self) -> list[datetime]:
        """Since when each use of the last sample is there, in the order of its `seen`."""
        return [at for _, at in sorted((track.index, track.first_at) for track in self.tracks.values() if track.seen)]


def code(place: Place) -> Code:
    """What a use is known by to somebody who knows it from elsewhere."""
    return place.path, place.scope, place.call_hash


def _state(track: Track, before: State | None) -> State:
    state = State(track.counted, track.apart, track.sure, track.reason, track.traits)
    return before if state == before else replace(state, known=track.known)


def _traits(sample: Sample, index: int) -> Traits:
    return sample.traits[index] if sample.traits else NO_TRAITS


def _points(sample: Sample, index: int) -> int:
    return sample.points[index] if sample.points else 0


def _may_return(track: Track, at: datetime) -> bool:
    return track.gone_at is None or track.gone_at >= at - RETURNS_WITHIN


def _place(place: Place) -> dict[str, Any]:
    return {name: getattr(place, name) for name in Place.__slots__}
