"""Scans: asked for, claimed, run, written in one transaction, brought back when their worker dies."""

from .addresses import address_of
from .doorbell import send
from .reaper import reap
from .requests import request_scan

__all__ = ["address_of", "reap", "request_scan", "send"]
