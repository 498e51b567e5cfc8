"""What is a use of Generate? Bytes to frozen dataclasses; nothing here opens a file or a process.

The front door has two wings: this one costs no parser, as most processes only want to know what a finding is; `steps`
has what reads, links, judges and shows.
"""

from audits.engine import codec, gate
from audits.engine.extract.model import ModuleFacts
from audits.engine.facts import FileKind, Unread
from audits.engine.filekinds import file_kind
from audits.engine.version import ENGINE_VERSION

__all__ = [
    "ENGINE_VERSION",
    "FileKind",
    "ModuleFacts",
    "Unread",
    "codec",
    "file_kind",
    "gate",
]
