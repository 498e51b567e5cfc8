"""What came in and what went since a moment, by the same entries as every other flow."""

from dataclasses import dataclass
from datetime import datetime

from audits.lifecycle import INFLOW, OUTFLOW

from .ledger import by_cause, ledger
from .scope import Scope
from .series import current
from .weekly import since_history


@dataclass(frozen=True)
class Flow:
    """Calls: `opened` came by somebody's work or were discovered, `resolved` went by somebody's."""

    opened: int
    resolved: int


def flow(scope: Scope, since: datetime) -> Flow:
    """What a new repository brought along is not in it: nobody wrote that in this time."""
    found = by_cause(since_history(ledger(scope, since), current(scope.repositories)))
    return Flow(*(sum(found.get(cause, 0) for cause in causes) for causes in (INFLOW, OUTFLOW)))
