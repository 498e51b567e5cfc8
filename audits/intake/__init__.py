"""How repositories come in and go."""

from .archive import archive, unarchive
from .move import move
from .register import Line, Refused, pasted, register, register_many
from .remove import Lost, lost_with, remove

__all__ = [
    "Line",
    "Lost",
    "Refused",
    "archive",
    "lost_with",
    "move",
    "pasted",
    "register",
    "register_many",
    "remove",
    "unarchive",
]
