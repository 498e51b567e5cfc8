"""Which releases of Cohere's SDKs, and of what stands around them, a repository asks for."""

from audits.engine.dependencies.commands import installed_by
from audits.engine.dependencies.meaning import Meaning, Readiness, meaning
from audits.engine.dependencies.read import dependencies_in

__all__ = ["Meaning", "Readiness", "dependencies_in", "installed_by", "meaning"]
