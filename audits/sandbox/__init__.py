"""The child processes that read all hostile bytes, and their parent. No parser ever runs in a worker's own process."""

from audits.sandbox.parent import Sandbox
from audits.sandbox.pool import SandboxError, processors

__all__ = ["Sandbox", "SandboxError", "processors"]
