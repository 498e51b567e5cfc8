"""The filter language, the states it speaks of, and what counts as a call that is left."""

from .apply import DEFAULT_SORT, SORTS, apply, ordered, state_words, with_state
from .language import KEYS, MAX_LENGTH, Query, Term, parse
from .state import (
    NOT_CALLS,
    STATES,
    STILL_OPEN,
    calls,
    chat_failures,
    days_overdue,
    dismissed,
    ever_seen,
    remaining,
    resolved,
    state_expression,
    state_of,
    unknown,
)

__all__ = [
    "DEFAULT_SORT",
    "KEYS",
    "MAX_LENGTH",
    "NOT_CALLS",
    "SORTS",
    "STATES",
    "STILL_OPEN",
    "Query",
    "Term",
    "apply",
    "calls",
    "chat_failures",
    "days_overdue",
    "dismissed",
    "ever_seen",
    "ordered",
    "parse",
    "remaining",
    "resolved",
    "state_expression",
    "state_of",
    "state_words",
    "unknown",
    "with_state",
]
