"""Rows and their constraints, one file a noun. Who may change a row: `scans` (results), `triage` (people), `intake`."""

from .facts import BlobFacts
from .finding import Finding, FindingEvent, FindingParameter
from .history import HistoryPoint, HistoryRun, HistoryTrigger
from .organisation import Organisation
from .people import Role, Team, User
from .repository import Repository, UnreadFile
from .scan import Scan, ScanState, ScanTrigger

__all__ = [
    "BlobFacts",
    "Finding",
    "FindingEvent",
    "FindingParameter",
    "HistoryPoint",
    "HistoryRun",
    "HistoryTrigger",
    "Organisation",
    "Repository",
    "Role",
    "Scan",
    "ScanState",
    "ScanTrigger",
    "Team",
    "UnreadFile",
    "User",
]
