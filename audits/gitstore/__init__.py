"""What is in that repository? Bare fetches into mirrors, trees walked and blobs read by object id, and folders on disk.

Nothing here checks anything out. Only this package starts git, always through GitPython and always with an environment
of its own making (`environment`).
"""

from audits.gitstore.blame import Blamed, blame
from audits.gitstore.cells import lines_of_cells
from audits.gitstore.compare import Comparison, compare
from audits.gitstore.errors import GitError
from audits.gitstore.folder import FolderSource
from audits.gitstore.holdings import Line
from audits.gitstore.local import open_local
from audits.gitstore.machine import MINIMUM_GIT, cached, git_version
from audits.gitstore.mirror import Mirror
from audits.gitstore.notes import note, noted
from audits.gitstore.paths import display_path, raw_path
from audits.gitstore.pruning import make_room, prune, tidy
from audits.gitstore.remote import Remote, Tip, find_ref, ls_remote
from audits.gitstore.source import BLOB_LIMIT, Entry, Source

__all__ = [
    "BLOB_LIMIT",
    "MINIMUM_GIT",
    "Blamed",
    "Comparison",
    "Entry",
    "FolderSource",
    "GitError",
    "Line",
    "Mirror",
    "Remote",
    "Source",
    "Tip",
    "blame",
    "cached",
    "compare",
    "display_path",
    "find_ref",
    "git_version",
    "lines_of_cells",
    "ls_remote",
    "make_room",
    "note",
    "noted",
    "open_local",
    "prune",
    "raw_path",
    "tidy",
]
