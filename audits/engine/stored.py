"""The JSON text in which a file's facts are remembered: `{"facts": …}` or `{"unread": …}`."""

import json

from audits.engine import codec
from audits.engine.extract.model import ModuleFacts
from audits.engine.facts import Unread


def to_text(found: ModuleFacts | Unread) -> str:
    """What extraction gave, as text."""
    return json.dumps({"unread" if isinstance(found, Unread) else "facts": codec.encode(found)})


def from_text(text: str) -> ModuleFacts | Unread | None:
    """What a store gave back; None where it is not readable any more."""
    try:
        found = json.loads(text)
        return codec.decode(Unread, found["unread"]) if "unread" in found else codec.decode(ModuleFacts, found["facts"])
    except (ValueError, KeyError, TypeError):
        return None
