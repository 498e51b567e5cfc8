"""The numbers, one function each: page, list header, export and command line agree because they all ask here."""

from .status import FRESH_FOR, KNOWLEDGE, STATUSES, at_zero, knowledge_of, read_lately, status_of, statuses

__all__ = [
    "FRESH_FOR",
    "KNOWLEDGE",
    "STATUSES",
    "at_zero",
    "knowledge_of",
    "read_lately",
    "status_of",
    "statuses",
]
