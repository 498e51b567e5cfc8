"""The child process that reads all hostile bytes, and its parent. No parser ever runs in a worker's own process."""

from audits.sandbox.parent import Sandbox, SandboxError

__all__ = ["Sandbox", "SandboxError"]
