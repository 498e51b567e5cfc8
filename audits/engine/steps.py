"""The steps from bytes to shown uses, with the parsers that they need."""

from audits.engine.judge import judge
from audits.engine.link import link, linked
from audits.engine.placing import placed
from audits.engine.present import present
from audits.engine.reading import extract

__all__ = ["extract", "judge", "link", "linked", "placed", "present"]
