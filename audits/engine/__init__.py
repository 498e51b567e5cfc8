"""What is a use of Generate? Bytes to frozen dataclasses; nothing here opens a file or a process."""

from audits.engine import codec, gate
from audits.engine.extract.model import ModuleFacts
from audits.engine.facts import FileKind, Unread
from audits.engine.filekinds import file_kind
from audits.engine.judge import judge
from audits.engine.link import link, linked
from audits.engine.present import present
from audits.engine.reading import extract, placed
from audits.engine.version import ENGINE_VERSION

__all__ = [
    "ENGINE_VERSION",
    "FileKind",
    "ModuleFacts",
    "Unread",
    "codec",
    "extract",
    "file_kind",
    "gate",
    "judge",
    "link",
    "linked",
    "placed",
    "present",
]
