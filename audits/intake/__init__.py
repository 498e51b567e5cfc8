"""How repositories come in and go."""

from .move import move
from .register import Line, Refused, pasted, register, register_many
from .remove import remove

__all__ = ["Line", "Refused", "move", "pasted", "register", "register_many", "remove"]
