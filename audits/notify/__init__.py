"""Telling people: a weekly digest and what cannot wait, by mail, chat or webhook, through an outbox.

`senders`, which loads what sends, is the workers' alone and not part of this front door.
"""

from .channels import Unfit, add, editable_by, subscribe, teams_of, test
from .letters import digest
from .occasions import look_round, reached, scanned
from .outbox import deliver

__all__ = [
    "Unfit",
    "add",
    "deliver",
    "digest",
    "editable_by",
    "look_round",
    "reached",
    "scanned",
    "subscribe",
    "teams_of",
    "test",
]
