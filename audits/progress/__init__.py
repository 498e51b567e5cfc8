"""The numbers, one function each: page, list header, export and command line agree because they all ask here."""

from .alerts import Alert, alerts_of
from .attention import Attention
from .breakdown import ParameterRow, PlatformRow
from .hidden import NOTHING, WHOLE, Restricted, restricted
from .numbers import Summary, summary, summary_of
from .series import Day
from .status import (
    ARCHIVED,
    FRESH_FOR,
    KNOWLEDGE,
    RARE,
    STATUSES,
    at_zero,
    failed_since,
    is_first,
    knowledge_of,
    lost_by,
    readings,
    status_of,
    statuses,
)
from .teams import TeamRow, given, percent

__all__ = [
    "ARCHIVED",
    "FRESH_FOR",
    "KNOWLEDGE",
    "NOTHING",
    "RARE",
    "STATUSES",
    "WHOLE",
    "Alert",
    "Attention",
    "Day",
    "ParameterRow",
    "PlatformRow",
    "Restricted",
    "Summary",
    "TeamRow",
    "alerts_of",
    "at_zero",
    "failed_since",
    "given",
    "is_first",
    "knowledge_of",
    "lost_by",
    "percent",
    "readings",
    "restricted",
    "status_of",
    "statuses",
    "summary",
    "summary_of",
]
