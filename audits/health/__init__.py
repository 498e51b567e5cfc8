"""What the product does at the moment, for the System page, for probes and for Prometheus. Writes machines, no more."""

from .broker import answers
from .machine import report
from .metrics import exposition
from .probes import alive, ready
from .system import Failure, System, system

__all__ = ["Failure", "System", "alive", "answers", "exposition", "ready", "report", "system"]
