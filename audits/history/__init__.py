"""The past of repositories: sampled commits, read with the present engine and folded to points. Never events."""

from .requests import request_history
from .run import run_history
from .tick import tick

__all__ = ["request_history", "run_history", "tick"]
