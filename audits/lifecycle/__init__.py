"""A finding through time, as pure functions over plain data."""

from .identity import Known, Seen, call_hash, shape_hash
from .reconcile import PROGRESS, RETURNS_WITHIN, Gone, Look, Plan, reconcile

__all__ = [
    "PROGRESS",
    "RETURNS_WITHIN",
    "Gone",
    "Known",
    "Look",
    "Plan",
    "Seen",
    "call_hash",
    "reconcile",
    "shape_hash",
]
