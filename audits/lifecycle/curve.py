"""From what a fold saw at each sampled commit, and from what people decided meanwhile, to the points of a curve."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from .axes import PROGRESS
from .identity import NO_TRAITS, Known, Traits
from .ledger import WAYS

ADDED, RETURNED = "added", "returned"
# How is told that a call is there still, and is no more what it was.
EDITED = "edited"
# How is told that a call was there already when a cut history begins: it did not come then.
HELD = "held"
OUT_OF_SCOPE = "out_of_scope"
# How a decision is told that takes a call out, and how the end of it.
ENDS = {"dismissed": "decision", "waived": "waiver_ended"}
DISMISSED, WAIVED = "dismissed", "waived"


@dataclass(frozen=True, slots=True)
class State:
    """One use at a sampled commit: does it count in the product, and with tests and the like; the rest as in Track.

    `known` is where it stands, or stood last, kept only where the state is another one than at the commit before.
    """

    counted: bool
    apart: bool
    sure: bool
    reason: str
    traits: Traits = NO_TRAITS
    known: Known | None = field(default=None, compare=False)

    def there(self, *, apart: bool) -> bool:
        return not self.reason and (self.apart if apart else self.counted)


@dataclass(frozen=True, slots=True)
class Moment:
    """A sampled commit and every use that the fold knows of by then."""

    commit: str
    at: datetime
    states: Mapping[str, State]
    chats: int | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """From `at` on a person lets the uses `keys` count no more (`word` is a key of ENDS), or again (it is a value)."""

    at: datetime
    keys: frozenset[str]
    word: str

    @property
    def out(self) -> bool:
        return self.word in ENDS


@dataclass(frozen=True, slots=True)
class Moved:
    """One call that made a point differ from the one before: `calls` is 1 where it came, -1 where it went; `word` is
    ADDED, RETURNED or a key of `Point.gone`. `known` says where it stood and in which commit, `traits` what it was, or
    is if it came. Of one that is EDITED, which is 0 calls, `now` says what it became. One that is HELD came before the
    first point, which says nothing of when.
    """

    key: str
    word: str
    calls: int
    known: Known | None
    traits: Traits = NO_TRAITS
    now: Traits | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """What is known of one commit, or of it after a decision. Counts are calls in scope.

    `remaining` were seen, `unknown` were seen before and their files gave no answer now, `waived` of both a person lets
    wait, and they are in neither; `resolved` went by a reason that is progress and are still gone, in `ways` by
    reason. Since the point before: `added` were seen for the first time, `returned` once more, `gone` left, by reason,
    below 0 where they came by it. before.remaining +
    before.unknown + added + returned - sum(gone) == remaining + unknown; before the first point there is nothing if the
    history is complete, else what it holds.
    `moved` are the calls behind `added`, `returned` and `gone`, those that were edited, and those that a cut history's
    first point holds. `parts` tells by how many the calls with some traits became more or fewer in a column of
    `ledger.Tally`.
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
    waived: int = 0
    chats: int | None = None
    moved: tuple[Moved, ...] = ()
    parts: Mapping[tuple[Traits, str], int] = field(default_factory=dict)


def points(
    moments: Sequence[Moment], decisions: Sequence[Decision] = (), *, complete: bool, apart: bool = False
) -> list[Point]:
    """One a moment and one a decision after the first moment; both ascend. With `apart` tests and the like count."""
    course = _Course(complete, apart)
    waiting = list(decisions)
    found: list[Point] = []
    for number, moment in enumerate(moments):
        found += _decided(course, moments[number - 1], waiting, moment.at) if number else ()
        while waiting and waiting[0].at < moment.at:
            course.take(waiting.pop(0))
        found.append(course.step(moment))
    if moments:
        found += _decided(course, moments[-1], waiting, None)
    return found


def _decided(course: "_Course", last: Moment, waiting: list[Decision], until: datetime | None) -> Iterator[Point]:
    while waiting and (until is None or waiting[0].at < until):
        decision = waiting.pop(0)
        course.take(decision)
        moment = Moment(last.commit, max(decision.at, last.at), last.states, last.chats)
        yield course.step(moment, decided=decision.word)


@dataclass
class _Course:
    """Where the walk stands: what counted at the point before, what ever did, what people took out."""

    complete: bool
    apart: bool
    started: bool = False
    before: Mapping[str, State] = field(default_factory=dict)
    counted: set[str] = field(default_factory=set)
    ever: set[str] = field(default_factory=set)
    out: dict[str, str] = field(default_factory=dict)
    places: dict[str, Known] = field(default_factory=dict)
    columns: dict[str, tuple[Traits, str]] = field(default_factory=dict)

    def take(self, decision: Decision) -> None:
        rest = {key: word for key, word in self.out.items() if key not in decision.keys}
        self.out = rest | (dict.fromkeys(decision.keys, decision.word) if decision.out else {})

    def step(self, moment: Moment, *, decided: str = "") -> Point:
        there = {key for key, state in moment.states.items() if state.there(apart=self.apart)}
        now = there - self.out.keys()
        self.places |= {key: state.known for key, state in moment.states.items() if state.known}
        moved, held = self._moved(moment, now, decided=decided), self._held(moment, now)
        parts = self._parts(moment)
        gone: Counter[str] = Counter()
        for row in moved:
            gone[row.word] -= row.calls
        added, returned = (-gone.pop(word, 0) for word in (ADDED, RETURNED))
        self.started, self.before, self.counted, self.ever = True, moment.states, now, self.ever | now
        sure = sum(moment.states[key].sure for key in now)
        ways = self._ways(moment)
        return Point(
            moment.commit,
            moment.at,
            remaining=sure,
            unknown=len(now) - sure,
            resolved=sum(ways.values()),
            added=added,
            returned=returned,
            gone={reason: calls for reason, calls in gone.items() if calls},
            ways=ways,
            waived=sum(self.out.get(key) == WAIVED for key in there),
            chats=moment.chats,
            moved=(*held, *moved),
            parts=parts,
        )

    def _moved(self, moment: Moment, now: set[str], *, decided: str) -> tuple[Moved, ...]:
        """What `now` has that did not count before, and the other way round."""
        words = {key: decided or moment.states[key].reason or OUT_OF_SCOPE for key in self.counted - now}
        for key in now - self.counted if self.started or self.complete else ():
            # It stood there before and did not count: its file was moved, or a person took it up again.
            joined = key in self.before and not self.before[key].reason
            back = RETURNED if key in self.ever else ADDED
            words[key] = (decided or OUT_OF_SCOPE) if joined else back
        rows = [self._row(key, word, moment, came=key in now) for key, word in words.items()]
        for key in now & self.counted:
            was, new = self.columns[key][0], moment.states[key].traits
            if was != new:
                rows.append(Moved(key, EDITED, 0, self.places.get(key), was, new))
        return tuple(sorted(rows, key=lambda row: (row.word, int(row.key))))

    def _held(self, moment: Moment, now: set[str]) -> tuple[Moved, ...]:
        """The calls that a cut history begins with."""
        if self.started or self.complete:
            return ()
        return tuple(self._row(key, HELD, moment, came=True) for key in sorted(now, key=int))

    def _row(self, key: str, word: str, moment: Moment, *, came: bool) -> Moved:
        traits = moment.states[key].traits if came else self.columns[key][0]
        return Moved(key, word, 1 if came else -1, self.places.get(key), traits)

    def _parts(self, moment: Moment) -> dict[tuple[Traits, str], int]:
        """What changed since the point before, of which this one takes the place."""
        found = {key: (state.traits, self._column(key, state)) for key, state in moment.states.items()}
        shifts: Counter[tuple[Traits, str]] = Counter()
        for key, part in found.items():
            if (before := self.columns.get(key)) != part:
                shifts[part] += 1
                if before:
                    shifts[before] -= 1
        self.columns = found
        return {part: calls for part, calls in shifts.items() if calls and part[1]}

    def _column(self, key: str, state: State) -> str:
        """A name of `ledger.Tally`, or "" for a call that is in none of these columns."""
        out = self.out.get(key)
        if state.reason:
            counted = state.apart if self.apart else state.counted
            return WAYS.get(state.reason, "") if counted and out != DISMISSED else ""
        if not state.there(apart=self.apart):
            return ""
        if out:
            return WAIVED if out == WAIVED else ""
        return "left" if state.sure else "unknown"

    def _ways(self, moment: Moment) -> dict[str, int]:
        """What was dismissed before it went is nobody's progress."""
        states = (state for key, state in moment.states.items() if self.out.get(key) != DISMISSED)
        counted = (state for state in states if (state.apart if self.apart else state.counted))
        return dict(Counter(state.reason for state in counted if state.reason in PROGRESS))
