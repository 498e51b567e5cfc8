"""The demo organisation: small real git repositories, registered and scanned like anybody's, no fixture of rows."""

from .load import Unloadable, is_loaded, load
from .repositories import write_repositories

__all__ = ["Unloadable", "is_loaded", "load", "write_repositories"]
