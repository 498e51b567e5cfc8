"""The filter language and the states it speaks of."""

from .state import (
    ENFORCED,
    GUIDE_DATE,
    NOT_CALLS,
    STATES,
    STILL_OPEN,
    calls,
    days_overdue,
    dismissed,
    remaining,
    resolved,
    state_expression,
    state_of,
    unknown,
)

__all__ = [
    "ENFORCED",
    "GUIDE_DATE",
    "NOT_CALLS",
    "STATES",
    "STILL_OPEN",
    "calls",
    "days_overdue",
    "dismissed",
    "remaining",
    "resolved",
    "state_expression",
    "state_of",
    "unknown",
]
