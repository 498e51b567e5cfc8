"""Waiting for a state that other processes reach: ended as soon as it is there, and patient with a slow machine."""

import time
from collections.abc import Callable

import pytest

PATIENCE = 600.0


def reached(condition: Callable[[], object], seconds: float = PATIENCE) -> bool:
    """Look until `condition` holds; False where it does not within `seconds`."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def wait_for(condition: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
    """The same; fails the test with `what`."""
    if not reached(condition, seconds):
        pytest.fail(f"waited {seconds:.0f} s in vain: {what}")
