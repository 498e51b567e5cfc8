"""A source of files and a store of facts to a report: the one path of the command line and of the scans."""

from .memo import Memo
from .report import Report
from .results import place_of
from .run import analyse
from .store import OF_MANY, RESULT, FactKey, FactStore, NullStore

__all__ = ["OF_MANY", "RESULT", "FactKey", "FactStore", "Memo", "NullStore", "Report", "analyse", "place_of"]
