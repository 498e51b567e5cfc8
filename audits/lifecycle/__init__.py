"""A finding through time, as pure functions over plain data."""

from .fold import OUT_OF_SCOPE, Fold, Point, Sample
from .identity import Known, Seen, call_hash, shape_hash
from .reconcile import PROGRESS, RETURNS_WITHIN, Gone, Look, Plan, reconcile
from .sampling import Dated, dated, points, reach, sample

__all__ = [
    "OUT_OF_SCOPE",
    "PROGRESS",
    "RETURNS_WITHIN",
    "Dated",
    "Fold",
    "Gone",
    "Known",
    "Look",
    "Plan",
    "Point",
    "Sample",
    "Seen",
    "call_hash",
    "dated",
    "points",
    "reach",
    "reconcile",
    "sample",
    "shape_hash",
]
