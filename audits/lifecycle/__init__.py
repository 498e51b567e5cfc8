"""A finding through time, as pure functions over plain data."""

from .axes import OF_REPOSITORY, PROGRESS, Blame, Claim, Dismissal, Disposition, Gone, Origin, Presence, State
from .curve import EDITED, ENDS, OUT_OF_SCOPE, Decision, Moment, Moved, Point
from .difference import Difference, Hunk
from .drops import Drop, drop
from .fold import Code, Fold, Sample, Track
from .identity import IDENTITY_VERSION, Known, Place, Seen, Spot, Traits, call_hash, shape_hash
from .ledger import (
    INFLOW,
    OUTFLOW,
    RESOLVED,
    WAS_GONE,
    Cause,
    Change,
    Entry,
    Life,
    Stand,
    Tally,
    entries,
    standing,
    tallies,
)
from .look import Look
from .reconcile import RETURNS_WITHIN, Plan, reconcile
from .sampling import Dated, dated, points, reach, sample
from .states import Derived, Facts, derive
from .transitions import SIGHTINGS, STEPS, Move, Sighting, Step
from .waivers import waiver_day, waiver_words, with_waiver_ends

__all__ = [
    "EDITED",
    "ENDS",
    "IDENTITY_VERSION",
    "INFLOW",
    "OF_REPOSITORY",
    "OUTFLOW",
    "OUT_OF_SCOPE",
    "PROGRESS",
    "RESOLVED",
    "RETURNS_WITHIN",
    "SIGHTINGS",
    "STEPS",
    "WAS_GONE",
    "Blame",
    "Cause",
    "Change",
    "Claim",
    "Code",
    "Dated",
    "Decision",
    "Derived",
    "Difference",
    "Dismissal",
    "Disposition",
    "Drop",
    "Entry",
    "Facts",
    "Fold",
    "Gone",
    "Hunk",
    "Known",
    "Life",
    "Look",
    "Moment",
    "Move",
    "Moved",
    "Origin",
    "Place",
    "Plan",
    "Point",
    "Presence",
    "Sample",
    "Seen",
    "Sighting",
    "Spot",
    "Stand",
    "State",
    "Step",
    "Tally",
    "Track",
    "Traits",
    "call_hash",
    "dated",
    "derive",
    "drop",
    "entries",
    "points",
    "reach",
    "reconcile",
    "sample",
    "shape_hash",
    "standing",
    "tallies",
    "waiver_day",
    "waiver_words",
    "with_waiver_ends",
]
