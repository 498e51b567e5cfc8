"""How repositories come in."""

from .register import Line, Refused, register, register_many

__all__ = ["Line", "Refused", "register", "register_many"]
