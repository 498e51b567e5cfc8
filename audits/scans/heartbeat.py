"""A running scan keeps its lease by beating, so that a dead worker is missed within minutes and a slow one is not.

Only a thread can beat through a long fetch or a slow file. It says nothing of progress: a scan that hangs is ended by
its own deadline and by Celery's limit, and both end this thread with the process. It may also be the first to find that
a scan was cancelled or taken over; whoever waits for git asks the row itself, so that git ends within seconds.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import copy_context

from django.conf import settings
from django.db import Error, connection

from audits.gitstore import GitError
from audits.gitstore.process import given_up

from .claims import Claim, LostLease

BEATS_A_LEASE = 4
# While git works, the row is asked this often whether the scan is still ours.
LOOK_EVERY = 2.0
logger = logging.getLogger(__name__)


@contextmanager
def beating(claim: Claim) -> Iterator[None]:
    """Extend the claim's lease, several times a lease, until the block ends.

    Raises LostLease in place of what becomes of git where the claim is somebody else's.
    """
    done, lost = threading.Event(), threading.Event()
    before = given_up.set(_given_up(claim, lost))
    # A copy of the context, so that the thread's lines name the scan as well.
    run = copy_context().run
    thread = threading.Thread(
        target=run, args=(_beat, claim, done, lost), name=f"lease-of-scan-{claim.scan_id}", daemon=True
    )
    thread.start()
    try:
        yield
    except GitError as error:
        if lost.is_set() and not claim.ended:
            raise LostLease(f"scan {claim.scan_id}") from error
        raise
    finally:
        given_up.reset(before)
        done.set()
        thread.join()


def _given_up(claim: Claim, lost: threading.Event) -> Callable[[], bool]:
    """For whoever waits for git: whether the claim is somebody else's by now. A database that is away says nothing."""
    asked = time.monotonic()

    def given_up() -> bool:
        nonlocal asked
        if claim.ended:
            return False
        if not lost.is_set() and time.monotonic() - asked >= LOOK_EVERY:
            asked = time.monotonic()
            try:
                if not claim.row().exists():
                    lost.set()
            except Error as error:
                logger.warning("Nobody knows whether scan %s is still ours: %s", claim.scan_id, error)
                connection.close_if_unusable_or_obsolete()
        return lost.is_set()

    return given_up


def _beat(claim: Claim, done: threading.Event, lost: threading.Event) -> None:
    try:
        while not done.wait(settings.SCAN_LEASE / BEATS_A_LEASE):
            try:
                claim.write()
            except LostLease:
                lost.set()
                return  # the scan's own next write finds it too, and ends it
            except Error as error:
                logger.warning("The lease of scan %s was not extended this time: %s", claim.scan_id, error)
                # A connection that broke stays broken, and nobody else looks after this thread's.
                connection.close()
    finally:
        connection.close()
