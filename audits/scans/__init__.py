"""Scans: asked for, claimed, run, written in one transaction, brought back when their worker dies."""

from .addresses import address_of
from .blames import rebase
from .cancel import cancel
from .checks import CHECK, CHECK_CREDENTIAL, check, check_credential
from .claims import let_go, silent
from .clock import InForce, in_force, next_run, resume
from .doorbell import send
from .holds import TOLD, Judged, judge, waiting
from .pruning import prune
from .reaper import reap
from .requests import request_scan
from .run import run_scan

__all__ = [
    "CHECK",
    "CHECK_CREDENTIAL",
    "TOLD",
    "InForce",
    "Judged",
    "address_of",
    "cancel",
    "check",
    "check_credential",
    "in_force",
    "judge",
    "let_go",
    "next_run",
    "prune",
    "reap",
    "rebase",
    "request_scan",
    "resume",
    "run_scan",
    "send",
    "silent",
    "waiting",
]
