"""Rows and their constraints, one file a noun. Who may change a row: `scans` (results), `triage` (people), `intake`."""

from .attempt import SignInAttempt
from .audit import AuditEvent, AuditVerb
from .change import FindingsChange
from .credential import Credential, CredentialKind, HostForge, HostKey
from .dependency import Dependency, Readiness
from .facts import BlobFacts
from .finding import Comment, Finding, FindingEvent, FindingParameter
from .history import HistoryGone, HistoryPoint, HistoryRun, HistoryTrigger
from .hold import Hold
from .machine import Machine
from .notification import Channel, ChannelKind, Message, MessageKind
from .organisation import Organisation
from .path_rule import PathRule
from .people import Role, Team, User
from .repository import Repository, UnreadFile
from .saved_view import SavedView
from .scan import Scan, ScanState, ScanTrigger
from .set_aside import SetAside
from .snapshot import Snapshot
from .token import ApiToken, TokenScope

__all__ = [
    "ApiToken",
    "AuditEvent",
    "AuditVerb",
    "BlobFacts",
    "Channel",
    "ChannelKind",
    "Comment",
    "Credential",
    "CredentialKind",
    "Dependency",
    "Finding",
    "FindingEvent",
    "FindingParameter",
    "FindingsChange",
    "HistoryGone",
    "HistoryPoint",
    "HistoryRun",
    "HistoryTrigger",
    "Hold",
    "HostForge",
    "HostKey",
    "Machine",
    "Message",
    "MessageKind",
    "Organisation",
    "PathRule",
    "Readiness",
    "Repository",
    "Role",
    "SavedView",
    "Scan",
    "ScanState",
    "ScanTrigger",
    "SetAside",
    "SignInAttempt",
    "Snapshot",
    "Team",
    "TokenScope",
    "UnreadFile",
    "User",
]
