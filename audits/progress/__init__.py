"""The numbers, one function each: page, list header, export and command line agree because they all ask here."""

from .alerts import Alert, alerts_of
from .attention import Attention
from .breakdown import ParameterRow, PlatformRow
from .numbers import Summary, restricted, summary, summary_of
from .series import Day
from .status import (
    ARCHIVED,
    FRESH_FOR,
    KNOWLEDGE,
    STATUSES,
    at_zero,
    is_first,
    knowledge_of,
    read_lately,
    status_of,
    statuses,
)
from .teams import TeamRow, percent

__all__ = [
    "ARCHIVED",
    "FRESH_FOR",
    "KNOWLEDGE",
    "STATUSES",
    "Alert",
    "Attention",
    "Day",
    "ParameterRow",
    "PlatformRow",
    "Summary",
    "TeamRow",
    "alerts_of",
    "at_zero",
    "is_first",
    "knowledge_of",
    "percent",
    "read_lately",
    "restricted",
    "status_of",
    "statuses",
    "summary",
    "summary_of",
]
